"""Random effects by firm: one reading of column 1 of table 2, whose printed R2 does not fit plain least squares.

Textbook names: y outcome (n,), X regressors with a leading column of ones (n, k), T_i observations of firm i.
"""

import numpy as np
from numpy.typing import NDArray


def random_effects(y: NDArray, X: NDArray, firms: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """Coefficients (k,), and the quasi-demeaned regressors (n, k) and residuals (n,) that clustered errors need.

    Variance components after Swamy and Arora, unbalanced with the harmonic mean of T_i, as `xtreg, re`; a negative
    variance of the firm effects counts as 0.
    Raises  ValueError if firms are observed once only, so that nothing separates the two variances
    """
    _, firm, length = np.unique(firms, return_inverse=True, return_counts=True)
    n, k = X.shape
    if n - len(length) - (k - 1) < 1:
        raise ValueError("random effects need firms observed more than once; this sample has none to spare")

    def mean_of_firm(values: NDArray) -> NDArray:
        sums = np.zeros((len(length), *values.shape[1:]))
        np.add.at(sums, firm, values)
        return sums / length.reshape(-1, *[1] * (values.ndim - 1))

    y_mean, X_mean = mean_of_firm(y), mean_of_firm(X)
    within = _residual_sum_of_squares(y - y_mean[firm], (X - X_mean[firm])[:, 1:])
    between = _residual_sum_of_squares(y_mean, X_mean)
    var_e = within / (n - len(length) - (k - 1))
    harmonic_length = len(length) / np.sum(1 / length)
    var_u = max(0.0, between / (len(length) - k) - var_e / harmonic_length)
    theta = (1 - np.sqrt(var_e / (length * var_u + var_e)))[firm]
    y_star, X_star = y - theta * y_mean[firm], X - theta[:, None] * X_mean[firm]
    b = np.linalg.lstsq(X_star, y_star, rcond=None)[0]
    return b, X_star, y_star - X_star @ b


def _residual_sum_of_squares(y: NDArray, X: NDArray) -> float:
    e = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    return float(e @ e)
