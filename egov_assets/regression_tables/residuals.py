"""Values net of a column's fixed effects and of some of its regressors: what a coefficient is identified from."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from egov_assets.regression_tables.design import Design


class Residuals:
    """Takes values (n, m) in the design's order to their residuals (n, m).

    regressors  positions of the terms to take out beside the effects
    """

    def __init__(self, design: Design, regressors: Sequence[int]) -> None:
        frame = design.frame
        others = [frame[f"x{at}"].to_numpy() for at in regressors]
        if "year" in design.fixed_effects:
            others += [(frame["year"] == year).cast(float).to_numpy() for year in frame["year"].unique().sort()[1:]]
        firms = frame["company_id"].to_numpy() if "firm" in design.fixed_effects else np.zeros(frame.height, dtype=int)
        _, self._firm, self._length = np.unique(firms, return_inverse=True, return_counts=True)
        self._others = self._less_firm_means(np.column_stack([*others, np.zeros(frame.height)]))

    def __call__(self, values: NDArray) -> NDArray:
        centred = self._less_firm_means(values)
        return centred - self._others @ np.linalg.lstsq(self._others, centred, rcond=1e-10)[0]

    def _less_firm_means(self, values: NDArray) -> NDArray:
        sums = np.zeros((len(self._length), values.shape[1]))
        np.add.at(sums, self._firm, values)
        return values - (sums / self._length[:, None])[self._firm]
