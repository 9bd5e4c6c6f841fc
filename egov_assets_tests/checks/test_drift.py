"""A year against its accepted version and its neighbours: numbers computed by hand, and the command."""

import math
from pathlib import Path

import polars as pl
import pytest

from egov_assets.checks.drift import compare, factor, read_drift
from egov_assets.checks.drift_checks import save_pictures
from egov_assets.checks.profile import population_stability, profile, quantile_shifts, shares_between
from egov_assets.platform.settings_file import SettingsError
from egov_assets_tests.study_file import write_section

LIMITS = read_drift(Path("no such folder")).accepted


def flows(firms: int = 1000, price: float = 1.0, partner: str = "USA") -> pl.DataFrame:
    rows = [(f"f{firm}", partner if firm % 2 else "JPN", price * (firm % 100 + 1)) for firm in range(firms)]
    return pl.DataFrame(rows, schema=["company_id", "destination_iso3", "export_value_usd"], orient="row")


def drifted(before: pl.DataFrame, now: pl.DataFrame) -> dict[str, str]:
    watched = (["export_value_usd"], ["company_id"])
    found = compare(profile(before, *watched), profile(now, *watched), now, "accepted", LIMITS)
    return {each.what: f"{each.before} -> {each.now}" for each in found}


def test_the_same_rows_in_another_order_are_no_drift():
    assert drifted(flows(), flows().reverse()) == {}


def test_half_the_rows_and_their_value_and_firms():
    assert drifted(flows(1000), flows(500)) == {
        "rows": "1,000 -> 500",
        "sum of export_value_usd": "50,500 -> 25,250",
        "number of company_id": "1,000 -> 500",
    }


@pytest.mark.parametrize(("now", "is_drift"), [(9_804, False), (9_803, True), (10_200, False), (10_201, True)])
def test_the_change_of_rows_is_a_factor_either_way(now: int, is_drift: bool):
    """10,200 / 10,000 is the limit of 1.02; 10,000 / 9,804 is 1.01999, and 10,000 / 9,803 is 1.0201."""
    assert LIMITS.rows.limit == 1.02
    assert ("rows" in drifted(flows(10_000), flows(now))) == is_drift


def test_another_coding_of_partners_is_named():
    assert drifted(flows(), flows(partner="502")) == {
        "destination_iso3 '502'": "0.00% -> 50.00%",
        "destination_iso3 'USA'": "50.00% -> 0.00%",
    }


def test_another_unit_moves_total_and_distribution():
    found = drifted(flows(), flows(price=10_000.0))
    assert found["sum of export_value_usd"] == "50,500 -> 505,000,000"
    assert "distribution of export_value_usd (PSI)" in found


def test_a_column_lost_and_a_type_changed():
    now = flows().drop("destination_iso3").with_columns(pl.col("export_value_usd").cast(pl.String))
    frame = flows()
    found = compare(profile(frame, [], []), profile(now, [], []), now, "accepted", LIMITS)
    assert {each.what for each in found} == {"type of destination_iso3", "type of export_value_usd"}


def test_psi_of_two_bins_by_hand():
    by_hand = (0.8 - 0.5) * math.log(0.8 / 0.5) + (0.2 - 0.5) * math.log(0.2 / 0.5)
    assert population_stability([0.5, 0.5], [0.8, 0.2]) == pytest.approx(by_hand, rel=1e-12)
    assert population_stability([0.5, 0.5], [0.5, 0.5]) == 0


def test_quantiles_move_as_a_share_of_the_distance_between_the_outer_ones():
    assert quantile_shifts([10.0, 20.0, 50.0], [10.0, 24.0, 40.0]) == [0.0, 0.1, 0.25]
    assert quantile_shifts([5.0, 5.0, 5.0], [5.0, 5.0, 10.0]) == [0.0, 0.0, 1.0]
    found = drifted(flows(price=100.0), flows(price=110.0))  # prices 100 to 10,000: deciles 1,000, 5,000 and 9,000
    assert found["50% quantile of export_value_usd"] == "5000 -> 5500"


def test_every_drifted_column_has_a_picture_of_its_shares(tmp_path: Path):
    before, now = flows(), flows(partner="502", price=2.0)
    found = compare(profile(before, [], []), profile(now, [], []), now, "accepted", LIMITS)
    (partners,) = {each.shares for each in found if each.column == "destination_iso3"}
    assert dict(zip(partners.classes, zip(partners.before, partners.now, strict=True), strict=True)) == {
        "missing": (0, 0), "502": (0, 0.5), "USA": (0.5, 0), "JPN": (0.5, 0.5),
    }  # fmt: skip
    (tmp_path / "of_the_run_before.png").touch()
    pictures = save_pictures(found, tmp_path)
    assert [path.name for path in pictures] == [
        "destination_iso3_against_accepted.png", "export_value_usd_against_accepted.png",
    ]  # fmt: skip
    assert {path.stem for path in tmp_path.iterdir()} == {path.stem for path in pictures}
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in pictures)


def test_a_study_sets_its_own_limit_and_a_wrong_key_is_named(tmp_path: Path):
    text = "accepted: {rows: {limit: 1.5, why: the provider corrects half the year}}"
    settings = read_drift(write_section(tmp_path, "drift", text))
    assert settings.accepted.rows.limit == 1.5
    assert settings.accepted.rows.grave == LIMITS.rows.grave
    assert settings.accepted.psi == LIMITS.psi
    study_file = write_section(tmp_path, "drift", "accepted: {row: {limit: 1.5, why: a slip}}")
    with pytest.raises(SettingsError, match="nearest known one is 'rows'"):
        read_drift(study_file)


def test_shares_count_every_value_once():
    assert shares_between(pl.Series([1.0, 2.0, 2.0, 3.0, 9.0, None]), [2.0, 3.0]) == [0.6, 0.2, 0.2]


def test_factors_are_the_same_in_both_directions():
    assert factor(100, 250) == factor(250, 100) == 2.5
    assert factor(0, 0) == 1
    assert factor(0, 3) == math.inf


def test_labels_that_changed_places_are_named_though_none_came_or_went():
    before = flows().with_columns(
        mode=pl.when(pl.int_range(pl.len()) % 4 == 0).then(pl.lit("a")).otherwise(pl.lit("b"))
    )
    now = before.with_columns(pl.col("mode").replace({"a": "b", "b": "a"}))
    found = drifted(before, now)
    assert (found["mode 'a'"], found["mode 'b'"]) == ("25.00% -> 75.00%", "75.00% -> 25.00%")


def test_one_telephone_for_many_is_named_though_it_is_no_category():
    before = flows().with_columns(phone=pl.col("company_id") + "0")
    now = before.with_columns(phone=pl.when(pl.int_range(pl.len()) < 400).then(pl.lit("88")).otherwise("phone"))
    assert drifted(before, now)["share of the most common phone"] == "0.1% -> 40.0%"


@pytest.mark.parametrize(("times", "grave"), [(1.01, None), (1.5, False), (3.99, False), (4.0, True), (1000, True)])
def test_four_times_the_total_is_grave_and_a_twentieth_of_it_too(times: float, grave: bool | None):
    for price, other in ((1.0, times), (times, 1.0)):
        before, now = flows(price=price), flows(price=other)
        watched = (["export_value_usd"], [])
        found = compare(profile(before, *watched), profile(now, *watched), now, "accepted", LIMITS)
        totals = [each.is_grave for each in found if each.what == "sum of export_value_usd"]
        assert totals == ([] if grave is None else [grave])
