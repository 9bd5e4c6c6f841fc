"""Excel workbooks as grids of text, before anyone knows which row is the header."""

from pathlib import Path

import fastexcel
import polars as pl

from egov_assets.raw.errors import COMPLETE_OR_REMOVE, BadFile
from egov_assets.raw.packed import Member
from egov_assets.raw.text_table import TextTable

HEADER_SEARCH_ROWS = 10  # titles and notes above a worksheet's header
Grid = list[tuple[str | None, ...]]


def read_grids(member: Member, scratch: Path) -> dict[str, Grid]:
    """Every worksheet that holds something, as rows of text; empty cells are None, rows keep their place.

    Whole numbers come without decimals, formula cells as their stored result; formulas are never computed.
    Raises  BadFile if it is no workbook or every sheet is empty
    """
    path = member.on_disk(scratch)
    if not path.stat().st_size:
        raise BadFile(member.path, ["the file is empty"], COMPLETE_OR_REMOVE)
    try:
        workbook = fastexcel.read_excel(path)
        grids = {name: _grid(workbook, name) for name in workbook.sheet_names}
    except fastexcel.FastExcelError as error:
        raise BadFile(
            member.path, [f"it cannot be opened as a workbook ({error})"], "Copy the file again, or save it as .xlsx."
        ) from error
    grids = {name: grid for name, grid in grids.items() if grid}
    if not grids:
        raise BadFile(member.path, ["every sheet is empty"], COMPLETE_OR_REMOVE)
    return grids


def possible_tables(member: Member, scratch: Path) -> list[TextTable]:
    """A table for every row near the top of a sheet that could be its header: two or more names, none twice."""
    return [
        TextTable(member.source_name, f"{member.ending}, sheet {sheet}", table_below(grid, row).lazy())
        for sheet, grid in read_grids(member, scratch).items()
        for row, cells in enumerate(grid[:HEADER_SEARCH_ROWS])
        if len(names := [cell for cell in cells if cell]) > 1 and len(set(names)) == len(names)
    ]


def table_below(grid: Grid, header_row: int) -> pl.DataFrame:
    """The rows below a header row as a frame of text columns; columns without a header are left out."""
    header = grid[header_row]
    named = [place for place, name in enumerate(header) if name]
    body = grid[header_row + 1 :]
    return pl.DataFrame({header[place]: pl.Series([row[place] for row in body], dtype=pl.String) for place in named})


def _grid(workbook: fastexcel.ExcelReader, sheet: str) -> Grid:
    cells = workbook.load_sheet(sheet, header_row=None, dtypes="string").to_polars()
    return [tuple(_text(cell) for cell in row) for row in cells.iter_rows()]


def _text(cell: str | None) -> str | None:
    return (cell or "").strip() or None
