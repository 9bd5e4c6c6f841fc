"""From raw rows to clean tables: what each cut removes and what is left, the table a referee asks for."""

from typing import Any

import polars as pl

from egov_assets.platform.pages import page

READ, CLEAN = "00 read", "99 clean"


def attrition(flow: pl.DataFrame) -> pl.DataFrame:
    """The steps of sample_flow in order, with what is left behind each.

    flow     sample_flow of any years
    Returns  year, source, step, reason, rows_removed, firms_removed, value_removed_usd, rows_left, value_left_usd; the
             first step of a source and year removes nothing, the last row (99 clean) says what the clean table holds
    """
    is_cut = ~pl.col("step").is_in([READ, CLEAN])
    steps = flow.sort("year", "source", "step", "reason").with_columns(
        rows_removed=pl.when(is_cut).then("rows").otherwise(0),
        value_removed_usd=pl.when(is_cut).then(pl.col("value_usd").fill_null(0.0)).otherwise(0.0),
    )
    of_source = ["year", "source"]
    first_rows = pl.col("rows").filter(pl.col("step") == READ).first().over(of_source)
    first_value = pl.col("value_usd").filter(pl.col("step") == READ).first().over(of_source)
    return steps.select(
        *of_source,
        "step",
        "reason",
        "rows_removed",
        firms_removed=pl.when(is_cut).then("firms"),
        value_removed_usd=pl.when(pl.col("source") == "customs").then("value_removed_usd"),
        rows_left=first_rows - pl.col("rows_removed").cum_sum().over(of_source),
        value_left_usd=first_value - pl.col("value_removed_usd").cum_sum().over(of_source),
    )


def attrition_page(steps: pl.DataFrame) -> str:
    """The table as an HTML page, one section per source, the years side by side."""
    sources = [_section(source, rows) for (source,), rows in steps.group_by("source", maintain_order=True)]
    return page("sample_flow", "Sample flow", sources=sources)


def _section(source: str, rows: pl.DataFrame) -> dict[str, Any]:
    """Name, years, the heads that stand below each year, and rows of text."""
    years = rows["year"].unique().sort().to_list()
    cells = {(row["year"], row["step"], row["reason"]): row for row in rows.iter_rows(named=True)}
    heads = ("removed", "left", "million USD", "left") if source == "customs" else ("removed", "left")
    body = [
        [reason, *(cell for year in years for cell in _cells(cells.get((year, step, reason)), step)[: len(heads)])]
        for step, reason in rows.select("step", "reason").unique().sort("step", "reason").iter_rows()
    ]
    return {"name": source, "years": years, "heads": heads, "rows": body}


def _cells(row: dict[str, Any] | None, step: str) -> tuple[str, str, str, str]:
    """Rows removed and left, and their value in million USD, which sources without value lack."""
    if row is None:
        return "", "", "", ""
    is_cut = step not in (READ, CLEAN)
    removed, left = row["value_removed_usd"] or 0.0, row["value_left_usd"] or 0.0
    return (
        f"{row['rows_removed']:,}" if is_cut else "",
        f"{row['rows_left']:,}",
        f"{removed / 1e6:,.2f}" if is_cut else "",
        f"{left / 1e6:,.2f}",
    )
