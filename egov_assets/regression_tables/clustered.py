"""Standard errors that allow any dependence within a cluster, and how many clusters really tell something.

Textbook names: y outcome (n,), X regressors (n, k), Z instruments (n, k), X where there are none, e residuals (n,),
G clusters; all net of the absorbed effects. The rules and their sources: docs/inference.md.
"""

from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

Rule = Literal["jackknife", "sandwich", "xtreg", "reghdfe", "fixest"]
SINGULAR = 1e-9  # share of the determinant that a cluster may leave before what is left counts as collinear
MOST_VALUES = (
    20_000_000  # cross products held at once, 160 MB: with hundreds of dummies and all firms it were gigabytes
)
TOLD = 1e-6  # how far a coefficient of what is left may mix with another and still be one


def clustered_covariance(X: NDArray, e: NDArray, clusters: NDArray) -> NDArray:
    """Sandwich covariance (k, k) without small-sample factor: inv(X'X) sum_g (X_g'e_g)(X_g'e_g)' inv(X'X).

    X (n, k) of full column rank, e (n,), clusters (n,) labels of any kind.
    """
    scores = members_of(clusters).T @ (X * e[:, None])
    bread = np.linalg.inv(X.T @ X)
    return bread @ (scores.T @ scores) @ bread


def small_sample_factor(n: int, regressors: int, clusters: int) -> float:
    """G / (G - 1) * (n - 1) / (n - k)."""
    return clusters / (clusters - 1) * (n - 1) / (n - regressors)


def counted(rule: Rule, slopes: int, effects: NDArray | None, clusters: NDArray) -> tuple[int, int]:
    """n and k of the small-sample factor. effects, clusters (n,) labels; effects is None where none are absorbed.

    sandwich  ours: an effect counts if it reaches over clusters, those within one cluster count as one together, and
              one that has a single observation counts in neither n nor k, since it tells nothing. xtreg, reghdfe and
              fixest count all effects as soon as one crosses, or none: one mover among 558 firms then raised every
              error by a half.
    xtreg     Stata's `xtreg, fe vce(cluster)`: effects count as one, which are firms'
    reghdfe, fixest  effects count as one if every one lies within a cluster, else all count; reghdfe drops those of a
              single observation before (`Design.without_singletons`)
    """
    n = len(clusters)
    if effects is None:
        return n, slopes
    cells, length = _cells(effects, clusters)
    of_effect = np.bincount(cells[:, 0])
    crossing = of_effect > 1
    if rule == "sandwich":
        alone = length == 1
        return n - int(alone.sum()), slopes + int(crossing.sum()) + int((~crossing & ~alone).any())
    if rule == "xtreg" or not crossing.any():
        return n, slopes + 1
    return n, slopes + len(length)


