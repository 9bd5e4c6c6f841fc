"""The list of planted defects, `defects.parquet`: class, source_file, source_row, detail; written as it grows."""

from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema(
    [("class", pa.string()), ("source_file", pa.string()), ("source_row", pa.int64()), ("detail", pa.string())]
)


class DefectList:
    """Appends rows to one Parquet file; `source_row` counts data rows from 1, null stands for the whole file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Self:
        self._writer = pq.ParquetWriter(self._path, SCHEMA, compression="zstd")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    def add_rows(self, source_file: str, defect_class: pl.Series, detail: pl.Series) -> None:
        """The rows of one file in file order: class (null = sound row) and detail, both (n,)."""
        rows = pl.DataFrame({"class": defect_class, "detail": detail}).with_row_index("source_row", offset=1)
        listed = rows.filter(pl.col("class").is_not_null()).select(
            "class", pl.lit(source_file).alias("source_file"), pl.col("source_row").cast(pl.Int64), "detail"
        )
        if len(listed):
            self._writer.write_table(listed.to_arrow().cast(SCHEMA))

    def add_file(self, source_file: str, defect_class: str, detail: str) -> None:
        """A defect of a whole file."""
        columns = {"class": [defect_class], "source_file": [source_file], "source_row": [None], "detail": [detail]}
        self._writer.write_table(pa.table(columns, schema=SCHEMA))


def count_of(rate: float, rows: int, rng: np.random.Generator) -> int:
    """How many of `rows` carry a defect: the rate's share, the fraction of a row by lot."""
    return int(rate * rows + rng.random())


def is_sound_alone(classes: pl.Series) -> np.ndarray:
    """(rows,) bool: the row carries no defect and no copy of it stands behind it."""
    is_copied = classes.shift(-1).is_in(["c09_duplicate_line", "s07_duplicate_row"]).fill_null(False)
    return (classes.is_null() & ~is_copied).to_numpy()


def choose_rows(
    rates: dict[str, float], eligible: dict[str, np.ndarray], rows: int, rng: np.random.Generator
) -> pl.Series:
    """At most one class per row: (rows,) class names, null where sound.

    rates     class -> share of all `rows`, in the order of drawing
    eligible  class -> (rows,) bool: rows that can carry it; a class not named can hit any row
    """
    chosen = np.full(rows, len(rates))
    for place, (name, rate) in enumerate(rates.items()):
        is_free = chosen == len(rates)
        candidates = np.flatnonzero(is_free & eligible[name] if name in eligible else is_free)
        hit = rng.choice(candidates, size=min(count_of(rate, rows, rng), len(candidates)), replace=False)
        chosen[hit] = place
    return pl.Series("class", [*rates, None], dtype=pl.String).gather(chosen)
