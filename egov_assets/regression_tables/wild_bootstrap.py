"""Wild cluster bootstrap, null imposed: p-values and intervals that hold where few clusters tell anything.

Rademacher weights, t statistics compared; Roodman et al. (2019) call it WCR. Its interval holds each value that the
test does not reject. Textbook names: x the tested regressor, y the outcome, both net of everything else; G clusters,
v the signs of a draw; b the value tested, so that u = y - b x are the residuals under the null.
"""

import itertools
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from egov_assets.paper.study import BOOTSTRAP_DRAWS, BOOTSTRAP_SEED, CONFIDENCE_LEVEL
from egov_assets.regression_tables.clustered import members_of
from egov_assets.regression_tables.design import Design
from egov_assets.regression_tables.estimable import vanishes
from egov_assets.regression_tables.residuals import Residuals

ALL_SIGNS_UP_TO = 10  # with G clusters there are 2^G sign patterns: take each once instead of drawing
ROUNDING = 1e-10  # the sample's own pattern is among the enumerated ones; rounding must not make it miss itself
DOUBLINGS, HALVINGS = 40, 50


@dataclass(frozen=True)
class WildBootstrap:
    """p-value of no effect, the 95 % interval (ends may be infinite), and |t|, the sample's and each draw's.

    t without small-sample factor, which cancels.
    """

    p_value: float
    low: float
    high: float
    t: float
    drawn_t: NDArray


def wild_bootstrap(design: Design, term: str, cluster: str) -> WildBootstrap | None:
    """The bootstrap of one slope; None if the rest of the regression absorbs the term.

    A cluster has the same signs in every column, so that draws of several columns belong together.
    """
    frame = design.frame
    at = design.terms.index(term)
    net_of_rest = Residuals(design, [other for other in range(len(design.terms)) if other != at])
    x_raw = frame[f"x{at}"].to_numpy()
    x, y = net_of_rest(np.column_stack([x_raw, frame["y"].to_numpy()])).T
    if vanishes(x, x_raw):
        return None
    labels = frame[cluster].to_numpy()
    members = members_of(labels)
    information = members.T @ (x * x)
    signs = np.vstack([np.ones(len(information)), _signs(np.unique(labels))])
    # Slope less b, and the cluster scores of its variance, are linear in b: (a draw's number for y) - b (that for x).
    slope_y, slope_x = ((signs @ (members.T @ (x * values)) / information.sum()) for values in (y, x))
    score_y, score_x = (
        signs @ _spread(net_of_rest, x, values, members).T - slope[:, None] * information
        for values, slope in ((y, slope_y), (x, slope_x))
    )
    yy, yx, xx = (
        (one * other).sum(axis=1) for one, other in ((score_y, score_y), (score_y, score_x), (score_x, score_x))
    )

    def squared_t(b: float) -> NDArray:
        return (slope_y - b * slope_x) ** 2 * information.sum() ** 2 / (yy - 2 * b * yx + b**2 * xx)

    def p_value(b: float) -> float:
        t = squared_t(b)
        return float((t[1:] >= t[0] * (1 - ROUNDING)).mean())

    t = np.sqrt(squared_t(0.0))
    estimate, error = slope_y[0], np.sqrt(yy[0]) / information.sum()
    low, high = (_end(p_value, estimate, side * error) for side in (-1, 1))
    return WildBootstrap(p_value(0.0), low, high, float(t[0]), t[1:])


def _spread(net: Residuals, x: NDArray, u: NDArray, members: sparse.csr_matrix) -> NDArray:
    """(G, G) sum over cluster h of x times (u of cluster g alone, net of the rest again).

    Effects and regressors that reach over clusters spread the draws of one over others.
    """
    to_effects = sparse.diags(1 / np.sqrt(net.length)) @ members_of(net.absorbed).T
    of_x, of_u = (members.multiply(values[:, None]).tocsr() for values in (x, u))
    by_effects = ((to_effects @ of_x).T @ (to_effects @ of_u)).toarray()
    by_regressors = (of_x.T @ net.basis) @ (of_u.T @ net.basis).T
    return np.diag(members.T @ (x * u)) - by_effects - by_regressors


def _end(p_value: Callable[[float], float], estimate: float, step: float) -> float:
    """Where, away from the estimate, the p-value falls to the level; infinite if it does not."""
    level = 1 - CONFIDENCE_LEVEL
    inside, outside = estimate, estimate + step
    for _ in range(DOUBLINGS):
        if p_value(outside) <= level:
            break
        inside, outside = outside, outside + 2 * (outside - estimate)
    else:
        return float(np.copysign(np.inf, step))
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if p_value(middle) <= level else (middle, outside)
    return float(inside)


def _signs(clusters: NDArray) -> NDArray:
    """(draws, G) of -1 and 1; beyond ten clusters each cluster draws from a stream of its own."""
    if len(clusters) <= ALL_SIGNS_UP_TO:
        return np.array(list(itertools.product([-1.0, 1.0], repeat=len(clusters))))
    streams = (np.random.default_rng([BOOTSTRAP_SEED, zlib.crc32(str(name).encode())]) for name in clusters)
    return np.column_stack([stream.choice([-1.0, 1.0], size=BOOTSTRAP_DRAWS) for stream in streams])
