"""Files of one source and year, put together as one text table in canonical columns with file and row of every line.

Handles the sources whose files are plain tables (customs, survey, scores). Layouts of their own: `yearbooks.py`.
"""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from egov_assets.raw.corrections import read_corrections
from egov_assets.raw.errors import BadFile, BadSource
from egov_assets.raw.files import RecognisedTable, recognised_tables, subfolder
from egov_assets.raw.sources import Source, read_sources
from egov_assets.raw.year_files import source_files

BLOCK_ROWS = 250_000  # of customs lines as text about 100 MB


def read_tables(raw: Path, name: str, year: int, columns: Sequence[str]) -> pl.DataFrame:
    """All files of a source and year, one row per data row, in natural order of file names and then file order.

    Returns source_file (path below the raw folder), source_row (1 = first row below the header), year, dialect and
    the canonical `columns`, all text; a column that a file's dialect does not have is null. Values that
    corrections.yml puts right are corrected.
    Raises  BadSource listing every file that cannot be read and what to do about it, or where files were looked for
    """
    with tempfile.TemporaryDirectory() as scratch:
        return _rows(raw, name, year, columns, Path(scratch)).collect()


def read_blocks(raw: Path, name: str, year: int, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """The same rows in blocks of BLOCK_ROWS, in memory that does not grow with the files.

    Raises  BadSource as `read_tables`, before the first block
    """
    with tempfile.TemporaryDirectory() as scratch:
        rows = _rows(raw, name, year, columns, Path(scratch))
        # Through one file: taking blocks from the plan itself reads ahead without limit, or anew for every block.
        whole = Path(scratch) / "year.parquet"
        rows.sink_parquet(whole, compression="lz4")
        with pq.ParquetFile(whole) as file:
            for block in file.iter_batches(BLOCK_ROWS):
                yield pl.from_arrow(block)


def existing_files(raw: Path, name: str, source: Source, year: int) -> list[Path]:
    """The files of a required source and year.

    Raises  BadSource if there is none, naming the places looked at
    """
    files = source_files(raw, source, year)
    if not files:
        places = ", ".join(pattern.replace("{year}", str(year)) for pattern in source.files)
        remedy = "Put the year's files there, or set EGOV_RAW to their folder."
        raise BadSource(name, year, [f"no file in {raw} fits {places}. {remedy}"])
    return files


def _rows(raw: Path, name: str, year: int, columns: Sequence[str], scratch: Path) -> pl.LazyFrame:
    source = read_sources(raw)[name]
    corrections = read_corrections(raw).of(name, year)
    found: list[tuple[str, RecognisedTable]] = []
    problems: list[str] = []
    for number, path in enumerate(existing_files(raw, name, source, year)):
        folder = path.relative_to(raw).parent
        try:
            tables = recognised_tables(path, source, subfolder(scratch, number))
        except BadFile as bad:
            problems.append(str(bad))
            continue
        found += [((folder / each.table.source_name).as_posix(), each) for each in tables]
    problems += _missing_companions(source, found)
    frames = [_canonical(file, each, source, year, columns) for file, each in found]
    if frames:
        problems += corrections.problems(pl.concat(frames))
    if problems:
        raise BadSource(name, year, problems)
    return corrections.applied(pl.concat(frames))


def _canonical(file: str, found: RecognisedTable, source: Source, year: int, columns: Sequence[str]) -> pl.LazyFrame:
    dialect = source.dialects[found.dialect]
    return found.table.rows.with_row_index("source_row", offset=1).select(
        pl.lit(file).alias("source_file"),
        pl.col("source_row").cast(pl.Int64),
        pl.lit(year, dtype=pl.Int32).alias("year"),
        pl.lit(found.dialect).alias("dialect"),
        *(dialect.value(column, found.headers).alias(column) for column in columns),
    )


def _missing_companions(source: Source, found: Sequence[tuple[str, RecognisedTable]]) -> list[str]:
    """Files that come in pairs: a dialect whose other half is not among the year's files."""
    first_file = {table.dialect: file for file, table in reversed(found)}
    return [
        f"there are {name} files but none of {other} ({source.dialects[other].note}); both are needed. "
        f"Put it beside {first_file[name]}."
        for name, dialect in source.dialects.items()
        if name in first_file and (other := dialect.together_with) and other not in first_file
    ]
