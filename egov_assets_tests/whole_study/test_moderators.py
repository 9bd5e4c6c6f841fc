"""Each moderator of a finished study, one by one, against what is true of the demo's firms."""

import polars as pl
import pytest

from egov_assets_tests.running.finished_study import FinishedStudy

pytestmark = pytest.mark.slow

# Column of firm_panel: what is true, and the least share of firm-years that must equal it.
DUMMIES = {
    "eastern": ("eastern", 1.0),
    "coa_city": ("coastal", 1.0),
    "ftz_prov": ("ftz_province", 1.0),
    "sma_city": ("policy_city", 0.99),  # a city dissolved in 2011 never issues the document of 2012 that is its truth
    "pri_firm": ("private", 1.0),
    "ind_type": ("labour_intensive", 0.99),  # some industry codes come out as another industry's
    "ind_tech": ("high_tech", 0.99),
    "trade_firm": ("ordinary_trade", 0.90),  # true is the lasting habit, seen are the lines of a year
    "exit_firm": ("exit", 0.97),  # a firm whose later lines are all rejected seems to have left
}
# Column of firm_panel: what is true, and the least correlation with it.
AMOUNTS = {
    "Con_inf": ("broadband", 0.9999),
    "innov": ("innovation", 0.9999),
    "fdi": ("fdi", 0.9999),
    "asset_firm": ("assets", 0.9999),  # reported in whole thousands
    "SA_firm": ("sa_index", 0.999),
    "imp_pairs": ("varieties", 0.95),  # true is the lasting number of pairs
    "upstreamness": ("upstreamness", 0.55),  # true is the closed measure, averaged over all products of the industry
}


@pytest.fixture(scope="module")
def firm_years(finished_third: FinishedStudy) -> pl.DataFrame:
    """Firm-years that found their own survey record, with their true moderators, which end in _true."""
    truth = finished_third.folders.truth
    firms = pl.read_parquet(truth / "firm_links.parquet").drop_nulls("company_id")
    true = pl.read_parquet(truth / "moderators.parquet").select(
        "firm", "year", pl.exclude("firm", "year").name.suffix("_true")
    )
    panel = pl.read_parquet(finished_third.folders.lake / "firm_panel" / "data.parquet")
    key = ["company_id", "year", "survey_firm_id"]
    return panel.join(firms.select("firm", *key), on=key, validate="1:1").join(true, on=["firm", "year"])


@pytest.mark.parametrize("name", DUMMIES)
def test_a_dummy_is_the_true_one(firm_years, name):
    true, least = DUMMIES[name]
    known = firm_years.drop_nulls(name)
    assert known[name].n_unique() == 2
    assert (known[name] == known[f"{true}_true"]).mean() >= least


@pytest.mark.parametrize("name", AMOUNTS)
def test_an_amount_moves_with_the_true_one(firm_years, name):
    true, least = AMOUNTS[name]
    known = firm_years.drop_nulls(name)
    assert known.height > 0.6 * firm_years.height
    assert known.select(pl.corr(name, f"{true}_true")).item() >= least


def test_the_broadband_dummy_is_the_true_amount_against_the_mean_of_the_years_provinces(firm_years):
    """Within a year the dummy divides the true amounts in two: every 1 lies above every 0."""
    ends = (
        firm_years.drop_nulls("inf_dum")
        .group_by("year", "inf_dum")
        .agg(low=pl.col("broadband_true").min(), high=pl.col("broadband_true").max())
    )
    ones, zeros = (ends.filter(pl.col("inf_dum") == value).sort("year") for value in (1, 0))
    assert ones["year"].to_list() == zeros["year"].to_list() == [2011, 2012]
    assert (ones["low"] > zeros["high"]).all()
