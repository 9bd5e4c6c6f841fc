"""The rule by which our number is held against the printed one, and on the demo against the planted one.

A printed estimate and its printed p-value give its standard error, so agreement is a distance in standard errors. What
nobody could tell from zero agrees with nothing: where no effect is planted, an estimate earns agreement only with stars
that it has by chance, 10 % of the time if p-values keep their word, and half of them with the wrong sign.

Source  architecture.md section 8; docs/tables.md states the rule for readers
"""

from dataclasses import dataclass
from math import hypot
from statistics import NormalDist

from egov_assets.paper.published import half_a_unit
from egov_assets.paper.stars import stars
from egov_assets.paper.study import CONFIDENCE_LEVEL, STARS

REPRODUCED = "reproduced"
AGREES = "agrees"
BOTH_INSIGNIFICANT = "both insignificant"
TOO_IMPRECISE = "too imprecise to tell"
SAME_SIGN = "same sign, other size"
OPPOSITE_SIGN = "opposite sign"
NOT_COMPARABLE = "not comparable"
NOT_COMPUTED = "cannot be computed"
INCONSISTENT = "printed cell is inconsistent"
VERDICTS = (
    REPRODUCED,
    AGREES,
    BOTH_INSIGNIFICANT,
    TOO_IMPRECISE,
    SAME_SIGN,
    OPPOSITE_SIGN,
    NOT_COMPARABLE,
    NOT_COMPUTED,
    INCONSISTENT,
)
MOST_DISTANCE = NormalDist().inv_cdf((1 + CONFIDENCE_LEVEL) / 2)


@dataclass(frozen=True)
class Target:
    """What an estimate is held against.

    half_unit  half a unit of the last printed decimal
    error      its standard error; 0 of a planted value, None where print does not tell
    stars      as printed; None of a planted value, which is known
    """

    value: float
    half_unit: float
    error: float | None
    stars: str | None

    @property
    def is_told_from_zero(self) -> bool:
        return self.value != 0 if self.stars is None else bool(self.stars)


def printed_target(published: str, printed_stars: str, error: float | None) -> Target:
    """The printed estimate; error as `printed_error` gives."""
    return Target(float(published), half_a_unit(published), error, printed_stars)


def planted_target(planted: float, published: str) -> Target:
    """The demo's answer, to as many decimals as the paper prints."""
    return Target(planted, half_a_unit(published), 0.0, None)


def printed_error(
    published: str, printed_stars: str, printed_p: str | None, our_error: float | None = None
) -> float | None:
    """The standard error that a printed estimate has by its p-value, or where that is missing, by its stars.

    p (0.000) and stars only limit it from above: then it is taken to be ours, unless ours exceeds the limit. None for
    an estimate with neither. By the normal distribution, since the number of clusters is not printed.
    """
    if printed_p is None and not printed_stars:
        return None
    is_limit = printed_p is None or float(printed_p) == 0
    if printed_p is None:
        p = next(limit for limit, mark in STARS if mark == printed_stars)
    else:
        p = max(float(printed_p), half_a_unit(printed_p))
    z = NormalDist().inv_cdf(1 - p / 2)
    if z <= 0:
        return None
    error = max(abs(float(published)), half_a_unit(published)) / z
    return min(error, our_error) if is_limit and our_error is not None else error


def distance_of(target: Target, ours: float, our_error: float) -> float | None:
    """Ours less the target, in standard errors of the difference; None where print does not tell its error."""
    return None if target.error is None else (ours - target.value) / hypot(target.error, our_error)


def verdict_on_estimate(target: Target, ours: float, our_error: float, our_p: float) -> str:
    """How an estimate and its target agree; significant is what has a star.

    reproduced             rounds to the target with the same stars (a planted value: with stars)
    both insignificant     neither has stars
    agrees                 ours has stars, the sign is the same, and the distance at most 1.96
    too imprecise to tell  ours has no stars, and the distance is at most 1.96: neither zero nor the target is excluded
    same sign, other size; opposite sign   all else; a target of zero has no sign that ours could share
    """
    our_stars, distance = stars(our_p), distance_of(target, ours, our_error)
    has_the_stars = bool(our_stars) if target.stars is None else our_stars == target.stars
    if rounds_to(ours, target.value, target.half_unit) and has_the_stars:
        return REPRODUCED
    if not our_stars and not target.is_told_from_zero:
        return BOTH_INSIGNIFICANT
    is_near = distance is not None and abs(distance) <= MOST_DISTANCE
    has_the_sign = ours * target.value > 0
    if is_near and not our_stars:
        return TOO_IMPRECISE
    if has_the_sign:
        return AGREES if is_near else SAME_SIGN
    return OPPOSITE_SIGN


def verdict_on_description(published: str, ours: float, is_target: bool) -> str:
    """How a count, R2 or moment agrees.

    is_target  the sample is the paper's, that is, has its n, and the number does not stand out from its neighbours
    """
    if not is_target:
        return NOT_COMPARABLE
    if rounds_to(ours, float(published), half_a_unit(published)):
        return REPRODUCED
    return OPPOSITE_SIGN if ours * float(published) < 0 else SAME_SIGN


def rounds_to(ours: float, target: float, half_unit: float) -> bool:
    """True if ours, rounded to the decimals that are printed, can be the target."""
    return abs(ours - target) <= half_unit * (1 + 1e-9)
