"""Excel workbooks as grids of text, before anyone knows which row is the header."""

from pathlib import Path

import fastexcel
import polars as pl

from egov_assets.raw.errors import BadFile

Grid = list[tuple[str | None, ...]]


def read_grids(path: Path) -> dict[str, Grid]:
    """Every worksheet that holds something, as rows of text; empty cells are None, rows keep their place.

    Whole numbers come without decimals, formula cells as their stored result.
    Raises  BadFile if it is no workbook or every sheet is empty
    """
    if not path.stat().st_size:
        raise BadFile(path, ["the file is empty"], "Put the complete file there, or remove it.")
    try:
        workbook = fastexcel.read_excel(path)
        grids = {name: _grid(workbook, name) for name in workbook.sheet_names}
    except fastexcel.FastExcelError as error:
        raise BadFile(
            path, [f"it cannot be opened as a workbook ({error})"], "Copy the file again, or save it as .xlsx."
        ) from error
    grids = {name: grid for name, grid in grids.items() if grid}
    if not grids:
        raise BadFile(path, ["every sheet is empty"], "Put the complete file there, or remove it.")
    return grids


def table_below(grid: Grid, header_row: int) -> pl.DataFrame:
    """The rows below a header row as a frame of text columns; columns without a header are left out."""
    header = grid[header_row]
    named = [place for place, name in enumerate(header) if name]
    body = grid[header_row + 1 :]
    return pl.DataFrame(
        {header[place]: pl.Series([row[place] for row in body], dtype=pl.String) for place in named}
    )


def _grid(workbook: fastexcel.ExcelReader, sheet: str) -> Grid:
    cells = workbook.load_sheet(sheet, header_row=None, dtypes="string").to_polars()
    return [tuple(_text(cell) for cell in row) for row in cells.iter_rows()]


def _text(cell: str | None) -> str | None:
    return (cell or "").strip() or None
