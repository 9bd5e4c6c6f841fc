"""Files of one source and year, put together as one text table in canonical columns with file and row of every line.

Handles the sources whose files are plain tables (customs, survey, scores). Layouts of their own: `yearbooks.py`.
"""

import tempfile
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from egov_assets.platform.availability import NotAvailable
from egov_assets.platform.cells import scaled
from egov_assets.platform.folders import study_file_of
from egov_assets.raw.corrections import read_corrections
from egov_assets.raw.errors import BadFile, BadSource
from egov_assets.raw.files import A_NOTE, LeftOut, NoKnownColumn, RecognisedTable, read_file, subfolder
from egov_assets.raw.lines import FILES_READ, lines_of
from egov_assets.raw.number_format import with_point
from egov_assets.raw.sources import Dialect, Source, read_sources
from egov_assets.raw.year_files import files_for, lacking_source, misplaced_files, refuse_if_empty, source_files

BLOCK_ROWS = 250_000  # of customs lines as text about 100 MB
STRANGERS_NAMED = 3
MOST_FILES = 5_000  # of a source and year: a year by month and port has a few hundred


Facts = Mapping[str, Any]


@dataclass(frozen=True)
class YearRead:
    """What the files of a source and year gave, in the order of the files.

    tables    (path below the raw folder, with member and sheet, table)
    left_out  what is not read, by the same paths, and why that is right
    faults    (path below the raw folder, what is wrong and what to do)
    """

    tables: tuple[tuple[str, RecognisedTable], ...]
    left_out: tuple[LeftOut, ...]
    faults: tuple[tuple[str, str], ...]

    def lines(self, rows: Mapping[str, int]) -> pl.DataFrame:
        """What the lines of the files are (`lines.py`), given the rows of each source_file."""
        return lines_of([(file, each.table) for file, each in self.tables], self.left_out, rows)


def read_tables(raw: Path, name: str, year: int, columns: Sequence[str]) -> tuple[pl.DataFrame, Facts]:
    """All files of a source and year, one row per data row, in natural order of file names and then file order.

    Returns source_file (path below the raw folder), source_row (1 = first row below the header), year, dialect and
    the canonical `columns`, all text; a column that a file's dialect does not have is null. Values that
    corrections.yml puts right are corrected. Beside the table, what the lines of its files are (`lines.py`).
    Raises  BadSource listing every file that cannot be read and what to do about it, or where files were looked for
    """
    with tempfile.TemporaryDirectory() as scratch:
        read, rows = _rows(raw, name, year, columns, Path(scratch))
        table = rows.collect()
        return table, {FILES_READ: read.lines(rows_by_file(table))}


def read_blocks(raw: Path, name: str, year: int, columns: Sequence[str]) -> Generator[pl.DataFrame, None, Facts]:
    """The same rows in blocks of BLOCK_ROWS, then the facts; memory does not grow with the files.

    Raises  BadSource as `read_tables`, before the first block
    """
    with tempfile.TemporaryDirectory() as scratch:
        read, rows = _rows(raw, name, year, columns, Path(scratch))
        # Through one file: taking blocks from the plan itself reads ahead without limit, or anew for every block.
        whole = Path(scratch) / "year.parquet"
        rows.sink_parquet(whole, compression="lz4")
        given: Counter[str] = Counter()
        with pq.ParquetFile(whole) as file:
            for batch in file.iter_batches(BLOCK_ROWS):
                block = pl.from_arrow(batch)
                assert isinstance(block, pl.DataFrame), "what polars makes of a batch"
                given.update(rows_by_file(block))
                yield block
        return {FILES_READ: read.lines(given)}


def rows_by_file(table: pl.DataFrame) -> dict[str, int]:
    """Rows of a raw table by source_file."""
    return dict(table.group_by("source_file").len().iter_rows())


