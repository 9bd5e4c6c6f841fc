"""What a table looked like, small enough to keep: rows, totals, and each column's missing share and distribution."""

import math
from collections.abc import Sequence
from typing import cast

import polars as pl
from pydantic import BaseModel

BINS = 10
QUANTILES = (0.1, 0.5, 0.9)
MOST_CATEGORIES = 200  # a text column with more values is an identifier: only how many it has is kept


class Column(BaseModel):
    """One column: `quantiles`, and `edges` and `shares` of its deciles, of a number; `categories` of a code.

    most_common  share of the most frequent value among those that are there, of text
    """

    type: str
    missing: float
    most_common: float = 0.0
    quantiles: list[float] = []
    edges: list[float] = []
    shares: list[float] = []
    categories: dict[str, float] = {}


class Profile(BaseModel):
    """One table of one year."""

    rows: int
    totals: dict[str, float]
    columns: dict[str, Column]


def sum_of(name: str) -> str:
    return f"sum of {name}"


def profile(frame: pl.DataFrame, totals: Sequence[str], distinct: Sequence[str]) -> Profile:
    """totals: columns whose sum is kept; distinct: columns of which the number of values is kept."""
    sums = {sum_of(name): float(frame[name].sum()) for name in totals}
    counts = {f"number of {name}": float(frame[name].n_unique()) for name in distinct}
    return Profile(
        rows=frame.height,
        totals=sums | counts,
        columns={name: _column(frame[name]) for name in frame.columns if name != "year"},
    )


def shares_between(values: pl.Series, edges: Sequence[float]) -> list[float]:
    """Share of the values below the first edge, between each two, and above the last; missing values left out."""
    present = values.drop_nulls().cast(pl.Float64)
    places = pl.Series("edge", list(edges), dtype=pl.Float64).search_sorted(present, side="left")
    counts = dict(places.value_counts().iter_rows())
    return [counts.get(place, 0) / max(present.len(), 1) for place in range(len(edges) + 1)]


def population_stability(before: Sequence[float], now: Sequence[float]) -> float:
    """PSI: sum of (now - before) ln(now / before) over bins; an empty bin counts as one in ten thousand."""
    pairs = [(max(first, 1e-4), max(second, 1e-4)) for first, second in zip(before, now, strict=True)]
    return math.fsum((second - first) * math.log(second / first) for first, second in pairs)


def quantile_shifts(before: Sequence[float], now: Sequence[float]) -> list[float]:
    """How far each quantile moved, as a share of the distance from the first to the last before.

    Of a column whose first and last were one value, as a share of that value; from zero, the move itself.
    """
    width = before[-1] - before[0] or abs(before[0]) or 1.0
    return [abs(second - first) / width for first, second in zip(before, now, strict=True)]


def _column(values: pl.Series) -> Column:
    missing = values.null_count() / max(values.len(), 1)
    if values.dtype.is_numeric():
        present = values.drop_nulls().cast(pl.Float64)
        if not present.len():
            return Column(type=str(values.dtype), missing=missing)
        edges = sorted({_quantile(present, step / BINS) for step in range(1, BINS)})
        return Column(
            type=str(values.dtype),
            missing=missing,
            quantiles=[_quantile(present, share) for share in QUANTILES],
            edges=edges,
            shares=shares_between(values, edges),
        )
    present = values.drop_nulls().cast(pl.String)
    counted = present.value_counts().sort(values.name)
    most_common = max(counted["count"], default=0) / max(present.len(), 1)
    if counted.height > MOST_CATEGORIES:
        return Column(type=str(values.dtype), missing=missing, most_common=most_common)
    categories = {value: count / present.len() for value, count in counted.iter_rows()}
    return Column(type=str(values.dtype), missing=missing, most_common=most_common, categories=categories)


def _quantile(present: pl.Series, share: float) -> float:
    return cast("float", present.quantile(share, "lower"))
