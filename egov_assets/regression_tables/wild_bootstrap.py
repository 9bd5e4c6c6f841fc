"""Wild cluster bootstrap: a p-value that holds where clusters are few (Cameron, Gelbach and Miller 2008).

Null imposed, Rademacher weights, t statistics compared; Roodman et al. (2019) call it WCR. Textbook names: x the tested
regressor and u the residuals of the restricted regression, both net of everything else; G clusters, v weights.
"""

import itertools

import numpy as np
from numpy.typing import NDArray

from egov_assets.paper.study import BOOTSTRAP_DRAWS, BOOTSTRAP_SEED
from egov_assets.regression_tables.design import Design
from egov_assets.regression_tables.residuals import Residuals

ALL_SIGNS_UP_TO = 10  # with G clusters there are 2^G sign patterns: take each once instead of drawing


def wild_bootstrap_p(design: Design, term: str, cluster: str) -> float | None:
    """Two-sided p-value of a slope being 0; None if the rest of the regression absorbs the term."""
    frame = design.frame
    at = design.terms.index(term)
    net_of_rest = Residuals(design, [other for other in range(len(design.terms)) if other != at])
    x_raw = frame[f"x{at}"].to_numpy()
    x, u = net_of_rest(np.column_stack([x_raw, frame["y"].to_numpy()])).T
    if x @ x < 1e-12 * max(x_raw @ x_raw, 1e-300):
        return None
    _, label = np.unique(frame[cluster].to_numpy(), return_inverse=True)
    groups = label.max() + 1
    members = (label[:, None] == np.arange(groups)).astype(float)  # (n, G)
    # u of one cluster alone, net of the rest again: effects that reach over clusters spread it.
    spread = members.T @ (x[:, None] * net_of_rest(members * u[:, None]))  # (G, G)
    information = members.T @ (x * x)  # (G,)
    signs = np.vstack([np.ones(groups), _signs(groups)])
    slopes = signs @ (members.T @ (x * u)) / information.sum()
    scores = signs @ spread.T - slopes[:, None] * information
    t = np.abs(slopes) / np.sqrt((scores**2).sum(axis=1))
    # The sample's own pattern is among the enumerated ones; rounding must not make it miss itself.
    return float((t[1:] >= t[0] * (1 - 1e-10)).mean())


def _signs(groups: int) -> NDArray:
    """(draws, G) of -1 and 1."""
    if groups <= ALL_SIGNS_UP_TO:
        return np.array(list(itertools.product([-1.0, 1.0], repeat=groups)))
    return np.random.default_rng(BOOTSTRAP_SEED).choice([-1.0, 1.0], size=(BOOTSTRAP_DRAWS, groups))
