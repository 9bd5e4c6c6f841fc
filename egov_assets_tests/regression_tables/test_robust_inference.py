"""Each further method against a case worked by hand, a second implementation, or a planted answer."""

from dataclasses import replace

import numpy as np
import polars as pl
import pyfixest
from pyfixest.estimation.post_estimation.multcomp import _get_rwolf_pval
from pytest import approx, fixture

from egov_assets.platform.reference import table
from egov_assets.regression_tables import randomisation
from egov_assets.regression_tables.clustered import clustered_covariance
from egov_assets.regression_tables.conley import conley_covariance, distances_km, two_way_covariance
from egov_assets.regression_tables.design import design_of
from egov_assets.regression_tables.fits import fixed_effects_fits, regression_of
from egov_assets.regression_tables.omitted_variables import oster, robustness_value
from egov_assets.regression_tables.randomisation import _reassigned, randomisation_p
from egov_assets.regression_tables.robust_inference import SCHEMA, headline, robust_inference_of, romano_wolf
from egov_assets.regression_tables.schema import RobustInference
from egov_assets.regression_tables.specifications import Column, Table
from egov_assets.regression_tables.wild_bootstrap import wild_bootstrap
from egov_assets_tests.regression_tables.small_panel import small_panel

BASELINE = Column(outcome="qua", treatment="egscore", controls=("Con_inc",), fixed_effects=("firm", "year"))
SANDWICH = ("city", "sandwich")


