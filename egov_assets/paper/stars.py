"""Stars of significance, as the note under every table of the paper defines them."""

from egov_assets.paper.study import STARS


def stars(p_value: float | None) -> str:
    """Stars of a p-value; none where it is missing."""
    if p_value is None:
        return ""
    return next((mark for limit, mark in STARS if p_value < limit), "")


def stars_between(low: float, high: float) -> set[str]:
    """The stars that p-values between two can have, where at most one limit lies between."""
    return {stars(low), stars(high)}
