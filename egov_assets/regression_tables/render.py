"""A regression table as people print it: estimates with stars, p-values in brackets below, three rules.

Rendered from tidy estimates, in the order of the specification; the first variant of each column is printed, the
others are in `estimates.csv`.
"""

from dataclasses import dataclass
from html import escape

import polars as pl

from egov_assets.regression_tables.specifications import Column, Table
from egov_assets.regression_tables.stars import stars

PRINTED_VARIANT = "cluster_city"
CONSTANT_LABEL = {"_cons": "Constant"}
NOTE = (
    "Brackets hold p-values based on standard errors clustered by city; firms observed once are kept. "
    "*** p < 0.01, ** p < 0.05, * p < 0.10. R2 is within firm and year where effects are included."
)


@dataclass(frozen=True)
class PrintedTable:
    """Title, column heads, body and foot as text; the first cell of each row is its label."""

    title: str
    heads: tuple[str, ...]
    body: tuple[tuple[str, ...], ...]
    foot: tuple[tuple[str, ...], ...]
    note: str


def printed_table(name: str, table: Table, estimates: pl.DataFrame, variant: str = PRINTED_VARIANT) -> PrintedTable:
    """The table of one specification, filled from tidy estimates of one variant; blank where a column lacks a term."""
    chosen = estimates.filter((pl.col("table") == name) & (pl.col("variant") == variant))
    cells = {(row["column"], row["term"]): row for row in chosen.iter_rows(named=True)}
    anywhere = {column: row for (column, _), row in cells.items()}
    body = []
    for term in _terms(table):
        rows = [cells.get((number, term)) for number in table.columns]
        body.append((CONSTANT_LABEL.get(term, term), *map(_estimate, rows)))
        body.append(("", *map(_p_value, rows)))
    columns = table.columns.values()
    foot = [
        ("Controls", *(_yes(bool(column.controls)) for column in columns)),
        ("Firm effects", *(_yes("firm" in column.fixed_effects) for column in columns)),
        ("Year effects", *(_yes("year" in column.fixed_effects) for column in columns)),
        ("Observations", *(f"{anywhere[number]['n']:,}" for number in table.columns)),
        ("Cities", *(f"{anywhere[number]['n_clusters']:,}" for number in table.columns)),
        ("R2", *(_r2(anywhere[number]) for number in table.columns)),
    ]
    number = name.removeprefix("table_").lstrip("0")
    heads = ("", *(f"({number}) {column.outcome}" for number, column in table.columns.items()))
    return PrintedTable(f"Table {number}. {table.title}", heads, tuple(body), tuple(foot), NOTE)


def to_markdown(printed: PrintedTable) -> str:
    """The table in Markdown, ending with a newline."""
    lines = [f"**{printed.title}**", "", _row(printed.heads), _row(("---", *("---:" for _ in printed.heads[1:])))]
    lines += [_row(cells) for cells in (*printed.body, *printed.foot)]
    return "\n".join([*lines, "", printed.note.replace("*", r"\*"), ""])


def to_html(printed: PrintedTable) -> str:
    """The table as one HTML page without outside resources: top, header and bottom rule only."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in printed.heads)
    body = "\n".join(_html_row(cells) for cells in printed.body)
    foot = "\n".join(_html_row(cells) for cells in printed.foot)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{escape(printed.title)}</title>
<style>
body {{ font-family: "Times New Roman", SimSun, serif; margin: 2em; }}
table {{ border-collapse: collapse; border-top: 2px solid; border-bottom: 2px solid; }}
caption {{ padding-bottom: .5em; }}
th, td {{ padding: .1em 1.2em; text-align: right; font-weight: normal; }}
th:first-child, td:first-child {{ text-align: left; padding-left: 0; }}
thead {{ border-bottom: 1px solid; }}
p {{ font-size: smaller; max-width: 50em; }}
</style>
</head>
<body>
<table>
<caption>{escape(printed.title)}</caption>
<thead><tr>{head}</tr></thead>
<tbody>
{body}
{foot}
</tbody>
</table>
<p>{escape(printed.note)}</p>
</body>
</html>
"""


def _terms(table: Table) -> list[str]:
    """Every term of any column once, treatment first, constant last."""
    constant = [] if all(column.instrument for column in table.columns.values()) else ["_cons"]
    terms = [term for column in table.columns.values() for term in _slopes(column)]
    return [*dict.fromkeys(terms), *constant]


def _slopes(column: Column) -> list[str]:
    return [column.treatment, *column.controls]


def _estimate(row: dict | None) -> str:
    return "" if row is None or row["estimate"] is None else f"{row['estimate']:.3f}{stars(row['p_value'])}"


def _p_value(row: dict | None) -> str:
    return "" if row is None or row["p_value"] is None else f"({row['p_value']:.3f})"


def _r2(row: dict) -> str:
    r2 = row["r2"] if row["r2_within"] is None else row["r2_within"]
    return "" if r2 is None else f"{r2:.4f}"


def _yes(included: bool) -> str:
    return "yes" if included else "no"


def _row(cells: tuple[str, ...]) -> str:
    # A star is emphasis in Markdown.
    return "| " + " | ".join(cell.replace("*", r"\*") for cell in cells) + " |"


def _html_row(cells: tuple[str, ...]) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
