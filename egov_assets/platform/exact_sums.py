"""Sums in a polars query that do not depend on the order of the rows or columns.

Floating-point addition depends on order, and the engine fixes no order: on a million flows polars 2.1 gave other last
digits on every run, streaming or in memory, even with one thread. Here each number becomes an integer count of 2^-60
and the integers are added, so any engine, thread count and row order gives the same bytes. Where rows are in a known
order anyway, as flows are (`product_quality/flows.py`), adding them in it does the same at a tenth of the cost.
"""

from collections.abc import Iterable
from functools import reduce
from operator import add

import polars as pl

_UNIT = 2.0**-60  # below the last bit of any double above 2^-8; leaves room for totals up to 1.4e20


def exact_sum(values: pl.Expr) -> pl.Expr:
    """Sum of finite numbers, total below 1e20, to the nearest double; nulls add nothing, no rows add to 0."""
    return (values / _UNIT).round().cast(pl.Int128).sum().cast(pl.Float64) * _UNIT


def sum_across(columns: Iterable[pl.Expr]) -> pl.Expr:
    """Sum of the columns of a row, added from left to right; null where one is null.

    Polars' own sum over columns divides them among threads as these are free: one run in many has another last digit.
    """
    return reduce(add, columns)
