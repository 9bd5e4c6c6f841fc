"""Import tariffs by product as lists print them.

Files  tariffs/, in any format and encoding that the tables may have (`files.py`), a row per product and year, headed by
       one of HEADERS each: the year, the product as HS6 in the revision of its year, and the applied ad valorem rate in
       percent (WITS and national lists come so).
"""

from pathlib import Path

import polars as pl

from egov_assets.platform.cells import hs6_codes, numbers, years
from egov_assets.raw.lists import list_rows, list_source, unread

FOLDER = "tariffs"
HEADERS = {
    "year": ("年份", "Year", "Tariff Year"),
    "hs6_code": ("HS6", "Product", "ProductCode", "商品编码", "税号"),
    "tariff_percent": ("税率（%）", "税率", "最惠国税率", "SimpleAverage"),
}
SOURCE = list_source(FOLDER, f"{FOLDER}/**/*", HEADERS, {"tariff_percent": "percent"})
COLUMNS = {"source_file": pl.String, "source_row": pl.Int64, "year": pl.Int32, "hs6_code": pl.String}


class BadTariffs(ValueError):
    """A list of tariffs cannot be used; the message names every file and row and what to do."""


def read_tariffs(raw: Path) -> pl.DataFrame:
    """The rows of all files in natural order of their names: COLUMNS and tariff_percent; no row if there is no file.

    Raises  BadTariffs listing every file that cannot be read, and every row without a year, an HS6 code or a rate of at
            least 0
    """
    rows, problems = list_rows(raw, SOURCE)
    if rows is None and not problems:
        return pl.DataFrame(schema={**COLUMNS, "tariff_percent": pl.Float64})
    if rows is None:
        raise BadTariffs("\n".join(problems))
    tariffs = rows.with_columns(
        years(rows["year"]),
        hs6_codes(rows["hs6_code"]),
        numbers(rows["tariff_percent"].str.strip_chars().str.strip_suffix("%")),
    )
    is_read = {
        "year": tariffs["year"].is_not_null(),
        "hs6_code": tariffs["hs6_code"].is_not_null(),
        "tariff_percent": (tariffs["tariff_percent"] >= 0).fill_null(False),
    }
    for column, read in is_read.items():
        problems += unread(rows.filter(~read), column)
    twice = tariffs.filter(pl.len().over("year", "hs6_code") > 1).sort("hs6_code", "year")
    if not problems and not twice.is_empty():
        first = "; ".join(
            f"{row['hs6_code']} {row['year']} in {row['source_file']}" for row in twice.head(4).to_dicts()
        )
        problems.append(f"{FOLDER}: {twice.height} rows name a product and year again ({first}). Keep one rate each.")
    if problems:
        raise BadTariffs("\n".join(problems))
    return tariffs
