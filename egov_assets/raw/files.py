"""From one file of a user to the tables in it, each recognised by its headers, and what in it is no table.

What belongs here: which reader a format needs, which sheets and members are read, and what can be wrong with a file as
a file. Not here: years and several files of a source (`tables.py`), the layouts of yearbooks (`yearbooks.py`).
"""

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from egov_assets.raw.delimited import read_delimited
from egov_assets.raw.errors import COMPLETE_OR_REMOVE, BadFile
from egov_assets.raw.excel import Grid, read_grids, sheet_table
from egov_assets.raw.headers import NotRecognised, known_columns, recognise
from egov_assets.raw.kinds import columns_of_another_kind
from egov_assets.raw.lost_digits import columns_with_lost_digits
from egov_assets.raw.number_format import TwoFormats, decimal_commas
from egov_assets.raw.packed import STATISTICAL, TEXT, WORKBOOKS, Member, members
from egov_assets.raw.parquet import read_parquet
from egov_assets.raw.sources import Source
from egov_assets.raw.statistical import read_statistical
from egov_assets.raw.text_table import TextTable, header_row

ADD_HEADERS = (
    "Add the headers under sources in study.yml (`egov doctor --propose` writes them), or rename the file's columns."
)


A_NOTE = "a note: it has no header of this source"
NOTE_COLUMNS = 5  # a codebook has a name, a label, a type, a unit, a remark


@dataclass(frozen=True)
class RecognisedTable:
    """A table of a file: its dialect, canonical column -> header of the file, columns written with a decimal comma."""

    table: TextTable
    dialect: str
    headers: dict[str, str]
    decimal_commas: frozenset[str]


@dataclass(frozen=True)
class LeftOut:
    """A file, member or sheet that is not read, and why that is right."""

    source_name: str
    reason: str
    is_of_another_year: bool = False


@dataclass(frozen=True)
class FileRead:
    """What a user's file gave: tables in the order in which they lie in it, and what in it is none."""

    tables: tuple[RecognisedTable, ...]
    left_out: tuple[LeftOut, ...] = ()


class NoKnownColumn(BadFile):
    """Nothing in the file has a header that the source knows: beside files that have, it may be a note."""

    def __init__(self, path: Path, problems: Sequence[str], remedy: str, width: int = 0):
        super().__init__(path, problems, remedy)
        self.width = width

    def is_note(self, widths: Collection[int]) -> bool:
        """Is it too narrow for data, and not as wide as the tables beside it, whose continuation it could be?"""
        return self.width <= NOTE_COLUMNS and self.width not in widths


def read_file(path: Path, source: Source, year: int | None, scratch: Path) -> FileRead:
    """The tables of a user's file: one, or one for each member of a container and each sheet of a workbook.

    year  the year wanted, of workbooks with a sheet for each; None for all sheets
    Rows are read into `scratch`, which the caller keeps until they are used.
    Raises  BadFile listing all that cannot be read; NoKnownColumn if nothing in it has a known column
    """
    with unchanged(path):
        tables: list[RecognisedTable] = []
        left_out: list[LeftOut] = []
        faults: list[BadFile] = []
        unknown: list[tuple[str, NoKnownColumn]] = []
        containers = subfolder(scratch, "containers")
        for number, member in enumerate(members(path, containers)):
            try:
                read = _read_member(member, source, year, subfolder(scratch, str(number)))
                tables += read.tables
                left_out += read.left_out
            except NoKnownColumn as note:
                unknown.append((member.source_name, note))
            except BadFile as bad:
                faults.append(bad)
        widths = {len(each.table.headers) for each in tables}
        notes = [(name, note) for name, note in unknown if note.is_note(widths)]
        faults += [note for name, note in unknown if not note.is_note(widths) and (tables or faults)]
        if faults:
            remedies = " ".join(dict.fromkeys(bad.remedy for bad in faults))
            raise BadFile(path, [problem for bad in faults for problem in bad.problems], remedies)
        if not tables:
            raise unknown[0][1]
        left_out += [LeftOut(name, A_NOTE) for name, _ in notes]
        return FileRead(tuple(tables), tuple(left_out))


@contextmanager
def unchanged(path: Path) -> Iterator[None]:
    """While the block reads the file: what the operating system refuses becomes a BadFile, as does a change of it."""
    if path.is_dir():
        raise BadFile(path, ["it is a folder, a file is expected"], "Unpack it, or move its files one level up.")
    if not path.exists():
        raise BadFile(path, ["it is a link that leads nowhere"], "Put the file itself there.")
    if not path.is_file():
        raise BadFile(path, ["it is a pipe or a device, a file is expected"], "Put the file itself there.")
    try:
        before = path.stat()
        yield
        after = path.stat()
    except OSError as error:
        fault = f"it cannot be read ({error.strerror or error})"
        raise BadFile(path, [fault], "Check that you may open it and that no other program holds it.") from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise BadFile(path, ["it changed while it was read"], "Wait until it is copied completely, then run again.")


def subfolder(scratch: Path, name: str) -> Path:
    """A folder of its own in scratch: readers name their files alike."""
    folder = scratch / name
    folder.mkdir()
    return folder


