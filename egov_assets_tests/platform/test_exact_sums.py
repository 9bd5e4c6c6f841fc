"""Sums are the same to the last digit however an engine orders rows, divides columns or is loaded."""

from functools import reduce
from operator import add

import numpy as np
import polars as pl

from egov_assets.platform.exact_sums import exact_sum, sum_across


def test_the_order_of_rows_changes_no_digit():
    values = pl.DataFrame({"value": np.random.default_rng(1).normal(size=10_000) * 1e6})
    sums = {
        values.sample(fraction=1, shuffle=True, seed=seed).select(exact_sum(pl.col("value"))).item()
        for seed in range(20)
    }
    assert len(sums) == 1
    assert abs(sums.pop() - values["value"].sum()) < 1e-6


def test_columns_are_added_from_left_to_right():
    columns = np.random.default_rng(2).uniform(size=(9, 5_000))
    frame = pl.DataFrame({f"c{place}": column for place, column in enumerate(columns)})
    across = frame.select(sum_across(pl.col(name) for name in frame.columns)).to_series()
    assert across.to_list() == reduce(add, columns).tolist()


def test_a_row_that_lacks_a_column_has_no_sum():
    frame = pl.DataFrame({"a": [1.0, None], "b": [2.0, 2.0]})
    assert frame.select(sum_across([pl.col("a"), pl.col("b")])).to_series().to_list() == [3.0, None]
