"""Values net of a column's fixed effects and of some of its regressors: what a coefficient is identified from."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from egov_assets.regression_tables.design import Design

RELATIVE_RANK = 1e-10  # of the largest direction; what is smaller is a regressor that the effects absorb


class Residuals:
    """Takes values (n, m) in the design's order to their residuals (n, m).

    regressors  positions of the terms to take out beside the effects
    absorbed    (n,) the firm of each observation; all one where there are no firm effects
    effects     how many effects are absorbed: firms, or the one constant
    rank        how many independent regressors and years are taken out beside the absorbed effects
    length      (effects,) observations of each effect; basis (n, rank) what is taken out beside them, orthonormal
    """

    def __init__(self, design: Design, regressors: Sequence[int]) -> None:
        frame = design.frame
        others = [frame[f"x{at}"].to_numpy() for at in regressors]
        if "year" in design.fixed_effects:
            others += [(frame["year"] == year).cast(float).to_numpy() for year in frame["year"].unique().sort()[1:]]
        firms = frame["company_id"].to_numpy() if "firm" in design.fixed_effects else np.zeros(frame.height, dtype=int)
        _, self.absorbed, self.length = np.unique(firms, return_inverse=True, return_counts=True)
        self.effects = len(self.length)
        directions, sizes, _ = np.linalg.svd(
            self._less_firm_means(np.column_stack([*others, np.zeros(frame.height)])), full_matrices=False
        )
        self.basis = directions[:, sizes > RELATIVE_RANK * sizes.max()]
        self.rank = self.basis.shape[1]

    def __call__(self, values: NDArray) -> NDArray:
        centred = self._less_firm_means(values)
        return centred - self.basis @ (self.basis.T @ centred)

    def _less_firm_means(self, values: NDArray) -> NDArray:
        sums = np.zeros((self.effects, values.shape[1]))
        np.add.at(sums, self.absorbed, values)
        return values - (sums / self.length[:, None])[self.absorbed]
