"""Every figure can be drawn in both languages, from whatever part of the tables there is."""

from itertools import product

import numpy as np
import polars as pl
from pytest import approx, fixture, mark

from egov_assets.figures.all_figures import paper_figures, study_figures, write_figures
from egov_assets.figures.panel_figures import _net
from egov_assets.platform.figure_style import drawing
from egov_assets.regression_tables.descriptives import descriptive_statistics
from egov_assets.regression_tables.design import design_of
from egov_assets.regression_tables.estimate import WEAK_INSTRUMENT_VARIANT, estimate_table
from egov_assets.regression_tables.fits import fixed_effects_fits
from egov_assets.regression_tables.specification_curve import (
    CLUSTERINGS,
    CONTROL_SETS,
    SCHEMA,
    specification_curve_of,
)
from egov_assets.regression_tables.specifications import Column, read_specifications
from egov_assets.replication.comparison import compare_with_published
from egov_assets.theory.equilibrium import exit_scale
from egov_assets_tests.figures.test_flow import FLOW, MATCHED
from egov_assets_tests.regression_tables.small_panel import small_panel

pytestmark = mark.slow


@fixture(scope="module")
def tables():
    panel = small_panel(firms=120, cities=10)
    specifications = read_specifications()
    estimates = pl.concat([estimate_table(name, specifications[name], panel) for name in ("table_02", "table_06")])
    comparison = compare_with_published(estimates, descriptive_statistics(panel))
    curve = pl.DataFrame(
        [
            ("qua", "all", "all", "least_squares", "city", 0.4, 0.1, 0.001, 0.2, 0.6, 90, 1),
            ("qua", "none", "all", "least_squares", "city", 0.1, 0.1, 0.4, -0.1, 0.3, 90, 1),
        ],
        schema=SCHEMA,
        orient="row",
    )
    return panel, estimates, comparison, curve


@mark.filterwarnings("error:Glyph")
def test_every_figure_is_written_in_both_languages(tables, tmp_path):
    figures = paper_figures(*tables) | study_figures(tables[0], FLOW, MATCHED)
    files = write_figures(figures, tmp_path)
    assert sorted(files["file"]) == sorted(path.name for path in tmp_path.iterdir())
    assert files.group_by("figure").len()["len"].to_list() == [6] * len(figures)  # two languages, three kinds


def test_the_line_of_the_binned_scatter_has_the_slope_of_the_table(tables):
    panel, estimates, *_ = tables
    x, y = _net(panel, read_specifications()["table_02"].columns["3"])
    cell = estimates.row(
        by_predicate=(pl.col("table") == "table_02")
        & (pl.col("column") == "3")
        & (pl.col("variant") == "cluster_city")
        & (pl.col("term") == "egscore"),
        named=True,
    )
    assert x @ y / (x @ x) == approx(cell["estimate"], rel=1e-8)


def test_each_first_stage_says_the_f_of_its_column(tables):
    _, estimates, *_ = tables
    with drawing():
        titles = [axes.get_title("left") for axes in paper_figures(*tables)["first_stages"]("en").axes]
    tested = estimates.filter(table="table_06", variant=WEAK_INSTRUMENT_VARIANT).drop_nulls("effective_f")
    assert tested.height
    for column, f in tested.select("column", "effective_f").iter_rows():
        header = read_specifications()["table_06"].columns[column].header
        assert any(f" {header}\n" in title and f"F = {f:.1f}\n" in title for title in titles)


def test_the_curve_holds_the_baseline_in_standard_deviations_of_the_outcome():
    panel = small_panel(firms=120, cities=10)
    curve = specification_curve_of(panel)
    specification = read_specifications()["table_02"]
    row = curve.row(
        by_predicate=(pl.col("controls") == "all") & (pl.col("sample") == "all") & (pl.col("cluster") == "city")
        & (pl.col("estimator") == "least_squares"),
        named=True,
    )  # fmt: skip
    table = specification.model_copy(update={"columns": {"3": specification.columns["3"]}})
    baseline = estimate_table("table_02", table, panel, "sandwich").filter(variant="cluster_city", term="egscore")
    assert row["estimate"] == approx(baseline["estimate"][0] / panel["qua"].std(), rel=1e-8)
    assert row["p_value"] == approx(baseline["p_value"][0], rel=1e-6)


def test_each_point_of_the_curve_is_the_regression_it_names():
    """Against pyfixest, which the tables use: each estimator, with and without controls, under each clustering."""
    panel = small_panel(firms=120, cities=10).with_columns(ln_quality=pl.col("qua").log(), qua_sub=1 - pl.col("qua"))
    panel = panel.with_columns(qua_sub=pl.when(pl.col("year") > 2010).then("qua_sub"))
    panel = panel.with_columns(industry_2002_code=pl.Series(["1761", "2511", "3911"] * panel.height).head(panel.height))
    curve = specification_curve_of(panel)
    estimators = {
        "least_squares": Column(outcome="qua", treatment="egscore", fixed_effects=("firm", "year")),
        "both_by_year": Column(
            outcome="qua", treatment="egscore", fixed_effects=("firm", "province^year", "industry^year")
        ),
        "five_neighbours": Column(
            outcome="qua", treatment="egscore", fixed_effects=("firm", "year"), instrument="egscore_size5"
        ),
        "differences": Column(outcome="D.qua", treatment="D.egscore", fixed_effects=("firm", "year")),
        "all_differences": Column(outcome="D.qua", treatment="D.egscore", fixed_effects=("year",)),
    }
    for estimator, column in estimators.items():
        for outcome, controls in product(("qua", "ln_quality", "qua_sub"), ("none", "all")):
            chosen = CONTROL_SETS[controls]
            fields = {
                "outcome": column.outcome.replace("qua", outcome),
                "controls": tuple(f"D.{name}" for name in chosen) if estimator == "all_differences" else chosen,
            }
            points = curve.filter(outcome=outcome, controls=controls, sample="all", estimator=estimator)
            if outcome == "qua_sub" and estimator == "differences":
                assert points.is_empty()  # one change a firm: firm effects absorb it
                continue
            errors = [(cluster, "sandwich") for cluster in CLUSTERINGS]
            fits = fixed_effects_fits(design_of(column.model_copy(update=fields), panel), errors)
            assert points.height == len(CLUSTERINGS)
            for (cluster, _), fit in fits.items():
                point = points.row(by_predicate=pl.col("cluster") == cluster, named=True)
                b, se = fit.coefficient(column.treatment)
                spread = panel[outcome].std()
                assert point["estimate"] == approx(b / spread, rel=1e-8)
                assert point["std_error"] == approx(se / spread, rel=1e-8)
                assert point["n"] == fit.n


def test_figure_2_shows_what_the_algebra_says():
    """With alpha < beta the printed upgrading threshold lies below exit, the consistent one above."""
    from egov_assets.figures.model_figures import COST_INDUSTRY, QUALITY_INDUSTRY

    for industry, printed_is_higher in ((QUALITY_INDUSTRY, True), (COST_INDUSTRY, False)):
        leaves = exit_scale(industry, 1.5, 2.0, np.array([0.5, 2.0]))
        assert (industry.alpha / industry.beta * leaves > leaves).all() == printed_is_higher
        assert industry.alpha / industry.quality_return > 1
        rising = leaves[1] > leaves[0]
        assert rising == printed_is_higher


def test_a_figure_needs_no_planted_values(tables):
    with drawing():
        labels = paper_figures(*tables)["baseline"]("en").axes[0].get_legend_handles_labels()[1]
    assert labels == ["published", "ours, 95 % interval, clustered by city"]
