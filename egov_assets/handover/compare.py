"""Two versions of one table held against each other: columns, rows by key, values. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class Difference:
    """What differs between a table before and after.

    columns   sentences on columns that came, went or are of another type
    rows      before and after
    gone, new rows whose key, or of a table without a usable key whose whole content, is on one side only
    changed   rows on both sides with another value
    values    column -> rows that differ in it, most first
    largest   column -> largest absolute change, of numbers on both sides
    """

    columns: tuple[str, ...]
    rows: tuple[int, int]
    gone: int
    new: int
    changed: int = 0
    values: Mapping[str, int] = field(default_factory=dict)
    largest: Mapping[str, float] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """One line."""
        before, after = self.rows
        parts = [*self.columns, f"rows {before:,} to {after:,}" if before != after else ""]
        parts += [f"{self.gone:,} gone" if self.gone else "", f"{self.new:,} new" if self.new else ""]
        if self.changed:
            most = [f"{name} {rows:,}{self._by(name)}" for name, rows in list(self.values.items())[:3]]
            more = f" and {len(self.values) - 3} more columns" if len(self.values) > 3 else ""
            parts.append(f"{self.changed:,} rows with other values: {', '.join(most)}{more}")
        return "; ".join(filter(None, parts)) or "the same rows, in other bytes"

    def _by(self, column: str) -> str:
        return f" (by up to {self.largest[column]:.3g})" if column in self.largest else ""


def compare(before: pl.DataFrame, after: pl.DataFrame, key: Sequence[str]) -> Difference:
    """Hold two versions of a table against each other; nulls equal nulls, and no change is too small to count.

    key  the columns that identify a row; if they do not, on either side, whole rows are compared
    """
    shared = [name for name in before.columns if name in after.columns and before.schema[name] == after.schema[name]]
    columns = _columns(before.schema, after.schema)
    rows = before.height, after.height
    has_key = set(key) <= set(shared) and not any(each.select(key).is_duplicated().any() for each in (before, after))
    on = list(key) if has_key and key else shared
    gone = before.join(after, on=on, how="anti", nulls_equal=True).height if on else 0
    new = after.join(before, on=on, how="anti", nulls_equal=True).height if on else 0
    if on == shared:
        return Difference(columns, rows, gone, new)
    others = [name for name in shared if name not in on]
    both = before.select(shared).join(after.select(shared), on=on, how="inner", nulls_equal=True, suffix="\0after")
    differs = both.select(pl.col(name).ne_missing(pl.col(f"{name}\0after")).alias(name) for name in others)
    counts = {name: int(differs[name].sum()) for name in others}
    values = dict(sorted(((name, n) for name, n in counts.items() if n), key=lambda each: (-each[1], each[0])))
    numbers = [name for name in values if both.schema[name].is_numeric()]
    moves = both.select(
        (pl.col(name).cast(pl.Float64) - pl.col(f"{name}\0after")).abs().max().alias(name) for name in numbers
    )
    largest = {name: move for name, move in (moves.to_dicts()[0] if numbers else {}).items() if move is not None}
    changed = int(differs.select(pl.any_horizontal(pl.all())).to_series().sum())
    return Difference(columns, rows, gone, new, changed, values, largest)


def _columns(before: Mapping[str, pl.DataType], after: Mapping[str, pl.DataType]) -> tuple[str, ...]:
    gone = [f"column {name} gone" for name in before if name not in after]
    new = [f"column {name} new" for name in after if name not in before]
    other = [
        f"column {name} was {before[name]}, is {after[name]}"
        for name in before
        if name in after and before[name] != after[name]
    ]
    return (*gone, *new, *other)