def panel_of_cities(seed: int = 1, effect: float = 0.0) -> pl.DataFrame:
    """Twelve cities in three provinces whose scores differ by city and year, stayers only; industries by firm."""
    draw = np.random.default_rng(seed)
    panel = small_panel(seed=seed, firms=150, cities=12).with_columns(pl.col("city_code").first().over("firm_id"))
    number = pl.col("city_code").cast(pl.Int64)
    panel = panel.with_columns(
        city_code=pl.format("{}0{}00", number % 3 + 11, (number // 3 + 1).cast(pl.String)),
        industry_2002_code=pl.format("{}11", pl.col("firm_id").cast(pl.Int64) % 7 + 13),
    )
    cells = panel.select("city_code", "year").unique().sort("city_code", "year")
    scores = cells.with_columns(egscore=draw.normal(size=cells.height))
    own = panel.drop("egscore").join(scores, on=["city_code", "year"]).sort("firm_id", "year")
    return own.with_columns(qua=pl.Series(draw.normal(size=own.height)) + effect * pl.col("egscore"))


@fixture(scope="module")
def places() -> pl.DataFrame:
    """The twelve cities, 100 km apart on a meridian."""
    cities = sorted(panel_of_cities()["city_code"].unique())
    return pl.DataFrame({"city": cities, "lon": 110.0, "lat": 20 + np.arange(len(cities)) * 100 / 111.195})


def test_beijing_and_shanghai_are_a_thousand_kilometres_apart():
    """1,067 km between the coordinates of the reference list; a city without coordinates has no distance."""
    two = table("prefectures").filter(pl.col("code").is_in(["110000", "310000"])).select("lon", "lat")
    none = pl.DataFrame({"lon": [None], "lat": [None]}, schema=two.schema)
    distance = distances_km(pl.concat([two, none]))
    assert distance[0, 1] == approx(1067, abs=5)
    assert distance[0, 0] == 0
    assert np.isnan(distance[0, 2])


def test_conley_errors_of_cities_far_apart_are_those_clustered_by_city(places):
    design = design_of(BASELINE, panel_of_cities())
    fit = fixed_effects_fits(design, [SANDWICH])[SANDWICH]
    regression = regression_of(design)
    at = regression.kept[0]
    alone = conley_covariance(regression, places, cutoff_km=99.0)
    assert np.sqrt(alone[at, at]) == approx(fit.coefficient("egscore")[1], rel=1e-9)
    unknown = conley_covariance(regression, places.head(0), cutoff_km=1e6)
    assert unknown == approx(alone, rel=1e-9)


def test_conley_weighs_each_pair_of_cities_by_its_distance(places):
    """Cut off at 150 km: neighbours at 100 km count by a third, others by nothing; summed pair by pair."""
    regression = regression_of(design_of(BASELINE, panel_of_cities()))
    X, e, cities = regression.X, regression.residuals, regression.labels["city"].to_numpy()
    scores = [X[cities == city].T @ e[cities == city] for city in places["city"]]
    meat = np.zeros((X.shape[1], X.shape[1]))
    for one, score in enumerate(scores):
        for other, its in enumerate(scores):
            meat += {0: 1.0, 1: 1 / 3}.get(abs(one - other), 0.0) * np.outer(score, its)
    bread = np.linalg.inv(X.T @ X)
    plain = clustered_covariance(X, e, cities)
    ratio = conley_covariance(regression, places, 99.0)[0, 0] / plain[0, 0]  # the small-sample factor
    assert conley_covariance(regression, places, 150.0) == approx(bread @ meat @ bread * ratio, rel=1e-4, abs=1e-12)


def test_two_way_errors_are_pyfixests_but_for_the_small_sample_factor():
    panel = panel_of_cities()
    design = design_of(BASELINE, panel)
    divisions = design.frame.join(panel, on=["firm_id", "year"], how="left", maintain_order="left")
    frame = design.frame.with_columns(division=divisions["industry_2002_code"].str.slice(0, 2))
    theirs = pyfixest.feols(
        "y ~ x0 + x1 | firm_id + year",
        frame.to_pandas(),
        vcov={"CRV1": "city + division"},
        ssc=pyfixest.ssc(k_adj=False, G_df="min"),
        fixef_rm="none",
    )
    regression = regression_of(design)
    at, n = regression.kept[0], design.without_singletons().frame.height
    k = regression.X.shape[1] + 1  # stayers: their effects count as one
    ours = two_way_covariance(regression, frame["division"].to_numpy()) / ((n - 1) / (n - k))
    both = [at, regression.kept[1]]
    assert ours[np.ix_(both, both)] == approx(theirs._vcov, rel=1e-5)  # variances may be negative, in both


def test_randomisation_gives_the_share_of_refitted_draws_that_do_as_well(monkeypatch):
    """The same lots, each regression fitted anew with pyfixest."""
    design = design_of(BASELINE, panel_of_cities(effect=0.05))
    seen = []

    def few(scores, blocks):
        seen.append(_reassigned(scores, blocks)[:20])
        return seen[0]

    monkeypatch.setattr(randomisation, "_reassigned", few)
    found = randomisation_p(design)
    cells = design.frame.select("city", "year").unique().sort("city", "year")
    slopes = []
    for scores in seen[0]:
        own = design.frame.drop("x0").join(cells.with_columns(x0=scores), on=["city", "year"])
        slopes.append(abs(pyfixest.feols("y ~ x0 + x1 | firm_id + year", own.to_pandas()).coef()["x0"]))
    theirs = abs(fixed_effects_fits(design, [SANDWICH])[SANDWICH].coefficient("egscore")[0])
    assert found == approx((1 + sum(slope >= theirs for slope in slopes)) / 21)


def test_lots_keep_scores_in_their_province_and_year():
    scores = np.array([1.0, 2.0, 3.0, 10.0, 20.0, 30.0, 7.0])  # two cities with three years, one alone
    drawn = _reassigned(scores, [np.array([[0, 1, 2], [3, 4, 5]]), np.array([[6]])])
    assert {tuple(row) for row in drawn} == {tuple(scores), (10.0, 20.0, 30.0, 1.0, 2.0, 3.0, 7.0)}


def test_a_treatment_that_differs_within_a_city_has_no_lots():
    assert randomisation_p(design_of(BASELINE, small_panel(firms=60, cities=9))) is None


def test_randomisation_rejects_a_planted_effect_and_no_effect_as_often_as_it_says():
    assert randomisation_p(design_of(BASELINE, panel_of_cities(effect=1.0))) <= 0.005
    none = [randomisation_p(design_of(BASELINE, panel_of_cities(seed=seed))) for seed in range(40)]
    assert sum(p <= 0.2 for p in none) <= 8 + 2 * (40 * 0.2 * 0.8) ** 0.5


def test_the_robustness_value_is_that_of_the_darfur_example():
    """Cinelli and Hazlett (2020), table 1: t 4.18 with 783 degrees of freedom, RV 13.9 %."""
    assert robustness_value(4.184**2 / 783) == approx(0.139, abs=0.0005)


def test_oster_corrects_towards_the_truth_where_the_omitted_is_selected_as_the_observed():
    """x = w1 + w2 + v, y = b x + w1 + w2 of unit variances, w2 unseen: each w matters as much, so delta is 1.

    Slopes b + 2/3 without controls and b + 1/2 with w1, R2 from the variances. By hand b* = 0.845 and delta = 6.444.
    """
    b = 0.5
    var_y = b**2 * 3 + 2 + 2 * b * 2  # 4.75
    r2_alone, r2 = (b + 2 / 3) ** 2 * 3 / var_y, 1 - 0.5 / var_y  # w2 given x and w1 has variance 1/2
    estimate, delta = oster(b + 2 / 3, r2_alone, b + 1 / 2, r2, 1.0)
    assert estimate == approx(1 - (1 / 6) * 0.5 / (4.25 - 49 / 12), abs=1e-12)
    assert delta == approx(1 / (1 - estimate))
    assert b - 0.01 <= estimate < b + 1 / 2


def test_romano_wolf_is_pyfixests_step_down():
    draw = np.random.default_rng(4)
    t, drawn = np.array([2.6, 0.4, 2.2, 2.4]), np.abs(draw.normal(size=(999, 4)))
    assert romano_wolf(t, drawn) == approx(_get_rwolf_pval(t, drawn))
    single = (1 + (drawn[:, 0] >= 2.6).sum()) / 1000
    assert romano_wolf(t[:1], drawn[:, :1]) == approx([single])
    assert (romano_wolf(t, drawn) >= [(1 + (drawn[:, at] >= t[at]).sum()) / 1000 for at in range(4)]).all()


def test_the_table_has_every_method_for_the_headline_and_a_p_value_for_each_product(places):
    panel = panel_of_cities(effect=0.2).with_columns(
        large=(pl.col("Con_inc") > 5).cast(pl.Float64), old=(pl.col("Con_exp") > 5).cast(pl.Float64)
    )
    products = {
        str(at): BASELINE.model_copy(update={"moderator": name}) for at, name in enumerate(("large", "old"), start=1)
    }
    tables = {
        "table_02": Table(title="Headline", columns={"3": BASELINE}),
        "table_07": Table(title="Two", columns=products),
    }
    rows = robust_inference_of(panel, tables, places, 300.0)
    RobustInference.validate(rows)
    assert rows.columns == list(SCHEMA)
    headline_rows = rows.filter(table="table_02")
    assert headline_rows["method"].to_list() == [
        "conley",
        "two_way_city_industry",
        "wild_bootstrap",
        "randomisation",
        "without_one_province",
        "robustness_value",
        "oster",
    ]
    adjusted = rows.filter(method="romano_wolf")
    assert adjusted["term"].to_list() == ["egscore:large", "egscore:old"]
    wild = [
        wild_bootstrap(design_of(each, panel), f"egscore:{each.moderator}", "city").p_value
        for each in products.values()
    ]
    assert all(adjusted["p_value"] >= np.array(wild))


def test_leaving_out_a_province_is_refitting_without_it(places):
    panel = panel_of_cities(effect=0.2)
    tables = {"table_02": Table(title="Headline", columns={"3": BASELINE})}
    row = robust_inference_of(panel, tables, places, 300.0).row(
        by_predicate=pl.col("method") == "without_one_province", named=True
    )
    design = design_of(BASELINE, panel)
    left = {}
    for province in ("11", "12", "13"):
        rest = replace(design, frame=design.frame.filter(pl.col("province") != province))
        left[f"{province}0000"] = fixed_effects_fits(rest, [SANDWICH])[SANDWICH].coefficient("egscore")[0]
    lowest, highest = min(left, key=left.get), max(left, key=left.get)
    assert (row["low"], row["high"]) == approx((left[lowest], left[highest]), rel=1e-9)
    assert row["detail"] == f"{lowest} {highest}"


def test_a_study_without_the_paper_has_the_first_column_of_each_table_as_headline():
    instrumented = BASELINE.model_copy(update={"instrument": "egscore_size5"})
    tables = {
        "mine": Table(title="Mine", columns={"a": BASELINE, "b": BASELINE}),
        "other": Table(title="Other", columns={"1": instrumented}),
    }
    assert headline(tables) == [("mine", "a")]
    assert headline(tables | {"table_02": Table(title="Paper", columns={"3": BASELINE})}) == [("table_02", "3")]
