"""Below a table stands what its columns rest on, and which of them are one regression."""

import polars as pl
from pytest import approx

from egov_assets.platform.words import words_of
from egov_assets.regression_tables.estimate import estimate_table
from egov_assets.regression_tables.printed import printed_table
from egov_assets.regression_tables.schema import Estimates
from egov_assets.regression_tables.specifications import Column, Table
from egov_assets_tests.regression_tables.small_panel import small_panel

PANEL = small_panel(firms=120)
BASE = {"outcome": "qua", "treatment": "egscore", "fixed_effects": ("firm", "year")}


def printed(columns: dict[str, Column], panel: pl.DataFrame = PANEL) -> tuple[dict[str, tuple], tuple[str, ...]]:
    table = Table(title="Rests on", columns=columns)
    estimates = estimate_table("table_99", table, panel)
    Estimates.validate(estimates)
    made = printed_table("table_99", table, estimates)
    return {line[0]: line[1:] for line in made.foot}, made.notes


def test_what_a_column_rests_on_is_counted_in_its_own_observations():
    foot, _ = printed({"1": Column(**BASE), "2": Column(**BASE, where="year > 2010")})
    later = PANEL.to_pandas().query("year > 2010")
    seen = later.groupby("firm_id")["year"].size()
    assert foot["Years"] == ("2010, 2011, 2012", "2011, 2012")
    assert foot["Firms"][1] == f"{len(seen)}"
    assert foot["Firms in two years or more"][1] == f"{(seen > 1).sum()}"
    assert foot["Observations alone in their effect"][1] == f"{(seen == 1).sum()}"
    assert float(foot["Mean of the outcome"][1]) == approx(later["qua"].mean(), abs=5e-4)
    assert float(foot["Std. dev. of the outcome"][1]) == approx(later["qua"].std(), abs=5e-4)


def test_without_effects_no_observation_is_alone():
    foot, _ = printed({"1": Column(outcome="qua", treatment="egscore")})
    assert "Observations alone in their effect" not in foot


def test_columns_that_are_one_regression_say_so():
    columns = {
        "1": Column(**BASE),
        "2": Column(**BASE, where="year >= 2010"),
        "3": Column(**BASE, where="year > 2010"),
        "4": Column(**BASE, cluster="firm"),
    }
    _, notes = printed(columns)
    same = words_of("regression_tables", "en")["same_regression"].format(columns="(1), (2)")
    assert [note for note in notes if "same regression" in note] == [same]


def test_an_instrumented_column_shows_least_squares_on_its_own_observations():
    panel = PANEL.with_columns(egscore_size5=pl.when(pl.col("year") > 2010).then("egscore_size5"))
    foot, _ = printed({"1": Column(**BASE, instrument="egscore_size5")}, panel)
    plain = estimate_table(
        "table_99", Table(title="T", columns={"1": Column(**BASE)}), panel.drop_nulls("egscore_size5")
    ).filter(variant="cluster_city", term="egscore")
    assert float(foot["Least squares, same observations"][0].rstrip("*")) == approx(plain["estimate"][0], abs=5e-4)
