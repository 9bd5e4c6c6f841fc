"""The rules of clustered errors against pyfixest, against refitting without each cluster, and by hand."""

from dataclasses import replace

import numpy as np
import polars as pl
import pyfixest
from pyfixest.demeaners import MapDemeaner
from pytest import approx, mark

from egov_assets.regression_tables import clustered
from egov_assets.regression_tables.clustered import counted, effective_clusters
from egov_assets.regression_tables.design import Design, design_of
from egov_assets.regression_tables.estimate import estimate_table
from egov_assets.regression_tables.fits import fixed_effects_fits
from egov_assets.regression_tables.specifications import Column, Table
from egov_assets_tests.regression_tables.small_panel import small_panel

JACKKNIFE, SANDWICH = ("city", "jackknife"), ("city", "sandwich")
KINDS = {
    "firm and year": {"fixed_effects": ("firm", "year")},
    "year": {"fixed_effects": ("year",)},
    "none": {},
    "instrumented, firm and year": {"fixed_effects": ("firm", "year"), "instrument": "egscore_size5"},
    "instrumented": {"instrument": "egscore_size5"},
}


def design(kind: str, panel: pl.DataFrame | None = None) -> Design:
    column = Column(outcome="qua", treatment="egscore", controls=("Con_inc",), **KINDS[kind])
    return design_of(column, small_panel(firms=60, cities=9) if panel is None else panel)


@mark.parametrize("kind", KINDS)
def test_the_jackknife_is_the_regression_without_each_city_in_turn(kind):
    """Movers among them, whose firm effect changes when one of their cities is left out."""
    whole = design(kind)
    fit = fixed_effects_fits(whole, [JACKKNIFE])[JACKKNIFE]
    refitted = []
    for city in sorted(whole.frame["city"].unique()):
        rest = replace(whole, frame=whole.frame.filter(pl.col("city") != city))
        refitted.append(fixed_effects_fits(rest, [SANDWICH])[SANDWICH].coefficients)
    assert fit.left_out == approx(np.array(refitted), abs=1e-10)
    gaps = np.array(refitted) - fit.coefficients
    groups = len(refitted)
    assert fit.covariance == approx((groups - 1) / groups * gaps.T @ gaps, abs=1e-12)


def test_the_jackknife_in_blocks_is_that_of_all_clusters_at_once(monkeypatch):
    at_once = fixed_effects_fits(design("firm and year"), [JACKKNIFE])[JACKKNIFE].left_out
    monkeypatch.setattr(clustered, "MOST_VALUES", 50)
    assert fixed_effects_fits(design("firm and year"), [JACKKNIFE])[JACKKNIFE].left_out == approx(at_once, rel=1e-12)


def test_the_jackknife_is_pyfixests_but_for_the_stated_factor():
    """pyfixest's CRV3 sums the squared gaps (and by default enlarges them as CRV1); CV3 has (G - 1) / G before them."""
    whole = design("none")
    theirs = pyfixest.feols(
        "y ~ x0 + x1",
        whole.frame.to_pandas(),
        vcov={"CRV3": "city"},
        ssc=pyfixest.ssc(k_adj=False, G_adj=False),
    )
    ours = fixed_effects_fits(whole, [JACKKNIFE])[JACKKNIFE]
    groups = ours.n_clusters
    assert ours.coefficient("egscore")[1] == approx(theirs.se()["x0"] * np.sqrt((groups - 1) / groups), rel=1e-9)


@mark.parametrize("moves", [True, False])
@mark.parametrize("kind", ["firm and year", "year", "instrumented, firm and year"])
@mark.parametrize(("rule", "dropped"), [("fixest", "none"), ("reghdfe", "singleton")])
def test_fixest_and_reghdfe_are_pyfixest_with_firms_observed_once_kept_and_dropped(rule, dropped, kind, moves):
    """pyfixest takes fixest's defaults: effects within clusters count as one, others all; the smallest G counts."""
    panel = small_panel(firms=60, cities=9)
    if not moves:
        panel = panel.with_columns(city_code=pl.col("city_code").first().over("firm_id"))
    column = Column(outcome="qua", treatment="egscore", controls=("Con_inc",), **KINDS[kind])
    rows = estimate_table("table_99", Table(title="One", columns={"1": column}), panel)
    ours = rows.filter(variant=f"cluster_city_{rule}", term="egscore").row(0, named=True)
    effects = " + ".join({"firm": "firm_id", "year": "year"}[name] for name in column.fixed_effects)
    formula = f"y ~ x1 | {effects} | x0 ~ z" if column.instrument else f"y ~ x0 + x1 | {effects}"
    theirs = pyfixest.feols(
        formula,
        design_of(column, panel).frame.to_pandas(),
        vcov={"CRV1": "city"},
        fixef_rm=dropped,
        demeaner=MapDemeaner(fixef_tol=1e-12),
    )
    assert ours["n"] == theirs._N
    assert ours["std_error"] == approx(theirs.se()["x0"], rel=1e-8)
    assert ours["p_value"] == approx(theirs.pvalue()["x0"], rel=1e-6)


