"""Fixed effects and clusters of any grouping: against pyfixest, plain dummies and refitting."""

from functools import cache

import numpy as np
import polars as pl
import pyfixest
from pyfixest.demeaners import MapDemeaner
from pytest import approx, fixture, mark, raises

from egov_assets.regression_tables import fits
from egov_assets.regression_tables.clustered import counted, small_sample_factor
from egov_assets.regression_tables.design import design_of
from egov_assets.regression_tables.estimate import estimate_table
from egov_assets.regression_tables.fits import fixed_effects_fits, regression_of
from egov_assets.regression_tables.printed import printed_table
from egov_assets.regression_tables.residuals import Residuals
from egov_assets.regression_tables.specifications import Column, Table
from egov_assets_tests.regression_tables.small_panel import small_panel

SAME, EXACT = 1e-8, 1e-9
EFFECTS = {
    "province^year": "firm_id + year + p_year",
    "industry^year": "firm_id + year + i_year",
    "city": "firm_id + year + city_code",
    "province_code^ind_tech": "firm_id + year + p_tech",
}


@cache
def panel() -> pl.DataFrame:
    """small_panel in 6 provinces and 5 industries that firms change now and then."""
    made = small_panel(firms=150).sort("firm_id", "year")
    draw = np.random.default_rng(5)
    city = made["city_code"].cast(pl.Int64).to_numpy()
    codes = np.array(["310000", "330100", "370200", "510100", "610100", "440300", "330200", "370600", "440600"])
    firm = made["firm_id"].cast(pl.Int64).to_numpy()
    moved = (draw.random(made.height) < 0.1).astype(int)
    industries = np.array(["1761", "2511", "3911", "1810", "2512"])[(firm + moved) % 5]
    return made.with_columns(
        city_code=codes[city % len(codes)],
        industry_2002_code=pl.Series(industries),
        ind_tech=pl.Series((draw.random(made.height) < 0.5).astype(int)),
    ).with_columns(province_code=pl.col("city_code").str.slice(0, 2) + "0000")


def column(*effects: str, **others: object) -> Column:
    return Column(outcome="qua", treatment="egscore", controls=("Con_inc",), fixed_effects=effects, **others)


def by_pyfixest(right: str, vcov: dict[str, str] | str, **ssc: object) -> object:
    data = panel().with_columns(
        province=pl.col("city_code").str.slice(0, 2), industry=pl.col("industry_2002_code").str.slice(0, 2)
    )
    year = pl.col("year").cast(pl.String)
    data = data.with_columns(
        p_year=pl.col("province") + year,
        i_year=pl.col("industry") + year,
        p_tech=pl.col("province_code") + pl.col("ind_tech").cast(pl.String),
    )
    return pyfixest.feols(
        f"qua ~ egscore + Con_inc | {right}",
        data.to_pandas(),
        vcov=vcov,
        fixef_rm="none",
        demeaner=MapDemeaner(fixef_tol=1e-12),
        **ssc,
    )


@fixture(params=["dummies", "absorbed"])
def way(request, monkeypatch) -> str:
    if request.param == "absorbed":
        monkeypatch.setattr(fits, "MOST_DUMMIES", 0)
    return request.param


@mark.parametrize("effect", EFFECTS)
def test_any_effect_gives_the_estimate_of_pyfixest_by_dummies_and_absorbed(effect, way):
    fit = fixed_effects_fits(design_of(column("firm", "year", effect), panel()), [("city", "sandwich")])
    theirs = by_pyfixest(EFFECTS[effect], {"CRV1": "city_code"}).coef()
    for term in ("egscore", "Con_inc"):
        assert fit["city", "sandwich"].coefficient(term)[0] == approx(theirs[term], rel=SAME), (effect, way)


@mark.parametrize("rule", ["jackknife", "sandwich", "fixest"])
def test_dummies_and_absorption_give_equal_errors(rule, monkeypatch):
    design = design_of(column("firm", "province^year", "industry^year"), panel())
    by_dummies = fixed_effects_fits(design, [("city", rule)])["city", rule]
    monkeypatch.setattr(fits, "MOST_DUMMIES", 0)
    absorbed = fixed_effects_fits(design, [("city", rule)])["city", rule]
    assert absorbed.terms == by_dummies.terms
    for term in absorbed.terms:
        assert absorbed.coefficient(term) == approx(by_dummies.coefficient(term), rel=SAME), term
    assert (absorbed.r2, absorbed.r2_within) == approx((by_dummies.r2, by_dummies.r2_within), rel=SAME)


