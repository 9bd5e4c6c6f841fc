"""Codes and ids that lost digits because a program kept them as 4-byte floats, which hold seven.

A column stored as float is known from its type. One that was float and is stored as double or text today betrays
itself: every value is one that a float can hold, which whole numbers of ten digits are by chance one time in 256.
"""

import math
from collections.abc import Set

import polars as pl

from egov_assets.raw.text_table import TextTable

EXACT_TO = 2**24  # whole numbers above need more bits than a 4-byte float has
CHANCE = 1 / 200  # that all values of a sound column are such numbers by accident
ROWS_LOOKED_AT = 10_000
ROUND = 100  # codes that end in 00 are often such numbers, for reasons of their own: no evidence


def columns_with_lost_digits(table: TextTable, codes: Set[str]) -> list[str]:
    """What is wrong with columns of codes, each as a sentence; `codes` are the headers of columns that hold codes."""
    typed = [name for name in table.headers if name in codes]
    return [problem for name in typed if (problem := _problem(table, name))]


def _problem(table: TextTable, name: str) -> str | None:
    number = pl.col(name).cast(pl.Int64, strict=False)
    if name in table.single_precision:
        largest = table.rows.select(number.max()).collect(engine="streaming").item()
        if largest is None or largest <= EXACT_TO:
            return None
        return f"column {name} is stored as float (4 bytes), which keeps 7 digits; it has values such as {largest}"
    values = (
        table.rows.head(ROWS_LOOKED_AT)
        .select(number.alias("value"))
        .filter((pl.col("value") > EXACT_TO) & (pl.col("value") % ROUND != 0))
        .unique(maintain_order=True)
        .collect()["value"]
        .to_list()
    )
    spacings = [2 ** (value.bit_length() - 24) for value in values]
    if not values or any(value % spacing for value, spacing in zip(values, spacings, strict=True)):
        return None
    if math.prod(1 / spacing for spacing in spacings) > CHANCE:
        return None
    return f"column {name} was made float (4 bytes) once: all its numbers, as {values[0]}, are such as a float holds"
