"""The computations of the audit: whether printed numbers can stand beside each other.

Each is true where a documented reading (method.md sections 8 to 10) can produce what is printed, given its rounding;
only what no reading can is a contradiction. Numbers are as printed, so that their decimals are known.
"""

from collections.abc import Sequence
from itertools import pairwise

from egov_assets.paper.published import half_a_unit


def differences_fit(n_differences: int, n_levels: int) -> bool:
    """Can differences be taken on so many firm-years? (N-01)

    Outcome and score are differenced on all years of the panel and controls asked for in the current year alone: each
    difference is then one firm-year of the sample in levels, and nothing keeps it below two thirds of three years.
    """
    return n_differences <= n_levels


def balance_fits(n_balanced: int, n_levels: int) -> bool:
    """Can a balanced panel have so many observations? (N-02)

    Firms can be balanced before observations without controls are dropped, so n need be no multiple of the years.
    """
    return n_balanced <= n_levels


def neighbours_fit(counts: Sequence[int]) -> bool:
    """Can columns with 5, 7 and 10 neighbours have these n, in that order? (N-03)

    A province with fewer other cities keeps its cities with all there are, or loses them: n stays or falls.
    """
    return all(more <= fewer for fewer, more in pairwise(counts))


def said_fits(said: str, printed: str) -> bool:
    """Is what the text says the printed number, at the fewer decimals of the two?"""
    return abs(float(said) - float(printed)) < max(half_a_unit(said), half_a_unit(printed))


def significance_fits(level: float, printed_p: str) -> bool:
    """Can a p-value that rounds to the printed one be below the level?"""
    return float(printed_p) - half_a_unit(printed_p) < level


def most_r2(b: str, sd_x: str, sd_y: str) -> float:
    """The highest R2 of least squares with one regressor, (b sd_x / sd_y)^2, given the rounding (N-06)."""
    slope, x, y = (abs(float(number)) + half_a_unit(number) for number in (b, sd_x, sd_y))
    return (slope * x / (y - 2 * half_a_unit(sd_y))) ** 2


def r2_fits(r2: str, b: str, sd_x: str, sd_y: str) -> bool:
    """Can it be the R2 of least squares with one regressor?"""
    return float(r2) - half_a_unit(r2) <= most_r2(b, sd_x, sd_y)


def means_fit(constant: str, b: str, mean_x: str, mean_y: str) -> bool:
    """Can a least squares line with this constant pass through the means?"""
    fitted = float(constant) + float(b) * float(mean_x)
    rounding = half_a_unit(constant) + half_a_unit(b) * abs(float(mean_x)) + half_a_unit(mean_x) * abs(float(b))
    return abs(fitted - float(mean_y)) <= rounding + half_a_unit(mean_y)


def implied_means(baseline: str, main: str, slope: str) -> tuple[float, float] | None:
    """The lowest and highest mean of a moderator at which main effect and interaction add up to the baseline.

    None where rounding leaves the sign of the interaction open. Source: method.md section 11.4
    """
    half = half_a_unit(slope)
    if abs(float(slope)) <= half:
        return None
    gap, rounding = float(baseline) - float(main), half_a_unit(baseline) + half_a_unit(main)
    means = [(gap + side * rounding) / each for side in (-1, 1) for each in (float(slope) - half, float(slope) + half)]
    return min(means), max(means)
