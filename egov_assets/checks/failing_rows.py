"""Which rows of a raw table fail an expectation: counted in one pass over the file, fetched only where there are any.

The kinds are the ones of Great Expectations that `suites.py` uses, and mean here what they mean there: a missing value
fails where a value is expected and nowhere else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from egov_assets.checks.suites import DIALECT, SUITES, WITH_DIALECTS, Expected, row_of

_FAILS: Mapping[str, Callable[..., pl.Expr]] = {
    "ExpectColumnValuesToNotBeNull": lambda column: column.is_null(),
    "ExpectColumnValuesToMatchRegex": lambda column, regex: ~column.str.contains(regex),
    "ExpectColumnValuesToBeInSet": lambda column, value_set: ~column.is_in(value_set),
    "ExpectColumnValuesToBeBetween": lambda column, min_value, max_value: ~column.is_between(min_value, max_value),
    "ExpectColumnValueLengthsToBeBetween": lambda column, min_value: column.str.len_chars() < min_value,
}


@dataclass(frozen=True)
class Counts:
    """Of the rows of a dialect: how many there are, lack a value in the column expected of, and fail.

    An expectation about the table as a whole counts its rows alone.
    """

    rows: int
    missing: int = 0
    failing: int = 0


def count_failing(table: str, rows: pl.LazyFrame, year: int | None) -> dict[str | None, list[tuple[Expected, Counts]]]:
    """Dialect -> what is asked of its rows, in the suite's order, and how many fail; dialects ascend.

    A table without rows, or whose rows have no dialect, is one of dialect None.
    """
    sums = [pl.len().alias("rows")]
    for place, each in enumerate(SUITES[table]):
        if each.column:
            sums += [
                pl.col(each.column).null_count().alias(f"missing {place}"),
                _fails(each).sum().alias(f"failing {place}"),
            ]
    found = []
    if table in WITH_DIALECTS:
        found = rows.group_by(DIALECT).agg(sums).sort(DIALECT).collect(engine="streaming").to_dicts()
    found = found or rows.select(sums).collect(engine="streaming").to_dicts()
    return {
        (dialect := of_dialect.get(DIALECT)): [
            (
                each,
                Counts(
                    of_dialect["rows"], of_dialect.get(f"missing {place}", 0), of_dialect.get(f"failing {place}", 0)
                ),
            )
            for place, each in enumerate(SUITES[table])
            if each.is_asked_of(dialect, year)
        ]
        for of_dialect in found
    }


def failing_rows(
    table: str, rows: pl.LazyFrame, dialect: str | None, expected: Expected, most: int | None
) -> pl.DataFrame:
    """The column's value and `row_of` the rows that fail, in the order of the table: all, or the first `most`."""
    of_dialect = rows.filter(pl.col(DIALECT) == dialect) if dialect else rows
    failing = of_dialect.filter(_fails(expected)).select(list(dict.fromkeys([expected.column, *row_of(table)])))
    return (failing if most is None else failing.head(most)).collect(engine="streaming")


def _fails(expected: Expected) -> pl.Expr:
    options = {name: value for name, value in expected.options.items() if name not in ("column", "mostly")}
    return _FAILS[expected.kind](pl.col(str(expected.column)), **options)
