"""Workbooks as grids of text, sheet by sheet, before anyone knows which row is the header."""

from collections.abc import Mapping
from pathlib import Path

import fastexcel
import polars as pl

from egov_assets.raw.errors import COMPLETE_OR_REMOVE
from egov_assets.raw.packed import Member
from egov_assets.raw.signatures import ending_by_content, seen
from egov_assets.raw.text_table import TextTable

Grid = list[tuple[str | None, ...]]
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the stream in which Office puts a workbook with a password


def read_grids(member: Member, scratch: Path) -> dict[str, Grid]:
    """Every worksheet that holds something, as rows of text; empty cells are None, rows keep their place.

    Whole numbers come without decimals, formula cells as their stored result; formulas are never computed.
    Raises  BadFile if it is no workbook, asks for a password, or every sheet is empty
    """
    path = member.on_disk(scratch)
    if not path.stat().st_size:
        raise member.refused("the file is empty", remedy=COMPLETE_OR_REMOVE)
    try:
        workbook = fastexcel.read_excel(path)
        grids = {name: _grid(workbook, name) for name in workbook.sheet_names}
    except fastexcel.FastExcelError as error:
        raise member.refused(*_not_opened(path, error), remedy=_remedy(path)) from error
    grids = {name: grid for name, grid in grids.items() if grid}
    if not grids:
        raise member.refused("every sheet is empty", remedy=COMPLETE_OR_REMOVE)
    return grids


def sheet_table(source_name: str, form: str, grid: Grid, row: int) -> TextTable:
    """The rows below a header row as text columns; columns without a header are left out, and named if they hold any.

    Raises  ValueError naming headers that stand twice
    """
    header = grid[row]
    names = [name for name in header if name]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(", ".join(twice))
    columns: Mapping[str, pl.Series] = {
        name: pl.Series([cells[place] for cells in grid[row + 1 :]], dtype=pl.String)
        for place, name in enumerate(header)
        if name
    }
    no_rows = {"header": 1} | ({"above the header": row} if row else {})
    nameless = sum(not name and any(cells[place] for cells in grid[row + 1 :]) for place, name in enumerate(header))
    remarks = (f"{nameless} columns with values have no header and are left out",) if nameless else ()
    return TextTable(source_name, form, pl.DataFrame(columns).lazy(), len(grid), no_rows, remarks=remarks)


def _not_opened(path: Path, error: Exception) -> list[str]:
    start = path.read_bytes()[:4096]
    if _asks_for_password(path):
        return ["the workbook asks for a password"]
    if ending_by_content(start) in ("xlsx", "zip", "xls"):
        return [f"it cannot be opened as a workbook ({error})"]
    return [f"it cannot be opened as a workbook, it looks like {seen(start)}"]


def _remedy(path: Path) -> str:
    if _asks_for_password(path):
        return "Save it from Excel without the password."
    return "Copy the file again, or give it the ending of its real format, or save it as .xlsx."


def _asks_for_password(path: Path) -> bool:
    return ENCRYPTED in path.read_bytes()


def _grid(workbook: fastexcel.ExcelReader, sheet: str) -> Grid:
    cells = workbook.load_sheet(sheet, header_row=None, dtypes="string").to_polars()
    return [tuple(_text(cell) for cell in row) for row in cells.iter_rows()]


def _text(cell: str | None) -> str | None:
    return (cell or "").strip() or None
