"""Table 2 for the terminal: published, planted and ours beside each other."""

import polars as pl
from rich.table import Table

from egov_assets.paper.published import published_cells

TABLE = "table_02"


def table_2_side_by_side(comparison: pl.DataFrame) -> Table:
    """Table 2 in printed order, one line per printed cell, from `published_comparison`.

    The planted column is there only where the comparison holds planted values, that is on the demo economy.
    """
    ours = {(row["column"], row["term"]): row for row in comparison.filter(pl.col("table") == TABLE).to_dicts()}
    has_truth = any(row["planted"] is not None for row in ours.values())
    shown = Table(title="Table 2. Baseline regression results", title_justify="left")
    for head in ("column", "term"):
        shown.add_column(head)
    for head in ("published", *(["planted"] if has_truth else []), "ours"):
        shown.add_column(head, justify="right", no_wrap=True)
    shown.add_column("verdict")
    printed = published_cells().filter(pl.col("table") == TABLE)
    for cell in printed.iter_rows(named=True):
        row = ours[cell["column"], cell["term"]]
        is_first = printed.filter(pl.col("column") == cell["column"])["term"][0] == cell["term"]
        is_last = printed.filter(pl.col("column") == cell["column"])["term"][-1] == cell["term"]
        shown.add_row(
            f"({cell['column']})" if is_first else "",
            cell["term"],
            _number(row["published"], cell) + (row["published_stars"] or ""),
            *([_number(row["planted"], cell)] if has_truth else []),
            _number(row["ours"], cell) + (row["our_stars"] or ""),
            row["verdict"],
            end_section=is_last,
        )
    return shown


def _number(value: float | None, cell: dict) -> str:
    """The number with the decimals of the printed cell."""
    if value is None:
        return ""
    _, _, decimals = cell["published"].partition(".")
    return f"{value:z,.{len(decimals)}f}"
