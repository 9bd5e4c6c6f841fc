"""Yearbook workbooks, whose columns are indicators, blocks and years, as long tables: one row per printed figure."""

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import polars as pl

from egov_assets.raw.corrections import read_corrections
from egov_assets.raw.errors import COMPLETE_OR_REMOVE, BadFile, BadSource
from egov_assets.raw.excel import HEADER_SEARCH_ROWS, Grid, read_grids, table_below
from egov_assets.raw.files import unchanged
from egov_assets.raw.packed import WORKBOOKS, members
from egov_assets.raw.sources import UnknownDialect, read_sources, recognise
from egov_assets.raw.tables import existing_files

BLOCKS = ("全市", "市辖区")  # whole prefecture, districts only: reading the wrong one is the usual mistake
UNIT_IN_LABEL = re.compile(r"^(?P<indicator>.+?)\s*[(（](?P<unit>[^()（）]+)[)）]$")
LONG = {"indicator": pl.String, "block": pl.String, "unit": pl.String, "value": pl.String}


def read_city_yearbook(raw: Path, year: int) -> pl.DataFrame:
    """The city yearbook of a data year: one row per city row, indicator and block, as printed.

    Returns source_file, source_row (1 = first city row of its sheet), year, city_name, indicator, block, unit, value.
    Raises  BadSource listing files without a row of block names (全市 / 市辖区) or without any city
    """
    return _year_of_yearbook(raw, "city_yearbook", year, city_figures)


def read_province_yearbook(raw: Path, year: int) -> pl.DataFrame:
    """One year's column of the province yearbook: one row per province and indicator.

    Returns source_file, source_row, year, province_name, indicator, unit, value (null where the cell is empty).
    Raises  BadSource if no file has a column of this year
    """
    return _year_of_yearbook(raw, "province_yearbook", year, lambda path: province_figures(path, year))


def _year_of_yearbook(raw: Path, name: str, year: int, figures: Callable[[Path], pl.DataFrame]) -> pl.DataFrame:
    frames, problems = [], []
    for path in existing_files(raw, name, read_sources(raw)[name], year):
        try:
            with unchanged(path):
                frames.append(_with_origin(figures(path), path, raw, year))
        except BadFile as bad:
            problems.append(str(bad))
    corrections = read_corrections(raw).of(name, year)
    if frames:
        problems += corrections.problems(pl.concat(frames).lazy())
    if problems:
        raise BadSource(name, year, problems)
    return corrections.applied(pl.concat(frames).lazy()).collect()


def city_figures(path: Path) -> pl.DataFrame:
    """The figures of one city yearbook workbook: one row per city row, indicator and block, as printed."""
    for grid in _grids(path):
        block_row = next((row for row, cells in enumerate(grid[:HEADER_SEARCH_ROWS]) if set(cells) & set(BLOCKS)), None)
        if block_row is not None and block_row >= 2:
            found = _figures_below(grid, block_row)
            if found.is_empty():
                raise BadFile(path, ["it has headers but no city row"], COMPLETE_OR_REMOVE)
            return found
    raise BadFile(
        path,
        [f"no sheet has a row of block names ({' / '.join(BLOCKS)}) below an indicator row and a unit row"],
        "Keep the yearbook's own header rows: indicator, unit, block.",
    )


def province_figures(path: Path, year: int) -> pl.DataFrame:
    """One year's figures of one province yearbook workbook: one row per province and indicator, as printed."""
    table, headers = _province_table(path)
    columns = {name: int(found[0]) for name in table.columns if (found := re.findall(r"^(\d{4})年?$", name))}
    mine = [name for name, printed in columns.items() if printed == year]
    if not mine:
        there = ", ".join(columns) or "no years"
        raise BadFile(path, [f"no column for {year}; there are {there}"], f"Add a column {year}年 to it.")
    return table.with_row_index("source_row", offset=1).select(
        pl.col("source_row").cast(pl.Int64),
        *(pl.col(headers[column]).alias(column) for column in ("province_name", "indicator", "unit")),
        pl.col(mine[0]).alias("value"),
    )


def _grids(path: Path) -> list[Grid]:
    """Every sheet of a workbook, or of the workbooks inside a container."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        workbooks = [member for member in members(path, scratch) if member.ending in WORKBOOKS]
        if not workbooks:
            raise BadFile(path, ["it is no workbook"], "Save the yearbook's table as .xlsx, with its own header rows.")
        return [grid for member in workbooks for grid in read_grids(member, scratch).values()]


def _figures_below(grid: Grid, block_row: int) -> pl.DataFrame:
    """Long form of a sheet; indicator and unit cells are merged over their blocks and are filled to the right."""
    indicators, units, blocks = (_filled(grid[block_row - 2]), _filled(grid[block_row - 1]), grid[block_row])
    rows = []
    cities = (cells for cells in grid[block_row + 1 :] if cells[0])
    for number, cells in enumerate(cities, start=1):
        for place, block in enumerate(blocks):
            if block in BLOCKS and indicators[place]:
                label = UNIT_IN_LABEL.match(indicators[place])
                indicator = label["indicator"] if label else indicators[place]
                unit = (units[place] or (label["unit"] if label else None) or "").strip("()（） ") or None
                rows.append((number, cells[0], indicator, block, unit, cells[place]))
    return pl.DataFrame(rows, schema={"source_row": pl.Int64, "city_name": pl.String, **LONG}, orient="row")


def _filled(cells: tuple[str | None, ...]) -> list[str | None]:
    """Merged cells: the text of the first, repeated; the city column (the first) does not run over."""
    filled: list[str | None] = [None]
    for cell in cells[1:]:
        filled.append(cell or filled[-1])
    return filled


def _province_table(path: Path) -> tuple[pl.DataFrame, dict[str, str]]:
    source = read_sources()["province_yearbook"]
    problems: tuple[str, ...] = ("no row looks like a header",)
    for grid in _grids(path):
        for row, cells in enumerate(grid[:HEADER_SEARCH_ROWS]):
            try:
                _, headers = recognise(source, [cell for cell in cells if cell])
            except UnknownDialect as unknown:
                problems = unknown.problems
                continue
            return table_below(grid, row), headers
    raise BadFile(path, problems, "The header row needs 地区, 指标, 单位 and one column per year.")


def _with_origin(figures: pl.DataFrame, path: Path, raw: Path, year: int) -> pl.DataFrame:
    return figures.select(
        pl.lit(path.relative_to(raw).as_posix()).alias("source_file"),
        "source_row",
        pl.lit(year, dtype=pl.Int32).alias("year"),
        pl.exclude("source_row"),
    )
