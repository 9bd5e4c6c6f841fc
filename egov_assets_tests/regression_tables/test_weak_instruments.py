"""First stages and Anderson-Rubin sets against linearmodels and against the test inverted by hand."""

import numpy as np
import polars as pl
from pytest import approx, fixture, mark
from scipy import stats

from egov_assets.regression_tables.design import design_of
from egov_assets.regression_tables.fits import fixed_effects_fits
from egov_assets.regression_tables.specifications import Column
from egov_assets.regression_tables.weak_instruments import INSTRUMENT, TF_CRITICAL, _set, tf_critical, weak_instruments
from egov_assets_tests.regression_tables.small_panel import small_panel

SAME = 1e-8
SANDWICH, JACKKNIFE = ("city", "sandwich"), ("city", "jackknife")
PLAIN = {"outcome": "qua", "treatment": "egscore", "controls": ("Con_inc",), "instrument": "egscore_size5"}


@fixture(scope="module")
def design():
    return design_of(Column(**PLAIN), small_panel())


def test_two_stages_equal_linearmodels_but_for_the_stated_factor(design):
    """linearmodels has no small-sample factor by default: ours is G/(G-1) (n-1)/(n-k) larger in variance."""
    from linearmodels.iv import IV2SLS

    data = design.frame.to_pandas().assign(one=1.0)
    _, cities = np.unique(data["city"], return_inverse=True)
    theirs = IV2SLS(data["y"], data[["one", "x1"]], data[["x0"]], data[["z"]]).fit(
        cov_type="clustered", clusters=cities, debiased=False
    )
    n, k, G = len(data), 3, cities.max() + 1
    b, se = fixed_effects_fits(design, [SANDWICH])[SANDWICH].coefficient("egscore")
    assert b == approx(theirs.params["x0"], rel=SAME)
    assert se == approx(theirs.std_errors["x0"] * np.sqrt(G / (G - 1) * (n - 1) / (n - k)), rel=SAME)


def test_the_effective_f_equals_linearmodels_first_stage_but_for_the_factor(design):
    from linearmodels.iv import IV2SLS

    data = design.frame.to_pandas().assign(one=1.0)
    _, cities = np.unique(data["city"], return_inverse=True)
    theirs = IV2SLS(data["y"], data[["one", "x1"]], data[["x0"]], data[["z"]]).fit(
        cov_type="clustered", clusters=cities, debiased=False
    )
    n, k, G = len(data), 3, cities.max() + 1
    factor = G / (G - 1) * (n - 1) / (n - k)
    partial_chi2 = theirs.first_stage.diagnostics.loc["x0", "f.stat"]
    assert weak_instruments(design, *JACKKNIFE).effective_f == approx(partial_chi2 / factor, rel=SAME)


def test_the_set_ends_where_the_test_just_rejects(design):
    """At each end b the instrument's t in the regression of y - b x is the critical value; inside it is smaller."""
    found = weak_instruments(design, *JACKKNIFE)
    critical = stats.t.ppf(0.975, found.first_stage.n_clusters - 1)
    assert found.ar_shape == "interval"

    def t_at(b: float) -> float:
        frame = design.frame.with_columns(y=pl.col("y") - b * pl.col("x0"))
        stage = design_of(
            Column(outcome="y", treatment="z", controls=("x1",)), frame.rename({"city": "city_code"}).drop("firm")
        )
        estimate, error = fixed_effects_fits(stage, [JACKKNIFE])[JACKKNIFE].coefficient("z")
        return abs(estimate / error)

    for end in (found.ar_low, found.ar_high):
        assert t_at(end) == approx(critical, rel=1e-6)
    assert t_at((found.ar_low + found.ar_high) / 2) < critical
    assert found.ar_p_value == approx(2 * stats.t.sf(t_at(0.0), found.first_stage.n_clusters - 1), rel=1e-6)


def test_the_two_stage_estimate_is_the_ratio_of_the_stages(design):
    found = weak_instruments(design, *JACKKNIFE)
    ratio = found.reduced_form.coefficient(INSTRUMENT)[0] / found.first_stage.coefficient(INSTRUMENT)[0]
    assert fixed_effects_fits(design, [SANDWICH])[SANDWICH].coefficient("egscore")[0] == approx(ratio, rel=SAME)
    assert found.ar_low < ratio < found.ar_high


@mark.parametrize(
    ("y", "x", "shape"),
    [(2.0, 5.0, "interval"), (0.1, 0.2, "line"), (5.0, 1.0, "two rays")],
)
def test_a_weak_first_stage_opens_the_set(y, x, shape):
    """Independent unit variances, critical value 2: bounded only if x is 2 errors from zero."""
    found, low, high = _set(y, x, 1.0, 1.0, 0.0, 2.0)
    assert found == shape
    if shape != "line":
        for end in (low, high):
            assert abs(y - end * x) / np.sqrt(1 + end**2) == approx(2.0)


def test_tf_intervals_are_as_long_as_lee_and_others_print():
    """Table 3 of the paper, the F of 10 and the 104.7 of its abstract; never shorter where the F is smaller."""
    assert tf_critical(10.0) == approx(3.43, abs=0.01)
    assert tf_critical(104.7) == approx(1.96, abs=0.01)
    assert tf_critical(1e4) == 1.96
    assert tf_critical(3.9) == np.inf
    assert list(TF_CRITICAL) == sorted(TF_CRITICAL, reverse=True)


def test_the_tf_test_holds_its_level_at_the_worst_correlation():
    """With errors of the stages correlated by 1, t = f (f - f0) / f0 for a first-stage t of f around f0."""
    draws = np.random.default_rng(5).normal(size=200_000)
    for f0 in (1.0, 2.0, 3.0, 5.0, 8.0, 12.0):
        f = f0 + draws
        t, critical = np.abs(f * draws / f0), np.array([tf_critical(each) for each in f[:20_000] ** 2])
        rejections = (t[:20_000] > critical).mean()
        assert rejections <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 20_000), f0
