"""Yearbook workbooks, whose columns are indicators, blocks and years, as long tables: one row per printed figure.

Every sheet is read: yearbooks go on on a second sheet, print an indicator, a year or a province on each.
"""

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from egov_assets.platform.folders import study_file_of
from egov_assets.raw.corrections import read_corrections
from egov_assets.raw.errors import COMPLETE_OR_REMOVE, BadFile, BadSource
from egov_assets.raw.excel import Grid, read_grids
from egov_assets.raw.files import LeftOut, NoKnownColumn, of_another_year, subfolder, unchanged
from egov_assets.raw.labels import plain_label, plain_unit
from egov_assets.raw.lines import FILES_READ, lines_of
from egov_assets.raw.packed import WORKBOOKS, members
from egov_assets.raw.sources import read_sources
from egov_assets.raw.tables import Facts, existing_files
from egov_assets.raw.text_table import HEADER_SEARCH_ROWS, TextTable

BLOCKS = ("全市", "市辖区")  # whole prefecture, districts only: reading the wrong one is the usual mistake
UNIT_IN_LABEL = re.compile(r"^(?P<indicator>.+?)\s*[(（](?P<unit>[^()（）]+)[)）]$")
UNIT_ABOVE = re.compile(r"^[(（]?单位[:：]")
YEAR = re.compile(r"^(\d{4})年?$")
CITY = {"city_name": pl.String, "indicator": pl.String, "block": pl.String, "unit": pl.String, "value": pl.String}
PROVINCE = {"province_name": pl.String, "indicator": pl.String, "unit": pl.String, "value": pl.String}


