"""Every number against a second implementation: dummies and plain matrix algebra, or linearmodels."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml
from pytest import approx, fixture, raises
from scipy import stats

from egov_assets.paper.study import CONTROLS
from egov_assets.platform.folders import Folders
from egov_assets.platform.words import words_of
from egov_assets.regression_tables.estimate import estimate_table
from egov_assets.regression_tables.gather import every_column_is_estimated
from egov_assets.regression_tables.random_effects import random_effects
from egov_assets.regression_tables.schema import Estimates
from egov_assets.regression_tables.specifications import Column, Table, read_specifications
from egov_assets_tests.regression_tables.small_panel import small_panel
from egov_assets_tests.study_file import write_section

SAME = 1e-8


@fixture(scope="module")
def estimates() -> pl.DataFrame:
    specifications = read_specifications()
    panel = small_panel()
    tables = {name: specifications[name] for name in ("table_02", "table_06")}
    return pl.concat([estimate_table(name, table, panel) for name, table in tables.items()])


def cell(estimates: pl.DataFrame, table: str, column: str, variant: str, term: str = "egscore") -> dict:
    key = (pl.col("table") == table) & (pl.col("column") == column)
    return estimates.row(by_predicate=key & (pl.col("variant") == variant) & (pl.col("term") == term), named=True)


def with_dummies(panel: pl.DataFrame, regressors: list[str], instrument: str | None = None) -> dict:
    """Coefficient of egscore with firm and year dummies, its city-clustered error as G/(G-1) (n-1)/(n-k), within R2.

    k counts regressors, years less one, firms seen in several cities, and one for those that are not; firms observed
    once count in neither n nor k.
    """
    data = panel.sort("firm_id", "year").to_pandas()
    firms = (data["firm_id"].to_numpy()[:, None] == np.unique(data["firm_id"])).astype(float)
    years = (data["year"].to_numpy()[:, None] == np.array([2011, 2012])).astype(float)
    dummies = np.hstack([firms, years])

    def within(values: np.ndarray) -> np.ndarray:
        return values - dummies @ np.linalg.lstsq(dummies, values, rcond=None)[0]

    y, X = within(data["qua"].to_numpy()), within(data[regressors].to_numpy())
    Z = within(data[[instrument, *regressors[1:]]].to_numpy()) if instrument else X
    fitted = Z @ np.linalg.lstsq(Z, X, rcond=None)[0]
    b = np.linalg.solve(fitted.T @ X, fitted.T @ y)
    e = y - X @ b
    codes = data["city_code"].to_numpy()
    cities = np.unique(codes)
    scores = np.array([fitted[codes == city].T @ e[codes == city] for city in cities])
    bread = np.linalg.inv(fitted.T @ fitted)
    movers = sum(len(set(codes[firms[:, firm] == 1])) > 1 for firm in range(firms.shape[1]))
    n, k, groups = len(y) - int((firms.sum(axis=0) == 1).sum()), len(regressors) + 2 + movers + 1, len(cities)
    covariance = groups / (groups - 1) * (n - 1) / (n - k) * bread @ scores.T @ scores @ bread
    return {
        "estimate": b[0],
        "std_error": np.sqrt(covariance[0, 0]),
        "r2_within": 1 - e @ e / (y @ y),
        "n": len(y),
        "n_clusters": groups,
        "p_value": 2 * stats.t.sf(abs(b[0]) / np.sqrt(covariance[0, 0]), groups - 1),
    }


def test_two_way_effects_with_and_without_controls(estimates):
    for column, controls in (("2", ()), ("3", CONTROLS)):
        ours = cell(estimates, "table_02", column, "cluster_city_sandwich")
        for name, value in with_dummies(small_panel(), ["egscore", *controls]).items():
            assert ours[name] == approx(value, rel=SAME), name


def test_two_stage_least_squares(estimates):
    ours = cell(estimates, "table_06", "1", "cluster_city_sandwich")
    for name, value in with_dummies(small_panel(), ["egscore", *CONTROLS], "egscore_size5").items():
        assert ours[name] == approx(value, rel=SAME), name


def test_firms_observed_once_change_the_count_but_no_coefficient(estimates):
    kept = cell(estimates, "table_02", "3", "cluster_city")
    dropped = cell(estimates, "table_02", "3", "cluster_city_reghdfe")
    once = small_panel().group_by("firm_id").len().filter(pl.col("len") == 1).height
    assert once > 0
    assert kept["n"] - dropped["n"] == once
    assert kept["estimate"] == approx(dropped["estimate"], rel=SAME)


def test_one_firm_that_moves_hardly_moves_the_errors_of_all():
    stayers = small_panel().with_columns(city_code=pl.col("city_code").first().over("firm_id"))
    last = (pl.col("firm_id") == "0000000007") & (pl.col("year") == 2012)
    moved = stayers.with_columns(city_code=pl.when(last).then(pl.lit("000001")).otherwise("city_code"))
    column = Column(outcome="qua", treatment="egscore", fixed_effects=("firm", "year"))
    table = Table(title="Mover", columns={"1": column})
    before, after = (
        cell(estimate_table("table_99", table, panel), "table_99", "1", "cluster_city_sandwich")
        for panel in (stayers, moved)
    )
    assert moved["city_code"].to_list() != stayers["city_code"].to_list()
    assert after["std_error"] == approx(before["std_error"], rel=0.05)


def test_firm_clusters_count_firms(estimates):
    assert cell(estimates, "table_02", "2", "cluster_firm")["n_clusters"] == small_panel()["firm_id"].n_unique()


def test_the_constant_closes_the_means(estimates):
    """mean(qua) = constant + b mean(egscore), in each reading with effects."""
    panel = small_panel()
    for column, variant in (("2", "cluster_city"), ("1", "year_dummies_cluster_city"), ("1", "cluster_city")):
        b, constant = (cell(estimates, "table_02", column, variant, term)["estimate"] for term in ("egscore", "_cons"))
        assert constant + b * panel["egscore"].mean() == approx(panel["qua"].mean(), rel=SAME)


def test_plain_least_squares_has_the_textbook_slope_and_r2(estimates):
    panel = small_panel()
    ours = cell(estimates, "table_02", "1", "cluster_city")
    correlation = np.corrcoef(panel["egscore"], panel["qua"])[0, 1]
    assert ours["estimate"] == approx(correlation * panel["qua"].std() / panel["egscore"].std(), rel=SAME)
    assert ours["r2"] == approx(correlation**2, rel=SAME)
    assert ours["r2_within"] is None


def test_random_effects_equal_linearmodels(estimates):
    from linearmodels.panel import RandomEffects

    panel = small_panel().sort("firm_id", "year")
    data = panel.select("firm_id", "year", "qua", "egscore").to_pandas().assign(_cons=1.0)
    data = data.set_index(["firm_id", "year"])
    theirs = RandomEffects(data["qua"], data[["_cons", "egscore"]]).fit()
    for term in ("egscore", "_cons"):
        ours = cell(estimates, "table_02", "1", "random_effects_cluster_city", term)
        assert ours["estimate"] == approx(theirs.params[term], rel=1e-6)


def test_random_effects_need_firms_observed_twice():
    with raises(ValueError, match="observed more than once"):
        random_effects(np.arange(4.0), np.column_stack([np.ones(4), [1.0, 3, 2, 5]]), np.arange(4))


def test_intervals_and_statistics_follow_from_estimate_and_error(estimates):
    estimates = estimates.drop_nulls("estimate")
    quantile = stats.t.ppf(0.975, estimates["n_clusters"].to_numpy() - 1)
    width = (estimates["ci_high"] - estimates["ci_low"]).to_numpy()
    assert width.tolist() == approx((2 * quantile * estimates["std_error"].to_numpy()).tolist(), rel=SAME)
    assert estimates["statistic"].to_list() == approx((estimates["estimate"] / estimates["std_error"]).to_list())


def test_the_table_keeps_to_its_schema_and_the_studys_variant_stands_first(estimates):
    Estimates.validate(estimates)
    first = estimates.group_by("table", "column", maintain_order=True).first()
    assert first["variant"].to_list() == ["cluster_city"] * first.height


def test_the_order_of_the_panel_changes_no_byte():
    table = read_specifications()["table_02"]
    straight = estimate_table("table_02", table, small_panel())
    assert straight.equals(estimate_table("table_02", table, small_panel().sort("qua")), null_equal=True)


def test_a_control_that_repeats_another_has_no_estimate():
    panel = small_panel().with_columns(twin=pl.col("Con_inc") * 2)
    column = Column(outcome="qua", treatment="egscore", controls=("Con_inc", "twin"), fixed_effects=("firm", "year"))
    rows = estimate_table("table_99", Table(title="Twins", columns={"1": column}), panel)
    missing = rows.filter(pl.col("variant") == "cluster_city", pl.col("estimate").is_null())
    assert missing["reason"].to_list() == ["absorbed by the effects or the other regressors"]


def folders_with(specifications: dict[str, Any], place: Path) -> Folders:
    """Folders of a study with its own tables."""
    folders = Folders(raw=place / "raw", outputs=place / "outputs", truth=place / "truth")
    write_section(place, "tables", yaml.safe_dump(specifications))
    return folders


def test_a_column_that_cannot_be_estimated_says_why_and_the_others_are_estimated(tmp_path):
    panel = small_panel().with_columns(Con_exp=pl.lit(None, pl.Float64))
    columns = {
        "1": Column(outcome="qua", treatment="egscore_idf"),
        "2": Column(outcome="qua", treatment="egscore", controls=("Con_exp",)),
        "3": Column(outcome="qua", treatment="egscore"),
    }
    rows = estimate_table("table_99", Table(title="Broken", columns=columns), panel)
    Estimates.validate(rows)
    said = words_of("regression_tables", "en").of
    reason = dict(rows.filter(term="egscore", variant="cluster_city").select("column", "reason").iter_rows())
    [unknown] = rows.filter(column="1")["reason"].unique()
    assert said(unknown) == "firm_panel has no egscore_idf (did you mean egscore?)"
    assert said(reason["2"]) == "no firm-year has Con_exp"
    assert reason["3"] is None
    own = {"table_99": Table(title="Broken", columns=columns).model_dump(mode="json", exclude_defaults=True)}
    folders = folders_with(own, tmp_path)
    finding = every_column_is_estimated(rows, panel, folders)
    assert not finding.passed
    assert finding.words.startswith("1 of 3 columns are estimated; not table_99 (1): firm_panel has no egscore_idf")


def test_variables_that_never_meet_are_counted_each():
    once = pl.when(pl.col("year") == 2011)
    panel = small_panel().with_columns(Con_exp=once.then(None).otherwise(1.0), Con_wag=once.then(1.0))
    columns = {"1": Column(outcome="qua", treatment="egscore", controls=("Con_exp", "Con_wag"))}
    rows = estimate_table("table_99", Table(title="Apart", columns=columns), panel)
    n, in_2011 = panel.height, panel.filter(year=2011).height
    counts = f"observed each: qua {n}, egscore {n}, Con_exp {n - in_2011}, Con_wag {in_2011}"
    assert words_of("regression_tables", "en").of(rows["reason"][0]).endswith(counts)


def test_a_column_that_needs_more_years_than_there_are_is_told_and_is_no_failure(tmp_path):
    """One year leaves firm effects nothing: a failure, unless the column says that it needs two."""
    panel = small_panel().filter(pl.col("year") == 2012)
    column = {"outcome": "qua", "treatment": "egscore", "fixed_effects": ["firm"]}
    columns = {"1": column | {"years_needed": 2}, "2": {"outcome": "qua", "treatment": "egscore"}}
    for number, passes in (("1", True), ("3", False)):
        own = {"table_99": {"title": "Short", "columns": columns | {number: columns.get(number, column)}}}
        folders = folders_with(own, tmp_path / number)
        rows = estimate_table("table_99", read_specifications(folders.study_file)["table_99"], panel)
        finding = every_column_is_estimated(rows, panel, folders)
        assert finding.passed == passes
        assert finding.words.endswith("no failure: table_99 (1) needs 2 years, the panel has 1")


def test_of_a_reading_too_the_years_that_it_needs_are_asked(tmp_path):
    column = {"outcome": "qua", "treatment": "egscore", "readings": {"other": {"treatment": "innov"}}}
    for needed, passes in ((1, False), (4, True)):
        reading = {"treatment": "innov", "years_needed": needed}
        own = {"table_99": {"title": "Read", "columns": {"1": column | {"readings": {"other": reading}}}}}
        folders = folders_with(own, tmp_path / str(needed))
        rows = estimate_table("table_99", read_specifications(folders.study_file)["table_99"], small_panel())
        finding = every_column_is_estimated(rows, small_panel(), folders)
        assert finding.passed == passes
        assert finding.words.startswith("1 of 1 columns are estimated; not table_99 (1) other: ")


def test_the_constants_error_is_that_of_the_mean_effect_of_the_dummy_regression(estimates):
    """Dummy regression without intercept; the constant is the mean of the firm and year effects over observations."""
    data = small_panel().sort("firm_id", "year").to_pandas()
    firms = (data["firm_id"].to_numpy()[:, None] == np.unique(data["firm_id"])).astype(float)
    years = (data["year"].to_numpy()[:, None] == np.array([2011, 2012])).astype(float)
    X = np.hstack([data[["egscore"]].to_numpy(), firms, years])
    bread = np.linalg.inv(X.T @ X)
    b = bread @ X.T @ data["qua"].to_numpy()
    scores = pl.DataFrame(X * (data["qua"].to_numpy() - X @ b)[:, None])
    by_city = scores.with_columns(city=pl.Series(data["city_code"])).group_by("city").sum().drop("city").to_numpy()
    movers = (data.groupby("firm_id")["city_code"].nunique() > 1).sum()
    once = int((firms.sum(axis=0) == 1).sum())
    n, k, groups = len(X) - once, 1 + 2 + movers + 1, len(by_city)
    covariance = groups / (groups - 1) * (n - 1) / (n - k) * bread @ by_city.T @ by_city @ bread
    weights = np.concatenate([[0.0], X[:, 1:].mean(axis=0)])
    ours = cell(estimates, "table_02", "2", "cluster_city_sandwich", "_cons")
    assert ours["estimate"] == approx(weights @ b, rel=SAME)
    assert ours["std_error"] == approx(np.sqrt(weights @ covariance @ weights), rel=SAME)
