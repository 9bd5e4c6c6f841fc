"""What a table lacks follows from what its inputs lack, and travels with it through the lake."""

from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from egov_assets.platform.availability import (
    Needs,
    NotAvailable,
    footer_of,
    lacking_in,
    lacking_of_table,
    tables_by_reason,
    words_of_lacking,
)
from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import scan_table, table_path, write_table
from egov_assets.platform.lake_asset import lake_asset
from egov_assets.platform.resources import RESOURCES
from egov_assets.platform.years import YEARS
from egov_assets_tests.running.small_study import Quality

YEARBOOK_2010 = {("yearbook", 2010): ("yearbook/2010.xlsx",)}
NO_YEARBOOK = {("yearbook", year): (f"yearbook/{year}.xlsx",) for year in (2010, 2011)}
ALL = {"customs": [2010, 2011], "yearbook": [2010, 2011]}


@pytest.mark.parametrize(
    ("needs", "lack", "lacking"),
    [
        (Needs(None, ALL), {}, ()),
        (Needs(None, ALL), YEARBOOK_2010, ()),  # the year that is there is used
        (Needs(None, ALL), NO_YEARBOOK, ("yearbook/2010.xlsx", "yearbook/2011.xlsx")),
        (Needs(None, ALL, optional=["yearbook"]), NO_YEARBOOK, ()),
        (Needs(2010, {"yearbook": [2010]}, optional=["yearbook"]), YEARBOOK_2010, ("yearbook/2010.xlsx",)),
        (Needs(2010, ALL, all_or_none=["yearbook"]), YEARBOOK_2010, ("yearbook/2010.xlsx",)),
        (Needs(2011, ALL, all_or_none=["yearbook"]), YEARBOOK_2010, ()),
        (Needs(2010, ALL, all_or_none=["yearbook"]), NO_YEARBOOK, ()),
    ],
)
def test_what_is_needed_is_lacked_and_what_is_optional_is_not(needs: Needs, lack: dict, lacking: tuple[str, ...]):
    assert needs.lacking(lambda table, year: lack.get((table, year), ())) == lacking


def test_patterns_of_several_years_are_said_once():
    both = ("survey/2010/*", "survey/2011/*", "tariffs/*.csv")
    assert words_of_lacking(both) == "no file fits survey/{year}/* of 2010, 2011 and none tariffs/*.csv"
    places = {("clean_firms", 2010): both[:1], ("clean_firms", 2011): both[1:2], ("firm_match", 2011): both[1:2]}
    assert tables_by_reason(places) == [
        ("clean_firms, firm_match (2011)", "no file fits survey/{year}/* of 2010, 2011"),
    ]


def test_a_table_says_in_its_file_what_it_lacks(tmp_path: Path):
    write_table(pl.DataFrame({"a": [1]}), table_path(tmp_path, "made"))
    write_table(pl.DataFrame(schema={"a": pl.Int64}), table_path(tmp_path, "firms", 2010), footer_of(("survey/*",)))
    write_table(pl.DataFrame({"a": [1]}), table_path(tmp_path, "firms", 2011))
    assert lacking_in(tmp_path, [2010, 2011]) == {("firms", 2010): ("survey/*",)}
    assert lacking_of_table(tmp_path, "not_yet", 2010) == ()


def some_firm_is_there(table: pl.DataFrame) -> CheckResult:
    """At least one firm."""
    return CheckResult(table.height > 0, f"{table.height} firms")


@lake_asset(schema=Quality, group="raw", by_year=True, checks=[some_firm_is_there])
def survey(year: int) -> pl.DataFrame:
    """A source that has no files in 2010."""
    if year == 2010:
        raise NotAvailable([f"survey/{year}/*"])
    return pl.DataFrame({"firm": ["a"], "year": pl.Series([year], dtype=pl.Int32), "qua": [0.5]})


@lake_asset(schema=Quality, group="raw", by_year=True)
def customs(year: int) -> pl.DataFrame:
    """A source that has files in every year."""
    return pl.DataFrame({"firm": ["b"], "year": pl.Series([year], dtype=pl.Int32), "qua": [0.25]})


@lake_asset(schema=Quality, group="clean", by_year=True)
def needs_both(customs: pl.DataFrame, survey: pl.DataFrame) -> pl.DataFrame:
    """Cannot do without the survey."""
    return pl.concat([customs, survey])


@lake_asset(schema=Quality, group="clean", by_year=True, optional=["survey"])
def can_do_without(customs: pl.DataFrame, survey: pl.DataFrame) -> pl.DataFrame:
    """Can."""
    return pl.concat([customs, survey])


def test_without_its_source_a_table_has_no_row_and_its_checks_say_why(folders: Folders, instance: dg.DagsterInstance):
    assets = [survey, customs, needs_both, can_do_without]
    for year in YEARS[:2]:
        result = dg.materialize(assets, instance=instance, partition_key=str(year), resources=RESOURCES)
        if year == 2010:
            told = {event.asset_key.to_user_string(): event for event in result.get_asset_materialization_events()}
            why = told["needs_both"].materialization.metadata["not_available"].value
            (check,) = (
                each for each in result.get_asset_check_evaluations() if each.check_name == "some_firm_is_there"
            )
            assert (check.passed, check.description) == (True, "not available: no file fits survey/{year}/* of 2010")
    assert why == "Not available: no file fits survey/{year}/* of 2010."
    rows = {
        asset.key.to_user_string(): [
            scan_table(folders.lake, asset.key.to_user_string(), [year]).collect().height for year in YEARS[:2]
        ]
        for asset in assets
    }
    assert rows == {"survey": [0, 1], "customs": [1, 1], "needs_both": [0, 2], "can_do_without": [1, 2]}