@dataclass(frozen=True)
class YearbookRead:
    """The figures of a yearbook's files, where they are from, and what in the files is not read."""

    figures: pl.DataFrame
    tables: tuple[tuple[str, TextTable], ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class NotThisLayout(Exception):
    """A sheet does not have the header rows that its yearbook has."""


ReadSheet = Callable[[str, Grid, int], tuple[pl.DataFrame, Mapping[str, int]]]


def read_city_yearbook(raw: Path, year: int) -> tuple[pl.DataFrame, Facts]:
    """The city yearbook of a data year: one row per city row, indicator and block, as printed.

    Returns source_file, source_row (1 = first row below the headers of its sheet that names a city), year, city_name,
    indicator, block, unit, value; beside it what the rows of the sheets are (`lines.py`).
    Raises  BadSource listing files without a row of block names (全市 / 市辖区) or without any city
    """
    return _year_of_yearbook(raw, "city_yearbook", year)


def read_province_yearbook(raw: Path, year: int) -> tuple[pl.DataFrame, Facts]:
    """One year's column of the province yearbook: one row per province and indicator.

    Returns source_file, source_row, year, province_name, indicator, unit, value (null where the cell is empty).
    Raises  BadSource if no file has a column of this year
    """
    return _year_of_yearbook(raw, "province_yearbook", year)


def yearbook_file(path: Path, raw: Path, name: str, year: int) -> YearbookRead:
    """All sheets of one file of a yearbook source, of the year wanted.

    Raises  BadFile naming every sheet and why it cannot be read, or two that say different things of one cell;
            NoKnownColumn if it is no workbook
    """
    read_sheet, columns, remedy = {
        "city_yearbook": (_city_sheet, CITY, "Keep the yearbook's own header rows: indicator, unit, block."),
        "province_yearbook": (
            _province_sheet,
            PROVINCE,
            f"The header row needs 地区, 指标, 单位 and a column {year}年; 地区 or 指标 may be the sheet's name.",
        ),
    }[name]
    folder = path.relative_to(raw).parent
    with unchanged(path), tempfile.TemporaryDirectory() as scratch:
        tables: list[tuple[str, TextTable]] = []
        left_out: list[LeftOut] = []
        for sheet, file, grid in _sheets(path, Path(scratch)):
            place = (folder / file).as_posix()
            if other := of_another_year(sheet, year):
                left_out.append(LeftOut(place, other, is_of_another_year=True))
                continue
            try:
                figures, no_rows = read_sheet(sheet, grid, year)
            except NotThisLayout as reason:
                left_out.append(LeftOut(place, str(reason)))
                continue
            tables.append((place, TextTable(place, "workbook", figures.lazy(), len(grid), no_rows)))
    if not tables:
        reasons = [f"{Path(each.source_name).name}: {each.reason}" for each in left_out]
        raise BadFile(path, reasons or ["it is no workbook"], remedy)
    if len(tables) == 1 and not any(each.is_of_another_year for each in left_out):
        # One table of figures in the workbook: the file's own name says it all.
        tables = [(tables[0][0].rpartition("/")[0], tables[0][1])]
    figures = pl.concat(
        table.rows.collect().select(pl.lit(place).alias("source_file"), "source_row", *columns)
        for place, table in tables
    )
    if not figures.height:
        raise BadFile(path, ["it has headers but no row of a place"], COMPLETE_OR_REMOVE)
    if problems := _contradictions(figures, [column for column in columns if column not in ("unit", "value")]):
        raise BadFile(path, problems, "Keep the sheet that is right.")
    return YearbookRead(figures, tuple(tables), tuple(left_out))


def read_yearbook(raw: Path, name: str, paths: Sequence[Path], year: int) -> tuple[YearbookRead, list[tuple[str, str]]]:
    """All files of a yearbook source and year, and the faults by file; files that are no workbook may be notes."""
    read: list[YearbookRead] = []
    notes: list[tuple[str, str]] = []
    faults: list[tuple[str, str]] = []
    for path in paths:
        file = path.relative_to(raw).as_posix()
        try:
            read.append(yearbook_file(path, raw, name, year))
        except NoKnownColumn as note:
            notes.append((file, str(note)))
        except BadFile as bad:
            faults.append((file, str(bad)))
    left_out = [LeftOut(file, "a note: it is no workbook") for file, _ in notes]
    if not read:
        return YearbookRead(pl.DataFrame()), [*faults, *notes]
    whole = YearbookRead(
        pl.concat(each.figures for each in read),
        tuple(table for each in read for table in each.tables),
        (*(out for each in read for out in each.left_out), *left_out),
    )
    return whole, faults


def _year_of_yearbook(raw: Path, name: str, year: int) -> tuple[pl.DataFrame, Facts]:
    paths = existing_files(raw, name, read_sources(study_file_of(raw))[name], year)
    read, faults = read_yearbook(raw, name, paths, year)
    problems = [fault for _, fault in faults]
    figures = read.figures
    corrections = read_corrections(study_file_of(raw)).of(name, year)
    if read.tables:
        figures = figures.select(
            "source_file", "source_row", pl.lit(year, dtype=pl.Int32).alias("year"), *figures.columns[2:]
        )
        problems += corrections.problems(figures.lazy())
    if problems:
        raise BadSource(name, year, problems)
    rows = figures.group_by("source_file").agg(pl.col("source_row").n_unique())
    facts = {FILES_READ: lines_of(read.tables, read.left_out, dict(rows.iter_rows()))}
    return corrections.applied(figures.lazy()).collect(), facts


def _sheets(path: Path, scratch: Path) -> list[tuple[str, str, Grid]]:
    """(name, file with member and sheet, cells) of every sheet of a workbook, or of the workbooks in a container."""
    workbooks = [member for member in members(path, subfolder(scratch, "containers")) if member.ending in WORKBOOKS]
    if not workbooks:
        raise NoKnownColumn(
            path, ["it is no workbook"], "Save the yearbook's table as .xlsx, with its own header rows."
        )
    return [
        (sheet, f"{member.source_name}/{sheet}", grid)
        for number, member in enumerate(workbooks)
        for sheet, grid in read_grids(member, subfolder(scratch, str(number))).items()
    ]


def _city_sheet(sheet: str, grid: Grid, year: int) -> tuple[pl.DataFrame, Mapping[str, int]]:
    """Long form of a sheet; indicator and unit cells are merged over their blocks and are filled to the right."""
    plain = [tuple(plain_label(cell) if cell else None for cell in cells) for cells in grid[:HEADER_SEARCH_ROWS]]
    block_row = next((row for row, cells in enumerate(plain) if set(cells) & set(BLOCKS)), None)
    if block_row is None or block_row < 2:
        raise NotThisLayout(f"no row of block names ({' / '.join(BLOCKS)}) below an indicator row and a unit row")
    indicators, units, blocks = _filled(plain[block_row - 2]), _filled(grid[block_row - 1]), plain[block_row]
    rows = []
    cities = [(plain_label(name), cells) for cells in grid[block_row + 1 :] if (name := cells[0])]
    for number, (city, cells) in enumerate(cities, start=1):
        for place, block in enumerate(blocks):
            if block in BLOCKS and (label := indicators[place]):
                indicator, of_label = _indicator_and_unit(label)
                unit = plain_unit(printed) if (printed := units[place]) else of_label
                rows.append((number, city, indicator, block, unit or None, cells[place]))
    figures = pl.DataFrame(rows, schema={"source_row": pl.Int64, **CITY}, orient="row")
    return figures, _no_rows(len(grid), block_row + 1, len(cities))


def _province_sheet(sheet: str, grid: Grid, year: int) -> tuple[pl.DataFrame, Mapping[str, int]]:
    """One year of a sheet: a column per year, or one value in a sheet named by its year."""
    row, header, places = _province_header(grid)
    years = {int(found[1]): place for place, cell in enumerate(header) if cell and (found := YEAR.match(cell))}
    others = [place for place, cell in enumerate(header) if cell and place not in places.values()]
    if year in years:
        value = years[year]
    elif not years and str(year) in sheet and len(others) == 1:
        [value] = others
    else:
        there = ", ".join(f"{each}年" for each in years) or "no years"
        raise NotThisLayout(f"no column for {year}; there are {there}")
    indicator, unit = _indicator_and_unit(plain_label(sheet))
    above = [plain_unit(cell) for line in grid[:row] for cell in line if cell and UNIT_ABOVE.match(cell)]
    unit = unit or (above[0] if above else None)
    rows = []
    for number, cells in enumerate(grid[row + 1 :], start=1):
        printed = {column: cells[place] for column, place in places.items()}
        label = printed["indicator"] if "indicator" in places else indicator
        province = printed["province_name"] if "province_name" in places else sheet
        printed_unit = printed["unit"] if "unit" in places else unit
        rows.append(
            (
                number,
                plain_label(province) if province else None,
                plain_label(label) if label else None,
                plain_unit(printed_unit) if printed_unit else None,
                cells[value],
            )
        )
    figures = pl.DataFrame(rows, schema={"source_row": pl.Int64, **PROVINCE}, orient="row")
    return figures, _no_rows(len(grid), row + 1, len(rows))


def _province_header(grid: Grid) -> tuple[int, list[str | None], dict[str, int]]:
    """The first row that names the province or the indicator column, its labels, and where these columns stand."""
    known = {
        plain_label(each): column
        for column, ranks in read_sources()["province_yearbook"].columns.items()
        for rank in ranks
        for each in rank
    }
    for row, cells in enumerate(grid[:HEADER_SEARCH_ROWS]):
        header = [plain_label(cell) if cell else None for cell in cells]
        places = {known[label]: place for place, label in enumerate(header) if label in known}
        if "province_name" in places or "indicator" in places:
            return row, header, places
    raise NotThisLayout("no row has a column 地区 or 指标")


def _indicator_and_unit(label: str) -> tuple[str, str | None]:
    """地区生产总值（万元） as its two parts."""
    found = UNIT_IN_LABEL.match(label)
    return (found["indicator"], plain_unit(found["unit"])) if found else (label, None)


def _no_rows(lines: int, header_rows: int, rows: int) -> dict[str, int]:
    without = lines - header_rows - rows
    return {"headers and above": header_rows} | ({"no place named": without} if without else {})


def _filled(cells: tuple[str | None, ...]) -> list[str | None]:
    """Merged cells: the text of the first, repeated; the city column (the first) does not run over."""
    filled: list[str | None] = [None]
    for cell in cells[1:]:
        filled.append(cell or filled[-1])
    return filled


def _contradictions(figures: pl.DataFrame, cell: list[str]) -> list[str]:
    """Cells of which two sheets say different things; within one sheet the cleaning judges."""
    said = figures.drop_nulls("value").group_by("source_file", *cell, maintain_order=True).agg(pl.col("value").first())
    odd = (
        said.group_by(cell, maintain_order=True).agg("source_file", "value").filter(pl.col("value").list.n_unique() > 1)
    )
    return [
        f"{', '.join(row[column] or '' for column in cell)}: "
        + " but ".join(f"{value} in {file}" for file, value in zip(row["source_file"], row["value"], strict=True))
        for row in odd.head(10).iter_rows(named=True)
    ]
