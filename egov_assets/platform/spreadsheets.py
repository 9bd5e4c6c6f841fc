"""CSV files that people open in a spreadsheet: Chinese is read as such, and no cell is taken for a formula."""

from pathlib import Path

import polars as pl

from egov_assets.platform.written_files import publish_bytes

LIKE_A_FORMULA = r"^([=+\-@\t\r])"


def publish_csv(table: pl.DataFrame, path: Path) -> None:
    """UTF-8 with the mark by which Excel knows it; text that looks like a formula has an apostrophe before it."""
    as_text = pl.col(pl.String).str.replace(LIKE_A_FORMULA, "'${1}")
    publish_bytes(table.with_columns(as_text).write_csv(include_bom=True).encode("utf-8"), path)
