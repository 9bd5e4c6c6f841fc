"""The effect of the treatment where the moderator's values lie: at 0 it is printed, and few firms may be there.

Textbook names: b + c m is the effect at m, with variance v_bb + 2 m v_bc + m^2 v_cc.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from egov_assets.regression_tables.design import Design
from egov_assets.regression_tables.fits import Fit

PERCENTILES = {"min": 0.0, "p10": 0.1, "p50": 0.5, "p90": 0.9, "max": 1.0}


@dataclass(frozen=True)
class EffectAt:
    """Effect and standard error at one value of the moderator; place "0" and "1" of a dummy, else of PERCENTILES."""

    place: str
    moderator: float
    effect: float
    std_error: float


def effects_at(design: Design, fit: Fit, moderator: str) -> Iterator[EffectAt]:
    """The effect at 0 and 1 of a dummy, else at lowest, 10th, 50th, 90th percentile and highest of the observations.

    moderator  of the design's first term, the treatment; their product may be any term
    Nothing where the product, or the treatment, is absorbed. The percentiles are values that occur.
    Source     Brambor, Clark and Golder (2006), equations 7 and 8
    """
    treatment = design.terms[0]
    product = f"{treatment}:{moderator}"
    if design.moderator_values is None or not {treatment, product} <= set(fit.terms):
        return
    values = design.moderator_values.drop_nulls()
    places = (
        {"0": 0.0, "1": 1.0}
        if set(values.unique()) <= {0.0, 1.0}
        else {place: float(values.quantile(share, "nearest") or 0.0) for place, share in PERCENTILES.items()}
    )
    at = [fit.terms.index(term) for term in (treatment, product)]
    for place, value in places.items():
        weights = np.array([1.0, value])
        variance = float(weights @ fit.covariance[np.ix_(at, at)] @ weights)
        yield EffectAt(place, value, float(weights @ fit.coefficients[at]), float(np.sqrt(max(variance, 0.0))))
