"""Sums that do not depend on the order of the rows.

Floating-point addition depends on order, and the engine fixes no order: on a million flows polars 2.1 gave other last
digits on every run, streaming or in memory, even with one thread. Here each number becomes an integer count of 2^-60
and the integers are added, so any engine, thread count and row order gives the same bytes. `exact_sum` does so inside
a polars query, in 128 bits; `group_sums` on arrays with dense group numbers, in two halves of 64 bits where they
suffice, with the same result and less time.
"""

import numpy as np
import polars as pl

_UNIT = 2.0**-60  # below the last bit of any double above 2^-8; leaves room for totals up to 1.4e20
_LOW_BITS = 38  # of the lower half: 2^25 numbers of a group may be added; the upper half holds totals below 2^41
_BLOCK = 2**15  # rows at a time: what is made on the way stays in the processor's cache
_MAX_ROWS = 2**25
_MAX_TOTAL = 2.0**41


def exact_sum(values: pl.Expr) -> pl.Expr:
    """Sum of finite numbers, total below 1e20, to the nearest double; nulls add nothing, no rows add to 0."""
    return (values / _UNIT).round().cast(pl.Int128).sum().cast(pl.Float64) * _UNIT


def group_sums(values: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """Sums of finite `values` (n,) by `group` (n,), numbers from 0 to groups - 1: (groups,); empty groups add to 0."""
    if not _fit_into_halves(values, group):
        rows = pl.DataFrame({"group": group, "value": values})
        added = rows.group_by("group").agg(exact_sum(pl.col("value")))
        total = np.zeros(groups)
        total[added["group"].to_numpy()] = added["value"].to_numpy()
        return total
    high, low = np.zeros(groups, dtype=np.int64), np.zeros(groups, dtype=np.int64)
    for start in range(0, len(values), _BLOCK):
        block, place = values[start : start + _BLOCK], group[start : start + _BLOCK]
        counted = np.abs(block) / _UNIT
        upper = np.floor(counted * 2.0**-_LOW_BITS)
        lower = np.rint(counted - upper * 2.0**_LOW_BITS)  # halves to even, as polars rounds
        np.add.at(high, place, np.copysign(upper, block).astype(np.int64))
        np.add.at(low, place, np.copysign(lower, block).astype(np.int64))
    halves = [pl.Series(half, dtype=pl.Int64).cast(pl.Int128) for half in (high, low)]
    return (halves[0] * pl.Series([2**_LOW_BITS], dtype=pl.Int128) + halves[1]).cast(pl.Float64).to_numpy() * _UNIT


def _fit_into_halves(values: np.ndarray, group: np.ndarray) -> bool:
    largest = max(values.max(initial=0.0), -values.min(initial=0.0))
    if len(values) <= _MAX_ROWS and largest * len(values) < _MAX_TOTAL:
        return True
    return np.bincount(group).max() <= _MAX_ROWS and np.bincount(group, np.abs(values)).max() < _MAX_TOTAL