def test_residuals_are_those_of_a_regression_on_all_dummies():
    design = design_of(column("firm", "province^year", "industry^year"), panel())
    dummies = np.hstack(
        [
            (design.frame[name].to_numpy()[:, None] == design.frame[name].unique().sort().to_numpy()).astype(float)
            for name in (design.absorbed, *design.beside)
        ]
        + [design.frame.select("x1").to_numpy()]
    )
    y = design.frame["y"].to_numpy()
    left = y - dummies @ np.linalg.lstsq(dummies, y, rcond=None)[0]
    net = Residuals(design, [1])
    assert net(y[:, None])[:, 0] == approx(left, abs=EXACT)
    assert net.effects + net.rank == np.linalg.matrix_rank(dummies)


def test_a_regressor_that_the_effects_absorb_is_named_and_not_estimated_from_a_lost_dummy():
    policy = pl.col("province_code").cast(pl.Int64) % 7 * (pl.col("year") - 2009)
    policied = panel().with_columns(policy=policy.cast(pl.Float64))
    made = Column(outcome="qua", treatment="egscore", controls=("policy",), fixed_effects=("firm", "province^year"))
    rows = estimate_table("table_99", Table(title="T", columns={"1": made}), policied).filter(variant="cluster_city")
    found = {row["term"]: row for row in rows.iter_rows(named=True)}
    assert found["policy"]["estimate"] is None
    assert found["policy"]["reason"] == "absorbed by the effects or the other regressors"
    alone = Column(outcome="qua", treatment="egscore", fixed_effects=("firm", "province^year"))
    design = design_of(alone, policied)
    expected = fixed_effects_fits(design, [("city", "jackknife")])["city", "jackknife"].coefficient("egscore")
    assert (found["egscore"]["estimate"], found["egscore"]["std_error"]) == approx(expected, rel=SAME)


def test_errors_of_two_ways_are_those_of_pyfixest_but_for_each_ways_factor():
    """Cameron, Gelbach and Miller (2011): each way has the factor of its own clusters; pyfixest has none here."""
    design = design_of(column("firm", "year", cluster=("city", "industry")), panel())
    ours = fixed_effects_fits(design, [("city+industry", "fixest")])["city+industry", "fixest"]
    variance = without_factor = 0.0
    for sign, way in ((1, "city"), (1, "industry"), (-1, "city^industry")):
        regression = regression_of(design_of(column("firm", "year", cluster=(way,)), panel()))
        fit = regression.fit(way, "fixest")
        counts = counted("fixest", regression.slopes, regression.effects, regression.labels[way].to_numpy())
        variance += sign * fit.coefficient("egscore")[1] ** 2
        factor = small_sample_factor(*counts, fit.n_clusters)
        without_factor += sign * fit.coefficient("egscore")[1] ** 2 / factor
    theirs = by_pyfixest("firm_id + year", {"CRV1": "city_code + industry"}, ssc=pyfixest.ssc(k_adj=False, G_adj=False))
    assert ours.coefficient("egscore")[1] == approx(np.sqrt(variance), rel=EXACT)
    assert np.sqrt(without_factor) == approx(theirs.se()["egscore"], rel=SAME)
    assert ours.n_clusters == 4


def test_a_columns_own_clusters_are_what_is_printed():
    columns = {
        "1": column("firm", "year"),
        "2": column("firm", "year", cluster="province^year"),
        "3": column("firm", "year", cluster=["city", "industry"]),
    }
    table = Table(title="Clusters", columns=columns)
    estimates = estimate_table("table_99", table, panel())
    assert {"cluster_city", "cluster_province^year", "cluster_city+industry"} <= set(estimates["variant"])
    printed = printed_table("table_99", table, estimates)
    assert "standard errors clustered as named above" in printed.notes[0]
    foot = {line[0]: line[1:] for line in printed.foot}
    assert foot["Errors clustered by"] == ("city", "province^year", "city, industry")
    assert foot["Clusters"] == ("9", "18", "4")


def test_three_ways_are_refused():
    with raises(ValueError, match="at most 2"):
        column("firm", cluster=("city", "industry", "year"))


def test_firm_years_without_a_group_are_left_out():
    gap = panel().with_columns(industry_2002_code=pl.when(pl.col("year") > 2010).then("industry_2002_code"))
    design = design_of(column("firm", "industry^year"), gap)
    assert design.frame.height == panel().filter(pl.col("year") > 2010).height < panel().height
