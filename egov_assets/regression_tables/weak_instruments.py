"""What a referee asks of an instrumented column: first stage, its F, the reduced form, and a test robust to weakness.

With one instrument the effective F of Montiel Olea and Pflueger (2013) is the clustered first-stage F, as is that of
Kleibergen and Paap.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from egov_assets.paper.study import CONFIDENCE_LEVEL
from egov_assets.regression_tables.design import Design
from egov_assets.regression_tables.fits import Fit, fixed_effects_fits

INSTRUMENT = "instrument"
Shape = Literal["interval", "two rays", "line"]


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


def weak_instruments(design: Design, cluster: str) -> WeakInstruments:
    """First stage and reduced form, both on the instrument (term "instrument") and the controls; the AR set.

    The set holds each b for which y - b x does not depend on the instrument. Its t statistic has a numerator linear and
    a variance quadratic in b, so the set is where a quadratic is not positive: no grid.
    """
    reduced = _on_instrument(design, pl.col("y"), cluster)
    first = _on_instrument(design, pl.col("x0"), cluster)
    both = _on_instrument(design, pl.col("y") + pl.col("x0"), cluster)
    (y, se_y), (x, se_x), (_, se_sum) = (fit.coefficient(INSTRUMENT) for fit in (reduced, first, both))
    v_y, v_x = se_y**2, se_x**2
    v_xy = (se_sum**2 - v_y - v_x) / 2
    shape, low, high = _set(y, x, v_y, v_x, v_xy, _critical_t(first.n_clusters))
    return WeakInstruments(first, reduced, (x / se_x) ** 2, _p_value(y / se_y, first.n_clusters), shape, low, high)


def _on_instrument(design: Design, outcome: pl.Expr, cluster: str) -> Fit:
    frame = design.frame.with_columns(y=outcome, x0="z").drop("z")
    stage = replace(design, frame=frame, terms=(INSTRUMENT, *design.terms[1:]), instrument=None)
    return fixed_effects_fits(stage, (cluster,))[cluster]


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
