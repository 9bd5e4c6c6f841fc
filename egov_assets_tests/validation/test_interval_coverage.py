"""The coverage study counts what it says it counts, estimates by the code of Table 2, and goes on where it stopped."""

import itertools

import polars as pl
from pytest import approx, mark

from egov_assets.regression_tables.estimate import estimate_table
from egov_assets.regression_tables.specifications import read_specifications
from egov_assets.validation import interval_coverage
from egov_assets.validation.interval_coverage import (
    DENSITIES,
    EFFECTS,
    SCHEMA,
    baseline_by_inference,
    between_pipelines,
    read_economies,
    summary,
    through_quality,
    truth_of,
)
from egov_assets_tests.regression_tables.small_panel import small_panel

CELL = {"pipeline": "whole", "scale": 1.0, "effect": "default", "density": "default"}


def economies(*rows: dict) -> pl.DataFrame:
    return pl.DataFrame([CELL | row for row in rows], schema=SCHEMA, orient="row")


def test_the_summary_counts_covered_and_rejected_economies_with_their_errors():
    """Planted 2; intervals [1, 3], [2.5, 4], [0, 2]: two of three cover. Tests reject in the one with p 0.01."""
    of_jackknife = {"inference": "jackknife", "planted": 2.0}
    intervals = ((1.0, 3.0, 0.2), (2.5, 4.0, 0.01), (0.0, 2.0, 0.06))
    rows = [
        of_jackknife | {"seed": seed, "estimate": (low + high) / 2, "low": low, "high": high, "p_value": p}
        for seed, (low, high, p) in enumerate(intervals)
    ]
    found = summary(economies(*rows, {"seed": 3, "problem": "one city"})).row(0, named=True)
    assert found["economies"] == 3
    assert found["coverage"] == approx(2 / 3)
    assert found["coverage_error"] == approx((((1 / 3) ** 2 * 2 + (2 / 3) ** 2) / 2) ** 0.5 / 3**0.5)
    assert found["bias"] == approx((0 + 1.25 - 1) / 3)
    assert found["length"] == approx((2 + 1.5 + 2) / 3)
    assert found["rejects"] == approx(1 / 3)
    assert found["refused"] == 1


def test_what_files_and_match_add_is_counted_in_pairs_of_one_seed():
    """Estimates 2.5 and 1.0 beside 2.0 and 1.5 with true links; seed 3 has no pair. Half lengths are 1."""
    rows = [
        {"pipeline": pipeline, "seed": seed, "estimate": at, "low": at - 1, "high": at + 1, "planted": 3.2}
        for pipeline, seed, at in (
            *(("whole", 1, 2.5), ("whole", 2, 1.0), ("whole", 3, 9.0)),
            *(("quality", 1, 2.0), ("quality", 2, 1.5)),
        )
    ]
    found = between_pipelines(economies(*({"inference": "jackknife"} | row for row in rows))).row(0, named=True)
    assert found["pairs"] == 2
    assert found["added"] == approx(0)
    assert found["added_error"] == approx(0.5)
    assert found["moved"] == approx(0.5)
    assert (found["covered_whole"], found["covered_quality"]) == (0.5, 0)


def test_with_true_links_a_large_effect_is_found_in_a_small_economy():
    truth = truth_of(0.1, "default", "default", 2).with_changes(
        demand={"products": 30}, effect={"on_ln_quality": 1.0, "reverse_causality": 0.0}
    )
    rows = {row["inference"]: row for row in through_quality(truth)}
    assert set(rows) >= {"sandwich", "jackknife"}
    assert rows["jackknife"]["low"] > 0
    assert 0.3 * rows["jackknife"]["planted"] < rows["jackknife"]["estimate"] < 1.3 * rows["jackknife"]["planted"]


def test_the_study_has_the_intervals_that_the_table_prints():
    panel = small_panel(firms=60, cities=9)
    table = read_specifications()["table_02"]
    printed = estimate_table("table_02", table, panel).filter(column="3", term="egscore")
    ours = {row["inference"]: row for row in baseline_by_inference(panel)}
    for inference, variant in (("jackknife", "cluster_city"), ("sandwich", "cluster_city_sandwich")):
        theirs = printed.row(by_predicate=pl.col("variant") == variant, named=True)
        assert (ours[inference]["low"], ours[inference]["high"]) == (theirs["ci_low"], theirs["ci_high"])
    wild = printed.row(by_predicate=pl.col("variant") == "cluster_city", named=True)
    assert (ours["wild"]["low"], ours["wild"]["p_value"]) == (wild["wild_low"], wild["wild_p_value"])


def test_a_study_that_was_stopped_draws_only_what_is_missing(tmp_path, monkeypatch):
    drawn = []

    def one_row(truth, folders=None):
        drawn.append((truth.scale, truth.seed))
        yield {"inference": "jackknife", "estimate": 1.0}

    monkeypatch.setattr(interval_coverage, "through_files", one_row)
    monkeypatch.setattr(interval_coverage, "through_quality", one_row)
    monkeypatch.setattr(interval_coverage.os, "environ", {})
    cells = [("whole", 0.1, "default", "default"), ("quality", 0.2, "default", "default")]
    interval_coverage._study_economies(tmp_path, cells, 2)
    interval_coverage._study_economies(tmp_path, cells, 3)
    assert drawn == [(0.1, 1), (0.2, 1), (0.1, 2), (0.2, 2), (0.1, 3), (0.2, 3)]
    assert read_economies(tmp_path / "economies.csv").height == 6


@mark.parametrize(("effect", "density"), list(itertools.product(EFFECTS, DENSITIES)))
def test_every_cell_is_a_truth_that_the_demo_accepts(effect, density):
    truth = truth_of(0.1, effect, density, 7)
    assert (truth.effect.on_ln_quality == 0) == (effect == "nothing")
    assert truth.seed == 7
