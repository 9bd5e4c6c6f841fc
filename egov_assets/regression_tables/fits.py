"""One regression on the firm panel, by pyfixest or by random effects; what every inference variant is made of."""

import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from egov_assets.regression_tables.clustered import clustered_covariance, small_sample_factor
from egov_assets.regression_tables.random_effects import random_effects
from egov_assets.regression_tables.specifications import Column

EFFECT_COLUMNS = {"firm": "company_id", "year": "year"}
CLUSTER_COLUMNS = {"city": "city_code", "firm": "company_id"}
CONSTANT = "_cons"
DEMEANING_TOLERANCE = 1e-12  # pyfixest's default, 1e-6, moves the estimates in the seventh digit


@dataclass(frozen=True)
class Fit:
    """One regression: coefficients (k,) with covariance (k, k); a term that was dropped as collinear is absent."""

    terms: tuple[str, ...]
    coefficients: NDArray
    covariance: NDArray
    n: int
    n_clusters: int
    r2_within: float | None
    r2: float | None


def fixed_effects_fit(column: Column, sample: pl.DataFrame, cluster: str, keep_singletons: bool) -> Fit:
    """Least squares, or two-stage least squares with the column's instrument, with the column's fixed effects absorbed.

    sample   complete observations of the column's variables, with company_id, year and city_code
    cluster  "city" or "firm"
    Terms    treatment, controls and, without instrument, the constant; year dummies are not terms
    Source   method.md section 4
    """
    import pyfixest  # takes 2 s and 300 MB: definitions must load without it
    from pyfixest.demeaners import MapDemeaner

    needed = dict.fromkeys([*column.variables, *EFFECT_COLUMNS.values(), *CLUSTER_COLUMNS.values()])
    with warnings.catch_warnings():
        # Said once per fit, and the variant's name says it already.
        warnings.filterwarnings("ignore", message=".*singleton fixed effect")
        model = pyfixest.feols(
            _formula(column),
            sample.select(*needed).to_pandas(),
            vcov={"CRV1": CLUSTER_COLUMNS[cluster]},
            fixef_rm="none" if keep_singletons else "singleton",
            demeaner=MapDemeaner(fixef_tol=DEMEANING_TOLERANCE),
        )
    names = [CONSTANT if str(name) == "Intercept" else str(name) for name in model._coefnames]
    kept = [at for at, name in enumerate(names) if name in (*column.variables, CONSTANT)]
    fit = Fit(
        terms=tuple(names[at] for at in kept),
        coefficients=np.ravel(model._beta_hat)[kept],
        covariance=model._vcov[np.ix_(kept, kept)],
        n=int(model._N),
        n_clusters=int(model._G[0]),
        r2_within=None,
        r2=None if column.instrument else float(model._r2),
    )
    return _with_within_fit(fit, model, column, kept) if column.fixed_effects else fit


def _formula(column: Column) -> str:
    """One effect is absorbed; years beside firms enter as dummies.

    Absorbing two effects alternates between them, and pyfixest 0.60 then gave one of two last digits by chance of the
    process; absorbing one is exact, and the coefficients, errors and degrees of freedom are the same.
    """
    exogenous = [*([] if column.instrument else [column.treatment]), *column.controls]
    absorbed, *dummies = [EFFECT_COLUMNS[name] for name in ("firm", "year") if name in column.fixed_effects] or [None]
    right = " + ".join([*exogenous, *(f"i({name})" for name in dummies)]) or "1"
    parts = [f"{column.outcome} ~ {right}"]
    parts += [absorbed] if absorbed else []
    parts += [f"{column.treatment} ~ {column.instrument}"] if column.instrument else []
    return " | ".join(parts)


def _with_within_fit(fit: Fit, model: Any, column: Column, kept: list[int]) -> Fit:
    """The fit with R2 after all effects are taken out, and the constant that fixed-effects software prints.

    The constant is the mean of y minus the mean of x times b. Its error comes from the regression of
    (y within + mean of y) on (x within + mean of x, 1), which has the same b and residuals.
    """
    dummies = np.delete(model._X, kept, axis=1)
    within = np.column_stack([np.ravel(model._Y), model._X[:, kept]])
    within = within - dummies @ np.linalg.lstsq(dummies, within, rcond=None)[0]
    e = np.ravel(model._u_hat)
    r2_within = float(1 - (e @ e) / (within[:, 0] @ within[:, 0]))
    if column.instrument:
        return replace(fit, r2_within=r2_within)
    used = model._data  # the observations left after firms observed once were dropped, if they were
    means = used[list(fit.terms)].to_numpy(dtype=float).mean(axis=0)
    X = np.column_stack([within[:, 1:] + means, np.ones(fit.n)])
    clusters = model._cluster_df.iloc[:, 0].to_numpy()
    return replace(
        fit,
        terms=(*fit.terms, CONSTANT),
        coefficients=np.append(fit.coefficients, used[column.outcome].mean() - means @ fit.coefficients),
        covariance=clustered_covariance(X, e, clusters) * float(np.ravel(model._ssc)[0]),
        r2_within=r2_within,
    )


def random_effects_fit(column: Column, sample: pl.DataFrame, cluster: str) -> Fit:
    """Random effects by firm, generalised least squares; r2 is the overall R2 that `xtreg, re` prints."""
    y = sample[column.outcome].to_numpy()
    regressors = [column.treatment, *column.controls]
    X = np.column_stack([np.ones(len(y)), sample.select(regressors).to_numpy()])
    b, X_star, e = random_effects(y, X, sample["company_id"].to_numpy())
    clusters = sample[CLUSTER_COLUMNS[cluster]].to_numpy()
    groups = len(np.unique(clusters))
    factor = small_sample_factor(len(y), X.shape[1], groups)
    overall = float(np.corrcoef(y, X @ b)[0, 1] ** 2)
    covariance = clustered_covariance(X_star, e, clusters) * factor
    return Fit((CONSTANT, *regressors), b, covariance, len(y), groups, None, overall)
