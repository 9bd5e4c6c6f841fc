"""Files of one source and year, put together as one text table in canonical columns with file and row of every line.

Handles the sources whose files are plain tables (customs, survey, scores). Layouts of their own: `yearbooks.py`.
"""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from egov_assets.raw.delimited import read_delimited
from egov_assets.raw.errors import BadFile, BadSource
from egov_assets.raw.excel import read_grids, table_below
from egov_assets.raw.sources import Source, UnknownDialect, read_sources, recognise, source_files
from egov_assets.raw.stata import read_stata

HEADER_SEARCH_ROWS = 10  # titles and notes above a worksheet's header


def read_tables(raw: Path, name: str, year: int, columns: Sequence[str]) -> pl.DataFrame:
    """All files of a source and year, one row per data row, in natural order of file names and then file order.

    Returns source_file (path below the raw folder), source_row (1 = first row below the header), year, dialect and
    the canonical `columns`, all text; a column that a file's dialect does not have is null.
    Raises  BadSource listing every file that cannot be read and what to do about it, or where files were looked for
    """
    source = read_sources()[name]
    frames, problems = [], []
    for path in existing_files(raw, name, source, year):
        try:
            table, dialect, headers = _recognised_table(path, source)
        except BadFile as bad:
            problems.append(str(bad))
            continue
        frames.append(
            table.select(
                pl.lit(path.relative_to(raw).as_posix()).alias("source_file"),
                pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("source_row"),
                pl.lit(year, dtype=pl.Int32).alias("year"),
                pl.lit(dialect).alias("dialect"),
                *(
                    (pl.col(headers[column]) if column in headers else pl.lit(None, dtype=pl.String)).alias(column)
                    for column in columns
                ),
            )
        )
    problems += _missing_companions(source, frames)
    if problems:
        raise BadSource(name, year, problems)
    return pl.concat(frames)


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


def _recognised_table(path: Path, source: Source) -> tuple[pl.DataFrame, str, dict[str, str]]:
    """The table of a file, its dialect, and canonical column -> header."""
    nearest: UnknownDialect | None = None
    for table in _candidate_tables(path):
        try:
            dialect, headers = recognise(source, table.columns)
        except UnknownDialect as unknown:
            nearest = min(filter(None, (nearest, unknown)), key=lambda each: len(each.problems))
            continue
        if table.is_empty():
            raise BadFile(path, ["it has a header but no data row"], "Put the complete file there, or remove it.")
        return table, dialect, headers
    raise BadFile(
        path,
        nearest.problems if nearest else ["no row looks like a header"],
        "Add the header to a dialect in sources.yml, or rename the file's columns.",
    )


def _candidate_tables(path: Path) -> list[pl.DataFrame]:
    """The tables a file may hold: one for text and Stata; in a workbook, one per row that could be a header."""
    ending = path.name.removesuffix(".gz").rpartition(".")[2].lower()
    if ending in ("csv", "txt"):
        return [read_delimited(path)]
    if ending == "dta":
        return [read_stata(path)]
    return [
        table_below(grid, row)
        for grid in read_grids(path).values()
        for row, cells in enumerate(grid[:HEADER_SEARCH_ROWS])
        if len(names := [cell for cell in cells if cell]) > 1 and len(set(names)) == len(names)
    ]


def _missing_companions(source: Source, frames: Sequence[pl.DataFrame]) -> list[str]:
    """Files that come in pairs: a dialect whose other half is not among the year's files."""
    present = {frame["dialect"][0] for frame in frames}
    return [
        f"there are {name} files but none of {other} ({source.dialects[other].note}); both are needed. "
        f"Put it beside {next(frame['source_file'][0] for frame in frames if frame['dialect'][0] == name)}."
        for name, dialect in source.dialects.items()
        if name in present and (other := dialect.together_with) and other not in present
    ]
