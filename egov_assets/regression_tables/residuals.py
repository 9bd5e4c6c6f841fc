"""Values net of a column's fixed effects and of some of its regressors: what a coefficient is identified from."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from egov_assets.regression_tables.clustered import members_of, numbers_of
from egov_assets.regression_tables.design import Design

RELATIVE_RANK = 1e-10  # of a regressor's own length; what is shorter the effects or other regressors absorb


class Residuals:
    """Takes values (n, m) in the design's order to their residuals (n, m).

    regressors  positions of the terms to take out beside the effects
    absorbed    (n,) the level of the absorbed effect of each observation; all one without effects
    effects     how many levels are absorbed: those of an effect, or the one constant
    rank        how many independent regressors and further effects are taken out beside the absorbed ones
    length      (effects,) observations of each level; basis (n, rank) what is taken out beside them, orthonormal
    """

    def __init__(self, design: Design, regressors: Sequence[int]) -> None:
        frame = design.frame
        self.absorbed = numbers_of(frame[design.absorbed]) if design.absorbed else np.zeros(frame.height, dtype=int)
        self._members = members_of(self.absorbed)
        self.length = np.bincount(self.absorbed)
        self.effects = len(self.length)
        dummies = [members_of(numbers_of(frame[name]))[:, 1:] for name in design.beside]
        self.basis = self._of_dummies(sparse.hstack(dummies, format="csr")) if dummies else np.zeros((frame.height, 0))
        raw = np.column_stack([*(frame[f"x{at}"].to_numpy() for at in regressors), np.zeros(frame.height)])
        lengths = np.linalg.norm(raw, axis=0)
        directions, sizes, _ = np.linalg.svd(self(raw / np.where(lengths > 0, lengths, 1.0)), full_matrices=False)
        self.basis = np.hstack([self.basis, directions[:, sizes > RELATIVE_RANK]])
        self.rank = self.basis.shape[1]

    def __call__(self, values: NDArray) -> NDArray:
        centred = self._less_firm_means(values)
        return centred - self.basis @ (self.basis.T @ centred)

    def across(self, members: sparse.csr_matrix, x: NDArray, u: NDArray) -> NDArray:
        """(G, G) sum over cluster h of x times (u of cluster g alone, net of all that is taken out).

        members (n, G) of 0 and 1; x, u (n,). Effects and regressors that reach over clusters carry one into others.
        """
        effects = sparse.csr_matrix(
            (1 / np.sqrt(self.length[self.absorbed]), (self.absorbed, np.arange(len(x)))),
            shape=(self.effects, len(x)),
        )
        of_x, of_u = (members.multiply(values[:, None]).tocsr() for values in (x, u))
        by_effects = ((effects @ of_x).T @ (effects @ of_u)).toarray()
        by_regressors = (of_x.T @ self.basis) @ (of_u.T @ self.basis).T
        return np.diag(members.T @ (x * u)) - by_effects - by_regressors

    def _of_dummies(self, dummies: sparse.csr_matrix) -> NDArray:
        """(n, rank) orthonormal, what the dummies span net of the absorbed effect.

        From their cross products, which are of the size of their levels, not of the observations.
        """
        means = self._members.multiply(1 / np.sqrt(self.length)).tocsr()
        shared = means.T @ dummies
        squares, directions = np.linalg.eigh((dummies.T @ dummies - shared.T @ shared).toarray())
        told = squares > RELATIVE_RANK * max(squares.max(initial=0.0), 1.0)
        weights = directions[:, told] / np.sqrt(squares[told])
        return dummies @ weights - means @ (shared @ weights)

    def _less_firm_means(self, values: NDArray) -> NDArray:
        sums = self._members.T @ values
        return values - (sums / self.length[:, None])[self.absorbed]
