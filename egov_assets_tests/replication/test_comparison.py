"""A verdict for every printed cell, aware of rounding and of cells that contradict themselves."""

import polars as pl
from pytest import fixture, mark
from rich.console import Console

from egov_assets.paper.published import published_cells
from egov_assets.regression_tables.descriptives import descriptive_statistics
from egov_assets.regression_tables.estimate import estimate_table
from egov_assets.regression_tables.specifications import read_specifications
from egov_assets.replication.comparison import agrees_as_printed, compare_with_published, read_planted, verdict
from egov_assets.replication.schema import PublishedComparison
from egov_assets.replication.side_by_side import table_2_side_by_side
from egov_assets_tests.regression_tables.small_panel import small_panel


@mark.parametrize(
    ("ours", "published", "agrees"),
    [
        (0.0455, "0.046", True),
        (0.0464, "0.046", True),
        (0.0466, "0.046", False),
        (-0.02849, "-0.028", True),
        (0.1446, "0.1446", True),
        (76767, "76767", True),
        (76768, "76767", False),
    ],
)
def test_agreement_is_judged_at_the_printed_decimals(ours, published, agrees):
    assert agrees_as_printed(ours, published) is agrees


@mark.parametrize(
    ("cell", "expected"),
    [
        (("0.046", "***", None, 0.0458, 0.001), "reproduced"),
        (("0.046", "***", None, 0.0458, 0.03), "same sign and significance"),
        (("0.046", "***", None, 0.060, 0.001), "same sign and significance"),
        (("0.046", "***", None, 0.060, 0.4), "same sign"),
        (("0.003", "", None, 0.009, 0.4), "same sign and significance"),
        (("0.003", "", None, 0.009, 0.04), "same sign"),
        (("0.046", "***", None, -0.01, 0.001), "differs"),
        (("0.046", "***", None, None, None), "cannot be computed"),
        (("0.076", "***", "an anomaly", 0.076, 0.001), "printed cell is inconsistent"),
        (("0.000", "", None, 0.003, 0.4), "differs"),  # a printed zero has no sign that ours could share
        (("0.000", "", None, -0.003, 0.4), "differs"),
        (("191754", None, None, 191754.0, None), "reproduced"),
        (("191754", None, None, 9000.0, None), "differs"),
    ],
)
def test_verdict(cell, expected):
    assert verdict(*cell) == expected


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
