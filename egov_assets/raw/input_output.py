"""An input-output table as the National Bureau of Statistics prints it: reading it, and whether it balances.

File  input_output/table.csv, or in any other format that the tables may have (`files.py`): a row per product sector,
      with its code and name, a column per using sector under that sector's code, and the columns of HEADERS; amounts in
      10,000 CNY. Without a file, the shipped table.
"""

import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from egov_assets.platform.cells import numbers
from egov_assets.platform.reference import FOLDER as REFERENCE
from egov_assets.raw.errors import BadFile
from egov_assets.raw.files import read_file
from egov_assets.raw.lists import list_source
from egov_assets.raw.packed import is_note

FOLDER = "input_output"
SHIPPED = REFERENCE / "io_china_2012_139.csv"
HEADERS = {  # what a column holds -> how tables head it, beside its own name
    "sector_code": ("io_code", "部门代码", "代码"),
    "sector_name": ("name_zh", "部门名称", "产品部门名称"),
    "total_final_use": ("最终使用合计",),
    "inventory_change": ("存货增加",),
    "exports": ("出口",),
    "imports": ("进口",),
    "gross_output": ("总产出",),
    "statistical_error": ("其他", "误差"),
}
TOTALS = tuple(HEADERS)[2:]
TOLERANCE = 1e-6  # of output; printed tables balance to their rounding


class BadInputOutput(ValueError):
    """The table cannot be used; the message lists every problem and what to do."""


def read_input_output(raw: Path) -> pl.DataFrame:
    """The table cell by cell, in its order: source_file, sector_code, sector_name, item, value_10k_cny.

    item    the code of the using sector, or one of TOTALS; the error is 0 where the table has none
    Rows without a column of their own (inputs and value added below the sectors) are no sectors and are left out.
    Raises  BadInputOutput listing all problems: several files, missing columns, cells that are no numbers, no balance
    """
    path = _file(raw)
    units = dict.fromkeys(TOTALS, "10,000 CNY")
    source = list_source(FOLDER, f"{FOLDER}/table*", HEADERS, units, optional=["statistical_error"])
    try:
        with tempfile.TemporaryDirectory() as scratch:
            read = read_file(path, source, None, Path(scratch)).tables
            if len(read) > 1:
                tables = ", ".join(each.table.source_name for each in read)
                raise BadInputOutput(f"{path}: it holds several tables ({tables}). Keep one.")
            headers = {header: name for name, header in read[0].headers.items()}
            table = read[0].table.rows.collect().rename(headers)
    except BadFile as bad:
        raise BadInputOutput(str(bad)) from bad
    if "statistical_error" not in table.columns:
        table = table.with_columns(statistical_error=pl.lit("0"))
    table = table.filter(pl.col("sector_code").is_in(table.columns))
    items = [*table["sector_code"], *TOTALS]
    if unknown := [code for code in table["sector_code"] if table["sector_code"].to_list().count(code) > 1]:
        raise BadInputOutput(f"{path}: sector {', '.join(sorted(set(unknown)))} stands in several rows. Keep one.")
    cells = table.select("sector_code", "sector_name", *items).unpivot(
        items, index=["sector_code", "sector_name"], variable_name="item", value_name="printed"
    )
    cells = cells.with_columns(numbers(cells["printed"]).alias("value_10k_cny"))
    strange = cells.filter(pl.col("value_10k_cny").is_null())
    if not strange.is_empty():
        first = ", ".join(
            f"{row['sector_code']} x {row['item']}: {row['printed']!r}" for row in strange.head(5).to_dicts()
        )
        raise BadInputOutput(
            f"{path}: {strange.height} cells are no numbers ({first}). Write 0 where there is nothing."
        )
    place = f"{FOLDER}/{path.name}" if path != SHIPPED else f"reference/{path.name}"
    found = cells.select(pl.lit(place).alias("source_file"), "sector_code", "sector_name", "item", "value_10k_cny")
    if problems := unbalanced(found):
        raise BadInputOutput("\n".join([f"{path}: {len(problems)} sectors do not balance. Correct them.", *problems]))
    return found


def _file(raw: Path) -> Path:
    there = sorted(path for path in (raw / FOLDER).glob("table*") if not is_note(path.name))
    if len(there) > 1:
        raise BadInputOutput(f"{raw / FOLDER}: {', '.join(path.name for path in there)}. Keep one table.")
    return there[0] if there else SHIPPED


def uses_and_totals(table: pl.DataFrame) -> tuple[list[str], np.ndarray, dict[str, np.ndarray]]:
    """Sector codes (n,); uses (n, n) of the row's product by the column's sector; each of TOTALS (n,). 10,000 CNY."""
    codes = table["sector_code"].unique(maintain_order=True).to_list()
    wide = table.pivot("item", index="sector_code", values="value_10k_cny", maintain_order=True)
    return codes, wide.select(codes).to_numpy(), {name: wide[name].to_numpy() for name in TOTALS}


def unbalanced(table: pl.DataFrame) -> list[str]:
    """A sentence per sector whose uses less imports are not its output, or whose inputs exceed its output."""
    codes, uses, totals = uses_and_totals(table)
    names = dict(table.select("sector_code", "sector_name").unique().iter_rows())
    output = totals["gross_output"]
    supplied = uses.sum(axis=1) + totals["total_final_use"] - totals["imports"] + totals["statistical_error"]
    allowed = TOLERANCE * np.maximum(np.abs(output), 1)
    sentences = []
    for place, code in enumerate(codes):
        sector = f"sector {code} ({names[code]})"
        if abs(supplied[place] - output[place]) > allowed[place]:
            sentences.append(f"{sector}: uses less imports are {supplied[place]:,.1f}, output is {output[place]:,.1f}")
        if uses[:, place].sum() > output[place] + allowed[place]:
            sentences.append(f"{sector}: inputs of {uses[:, place].sum():,.1f} exceed output of {output[place]:,.1f}")
    return sentences
