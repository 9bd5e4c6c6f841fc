"""A verdict for every printed cell, aware of rounding and of cells that contradict themselves."""

import polars as pl
from pytest import approx, fixture
from rich.console import Console

from egov_assets.paper.published import published_cells
from egov_assets.regression_tables.descriptives import descriptive_statistics
from egov_assets.regression_tables.estimate import estimate_table
from egov_assets.regression_tables.specifications import read_specifications
from egov_assets.replication.comparison import compare_with_published, read_planted
from egov_assets.replication.schema import PublishedComparison
from egov_assets.replication.side_by_side import table_2_side_by_side
from egov_assets_tests.regression_tables.small_panel import small_panel


@fixture(scope="module")
def ours():
    panel = small_panel()
    tables = read_specifications()
    estimates = pl.concat([estimate_table(name, table, panel) for name, table in tables.items()])
    return estimates, descriptive_statistics(panel)


def test_every_printed_cell_has_a_verdict_also_those_not_computed_yet(ours):
    comparison = compare_with_published(*ours)
    PublishedComparison.validate(comparison)
    assert comparison.height == published_cells().height
    not_yet = comparison.filter(pl.col("table") == "table_07")["verdict"].unique().to_list()
    assert not_yet == ["cannot be computed"]
    assert comparison.filter(table="table_07")["reason"].str.starts_with("the panel lacks variables").all()


def test_ours_is_the_estimate_clustered_by_city(ours):
    estimates, _ = ours
    baseline = (pl.col("table") == "table_02") & (pl.col("column") == "3") & (pl.col("term") == "egscore")
    expected = estimates.row(by_predicate=baseline & (pl.col("variant") == "cluster_city"), named=True)
    cell = compare_with_published(*ours).row(by_predicate=baseline, named=True)
    assert (cell["ours"], cell["our_p"]) == (expected["estimate"], expected["p_value"])


def test_the_row_named_after_the_instrument_is_our_second_stage(ours):
    comparison = compare_with_published(*ours)
    cell = comparison.row(by_predicate=pl.col("term") == "egscore_size5", named=True)
    assert cell["ours"] is not None


def test_with_an_instrument_the_stars_are_those_that_its_weakness_leaves(ours):
    estimates, _ = ours
    robust = estimates.filter(table="table_06", column="1", variant="anderson_rubin_cluster_city")["ar_p_value"].item()
    cell = compare_with_published(*ours).row(by_predicate=pl.col("term") == "egscore_size5", named=True)
    assert cell["our_p"] == robust


def test_counts_r2_and_moments_are_compared_only_where_n_is_the_printed_one(ours):
    """Table 2 (3) and the variable qua with the paper's n, everything else with that of the small panel."""
    estimates, descriptives = ours
    third = (pl.col("table") == "table_02") & (pl.col("column") == "3")
    estimates = estimates.with_columns(n=pl.when(third).then(76767).otherwise("n"))
    descriptives = descriptives.with_columns(n=pl.when(pl.col("variable") == "qua").then(192149).otherwise("n"))
    comparison = compare_with_published(estimates, descriptives)
    is_one = third | ((pl.col("table") == "table_01") & (pl.col("term") == "qua"))
    others = comparison.filter(pl.col("published_stars").is_null(), pl.col("anomaly").is_null())
    assert others.filter(is_one).height == 7
    assert not {"not comparable", "cannot be computed"} & set(others.filter(is_one)["verdict"])
    assert set(others.filter(~is_one)["verdict"]) == {"not comparable", "cannot be computed"}
    planted = pl.DataFrame({"table": ["table_02"], "column": ["3"], "term": ["egscore"], "planted": [0.0461]})
    demo = compare_with_published(estimates, descriptives, planted)
    assert set(demo.filter(is_one, pl.col("published_stars").is_null())["verdict"]) == {"not comparable"}


def test_on_the_demo_what_is_planted_judges_and_nothing_else_does(ours):
    planted = pl.DataFrame({"table": ["table_02"], "column": ["3"], "term": ["egscore"], "planted": [9.0]})
    comparison = compare_with_published(*ours, planted).filter(table="table_02", column="3")
    score = comparison.row(by_predicate=pl.col("term") == "egscore", named=True)
    assert score["distance"] == approx((score["ours"] - 9) / score["our_error"])
    assert score["verdict"] == "same sign, other size"
    others = comparison.filter(pl.col("published_stars").is_not_null(), pl.col("term") != "egscore")
    assert set(others["verdict"]) == {"not comparable"}


def test_planted_values_are_a_third_column_where_the_truth_folder_has_them(ours, tmp_path):
    assert read_planted(tmp_path) is None
    assert compare_with_published(*ours)["planted"].null_count() == published_cells().height
    (tmp_path / "planted.csv").write_text("table,column,term,planted\ntable_02,3,egscore,0.046\n", encoding="utf-8")
    comparison = compare_with_published(*ours, read_planted(tmp_path)).drop_nulls("planted")
    assert comparison.select("table", "column", "term", "planted").rows() == [("table_02", "3", "egscore", 0.046)]


def test_table_2_is_shown_with_the_planted_column_only_on_the_demo(ours):
    planted = pl.DataFrame({"table": ["table_02"], "column": ["3"], "term": ["egscore"], "planted": [0.0461]})
    with_truth, without = (
        shown(table_2_side_by_side(compare_with_published(*ours, truth))) for truth in (planted, None)
    )
    assert "planted" in with_truth
    assert "planted" not in without
    assert "0.046***" in without
    assert "76,767" in without


def shown(table) -> str:
    console = Console(width=100, force_terminal=False)
    with console.capture() as capture:
        console.print(table)
    return capture.get()
