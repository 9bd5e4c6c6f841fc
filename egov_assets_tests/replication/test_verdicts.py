"""The rule of the verdicts: a distance in standard errors, and no agreement by chance beyond what the rule says."""

import numpy as np
from pytest import approx, mark
from scipy import stats

from egov_assets.paper.published import published_cells
from egov_assets.replication.verdicts import (
    AGREES,
    REPRODUCED,
    TOO_IMPRECISE,
    distance_of,
    planted_target,
    printed_error,
    printed_target,
    rounds_to,
    verdict_on_description,
    verdict_on_estimate,
)

SEEDS = 20


@mark.parametrize(
    ("ours", "published", "half_unit", "agrees"),
    [
        (0.0455, 0.046, 0.0005, True),
        (0.0464, 0.046, 0.0005, True),
        (0.0466, 0.046, 0.0005, False),
        (-0.02849, -0.028, 0.0005, True),
        (76767, 76767, 0.5, True),
        (76768, 76767, 0.5, False),
    ],
)
def test_rounding_is_judged_at_the_printed_decimals(ours, published, half_unit, agrees):
    assert rounds_to(ours, published, half_unit) is agrees


@mark.parametrize(
    ("cell", "error"),
    [
        (("0.003", "", "0.371"), 0.003 / 0.8946),
        (("0.046", "***", "0.000"), 0.046 / 3.4808),  # below 0.0005: the largest error that print allows
        (("0.046", "***", "0.000", 0.005), 0.005),  # ours, being less than that
        (("0.046", "***", "0.000", 0.050), 0.046 / 3.4808),
        (("0.003", "", "0.371", 0.0001), 0.003 / 0.8946),  # print tells it: ours does not matter
        (("0.048", "***", None, None), 0.048 / 2.5758),  # *** is below 0.01
        (("0.000", "", "0.371"), 0.0005 / 0.8946),  # a printed zero is anything up to half a unit
    ],
)
def test_the_printed_p_value_gives_the_printed_error_and_stars_where_it_is_missing(cell, error):
    assert printed_error(*cell) == approx(error, rel=1e-3)


def test_print_without_p_value_and_stars_tells_no_error():
    assert printed_error("0.048", "", None) is None
    assert printed_error("0.048", "", "1.000") is None


@mark.parametrize(
    ("printed", "ours", "expected"),
    [
        (("0.046", "***", 0.013), (0.0458, 0.010, 0.001), "reproduced"),
        (("0.046", "***", 0.013), (0.0458, 0.010, 0.03), "agrees"),  # other stars
        (("0.046", "***", 0.013), (0.060, 0.010, 0.001), "agrees"),  # 0.014 apart, errors 0.0164
        (("0.046", "***", 0.013), (0.046 + 1.97 * 0.0164, 0.010, 0.001), "same sign, other size"),
        (("0.046", "***", 0.013), (4.6, 1.0, 0.001), "same sign, other size"),
        (("0.046", "***", 0.013), (0.030, 0.040, 0.46), "too imprecise to tell"),
        (("0.046", "***", 0.013), (-0.010, 0.040, 0.80), "too imprecise to tell"),
        (("0.046", "***", 0.013), (0.001, 0.005, 0.84), "same sign, other size"),  # print is excluded
        (("0.046", "***", 0.013), (-0.001, 0.005, 0.84), "opposite sign"),
        (("0.046", "***", 0.013), (-0.050, 0.010, 0.001), "opposite sign"),
        (("0.003", "", 0.0034), (0.0031, 0.005, 0.54), "reproduced"),
        (("0.003", "", 0.0034), (0.020, 0.020, 0.32), "both insignificant"),
        (("0.003", "", 0.0034), (-0.020, 0.020, 0.32), "both insignificant"),
        (("0.003", "", 0.0034), (0.009, 0.004, 0.03), "agrees"),
        (("0.003", "", 0.0034), (0.050, 0.004, 0.001), "same sign, other size"),
        (("0.000", "", None), (0.003, 0.001, 0.01), "opposite sign"),  # zero has no sign that ours could share
        (("0.048", "", None), (0.040, 0.010, 0.001), "same sign, other size"),  # print tells no error
    ],
)
def test_verdict_on_an_estimate_against_print(printed, ours, expected):
    assert verdict_on_estimate(printed_target(*printed), *ours) == expected