def test_xtreg_counts_the_firms_as_one_whoever_moves():
    """[XT] xtreg, methods and formulas: G/(G-1) (N-1)/(N-K), K the slopes, years and constant."""
    whole = design("firm and year")
    fits = fixed_effects_fits(whole, [("city", "xtreg"), ("city", "fixest")])
    n, groups, firms = whole.frame.height, whole.frame["city"].n_unique(), whole.frame["firm_id"].n_unique()
    errors = {rule: fit.coefficient("egscore")[1] for (_, rule), fit in fits.items()}
    assert groups == 9
    assert (errors["fixest"] / errors["xtreg"]) ** 2 == approx((n - (2 + 2 + 1)) / (n - (2 + 2 + firms)), rel=1e-10)


def test_without_firm_effects_xtreg_has_years_as_regressors():
    """A stand-in with dummies: k is the slopes, the years less one and the constant."""
    whole = design("year")
    ours = fixed_effects_fits(whole, [("city", "xtreg")])["city", "xtreg"]
    theirs = pyfixest.feols("y ~ x0 + x1 + i(year)", whole.frame.to_pandas(), vcov={"CRV1": "city"})
    assert ours.coefficient("egscore")[1] == approx(theirs.se()["x0"], rel=1e-9)


def test_what_counts_in_the_factor_by_hand():
    """Firm a stays (two years), b moves, c is seen once; two slopes."""
    firms, cities = np.array(list("aabbc")), np.array(["1", "1", "1", "2", "2"])
    assert counted("sandwich", 2, firms, cities) == (4, 2 + 1 + 1)  # b for itself, a as one; c in neither
    assert counted("xtreg", 2, firms, cities) == (5, 2 + 1)
    assert counted("fixest", 2, firms, cities) == (5, 2 + 3)
    assert counted("fixest", 2, firms, np.array(list("11223"))) == (5, 2 + 1)
    assert counted("sandwich", 2, None, cities) == (5, 2)


@mark.parametrize("level", ["city", "city_year"])
def test_firms_observed_once_change_no_error(level):
    """Their residual is 0; counted in n but not in k they made the errors by city-year smaller."""
    whole = design("firm and year")
    fits = [
        fixed_effects_fits(each, [(level, "sandwich")])[level, "sandwich"]
        for each in (whole, whole.without_singletons())
    ]
    kept, dropped = (fit.coefficient("egscore")[1] * np.sqrt((fit.n_clusters - 1) / fit.n_clusters) for fit in fits)
    assert fits[0].n > fits[1].n
    assert kept == approx(dropped, rel=1e-10)


def test_effective_clusters_are_all_of_them_if_equal_and_few_if_one_outweighs_them():
    """Four clusters with sums of squares 1, 1, 1, 1, then 9, 1, 1, 1: (12)^2 / 84."""
    clusters = np.arange(4)
    assert effective_clusters(np.ones((4, 1)), clusters) == approx([4.0])
    assert effective_clusters(np.array([[3.0], [1.0], [1.0], [1.0]]), clusters) == approx([144 / 84])


@mark.parametrize("rule", ["sandwich", "xtreg", "reghdfe", "fixest"])
def test_the_rule_of_the_study_is_what_the_table_prints(rule):
    """The numbers that the jackknife's table has as a variant, which then is one itself."""
    column = Column(outcome="qua", treatment="egscore", controls=("Con_inc",), fixed_effects=("firm", "year"))
    table, panel = Table(title="One", columns={"1": column}), small_panel(firms=60, cities=9)
    by_jackknife = estimate_table("table_99", table, panel)
    by_rule = estimate_table("table_99", table, panel, rule)
    shown = ["term", "estimate", "std_error", "p_value", "ci_low", "n"]
    assert (
        by_rule.filter(variant="cluster_city")
        .select(shown)
        .equals(by_jackknife.filter(variant=f"cluster_city_{rule}").select(shown))
    )
    assert (
        by_rule.filter(variant="cluster_city_jackknife")
        .select(shown)
        .equals(by_jackknife.filter(variant="cluster_city").select(shown))
    )
    assert by_rule.filter(variant=f"cluster_city_{rule}").is_empty()
