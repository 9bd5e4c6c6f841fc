"""The Parquet lake: one file per table and year, written whole or not at all.

`<lake>/<table>/year=2011/data.parquet` for a yearly table, `<lake>/<table>/data.parquet` for a table of all years.
Knows nothing of Dagster. Readers name `data.parquet` exactly: `*.parquet` would meet unfinished files.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from egov_assets.platform.written_files import unfinished_file


class TableMissing(FileNotFoundError):
    """A table, or some of its years, has not been materialized."""


class TableNotWritten(OSError):
    """The disk is full, or the folder is read-only."""


def table_path(lake: Path, table: str, year: int | None = None) -> Path:
    """The file of one table and year; year None means a table of all years."""
    folder = lake / table
    return (folder if year is None else folder / f"year={year}") / "data.parquet"


def files_of_table(lake: Path, table: str, years: Sequence[int]) -> list[Path]:
    """The files of the years asked for, in the order given; the one file of a table of all years.

    Raises  TableMissing listing every year without a file
    """
    whole = table_path(lake, table)
    if whole.exists():
        return [whole]
    missing = [str(year) for year in years if not table_path(lake, table, year).exists()]
    if missing or not years:
        raise TableMissing(
            f"{table}: no file for {', '.join(missing) or 'any year'} in {lake / table}. "
            f"Materialize {table} first (`egov run` makes everything in order)."
        )
    return [table_path(lake, table, year) for year in years]


def scan_table(lake: Path, table: str, years: Sequence[int]) -> pl.LazyFrame:
    """The rows of the years asked for, in the order given; a table of all years is returned whole.

    Raises  TableMissing listing every year without a file
    """
    # Without hive partitioning: the year is a column of the file already.
    files = files_of_table(lake, table, years)
    return pl.concat([pl.scan_parquet(file, hive_partitioning=False) for file in files])


def write_table(frame: pl.DataFrame, path: Path, footer: Mapping[str, str] | None = None) -> str:
    """Publish the frame under `path` in one step and return the SHA-256 of the file, as `write_blocks` of one block."""
    return write_blocks([frame], path, footer)


def write_blocks(blocks: Iterable[pl.DataFrame], path: Path, footer: Mapping[str, str] | None = None) -> str:
    """Publish frames with the same columns, one behind the other, as one file; memory holds one of them at a time.

    The same blocks give the same bytes. If making a block fails, the earlier file stays as it was.

    footer  kept in the file's metadata

    Raises  ValueError if there is no block, not even an empty one to tell the columns
    """
    with _unfinished(path) as unfinished:
        with ExitStack() as open_file:
            writer: pq.ParquetWriter | None = None
            for block in blocks:
                rows = block.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
                with _saying_what_to_do(path):
                    if writer is None:
                        coded = [name for name, kind in block.schema.items() if not kind.is_float()]
                        writer = open_file.enter_context(
                            # Measured numbers do not repeat: a dictionary of them is built and thrown away, and zstd
                            # takes two fifths of the time of writing for a twelfth of the size. Level 1 writes quality
                            # of flows in two thirds of the time of the default level, at the same size.
                            pq.ParquetWriter(
                                unfinished,
                                rows.schema,
                                compression={name: "zstd" if name in coded else "none" for name in block.columns},
                                compression_level={name: 1 for name in coded},
                                use_dictionary=coded,
                            )
                        )
                    writer.write_table(rows, row_group_size=250_000)
            if writer is None:
                raise ValueError(f"{path}: no block to write; an empty table is one block without rows")
            with _saying_what_to_do(path):
                if footer:
                    writer.add_key_value_metadata(dict(footer))
                open_file.close()
        content = file_hash(unfinished)
    return content


@contextmanager
def _unfinished(path: Path) -> Iterator[Path]:
    """`unfinished_file`, whose own errors say what to do; those of what is written keep their words."""
    with ExitStack() as stack:
        with _saying_what_to_do(path):
            unfinished = stack.enter_context(unfinished_file(path))
        yield unfinished
        with _saying_what_to_do(path):
            stack.close()


@contextmanager
def _saying_what_to_do(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # The system's own words: the writer of Parquet puts its own before them.
        why = os.strerror(error.errno) if error.errno else str(error)
        raise TableNotWritten(
            f"{path} could not be written: {why}. Make room there, or let this account write there, then run again; "
            "the last good file stays in place."
        ) from None


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
