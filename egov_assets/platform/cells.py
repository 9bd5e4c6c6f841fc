"""The cleaning's rules for single cells, outside dbt: what is a number, which year a date is of.

What belongs here: calls of the macros in dbt_project/macros/text.sql on a column that dbt does not read, so that a cell
means the same wherever it stands. What does not: rules of its own.
"""

from functools import cache
from typing import Any

import duckdb
import jinja2
import polars as pl

from egov_assets.platform.dbt_project import PROJECT

MACROS = PROJECT / "macros" / "text.sql"
HS6_DIGITS = 6


def numbers(cells: pl.Series) -> pl.Series:
    """The numbers that text cells print, Float64; null for marks of nothing and for what is no number."""
    return _read(cells, "cast(", _macros().number(_macros().tidy("cell")), " as double)")


def years(cells: pl.Series) -> pl.Series:
    """The years that text cells are of, Int32; null for marks of nothing and for dates that cannot be told."""
    return _read(cells, "cast(left(", _macros().year_and_month(_macros().tidy("cell")), ", 4) as integer)")


def hs6_codes(cells: pl.Series) -> pl.Series:
    """The HS codes of six digits that text cells print; null for what is none, longer codes of a nation included."""
    codes = _read(cells, _macros().commodity_code(_macros().tidy("cell")))
    return codes.set(codes.str.len_chars() != HS6_DIGITS, None)


def organisation_codes(cells: pl.Series) -> pl.Series:
    """The organisation codes that text cells print, in the one form of the clean survey; null for what is none."""
    return _read(cells, _macros().organisation_code(_macros().tidy("cell")))


def tidied_codes(cells: pl.Series) -> pl.Series:
    """Names and codes without what copies differ in: width, blanks around, the decimals of a code that was a number."""
    return _read(cells, _macros().code(_macros().tidy("cell")))


def is_filled(cells: pl.Series) -> pl.Series:
    """True for cells that hold something, false for blanks and marks of nothing."""
    return _read(cells, _macros().tidy("cell"), " is not null")


def scaled(printed: pl.Expr, factor: float) -> pl.Expr:
    """Text cells with their numbers times `factor`, to four decimals as clean tables hold them; others as printed."""

    def times(cells: pl.Series) -> pl.Series:
        products = (numbers(cells) * factor).round(4).cast(pl.String)
        return products.zip_with(products.is_not_null(), cells)

    return printed.map_batches(times, return_dtype=pl.String, is_elementwise=True)


def _read(cells: pl.Series, *sql: str) -> pl.Series:
    frame = pl.DataFrame({"cell": cells.cast(pl.String)})
    with duckdb.connect() as database:
        database.register("cells", frame.to_arrow())
        return database.sql(f"select {''.join(sql)} as meant from cells").pl()["meant"].rename(cells.name)


@cache
def _macros() -> Any:
    """Each macro of the file under its name, which jinja2 adds to the module at run time."""
    return jinja2.Environment().from_string(MACROS.read_text(encoding="utf-8")).module
