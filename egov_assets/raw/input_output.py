"""An input-output table as the National Bureau of Statistics prints it: reading it, and whether it balances.

File  input_output/table.csv or .xlsx: a row per product sector, with its code and name, a column per using sector
      under that sector's code, and the columns of HEADERS; amounts in 10,000 CNY. Without a file, the shipped table.
"""

from pathlib import Path

import numpy as np
import polars as pl

from egov_assets.platform.reference import FOLDER as REFERENCE

FOLDER = "input_output"
SHIPPED = REFERENCE / "io_china_2012_139.csv"
HEADERS = {  # what a column holds -> how tables head it
    "sector_code": ("io_code", "部门代码", "代码"),
    "sector_name": ("name_zh", "部门名称", "产品部门名称"),
    "total_final_use": ("total_final_use", "最终使用合计"),
    "inventory_change": ("inventory_change", "存货增加"),
    "exports": ("exports", "出口"),
    "imports": ("imports", "进口"),
    "gross_output": ("gross_output", "总产出"),
    "statistical_error": ("statistical_error", "其他", "误差"),
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
    printed = (
        pl.read_csv(path, infer_schema=False) if path.suffix == ".csv" else pl.read_excel(path, infer_schema_length=0)
    )
    names = {
        next((header for header in headers if header in printed.columns), None): name
        for name, headers in HEADERS.items()
    }
    lacking = sorted(set(HEADERS) - {name for header, name in names.items() if header} - {"statistical_error"})
    if lacking:
        headed = "; ".join(f"{name} ({' or '.join(HEADERS[name])})" for name in lacking)
        raise BadInputOutput(f"{path}: no column for {headed}. Name the columns so.")
    table = printed.rename({header: name for header, name in names.items() if header})
    if "statistical_error" not in table.columns:
        table = table.with_columns(statistical_error=pl.lit("0"))
    table = table.filter(pl.col("sector_code").is_in(table.columns))
    items = [*table["sector_code"], *TOTALS]
    if unknown := [code for code in table["sector_code"] if table["sector_code"].to_list().count(code) > 1]:
        raise BadInputOutput(f"{path}: sector {', '.join(sorted(set(unknown)))} stands in several rows. Keep one.")
    cells = (
        table.select("sector_code", "sector_name", *items)
        .unpivot(items, index=["sector_code", "sector_name"], variable_name="item", value_name="printed")
        .with_columns(value_10k_cny=pl.col("printed").str.replace_all(",", "").cast(pl.Float64, strict=False))
    )
    strange = cells.filter(pl.col("value_10k_cny").is_null() | ~pl.col("value_10k_cny").is_finite())
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
    there = sorted([*(raw / FOLDER).glob("table*.csv"), *(raw / FOLDER).glob("table*.xlsx")])
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
