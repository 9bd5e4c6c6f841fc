"""Import tariffs by product as lists print them.

Files  tariffs/*.csv, UTF-8, a row per product and year, headed by one of HEADERS each: the year, the product as HS6 in
       the revision of its year, and the applied ad valorem rate in percent (WITS and national lists come so).
"""

from pathlib import Path

import polars as pl

FOLDER = "tariffs"
HEADERS = {
    "year": ("年份", "year", "Year", "Tariff Year"),
    "hs6_code": ("HS6", "hs6", "Product", "ProductCode", "商品编码", "税号"),
    "tariff_percent": ("税率（%）", "税率", "最惠国税率", "tariff_percent", "SimpleAverage", "Simple Average"),
}
COLUMNS = {"source_file": pl.String, "source_row": pl.Int64, "year": pl.Int32, "hs6_code": pl.String}


class BadTariffs(ValueError):
    """A list of tariffs cannot be used; the message names every file and row and what to do."""


def read_tariffs(raw: Path) -> pl.DataFrame:
    """The rows of all files in order of their names: COLUMNS and tariff_percent; no row if there is no file.

    Raises  BadTariffs listing every file that is not UTF-8 or lacks a column, and every row that cannot be read
    """
    frames, problems = [], []
    for path in tariff_files(raw):
        place = f"{FOLDER}/{path.name}"
        try:
            printed = pl.read_csv(path, infer_schema=False)
        except pl.exceptions.ComputeError as error:
            problems.append(f"{place} cannot be read ({error}). Save it as CSV in UTF-8.")
            continue
        found = {
            name: next((each for each in headers if each in printed.columns), None) for name, headers in HEADERS.items()
        }
        if lacking := [name for name, header in found.items() if header is None]:
            wanted = "; ".join(f"{name} ({' or '.join(HEADERS[name])})" for name in lacking)
            problems.append(
                f"{place} has no column for {wanted}; it has {', '.join(printed.columns)}. Rename its columns."
            )
            continue
        text = {name: pl.col(header).str.strip_chars() for name, header in found.items() if header}
        rows = printed.with_row_index("source_row", offset=1).select(
            pl.lit(place).alias("source_file"),
            pl.col("source_row").cast(pl.Int64),
            text["year"].cast(pl.Int32, strict=False).alias("year"),
            pl.when(text["hs6_code"].str.contains(r"^\d{5,6}$")).then(text["hs6_code"].str.zfill(6)).alias("hs6_code"),
            text["tariff_percent"].cast(pl.Float64, strict=False).alias("tariff_percent"),
        )
        unread = rows.filter(pl.any_horizontal(pl.all().is_null()) | (pl.col("tariff_percent") < 0))["source_row"]
        if len(unread):
            problems.append(
                f"{place}: {len(unread)} rows have no year, no HS6 code or no rate of at least 0 (first: row "
                f"{', '.join(map(str, unread.head(5)))}). Correct or remove them."
            )
        frames.append(rows)
    tariffs = pl.concat(frames) if frames else pl.DataFrame(schema={**COLUMNS, "tariff_percent": pl.Float64})
    twice = tariffs.filter(pl.len().over("year", "hs6_code") > 1).sort("hs6_code", "year")
    if not problems and not twice.is_empty():
        first = "; ".join(
            f"{row['hs6_code']} {row['year']} in {row['source_file']}" for row in twice.head(4).to_dicts()
        )
        problems.append(f"{FOLDER}: {twice.height} rows name a product and year again ({first}). Keep one rate each.")
    if problems:
        raise BadTariffs("\n".join(problems))
    return tariffs


def tariff_files(raw: Path) -> list[Path]:
    """The lists of tariffs, sorted."""
    return sorted((raw / FOLDER).glob("*.csv"))
