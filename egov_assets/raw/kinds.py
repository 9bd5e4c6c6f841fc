"""What the values of a column look like, wide enough for every way in which copies write them.

A header alone can mislead (`type` is ownership in one copy and import or export in another). A column none of whose
values is of its kind was found under the wrong header; single odd values are for the cleaning to judge.
"""

from collections.abc import Mapping
from typing import cast

import polars as pl

from egov_assets.raw.text_table import TextTable

ROWS_LOOKED_AT = 500
FEWEST_VALUES = 10  # fewer may all be odd by accident
VALUES_SHOWN = 3
NUMBER = r"\d"
CODE = r"^[\s'\"]*[A-Za-z]?\d[\d\s.\-A-Za-z]*$"
KINDS = {
    "flow": r"(?i)^\s*[01]\s*(\.0*)?\s*$|出口|进口|export|import|^\s*(exp|imp|e|i|x|m)\s*$",
    "hs8_code": r"^[\s'\"]*\d[\d\s.]{3,}|[eE]\+",
    "company_id": r"\d{5}|[eE]\+",
    "survey_firm_id": r"\d|[A-Za-z]",
    "partner": r"^\s*\d{1,3}(\.0*)?\s*$|[\p{Han}A-Za-z]",
    "region_code": r"\d{4}|[eE]\+|\p{Han}",
    "industry_code": CODE + r"|\p{Han}",
    "firm_name": r"[\p{Han}A-Za-z]",
    "company_name": r"[\p{Han}A-Za-z]",
    "legal_person": r"[\p{Han}A-Za-z]",
    "city_name": r"[\p{Han}A-Za-z]",
}


def share_of_kind(column: str, values: pl.Series, units: Mapping[str, str]) -> float | None:
    """Share of the values, none missing, that are of a canonical column's kind; None for a column of any words."""
    kind = KINDS.get(column) or (NUMBER if column in units else None)
    return cast("float", values.str.contains(kind).mean()) if kind and len(values) else None


def columns_of_another_kind(table: TextTable, headers: Mapping[str, str], units: Mapping[str, str]) -> list[str]:
    """Columns (canonical -> header) none of whose first values is of the column's kind, each as a sentence."""
    sample = table.rows.head(ROWS_LOOKED_AT).collect()
    problems = []
    for column, header in headers.items():
        values = sample[header].drop_nulls()
        if len(values) >= FEWEST_VALUES and share_of_kind(column, values, units) == 0:
            shown = ", ".join(values.unique(maintain_order=True).head(VALUES_SHOWN))
            problems.append(f"column {header} was taken for {column}, but its values ({shown}, …) are none")
    return problems
