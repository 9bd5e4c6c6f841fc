"""From raw rows to clean tables: what each cut removes and what is left, the table a referee asks for."""

import html

import polars as pl

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
    sections = [_section(source, rows) for (source,), rows in steps.group_by("source", maintain_order=True)]
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Sample flow</title>\n<style>'
        'body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;margin:2em auto;max-width:80em}'
        "table{border-collapse:collapse;margin-bottom:2em}td,th{padding:.15em .8em .15em 0;text-align:right;"
        "border-bottom:1px solid #ddd}td:first-child,th:first-child{text-align:left}</style>\n"
        "<h1>From raw rows to clean tables</h1>\n"
        '<p><img src="sample_flow.svg" alt="Share of lines and value left after each step" width="100%"></p>\n'
        f"{''.join(sections)}</html>\n"
    )


def _section(source: str, rows: pl.DataFrame) -> str:
    years = rows["year"].unique().sort().to_list()
    cells = {(row["year"], row["step"], row["reason"]): row for row in rows.iter_rows(named=True)}
    has_value = source == "customs"
    heads = "".join(f'<th colspan="{4 if has_value else 2}">{year}</th>' for year in years)
    names = "<th>removed</th><th>left</th>" + ("<th>million USD</th><th>left</th>" if has_value else "")
    body = "".join(
        f"<tr><td>{html.escape(reason)}</td>"
        + "".join(_cells(cells.get((year, step, reason)), step, has_value) for year in years)
        + "</tr>\n"
        for step, reason in rows.select("step", "reason").unique().sort("step", "reason").iter_rows()
    )
    return (
        f"<h2>{source}</h2>\n<table><tr><th></th>{heads}</tr>\n<tr><th></th>{names * len(years)}</tr>\n{body}</table>\n"
    )


def _cells(row: dict | None, step: str, has_value: bool) -> str:
    if row is None:
        return "<td></td>" * (4 if has_value else 2)
    is_cut = step not in (READ, CLEAN)
    cells = [f"{row['rows_removed']:,}" if is_cut else "", f"{row['rows_left']:,}"]
    if has_value:
        cells += [f"{row['value_removed_usd'] / 1e6:,.2f}" if is_cut else "", f"{row['value_left_usd'] / 1e6:,.2f}"]
    return "".join(f"<td>{cell}</td>" for cell in cells)
