"""A frame judged by its schema: all problems at once, in words, and the key unique."""

import polars as pl

from egov_assets.platform.check_results import SHOWN_FAILURES, judge_schema
from egov_assets_tests.running.small_study import Quality


def quality(*rows: tuple[str, int, float | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"firm": pl.String, "year": pl.Int32, "qua": pl.Float64}, orient="row")


def test_a_good_frame_passes_and_comes_back_sorted_by_its_key():
    found = judge_schema(quality(("b", 2010, 0.5), ("a", 2010, None)), Quality)
    assert found.passed
    assert found.frame["firm"].to_list() == ["a", "b"]


def test_every_bad_value_is_counted_and_named():
    found = judge_schema(quality(("a", 2010, 1.5), ("b", 2010, -1.0), ("c", 2010, 0.5)), Quality)
    assert found.count == 2
    assert "qua: 1.5 breaks less_than_or_equal_to(1)" in found.words
    assert "qua: -1.0 breaks greater_than_or_equal_to(0) in b / 2010" in found.words
    assert found.failures["row"].to_list() == ["b / 2010", "a / 2010"]


def test_many_bad_values_are_counted_but_only_the_first_are_kept():
    found = judge_schema(quality(*((f"f{i:03}", 2010, 2.0) for i in range(100))), Quality)
    assert (found.count, found.failures.height) == (100, SHOWN_FAILURES)


def test_a_repeated_key_fails():
    found = judge_schema(quality(("a", 2010, 0.1), ("a", 2010, 0.2), ("b", 2010, 0.3)), Quality)
    assert found.count == 1
    assert "firm, year: a / 2010 (2 rows) breaks one row per key" in found.words


def test_a_missing_and_an_unknown_column_fail_together():
    found = judge_schema(quality(("a", 2010, 0.1)).rename({"qua": "quality"}), Quality)
    assert not found.passed
    assert "qua" in found.words
    assert "quality" in found.words
