"""How the numbers of a file's columns are written: a decimal point, or a decimal comma with dots between thousands.

The format is a column's, not a cell's: 1,250 beside 12,5 is one and a quarter, beside 1,250.5 it is 1250.5. A column
that does not show its own takes that of the other columns of the file. A few odd cells are values, not a format.
"""

from collections.abc import Mapping

import polars as pl

SIGN = r"^\s*[+-]?\s*"
COMMA = SIGN + r"(\d+,(\d{1,2}|\d{4,})|\d{4,},\d+|0+,\d+|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,})\s*$"
POINT = SIGN + r"(\d+\.(\d{1,2}|\d{4,})|\d{4,}\.\d+|0+\.\d+|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,})\s*$"
NUMERIC = SIGN + r"[\d.,]+\s*$"
ODD_SHARE = 0.01  # typing errors; more than this is another hand that wrote the column


class TwoFormats(ValueError):
    """A column holds both, so that a value like 1,250 has two readings."""


def decimal_commas(rows: pl.LazyFrame, figures: Mapping[str, str]) -> frozenset[str]:
    """The columns (canonical -> header in `rows`) whose numbers are written with a decimal comma.

    Raises  TwoFormats naming the column and a value of each format
    """
    has_comma = [pl.col(header).str.contains(",", literal=True).any() for header in figures.values()]
    if not figures or not rows.select(pl.any_horizontal(has_comma)).collect(engine="streaming").item():
        return frozenset()
    shown = {column: _shows(rows, column, header) for column, header in figures.items()}
    of_file = {each for each in shown.values() if each}
    return frozenset(
        column for column, each in shown.items() if each == "comma" or (each is None and of_file == {"comma"})
    )


def _shows(rows: pl.LazyFrame, column: str, header: str) -> str | None:
    """`comma`, `point`, or None where no value tells."""
    printed = pl.col(header)
    facts = rows.select(
        printed.str.contains(COMMA).sum().alias("comma"),
        printed.str.contains(POINT).sum().alias("point"),
        printed.filter(printed.str.contains(COMMA)).first().alias("with comma"),
        printed.filter(printed.str.contains(POINT)).first().alias("with point"),
    ).collect(engine="streaming").row(0, named=True)  # fmt: skip
    comma, point = facts["comma"], facts["point"]
    if min(comma, point) > ODD_SHARE * (comma + point):
        raise TwoFormats(
            f"column {header} ({column}) holds numbers with a decimal comma ({facts['with comma']}) and with a decimal "
            f"point ({facts['with point']})"
        )
    if comma == point == 0:
        return None
    return "comma" if comma > point else "point"


def with_point(printed: pl.Expr) -> pl.Expr:
    """Numbers written with a decimal comma, rewritten with a point and without marks between thousands."""
    number = printed.str.replace_all(r"[.\s]", "").str.replace(",", ".", literal=True)
    return pl.when(printed.str.contains(NUMERIC)).then(number).otherwise(printed)
