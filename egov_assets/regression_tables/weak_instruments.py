"""What a referee asks of an instrumented column: first stage, its F, the reduced form, and a test robust to weakness.

With one instrument the effective F of Montiel Olea and Pflueger (2013) is the clustered first-stage F, as is that of
Kleibergen and Paap.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import polars as pl

from egov_assets.paper.study import CONFIDENCE_LEVEL
from egov_assets.regression_tables.clustered import Rule
from egov_assets.regression_tables.design import Design
from egov_assets.regression_tables.fits import Errors, Fit, fixed_effects_fits

INSTRUMENT = "instrument"
Shape = Literal["interval", "two rays", "line"]
# Critical values of |t| at 5 % by the root of the first-stage F, from 2.0 in steps of 0.1: Lee, McCrary, Moreira and
# Porter (2022), table 3. Below a root of 2 no value is given; from 10.3 on it is that of the normal distribution.
TF_CRITICAL = (
    18.66, 9.74, 7.37, 6.18, 5.43, 4.92, 4.54, 4.25, 4.01, 3.82, 3.65, 3.51, 3.39, 3.29, 3.19, 3.11, 3.03, 2.97, 2.91,
    2.85, 2.80, 2.75, 2.71, 2.67, 2.63, 2.60, 2.57, 2.54, 2.51, 2.48, 2.46, 2.43, 2.41, 2.39, 2.37, 2.35, 2.33, 2.32,
    2.30, 2.29, 2.27, 2.26, 2.24, 2.23, 2.22, 2.21, 2.20, 2.19, 2.17, 2.16, 2.16, 2.15, 2.14, 2.13, 2.12, 2.11, 2.10,
    2.10, 2.09, 2.08, 2.08, 2.07, 2.06, 2.06, 2.05, 2.04, 2.04, 2.03, 2.03, 2.02, 2.02, 2.01, 2.01, 2.00, 2.00, 1.99,
    1.99, 1.99, 1.98, 1.98, 1.97, 1.97, 1.97, 1.96,
)  # fmt: skip
TF_FIRST_ROOT, TF_STEP = 2.0, 0.1


@dataclass(frozen=True)
class WeakInstruments:
    """ar_low, ar_high: ends of the Anderson-Rubin set; "two rays" is everything but what lies between them."""

    first_stage: Fit
    reduced_form: Fit
    effective_f: float
    ar_p_value: float
    ar_shape: Shape
    ar_low: float
    ar_high: float


def weak_instruments(design: Design, cluster: str, rule: Rule) -> WeakInstruments:
    """First stage and reduced form, both on the instrument (term "instrument") and the controls; the AR set.

    The set holds each b for which y - b x does not depend on the instrument. Its t statistic has a numerator linear and
    a variance quadratic in b, also by jackknife, so the set is where a quadratic is not positive: no grid.
    The F is by the sandwich, so that it is the one that thresholds and other software are about.
    """
    y_and_x = pl.col("y") + pl.col("x0")
    reduced, both = (_on_instrument(design, outcome, [(cluster, rule)])[0] for outcome in (pl.col("y"), y_and_x))
    first, by_sandwich = _on_instrument(design, pl.col("x0"), [(cluster, rule), (cluster, "sandwich")])
    (y, se_y), (x, se_x), (_, se_sum) = (fit.coefficient(INSTRUMENT) for fit in (reduced, first, both))
    v_y, v_x = se_y**2, se_x**2
    v_xy = (se_sum**2 - v_y - v_x) / 2
    shape, low, high = _set(y, x, v_y, v_x, v_xy, _critical_t(first.n_clusters))
    effective_f = (x / by_sandwich.coefficient(INSTRUMENT)[1]) ** 2
    return WeakInstruments(first, reduced, effective_f, _p_value(y / se_y, first.n_clusters), shape, low, high)


def tf_critical(first_stage_f: float) -> float:
    """What |t| of a two-stage estimate must reach at 5 %, given the first stage's F; infinite where F is 4 or less.

    Between the table's roots of F it is interpolated, which errs by less than its two decimals from a root of 3 on.
    Source  Lee, McCrary, Moreira and Porter (2022), table 3
    """
    root = math.sqrt(first_stage_f)
    if root <= TF_FIRST_ROOT:
        return math.inf
    roots = TF_FIRST_ROOT + TF_STEP * np.arange(len(TF_CRITICAL))
    return float(np.interp(root, roots, TF_CRITICAL))


def _on_instrument(design: Design, outcome: pl.Expr, errors: Sequence[Errors]) -> list[Fit]:
    frame = design.frame.with_columns(y=outcome, x0="z").drop("z")
    stage = replace(design, frame=frame, terms=(INSTRUMENT, *design.terms[1:]), instrument=None)
    fits = fixed_effects_fits(stage, errors)
    return [fits[each] for each in errors]


def _set(y: float, x: float, v_y: float, v_x: float, v_xy: float, t: float) -> tuple[Shape, float, float]:
    """Where (y - b x)^2 <= t^2 (v_y - 2 b v_xy + b^2 v_x); never empty, since b = y/x is in it."""
    a, half_b, c = x**2 - t**2 * v_x, -(x * y - t**2 * v_xy), y**2 - t**2 * v_y
    root = half_b**2 - a * c
    if a > 0:
        low, high = sorted((-half_b + sign * math.sqrt(max(root, 0.0))) / a for sign in (-1, 1))
        return "interval", low, high
    if root <= 0 or a == 0:
        return "line", -math.inf, math.inf
    low, high = sorted((-half_b + sign * math.sqrt(root)) / a for sign in (-1, 1))
    return "two rays", low, high


def _critical_t(n_clusters: int) -> float:
    from scipy import stats

    return float(stats.t.ppf((1 + CONFIDENCE_LEVEL) / 2, n_clusters - 1))


def _p_value(t: float, n_clusters: int) -> float:
    from scipy import stats

    return float(2 * stats.t.sf(abs(t), n_clusters - 1))
