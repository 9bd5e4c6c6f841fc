"""Small tables that are kept by hand or bought, outside the sources of every year: read as those are.

What belongs here: the declaration of such a list as a source, its rows as text, and what in them cannot be read. Not
here: what each list holds (`city_lists.py`, `tariffs.py`, `input_output.py`).
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from egov_assets.raw.sources import Source
from egov_assets.raw.tables import read_year, value_of
from egov_assets.raw.year_files import source_files

PROBLEMS_SHOWN = 10


def list_source(
    name: str,
    pattern: str,
    headers: Mapping[str, Sequence[str]],
    units: Mapping[str, str],
    optional: Sequence[str] = (),
) -> Source:
    """A list as a source: column -> headers, the first of which is taken; all columns are needed but `optional`."""
    return Source(
        title=name,
        producer="",
        citation="",
        files=(pattern,),
        units=dict(units),
        requires=tuple(column for column in headers if column not in optional),
        columns={column: [[header] for header in known] for column, known in headers.items()},
        dialects={"list": {"note": name}},
    )


def list_rows(raw: Path, source: Source) -> tuple[pl.DataFrame | None, list[str]]:
    """The rows of a list's files in natural order of their names, and what is wrong with files that cannot be read.

    Returns source_file, source_row (1 = first row below the header) and the source's columns, all text; no frame if no
    file can be read.
    """
    paths = source_files(raw, source, None)
    with tempfile.TemporaryDirectory() as scratch:
        read = read_year(raw, source, paths, None, Path(scratch))
        frames = [
            each.table.rows.with_row_index("source_row", offset=1).select(
                pl.lit(file).alias("source_file"),
                pl.col("source_row").cast(pl.Int64),
                *(value_of(column, each, source.dialects[each.dialect]).alias(column) for column in source.columns),
            )
            for file, each in read.tables
        ]
        return pl.concat(frames).collect() if frames else None, [fault for _, fault in read.faults]


def unread(odd: pl.DataFrame, column: str) -> list[str]:
    """Cells of a column that are there and cannot be read, with file and row."""
    cells = odd.select("source_file", "source_row", column)
    shown = [
        f"{file} row {row}: {column} {value!r} cannot be read"
        for file, row, value in cells.head(PROBLEMS_SHOWN).iter_rows()
    ]
    more = [f"and {odd.height - PROBLEMS_SHOWN:,} more"] if odd.height > PROBLEMS_SHOWN else []
    return [*shown, *more]
