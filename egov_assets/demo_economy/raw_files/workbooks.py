"""Excel workbooks with the same bytes for the same rows: fixed creation date, a last sheet 说明 that says synthetic."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter

NOTICE_SHEET = "说明"
NOTICE = "演示数据：全部由程序生成，不含任何真实企业或政府数据。Synthetic demo data, CC0 1.0."
CREATED = datetime(2013, 1, 1)

Cell = str | int | float | None


def write_workbook(path: Path, sheet: str, rows: Iterable[Sequence[Cell]]) -> None:
    """One data sheet and the notice; texts stay texts, None stays empty.

    Raises  ValueError if there are more than Excel's 1,048,576 rows
    """
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_numbers": False}) as workbook:
        workbook.set_properties({"created": CREATED, "comments": NOTICE})
        data = workbook.add_worksheet(sheet)
        for number, row in enumerate(rows):
            if data.write_row(number, 0, ["" if cell is None else cell for cell in row]) == -1:
                raise ValueError(f"{path.name}: more rows than an Excel sheet holds (1,048,576); lower `scale`")
        workbook.add_worksheet(NOTICE_SHEET).write_string(0, 0, NOTICE)
