"""Ranges in which the median of a column lies if it is in the unit it should be in.

Wide on purpose: they are to catch a wrong power of ten, not an odd sample. The reason of each range stands beside it.
"""

import polars as pl

from egov_assets.platform import cells

PLAUSIBLE_MEDIANS = {
    # domain.md 1.5: the median of firm-product-country flows is about 44,000 USD; single lines are smaller
    "value_usd": (50.0, 500_000.0),
    # domain.md 2.1: firms enter at 5 or 20 million CNY; half of them are within ten times that
    "revenue_thousand_cny": (5_000.0, 400_000.0),
    # an above-scale firm has 50 to 5,000 workers' wages of 10 to 60 thousand CNY, domain.md 5.4
    "wages_thousand_cny": (200.0, 50_000.0),
    "total_assets_thousand_cny": (2_000.0, 400_000.0),
    "employees_persons": (20.0, 1_500.0),
}
OTHER_UNITS = {  # how many of the expected unit one of these is
    "value_usd": {"CNY": 0.15, "1000 USD": 1_000.0, "10,000 USD": 10_000.0},
    "employees_persons": {"10,000 persons": 10_000.0},
}
MONEY_UNITS = {"CNY": 0.001, "10,000 CNY": 10.0, "million CNY": 1_000.0, "100 million CNY": 100_000.0}


def doubt_about_unit(column: str, unit: str, median: float | None) -> str | None:
    """A sentence if the median of a column lies outside its range, with the unit that would put it inside."""
    if median is None or column not in PLAUSIBLE_MEDIANS:
        return None
    low, high = PLAUSIBLE_MEDIANS[column]
    if low <= median <= high:
        return None
    others = OTHER_UNITS.get(column, MONEY_UNITS)
    fitting = [name for name, factor in others.items() if low <= median * factor <= high]
    guess = (
        f"is it in {' or '.join(fitting)}? Then name the factor under `sources`" if fitting else "look at the column"
    )
    return f"{column}: the median is {median:,.6g}, in {unit} it should be {low:,.0f} to {high:,.0f}; {guess}"


def numbers(column: str) -> pl.Expr:
    """The values of a text column that the cleaning would call numbers; others null."""
    return pl.col(column).map_batches(cells.numbers, return_dtype=pl.Float64, is_elementwise=True)
