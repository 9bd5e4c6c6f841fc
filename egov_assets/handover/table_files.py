"""A table as a file of other software, with labels: Parquet, CSV, Excel, Stata. The same table gives the same bytes.

Nulls stay missing everywhere: empty in CSV and Excel, `.` in Stata, whose texts know no difference to "".
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import polars as pl

from egov_assets.handover.labels import ColumnLabel
from egov_assets.platform.lake import write_table
from egov_assets.platform.spreadsheets import publish_csv
from egov_assets.platform.written_files import unfinished_file

ROWS_OF_A_SHEET = 1_048_576
TEXT_BYTES = 2045  # longest text of fixed width in Stata; longer ones are its strL
NO_DATE = datetime(2000, 1, 1)  # files say when they were made; ours are the same bytes whenever that was


class TooLong(ValueError):
    """The table has more rows than the format holds."""


def write_parquet(table: pl.DataFrame, labels: Sequence[ColumnLabel], path: Path) -> None:
    """As in the lake; the labels are in the file's metadata, under `labels`, as JSON."""
    footer = {each.name: {"label": each.label, "values": each.values} for each in labels}
    write_table(table, path, {"labels": json.dumps(footer, ensure_ascii=False)})


def write_csv(table: pl.DataFrame, _: Sequence[ColumnLabel], path: Path) -> None:
    """As `publish_csv`; a CSV file holds no labels."""
    publish_csv(table, path)


def write_excel(table: pl.DataFrame, labels: Sequence[ColumnLabel], path: Path) -> None:
    """The rows on one sheet, what the columns mean on another. Text stays text: no formula, no link, no lost zero.

    Raises  TooLong if a sheet cannot hold the rows
    """
    import xlsxwriter

    if table.height >= ROWS_OF_A_SHEET:
        raise TooLong(f"{table.height:,} rows and a head; a sheet holds {ROWS_OF_A_SHEET:,}. Take another format.")
    as_it_is = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    options = {"constant_memory": True, "nan_inf_to_errors": True, **as_it_is}
    with unfinished_file(path) as unfinished, xlsxwriter.Workbook(unfinished, options) as book:
        book.set_properties({"created": NO_DATE})
        rows, meaning = book.add_worksheet("data"), book.add_worksheet("labels")
        rows.write_row(0, 0, table.columns)
        for at, row in enumerate(table.iter_rows(), start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    rows.write_string(at, column, cell)
                elif cell is not None:
                    rows.write(at, column, cell)
        meaning.write_row(0, 0, ("column", "label", "values"))
        for at, each in enumerate(labels, start=1):
            codes = "; ".join(f"{code} {meant}" for code, meant in each.values.items())
            meaning.write_row(at, 0, (each.name, each.label, codes))


def write_stata(table: pl.DataFrame, labels: Sequence[ColumnLabel], path: Path) -> None:
    """Stata 14 and later (format 118, UTF-8), with labels of variables and of values.

    A whole number keeps its type where none is missing, else it is a number that holds it exactly.
    """
    names = {each.name: each.stata_name for each in labels}
    widest = table.select(pl.col(pl.String).str.len_bytes().max()).to_dicts()
    long_texts = [names[name] for name, width in (widest[0] if widest else {}).items() if (width or 0) > TEXT_BYTES]
    frame = table.with_columns(pl.col(pl.String).fill_null(""), pl.col(pl.Boolean).cast(pl.Int8)).rename(names)
    with unfinished_file(path) as unfinished:
        frame.to_pandas().to_stata(
            unfinished,
            version=118,
            write_index=False,
            time_stamp=NO_DATE,
            variable_labels={each.stata_name: each.label for each in labels},
            value_labels={each.stata_name: dict(each.values) for each in labels if each.values},
            convert_strl=long_texts,
        )


WRITERS: dict[str, Callable[[pl.DataFrame, Sequence[ColumnLabel], Path], None]] = {
    "parquet": write_parquet,
    "csv": write_csv,
    "xlsx": write_excel,
    "dta": write_stata,
}