@mark.parametrize(
    ("ours", "expected"),
    [
        ((0.0432, 0.006, 0.001), "reproduced"),  # rounds to the planted 0.0434 at three decimals
        ((0.0432, 0.040, 0.28), "too imprecise to tell"),  # also where it happens to round to it
        ((0.0500, 0.006, 0.001), "agrees"),
        ((0.0600, 0.006, 0.001), "same sign, other size"),
        ((-0.020, 0.006, 0.001), "opposite sign"),
    ],
)
def test_on_the_demo_the_planted_value_judges_by_our_error_alone(ours, expected):
    target = planted_target(0.0434, "0.029")  # what print says of this cell is no part of it
    assert verdict_on_estimate(target, *ours) == expected
    assert distance_of(target, *ours[:2]) == approx((ours[0] - 0.0434) / ours[1])


@mark.parametrize(
    ("published", "ours", "is_target", "expected"),
    [
        ("0.1446", 0.14464, True, "reproduced"),
        ("0.1446", 0.14464, False, "not comparable"),  # on another sample a like R2 is chance
        ("0.1446", 0.2, True, "same sign, other size"),
        ("-6.526", 0.2, True, "opposite sign"),
        ("191754", 9000.0, False, "not comparable"),
    ],
)
def test_verdict_on_a_count_r2_or_moment(published, ours, is_target, expected):
    assert verdict_on_description(published, ours, is_target) == expected


def printed_estimates() -> list[dict]:
    return [cell for cell in published_cells().to_dicts() if cell["published_stars"] is not None]


def regression(draw: np.random.Generator, effect: float, error: float) -> tuple[float, float, float]:
    """Estimate, error and p-value of an effect in 60 observations whose noise gives about that error."""
    x, noise = draw.normal(size=(2, 60))
    fit = stats.linregress(x, effect * x + error * np.sqrt(60) * noise)
    return fit.slope, fit.stderr, fit.pvalue


def verdicts_by_cell(share_of_print: float) -> dict[tuple[str, str, str], list[str]]:
    """SEEDS verdicts on each printed estimate, at errors of many sizes, where that share of its effect exists."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for seed in range(SEEDS):
        draw = np.random.default_rng(seed)
        for cell in printed_estimates():
            value = float(cell["published"])
            error = abs(value) * np.exp(draw.uniform(np.log(0.03), np.log(2)))
            ours = regression(draw, share_of_print * value, error)
            printed = cell["published"], cell["published_stars"]
            target = printed_target(*printed, printed_error(*printed, cell["published_p"], ours[1]))
            key = cell["table"], cell["column"], cell["term"]
            found.setdefault(key, []).append(verdict_on_estimate(target, *ours))
    return found


def test_no_cell_earns_agreement_beyond_chance_when_there_is_no_effect():
    """Half of the 10 % that have stars have the printed sign, over all 20 seeds and in each single cell."""
    agreed = {
        cell: sum(verdict in (REPRODUCED, AGREES) for verdict in verdicts)
        for cell, verdicts in verdicts_by_cell(0).items()
    }
    cells = len(agreed)
    assert cells == 67
    assert sum(agreed.values()) / (SEEDS * cells) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / (SEEDS * cells))
    assert max(agreed.values()) <= stats.binom.ppf(1 - 0.01 / cells, SEEDS, 0.05)


def test_an_effect_of_the_printed_size_is_agreed_with_or_said_to_be_beyond_the_data():
    verdicts = [each for cell in verdicts_by_cell(1).values() for each in cell]
    said = {kind: verdicts.count(kind) / len(verdicts) for kind in set(verdicts)}
    assert said[REPRODUCED] + said[AGREES] > 0.7
    told = said[REPRODUCED] + said[AGREES] + said[TOO_IMPRECISE] + said["both insignificant"]
    assert told > 0.93  # print is itself taken as an estimate, so 1.96 errors are exceeded less than 5 times in 100