def read_year(raw: Path, source: Source, paths: Sequence[Path], year: int | None, scratch: Path) -> YearRead:
    """Every file of a source and year; a file without a known column is a note where another has some.

    year  None for a source without years, of whose workbooks every sheet counts
    Rows are read into `scratch`, which the caller keeps until they are used. Nothing is raised: faults are listed.
    """
    tables: list[tuple[str, RecognisedTable]] = []
    left_out: list[LeftOut] = []
    unknown: list[tuple[str, NoKnownColumn]] = []
    faults: list[tuple[str, str]] = []
    if len(paths) > MOST_FILES:
        fault = f"there are {len(paths):,} files, more than {MOST_FILES:,}. Join them, by month for instance."
        return YearRead((), (), ((paths[0].relative_to(raw).parent.as_posix(), fault),))
    for number, path in enumerate(paths):
        file = path.relative_to(raw)
        try:
            read = read_file(path, source, year, subfolder(scratch, str(number)))
        except NoKnownColumn as fault_or_note:
            unknown.append((file.as_posix(), fault_or_note))
            continue
        except BadFile as bad:
            faults.append((file.as_posix(), str(bad)))
            continue
        tables += [((file.parent / each.table.source_name).as_posix(), each) for each in read.tables]
        left_out += [LeftOut((file.parent / each.source_name).as_posix(), each.reason) for each in read.left_out]
    widths = {len(each.table.headers) for _, each in tables}
    for place, note in unknown:
        if tables and note.is_note(widths):
            left_out.append(LeftOut(place, A_NOTE))
        else:
            faults.append((place, str(note)))
    return YearRead(tuple(tables), tuple(left_out), tuple(faults))


def existing_files(raw: Path, name: str, source: Source, year: int) -> list[Path]:
    """The files of a source and year.

    Raises  NoRawFiles if the raw folder is empty; NotAvailable if there is none; BadSource if there is none and others
            lie in the source's folder that nothing reads: a year under a wrong name is no missing year
    """
    if files := source_files(raw, source, year):
        return files
    refuse_if_empty(raw)
    if lacking := lacking_source(raw, source, year):
        raise NotAvailable(lacking)
    raise BadSource(name, year, [words_of_misplaced(raw, source, year)])


def words_of_misplaced(raw: Path, source: Source, year: int) -> str:
    """What to do where a source has no file of the year and others lie in its folder."""
    places = " or ".join(files_for(source, year))
    first = ", ".join(path.relative_to(raw).as_posix() for path in misplaced_files(raw, source)[:STRANGERS_NAMED])
    return f"no file fits {places}, and nothing reads {first}. Name it so, or move it away."


def _rows(raw: Path, name: str, year: int, columns: Sequence[str], scratch: Path) -> tuple[YearRead, pl.LazyFrame]:
    source = read_sources(study_file_of(raw))[name]
    read = read_year(raw, source, existing_files(raw, name, source, year), year, scratch)
    return read, rows_read(raw, name, year, read, columns)


def rows_read(raw: Path, name: str, year: int, read: YearRead, columns: Sequence[str]) -> pl.LazyFrame:
    """All rows of a year's files as `read_tables` gives them, while the scratch into which they were read is there.

    Raises  BadSource as `read_tables`
    """
    study_file = study_file_of(raw)
    source, corrections = read_sources(study_file)[name], read_corrections(study_file).of(name, year)
    problems = [fault for _, fault in read.faults]
    problems += missing_companions(source, read)
    frames = [canonical_rows(file, each, source, year, columns) for file, each in read.tables]
    if frames:
        problems += corrections.problems(pl.concat(frames))
    if problems:
        raise BadSource(name, year, problems)
    return corrections.applied(pl.concat(frames))


def canonical_rows(
    file: str, found: RecognisedTable, source: Source, year: int, columns: Sequence[str]
) -> pl.LazyFrame:
    """The rows of one table of a file in canonical columns, as `read_tables` gives them."""
    return found.table.rows.with_row_index("source_row", offset=1).select(
        pl.lit(file).alias("source_file"),
        pl.col("source_row").cast(pl.Int64),
        pl.lit(year, dtype=pl.Int32).alias("year"),
        pl.lit(found.dialect).alias("dialect"),
        *(value_of(column, found, source.dialects[found.dialect]).alias(column) for column in columns),
    )


def value_of(column: str, found: RecognisedTable, dialect: Dialect) -> pl.Expr:
    """The text of a canonical column in a table of a file; what the dialect fixes, or null, if it has none."""
    if column not in found.headers:
        return pl.lit(dialect.fixed.get(column), dtype=pl.String)
    printed = pl.col(found.headers[column])
    if column in found.decimal_commas:
        printed = with_point(printed)
    return scaled(printed, dialect.factors[column]) if column in dialect.factors else printed


def missing_companions(source: Source, read: YearRead) -> list[str]:
    """Files that come in pairs: a dialect whose other half is not among the year's files."""
    first_file = {table.dialect: file for file, table in reversed(read.tables)}
    return [
        f"there are {name} files but none of {other} ({source.dialects[other].note}); both are needed. "
        f"Put it beside {first_file[name]}."
        for name, dialect in source.dialects.items()
        if name in first_file and (other := dialect.together_with) and other not in first_file
    ]
