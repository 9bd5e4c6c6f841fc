"""Figures of a study's own sources stand in the firm panel, and in its tables under their names."""

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from pytest import approx, raises

from egov_assets.checks.watched import watched_tables
from egov_assets.definitions import build_definitions
from egov_assets.platform.column_lineage import column_sources
from egov_assets.platform.contract import MADE_FROM
from egov_assets.platform.settings_file import SettingsError
from egov_assets.raw.own_rows import own_table
from egov_assets.raw.own_sources import OwnSource, read_own_sources
from egov_assets.regression_tables.design import design_of
from egov_assets.regression_tables.own_columns import JOINS, own_sources_meet_firms, with_own_columns
from egov_assets.regression_tables.specifications import read_specifications
from egov_assets_tests.raw.test_own_sources import DECLARED

PANEL = pl.DataFrame(
    {
        "firm_id": ["a", "a", "b", "c"],
        "year": [2010, 2011, 2011, 2011],
        "company_id": ["A", "A", "B", "C"],
        "city_code": ["330100", "330100", "330200", None],
        "industry_2002_code": ["1761", "1761", "1810", "3911"],
        "egscore": [0.1, 0.2, 0.3, 0.4],
    },
    schema_overrides={"year": pl.Int32},
)
EXPORTS = pl.LazyFrame(
    {
        "company_id": ["A", "A", "A", "B", "Z"],
        "year": [2011, 2011, 2011, 2011, 2011],
        "hs6_2007_code": ["010101", "020202", "030303", "030303", "040404"],
        "export_value_usd": [1.0, 3.0, 50.0, 10.0, 1.0],
    },
    schema_overrides={"year": pl.Int32},
)
STUDY = f"""\
paper: none
{DECLARED}tables:
  mine:
    title: Railways
    columns:
      "1":
        outcome: egscore
        treatment: rail_lines
        where: rail_lines >= 0 and province == "浙江省"
"""


def source(about: str) -> OwnSource:
    return OwnSource.model_validate(
        {
            "title": "t",
            "files": "t/*",
            "key": {about: "x"},
            "columns": {"lines": {"header": "y", "label": "Lines", "unit": "number"}},
        }
    )


def rows(about: str, **columns) -> pl.DataFrame:
    table = pl.DataFrame(columns | {"rejected": None}, schema_overrides={"rejected": pl.String, "year": pl.Int32})
    return table.rename({"code": source(about).code})


def joined(about: str, table: pl.DataFrame) -> tuple[list, dict]:
    panel, counts = with_own_columns(PANEL, {"t": source(about)}, {"raw_t": table}, EXPORTS)
    assert_frame_equal(panel.drop("lines"), PANEL)
    return panel["lines"].to_list(), counts.filter(year=2011).row(0, named=True)


def test_a_city_gives_its_figure_to_its_firms_and_both_sides_of_the_join_are_counted():
    table = rows(
        "city", code=["330100", "330100", "999999", "330200"], year=[2010, 2011, 2011, 2011], lines=[1.0, 2, 3, 4]
    )
    table = table.with_columns(rejected=pl.Series([None, None, None, "no number"]))
    lines, counts = joined("city", table)
    assert lines == [1, 2, None, None]
    assert counts == {
        "source": "t",
        "year": 2011,
        "rows": 3,
        "rejected": 1,
        "meet_no_firm": 1,
        "firm_years": 3,
        "firm_years_without": 2,
    }


def test_an_industry_is_met_by_its_first_two_digits():
    assert joined("industry", rows("industry", code=["17"], year=[2011], lines=[5.0]))[0] == [None, 5, None, None]


def test_a_figure_of_goods_is_the_mean_over_the_goods_of_the_firm_by_export_value():
    """Firm A exports 1 USD of a good with 8 and 3 USD of one with 4, and 50 of one without a figure: (8 + 12) / 4."""
    table = rows("hs6", code=["010101", "020202", "040404"], year=[2011] * 3, lines=[8.0, 4.0, 9.0])
    lines, counts = joined("hs6", table)
    assert lines == [None, approx(5), None, None]
    assert (counts["meet_no_firm"], counts["firm_years_without"]) == (1, 2)  # 040404 is of no firm of the panel


def test_years_are_compared_by_what_a_source_says_not_by_how_it_is_printed(study: Path):
    (rail,) = (each for name, each in watched_tables(study).items() if name == "raw_rail")
    table = [*own_table("rail", read_own_sources(study)["rail"]).to_schema().columns]
    assert [name for name in table if name not in rail.not_profiled] == ["year", "city_code", "rail_lines"]


def test_a_source_none_of_whose_rows_meets_a_firm_is_warned_of():
    _, counts = with_own_columns(
        PANEL, {"t": source("city")}, {"raw_t": rows("city", code=["1"], year=[2011], lines=[1.0])}, EXPORTS
    )
    assert not own_sources_meet_firms({JOINS: counts}).passed


@pytest.fixture
def study(folders) -> Path:
    folders.study_file.write_text(STUDY, encoding="utf-8")
    return folders.study_file


def test_a_table_takes_its_treatment_and_its_sample_from_an_own_source(study: Path):
    column = read_specifications(study)["mine"].columns["1"]
    more = pl.DataFrame({"firm_id": list("abcd"), "year": [2010] * 4, "rail_lines": [0.0, 1.0, 2.0, None]})
    panel = more.with_columns(city_code=pl.Series(["330100", "330200", "320500", "330100"]), egscore=pl.lit(0.5))
    panel = panel.with_columns(province_code=pl.lit("330000"), industry_2002_code=pl.lit("1761"))
    assert design_of(column, panel).frame["firm_id"].to_list() == ["a", "b"]


def test_an_unknown_name_is_held_against_the_own_columns_too(study: Path):
    study.write_text(STUDY.replace("treatment: rail_lines", "treatment: rail_line"), encoding="utf-8")
    with raises(SettingsError, match="the panel has no 'rail_line'; did you mean 'rail_lines'"):
        read_specifications(study)


def test_a_column_cannot_take_the_name_of_one_of_the_panel(study: Path):
    study.write_text(STUDY.replace("rail_lines", "egscore"), encoding="utf-8")
    with raises(SettingsError, match="the panel has egscore already"):
        read_specifications(study)


def test_the_graph_knows_the_way_from_the_panel_to_the_file(study: Path, folders):
    specs = {each.key.to_user_string(): each for each in build_definitions(folders).resolve_all_asset_specs()}
    panel = specs["firm_panel"]
    assert "raw_rail" in {dep.asset_key.to_user_string() for dep in panel.deps}
    columns = {each.name: each.description for each in panel.metadata["dagster/column_schema"].columns}
    assert columns["rail_lines"] == "High-speed railways, number"
    made_from = column_sources(["rail_lines"], {}, panel.metadata[MADE_FROM])
    assert made_from == {"rail_lines": (("raw_rail", "rail_lines"),)}
    assert specs["raw_rail"].group_name == "raw"
    assert "file_inventory" in {dep.asset_key.to_user_string() for dep in specs["raw_rail"].deps}
