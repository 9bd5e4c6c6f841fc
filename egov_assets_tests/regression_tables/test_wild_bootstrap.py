"""The wild bootstrap against the loop that its textbook describes, every regression fitted anew."""

import itertools
from dataclasses import replace

import numpy as np
import polars as pl
from pytest import approx

from egov_assets.regression_tables.design import design_of
from egov_assets.regression_tables.specifications import Column
from egov_assets.regression_tables.wild_bootstrap import wild_bootstrap
from egov_assets_tests.regression_tables.small_panel import small_panel

COLUMN = Column(outcome="qua", treatment="egscore", controls=("Con_inc",), fixed_effects=("firm", "year"))


def by_refitting(design) -> float:
    """All 2^G sign patterns; regressions with dummies; t without small-sample factor, which cancels."""
    data = design.frame
    firms, years, cities = (data[name].to_numpy() for name in ("company_id", "year", "city"))
    dummies = np.column_stack([(firms[:, None] == np.unique(firms)), (years[:, None] == [2011, 2012])]).astype(float)
    rest = np.column_stack([data["x1"], dummies])
    X = np.column_stack([data["x0"], rest])
    y = data["y"].to_numpy()
    groups = np.unique(cities)
    bread = np.linalg.pinv(X.T @ X)

    def t(outcome):
        b = bread @ X.T @ outcome
        e = outcome - X @ b
        scores = np.array([X[cities == city].T @ e[cities == city] for city in groups])
        return b[0] / np.sqrt((bread @ scores.T @ scores @ bread)[0, 0])

    fitted = rest @ np.linalg.lstsq(rest, y, rcond=None)[0]
    u = y - fitted
    ours = abs(t(y))
    drawn = []
    for signs in itertools.product([-1.0, 1.0], repeat=len(groups)):
        weight = dict(zip(groups, signs, strict=True))
        drawn.append(abs(t(fitted + u * np.array([weight[city] for city in cities]))))
    return float(np.mean(np.array(drawn) >= ours * (1 - 1e-10)))


def test_all_sign_patterns_give_the_p_value_of_refitting():
    panel = small_panel(firms=40, cities=6)
    design = design_of(COLUMN, panel)
    found = wild_bootstrap(design, "egscore", "city")
    assert found.p_value == approx(by_refitting(design), abs=1e-12)
    assert found.low < found.high


def test_at_the_ends_of_the_interval_refitting_just_stops_to_reject():
    """At each end b, the p-value of y - b x having no effect is above 5 % inside and at most 5 % outside."""
    design = design_of(COLUMN, small_panel(firms=40, cities=6))
    found = wild_bootstrap(design, "egscore", "city")

    def p_at(b: float) -> float:
        return by_refitting(replace(design, frame=design.frame.with_columns(y=pl.col("y") - b * pl.col("x0"))))

    step = 1e-4 * (found.high - found.low)
    for end, inwards in ((found.low, step), (found.high, -step)):
        assert p_at(end + inwards) > 0.05 >= p_at(end - inwards)


def test_with_more_clusters_the_draws_are_the_same_each_time():
    design = design_of(COLUMN, small_panel(firms=60, cities=15))
    first, again = (wild_bootstrap(design, "egscore", "city") for _ in range(2))
    assert (first.p_value, first.low, first.high) == (again.p_value, again.low, again.high)
    assert first.low < first.high


def test_a_term_that_the_effects_absorb_has_no_p_value():
    panel = small_panel(firms=30, cities=6).with_columns(kind=pl.col("company_id").cast(pl.Int64) % 2)
    design = design_of(COLUMN.model_copy(update={"controls": ("kind",)}), panel)
    assert wild_bootstrap(design, "kind", "city") is None
