"""Standard errors that allow any dependence within a cluster, and the numbers read from them.

Textbook names: X regressors (n, k), e residuals (n,), G clusters.
"""

import numpy as np
from numpy.typing import NDArray


def clustered_covariance(X: NDArray, e: NDArray, clusters: NDArray) -> NDArray:
    """Sandwich covariance (k, k) without small-sample factor: inv(X'X) sum_g (X_g'e_g)(X_g'e_g)' inv(X'X).

    X (n, k) of full column rank, e (n,), clusters (n,) labels of any kind.
    """
    _, label = np.unique(clusters, return_inverse=True)
    scores = np.zeros((label.max() + 1, X.shape[1]))
    np.add.at(scores, label, X * e[:, None])
    bread = np.linalg.inv(X.T @ X)
    return bread @ (scores.T @ scores) @ bread


def small_sample_factor(n: int, regressors: int, clusters: int) -> float:
    """G / (G - 1) * (n - 1) / (n - k): the factor of Stata and of pyfixest's default."""
    return clusters / (clusters - 1) * (n - 1) / (n - regressors)
