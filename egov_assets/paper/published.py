"""What the paper prints, as a tidy table: one row per printed number of tables 1 to 10."""

from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from egov_assets.paper.stars import stars_between
from egov_assets.platform.words import message

PUBLISHED_TABLES = Path(__file__).with_name("published_tables.yaml")
STATISTICS = ("n", "mean", "sd", "min", "max")
FOOTERS = ("n", "r2")
RENAMED = {"Con_Inf": "Con_inf"}  # LABEL-01: one variable, two spellings

# method.md section 14, point 8: footers that stand out from the columns around them, and are no targets.
ODD_FOOTERS = {
    ("table_09", "4", "r2"): "N-07",
    ("table_09", "5", "r2"): "N-07",
    ("table_10", "3", "r2"): "N-07",
    ("table_10", "4", "r2"): "N-07",
    ("table_10", "1", "n"): "N-08",
    ("table_10", "1", "r2"): "N-08",
    ("table_10", "2", "n"): "N-08",
    ("table_10", "2", "r2"): "N-08",
}

SCHEMA = {
    "table": pl.String,
    "column": pl.String,
    "term": pl.String,
    "published": pl.String,
    "published_stars": pl.String,
    "published_p": pl.String,
    "anomaly": pl.String,
}


@cache
def published_cells(path: Path = PUBLISHED_TABLES) -> pl.DataFrame:
    """One row per printed number, in printed order.

    table, column    "table_02", "3"; in table 1 the column is the statistic
    term             regressor, or the footer n or r2; in table 1 the variable
    published        the number as printed; published_stars, published_p as printed, null where none is
    anomaly          of an estimate the message that its stars are not those of its p; of a footer the audit's code that
                     makes it no target; else null
    """
    tables = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows = []
    for number in range(1, 11):
        table = tables[f"table_{number}"]
        name = f"table_{number:02d}"
        rows += _descriptives(name, table) if "rows" in table else _regressions(name, table)
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def half_a_unit(published: str) -> float:
    """Half a unit of the last decimal that is printed: 0.0005 for "0.026", 0.5 for a count."""
    _, _, decimals = published.partition(".")
    return 0.5 * 10.0 ** -len(decimals)


def _descriptives(name: str, table: dict[str, Any]) -> list[tuple]:
    return [
        (name, statistic, RENAMED.get(row["variable"], row["variable"]), str(row[statistic]), None, None, None)
        for row in table["rows"]
        for statistic in STATISTICS
    ]


def _regressions(name: str, table: dict[str, Any]) -> list[tuple]:
    rows = []
    for column in table["columns"]:
        number = column["id"].strip("()")
        for term, cell in column["coefficients"].items():
            odd = _contradiction(cell["stars"], cell["p"])
            rows.append((name, number, term, cell["estimate"], cell["stars"], cell["p"], odd))
        for footer in FOOTERS:
            odd = ODD_FOOTERS.get((name, number, footer))
            rows.append((name, number, footer, str(column[footer]), None, None, odd))
    return rows


def stars_fit(printed_stars: str, printed_p: str) -> bool:
    """Can a p-value that rounds to the printed one have these stars?"""
    p, half = float(printed_p), half_a_unit(printed_p)
    return printed_stars in stars_between(p - half, p + half)


def _contradiction(printed_stars: str, printed_p: str | None) -> str | None:
    """Stars that no p-value has which rounds to the printed one."""
    if printed_p is None or stars_fit(printed_stars, printed_p):
        return None
    if not printed_stars:
        return message("no stars against p", p=printed_p)
    return message("stars against p", stars=printed_stars, p=printed_p)
