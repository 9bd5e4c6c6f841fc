"""How strong an omitted variable would have to be to explain an effect away. Textbook names as in the papers."""

import math
from dataclasses import dataclass

import numpy as np

from egov_assets.regression_tables.design import Design
from egov_assets.regression_tables.residuals import Residuals

R_MAX = 1.3  # times the R2 with controls: Oster (2019), which nine in ten randomised results survive


@dataclass(frozen=True)
class OmittedVariables:
    """robustness_value  share of the residual variance of both outcome and treatment that would bring the estimate to 0
    oster_estimate    estimate if what is omitted is selected as what is observed (delta 1)
    oster_delta       selection on what is omitted over selection on what is observed that would bring it to 0
    """

    robustness_value: float
    oster_estimate: float
    oster_delta: float


def omitted_variables(design: Design) -> OmittedVariables | None:
    """Bounds of the treatment's slope, R2 net of the effects; None without controls, the yardstick."""
    if len(design.terms) < 2:
        return None
    values = design.frame.select("x0", "y").to_numpy()
    alone, controlled = Residuals(design, [])(values).T, Residuals(design, range(1, len(design.terms)))(values).T
    (slope_alone, r2_alone), (slope, r2) = _slope_and_r2(alone, alone), _slope_and_r2(controlled, alone)
    x, y = controlled
    f2 = _f2((x @ y) ** 2 / ((x @ x) * (y @ y)))
    estimate, delta = oster(slope_alone, r2_alone, slope, r2, min(1.0, R_MAX * r2))
    return OmittedVariables(robustness_value(f2), estimate, delta)


def robustness_value(f2: float) -> float:
    """RV for q = 1, from Cohen's f2 of the treatment with the outcome.

    Source  Cinelli and Hazlett (2020): (sqrt(f^4 + 4 f^2) - f^2) / 2
    """
    return (math.sqrt(f2**2 + 4 * f2) - f2) / 2


def oster(slope_alone: float, r2_alone: float, slope: float, r2: float, r2_max: float) -> tuple[float, float]:
    """Estimate at delta 1, and the delta that brings it to 0; infinite where the controls do not move the slope.

    Source  Oster (2019), the restricted estimator: b* = b - delta (b0 - b) (Rmax - R) / (R - R0)
    """
    explained = r2 - r2_alone
    shift = (slope_alone - slope) * (r2_max - r2) / explained if explained > 0 else 0.0
    return slope - shift, slope / shift if shift else math.inf


def _slope_and_r2(net: np.ndarray, whole: np.ndarray) -> tuple[float, float]:
    """Slope of y on x, both net of the controls, and R2 with x and the controls; x, y in rows."""
    x, y = net
    slope = float(x @ y / (x @ x))
    e = y - slope * x
    return slope, float(1 - e @ e / (whole[1] @ whole[1]))


def _f2(r2: float) -> float:
    return r2 / (1 - r2)
