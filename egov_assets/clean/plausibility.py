"""Do the survey's figures look like figures that firms wrote down? Circulated years after 2007 are under suspicion.

What belongs here: statistics of a year's figures and of two neighbouring years, each with the value a sound year has.
They accuse nobody: a statistic beyond its limit says "look here before you build on it".
Source  domain.md 2.6 (Chen Lin 2018, 经济评论: the circulated 2011-2013 files fail independent tests)
"""

from math import fsum, log10
from typing import cast

import polars as pl

FIGURES = (
    "revenue_thousand_cny",
    "wages_thousand_cny",
    "export_delivery_thousand_cny",
    "total_assets_thousand_cny",
)
MIN_FIRMS = 1_000  # with fewer the digits of a sound year miss their limits by chance
# Nigrini (2012): mean absolute deviation above which first (second) digits do not conform. First digits bend where a
# survey has a threshold, so they are judged for columns without one; second digits hardly feel it.
FIRST_DIGIT_LIMIT, SECOND_DIGIT_LIMIT = 0.015, 0.012
WITHOUT_THRESHOLD = ("wages_thousand_cny", "export_delivery_thousand_cny", "total_assets_thousand_cny")
REPEAT_LIMIT = 0.01  # a firm writes the same six-digit figure two years running by copying it, not by growing
HEAPING_LIMIT = 0.05  # figures of four and more digits end in 00 once in a hundred if nobody rounds

RESULT = {
    "year": pl.Int32,
    "test": pl.String,
    "figure": pl.String,
    "firms": pl.Int64,
    "statistic": pl.Float64,
    "limit": pl.Float64,
    "is_suspect": pl.Boolean,
}


def plausibility(firms: pl.DataFrame) -> pl.DataFrame:
    """Every test of every figure and year of clean_firms that has firms enough, sorted by year, test and figure.

    Returns year, test, figure, firms (values tested), statistic, limit, is_suspect; null where no limit is known
    """
    rows = [
        row
        for year in sorted(firms["year"].unique())
        for figure in FIGURES
        for row in _tests_of(firms, year, figure)
        if row[3] >= MIN_FIRMS
    ]
    return pl.DataFrame(rows, schema=RESULT, orient="row").sort("year", "test", "figure")


def _tests_of(firms: pl.DataFrame, year: int, figure: str) -> list[tuple]:
    now = firms.filter(pl.col("year") == year, pl.col(figure) > 0).select("survey_firm_id", figure)
    values = now[figure]
    large = values.filter(values >= 1_000)
    both = now.join(firms.filter(pl.col("year") == year - 1), on="survey_firm_id", suffix="_before").filter(
        pl.col(f"{figure}_before") >= 1_000  # small figures repeat by chance
    )
    first = FIRST_DIGIT_LIMIT if figure in WITHOUT_THRESHOLD else None
    found = [
        ("first digits", values.len(), digit_deviation(values, 1), first),
        ("second digits", large.len(), digit_deviation(large, 2), SECOND_DIGIT_LIMIT),
        ("ends in 00", large.len(), share_ending_in_00(large), HEAPING_LIMIT),
        ("same as the year before", both.height, _share(both[figure] == both[f"{figure}_before"]), REPEAT_LIMIT),
    ]
    return [
        (year, test, figure, number, statistic, limit, None if limit is None else statistic > limit)
        for test, number, statistic, limit in found
        if statistic is not None
    ]


def digit_deviation(values: pl.Series, place: int) -> float | None:
    """Mean absolute deviation of the first (second) digits' shares from Benford's law; null without values.

    values  positive numbers; for the second digit of at least 10
    """
    if values.is_empty():
        return None
    leading = (values / 10.0 ** (values.log10().floor() - (place - 1))).floor().cast(pl.Int64)
    digits = leading % 10 if place == 2 else leading
    shares = digits.value_counts(normalize=True, name="share")
    seen = dict(shares.iter_rows())
    expected = benford(place)
    # not `sum`, which adds floats in another way from Python 3.12 on
    return fsum(abs(seen.get(digit, 0.0) - share) for digit, share in expected.items()) / len(expected)


def benford(place: int) -> dict[int, float]:
    """Benford's law: digit -> its share at the first or second place."""
    if place == 1:
        return {digit: log10(1 + 1 / digit) for digit in range(1, 10)}
    return {digit: fsum(log10(1 + 1 / (10 * first + digit)) for first in range(1, 10)) for digit in range(10)}


def share_ending_in_00(values: pl.Series) -> float | None:
    """Share of whole numbers that end in 00; null without values."""
    return _share((values % 100) == 0)


def _share(holds: pl.Series) -> float | None:
    return cast("float | None", holds.mean())