def leave_one_cluster_out(
    y: NDArray, X: NDArray, Z: NDArray, clusters: NDArray, effects: NDArray | None = None
) -> NDArray:
    """Coefficients (G, k) of the same regression without each cluster in turn, in the order of the sorted labels.

    effects  (n,) labels of what y, X and Z are net of, which leaving out a cluster changes; None if nothing is absorbed
    Exact, from cross products alone. A coefficient that only one cluster tells is NaN without it.
    Source   MacKinnon, Nielsen and Webb (2023), CV3; the effects that cross clusters are ours
    """
    members, W = members_of(clusters), np.column_stack([y, X])
    rest_of = _Crossing(W, Z, clusters, effects) if effects is not None else None
    # Unit length, so that determinants neither overflow nor hang on units.
    by_z, by_x = (1 / np.sqrt((each**2).sum(axis=0)) for each in (Z, X))
    whole = by_z[:, None] * (Z.T @ W)
    needed = (members.shape[1] + (len(rest_of.cluster) if rest_of else 0)) * whole.size
    blocks = np.array_split(np.arange(members.shape[1]), -(-needed // MOST_VALUES))
    found = []
    for block in blocks:
        mine = members[:, block]
        taken = np.stack([mine.T @ (z[:, None] * W) for z in Z.T], axis=1)  # (clusters, k, 1 + k)
        if rest_of:
            rest_of.add_to(taken, block)
        found.append(_solved(whole - by_z[:, None] * taken, whole, by_x, is_symmetric=Z is X))
    return np.vstack(found) * by_x


def _solved(left: NDArray, whole: NDArray, by_x: NDArray, is_symmetric: bool) -> NDArray:
    """Coefficients (clusters, k) of X of unit length, from the cross products (k, 1 + k) that are left of the whole."""
    A = left[:, :, 1:] * by_x
    # Logs: the determinant of hundreds of dummies is no number that is told from 0.
    solvable = np.linalg.slogdet(A).logabsdet > np.log(SINGULAR) + np.linalg.slogdet(whole[:, 1:] * by_x).logabsdet
    b = np.empty(A.shape[:2])
    b[solvable] = np.linalg.solve(A[solvable], left[solvable, :, :1])[..., 0]
    for at in np.flatnonzero(~solvable):
        inverse = np.linalg.pinv(A[at], rcond=SINGULAR, hermitian=is_symmetric)
        is_told = np.abs(inverse @ A[at] - np.eye(len(by_x))).max(axis=1) < TOLD
        b[at] = np.where(is_told, inverse @ left[at, :, 0], np.nan)
    return b


class _Crossing:
    """What leaving out a cluster changes beside its own observations, where effects reach over clusters.

    Without the cluster the mean of an effect that crosses is another. The values sum to 0 within effects, so what
    remains of one has the sum of what is taken, with the other sign.
    """

    def __init__(self, W: NDArray, Z: NDArray, clusters: NDArray, effects: NDArray) -> None:
        cells, length = _cells(effects, clusters)
        _, cell = np.unique(_pairs(effects, clusters), return_inverse=True)
        in_cell = members_of(cell)
        rest = length[cells[:, 0]] - in_cell.sum(axis=0).A1
        crossing = np.flatnonzero(rest > 0)
        self.sums_z, self.sums_w = (np.asarray(in_cell.T @ values)[crossing] for values in (Z, W))
        self.rest, self.cluster = rest[crossing], cells[crossing, 1]

    def add_to(self, taken: NDArray, block: NDArray) -> None:
        """Add to what each cluster of the block takes; block (clusters,) ascending, without gaps."""
        at = np.flatnonzero((self.cluster >= block[0]) & (self.cluster <= block[-1]))
        outer = self.sums_z[at, :, None] * self.sums_w[at, None, :] / self.rest[at, None, None]
        np.add.at(taken, self.cluster[at] - block[0], outer)


def jackknife_covariance(left_out: NDArray, b: NDArray) -> NDArray:
    """CR3 (k, k): (G - 1) / G sum_g (b_g - b)(b_g - b)'. left_out (G, k), b (k,).

    Source  MacKinnon, Nielsen and Webb (2023): CV3
    """
    gaps = left_out - b
    return (len(gaps) - 1) / len(gaps) * gaps.T @ gaps


def effective_clusters(X: NDArray, clusters: NDArray) -> NDArray:
    """For each coefficient (k,), the number of equal clusters that would tell as much: (sum_g s_g)^2 / sum_g s_g^2.

    s_g is the cluster's share in the sum of squares of the regressor net of all others.
    Source  Carter, Schnepel and Steigerwald (2017), with errors independent within clusters
    """
    net = X @ np.linalg.inv(X.T @ X)
    shares = np.asarray(members_of(clusters).T @ net**2)
    return shares.sum(axis=0) ** 2 / (shares**2).sum(axis=0)


def numbers_of(labels: pl.Series) -> NDArray:
    """(n,) the position of each label among the sorted ones; numpy sorts a million texts in seconds."""
    return labels.rank("dense").to_numpy().astype(np.int64) - 1


def members_of(labels: NDArray) -> sparse.csr_matrix:
    """(n, G) of 0 and 1: the cluster of each observation, in the order of the sorted labels."""
    names, at = np.unique(labels, return_inverse=True)
    return sparse.csr_matrix((np.ones(len(at)), (np.arange(len(at)), at)), shape=(len(at), len(names)))


def _pairs(effects: NDArray, clusters: NDArray) -> NDArray:
    """(n,) One number for each effect and cluster that meet."""
    _, effect = np.unique(effects, return_inverse=True)
    names, cluster = np.unique(clusters, return_inverse=True)
    return effect * len(names) + cluster


def _cells(effects: NDArray, clusters: NDArray) -> tuple[NDArray, NDArray]:
    """(cells, 2) effect and cluster of each cell that has observations, sorted; and the length of each effect."""
    groups = len(np.unique(clusters))
    cells = np.unique(_pairs(effects, clusters))
    _, length = np.unique(effects, return_counts=True)
    return np.column_stack([cells // groups, cells % groups]), length