def of_another_year(sheet: str, year: int | None) -> str | None:
    """Why a sheet is not of the year: its name says another. None if it names the year or none."""
    named = {int(found) for found in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", sheet)}
    if year is None or not named or year in named or (len(named) > 1 and min(named) < year < max(named)):
        return None
    return f"its name says {', '.join(map(str, sorted(named)))}, {year} is wanted"


def _read_member(member: Member, source: Source, year: int | None, scratch: Path) -> FileRead:
    if member.ending in WORKBOOKS:
        return _read_sheets(member, source, year, read_grids(member, scratch))
    if member.ending in TEXT:
        table = read_delimited(member, scratch, lambda headers: known_columns(source, headers))
    elif member.ending in STATISTICAL:
        table = read_statistical(member, scratch)
    else:
        table = read_parquet(member, scratch)
    try:
        return FileRead((_recognised(member, table, source),))
    except NotRecognised as unknown:
        raise _not_recognised(member, [unknown], len(table.headers)) from unknown


def _read_sheets(member: Member, source: Source, year: int | None, grids: dict[str, Grid]) -> FileRead:
    """Every sheet of a workbook: read, or left out with the reason; sheets are named where several hold a table."""
    rows = {sheet: header_row(grid, lambda headers: known_columns(source, headers)) for sheet, grid in grids.items()}
    several = sum(row is not None for row in rows.values()) > 1
    tables: list[RecognisedTable] = []
    left_out: list[LeftOut] = []
    unknown: list[NotRecognised] = []
    for sheet, grid in grids.items():
        name = f"{member.source_name}/{sheet}"
        row = rows[sheet]
        if row is None:
            left_out.append(LeftOut(name, A_NOTE))
            continue
        if other := of_another_year(sheet, year):
            left_out.append(LeftOut(name, other))
            continue
        if row == len(grid) - 1 and several:
            left_out.append(LeftOut(name, "it has a header but no data row"))
            continue
        form = f"{member.ending}, sheet {sheet}"
        try:
            table = sheet_table(name if several else member.source_name, form, grid, row)
            tables.append(_recognised(member, table, source))
        except ValueError as twice:
            fault = f"the header names {twice} twice"
            raise BadFile(member.path, [f"in {name}", fault], "Rename or remove the repeated column.") from twice
        except NotRecognised as problem:
            unknown.append(problem)
            left_out.append(LeftOut(name, problem.problems[0]))
    if not tables and unknown:
        raise _not_recognised(member, unknown, 0)
    if not tables:
        reasons = [f"{each.source_name}: {each.reason}" for each in left_out]
        if any(row is not None for row in rows.values()):
            raise BadFile(member.path, reasons, ADD_HEADERS)
        raise NoKnownColumn(member.path, reasons, ADD_HEADERS, max(len(grid[0]) for grid in grids.values()))
    _refuse_headless(member, grids, rows)
    _refuse_contradictions(member, tables, source)
    return FileRead(tuple(tables), tuple(left_out))


def _refuse_headless(member: Member, grids: dict[str, Grid], rows: dict[str, int | None]) -> None:
    """A sheet as wide as one that is read, and without a known header, goes on where that one ends.

    Raises  BadFile naming both
    """
    widths = {len(grid[0]): sheet for sheet, grid in grids.items() if rows[sheet] is not None}
    for sheet, grid in grids.items():
        if rows[sheet] is None and len(grid[0]) > 2 and len(grid[0]) in widths:
            fault = f"the sheet {sheet} is as wide as the sheet {widths[len(grid[0])]} and has no header that is known"
            raise member.refused(fault, remedy="Put the header above its rows, or remove the sheet.")


def _refuse_contradictions(member: Member, tables: Sequence[RecognisedTable], source: Source) -> None:
    """Two sheets with a row about the same thing and different values in it.

    Raises  BadFile naming what the rows are about and both sheets
    """
    if not source.one_row_per or len(tables) < 2:
        return
    said = pl.concat(
        each.table.rows.select(
            pl.lit(each.table.source_name).alias("sheet"),
            *(pl.col(each.headers[column]).alias(column) for column in source.one_row_per),
            pl.struct(pl.col(header) for header in each.headers.values()).hash(seed=0).alias("row"),
        )
        for each in tables
    ).collect()
    odd = (
        said.group_by(source.one_row_per, maintain_order=True)
        .agg(pl.col("sheet").unique(maintain_order=True), pl.col("row").n_unique())
        .filter((pl.col("row") > 1) & (pl.col("sheet").list.len() > 1))
    )
    problems = [f"{', '.join(row[:-2])}: {' and '.join(row[-2])} say different things" for row in odd.iter_rows()]
    if problems:
        raise BadFile(member.path, problems, "Keep the sheet that is right.")


def _not_recognised(member: Member, unknown: Sequence[NotRecognised], width: int) -> BadFile:
    nearest = min(unknown, key=lambda each: len(each.problems))
    bad = member.refused(*nearest.problems, remedy=ADD_HEADERS)
    if any(each.some_known for each in unknown):
        return bad
    return NoKnownColumn(bad.path, bad.problems, bad.remedy, width)


def _recognised(member: Member, table: TextTable, source: Source) -> RecognisedTable:
    """The table with its dialect, columns and number format.

    Raises  NotRecognised by its headers; BadFile if it has no row, or values that cannot be what the headers say
    """
    found = recognise(source, table.headers)
    if not table.row_count:
        raise member.refused("it has a header but no data row", remedy=COMPLETE_OR_REMOVE)
    if odd := columns_of_another_kind(table, found.headers, source.units):
        raise member.refused(*odd, remedy=ADD_HEADERS)
    codes = {header for column, header in found.headers.items() if column not in source.units}
    if lost := columns_with_lost_digits(table, codes):
        raise member.refused(
            *lost,
            remedy="In Stata, `import` the source again and store the column as string or double "
            "(`recast` cannot bring lost digits back), or use another copy.",
        )
    figures = {column: header for column, header in found.headers.items() if column in source.units}
    try:
        commas = decimal_commas(table.rows, figures)
    except TwoFormats as both:
        raise member.refused(str(both), remedy="Export the file anew in one format.") from both
    return RecognisedTable(table, found.dialect, found.headers, commas)
