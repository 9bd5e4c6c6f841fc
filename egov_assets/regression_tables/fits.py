"""One regression on a column's observations, under several clusterings of its errors."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from egov_assets.regression_tables.clustered import absorbed_count, clustered_covariance, small_sample_factor
from egov_assets.regression_tables.design import EFFECT_COLUMNS, Design
from egov_assets.regression_tables.random_effects import random_effects

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

    def coefficient(self, term: str) -> tuple[float, float]:
        """Estimate and standard error of one term.

        Raises  ValueError if it was dropped
        """
        at = self.terms.index(term)
        return float(self.coefficients[at]), float(np.sqrt(self.covariance[at, at]))


def fixed_effects_fits(design: Design, clusters: Sequence[str]) -> dict[str, Fit]:
    """Least squares, or two-stage least squares with the instrument, with the effects absorbed; one fit per clustering.

    design    one that is estimable (`estimable.py`)
    clusters  names of CLUSTERS; one with a single cluster is left out, since nothing can be said about its errors
    Terms     those of the design and, without instrument, the constant; year dummies are not terms
    Source    method.md section 4
    """
    import pyfixest  # takes 2 s and 300 MB: definitions must load without it
    from pyfixest.demeaners import MapDemeaner

    usable = [name for name in clusters if design.frame[name].n_unique() > 1]
    with warnings.catch_warnings():
        # Firms observed once and main effects that the firm effects absorb are what the variants and terms say.
        warnings.filterwarnings("ignore", message="(?s).*singleton fixed effect")
        warnings.filterwarnings("ignore", message="(?s).*multicollinearity")
        model = pyfixest.feols(
            _formula(design),
            design.frame.to_pandas(),
            vcov={"CRV1": usable[0]},
            fixef_rm="none",
            demeaner=MapDemeaner(fixef_tol=DEMEANING_TOLERANCE),
        )
    terms = {"Intercept": CONSTANT} | dict(zip(design.regressors, design.terms, strict=True))
    names = [str(name) for name in model._coefnames]
    kept = [at for at, name in enumerate(names) if name in terms]
    fits = {}
    for cluster in usable:
        model.vcov({"CRV1": cluster})
        factor = small_sample_factor(model._N, _parameters(model, design, cluster), model._G[0])
        fit = Fit(
            terms=tuple(terms[names[at]] for at in kept),
            coefficients=np.ravel(model._beta_hat)[kept],
            covariance=model._vcov[np.ix_(kept, kept)] / float(np.ravel(model._ssc)[0]) * factor,
            n=int(model._N),
            n_clusters=int(model._G[0]),
            r2_within=None,
            r2=None if design.instrument else float(model._r2),
        )
        fits[cluster] = _with_within_fit(fit, model, design, kept, factor) if design.fixed_effects else fit
    return fits


def _formula(design: Design) -> str:
    """One effect is absorbed; years beside firms enter as dummies.

    Absorbing two effects alternates between them, and pyfixest 0.60 then gave one of two last digits by chance of the
    process; absorbing one is exact, and the coefficients, errors and degrees of freedom are the same.
    """
    exogenous = design.regressors[1:] if design.instrument else design.regressors
    effects = [EFFECT_COLUMNS[name] for name in ("firm", "year") if name in design.fixed_effects]
    right = " + ".join([*exogenous, *(f"i({name})" for name in effects[1:])]) or "1"
    parts = [f"y ~ {right}", *effects[:1], *(["x0 ~ z"] if design.instrument else [])]
    return " | ".join(parts)


def _parameters(model: Any, design: Design, cluster: str) -> int:
    """k of the small-sample factor: slopes, and the absorbed effects that count."""
    labels = [model._data[name].to_numpy() for name in (design.absorbed, cluster) if design.absorbed]
    effects = absorbed_count(*labels) if labels else 0
    return model._X.shape[1] + effects


def _with_within_fit(fit: Fit, model: Any, design: Design, kept: list[int], factor: float) -> Fit:
    """The fit with R2 after all effects are taken out, and the constant that fixed-effects software prints.

    The constant is the mean of y minus the mean of x times b. Its error comes from the regression of
    (y within + mean of y) on (x within + mean of x, 1), which has the same b and residuals.
    """
    dummies = np.delete(model._X, kept, axis=1)
    within = np.column_stack([np.ravel(model._Y), model._X[:, kept]])
    within = within - dummies @ np.linalg.lstsq(dummies, within, rcond=None)[0]
    e = np.ravel(model._u_hat)
    r2_within = float(1 - (e @ e) / (within[:, 0] @ within[:, 0]))
    if design.instrument:
        return replace(fit, r2_within=r2_within)
    used = model._data
    means = used[[str(model._coefnames[at]) for at in kept]].to_numpy(dtype=float).mean(axis=0)
    X = np.column_stack([within[:, 1:] + means, np.ones(fit.n)])
    clusters = model._cluster_df.iloc[:, 0].to_numpy()
    return replace(
        fit,
        terms=(*fit.terms, CONSTANT),
        coefficients=np.append(fit.coefficients, used["y"].mean() - means @ fit.coefficients),
        covariance=clustered_covariance(X, e, clusters) * factor,
        r2_within=r2_within,
    )


def random_effects_fits(design: Design, clusters: Sequence[str]) -> dict[str, Fit]:
    """Random effects by firm, generalised least squares; r2 is the overall R2 that `xtreg, re` prints."""
    y = design.frame["y"].to_numpy()
    X = np.column_stack([np.ones(len(y)), design.frame.select(design.regressors).to_numpy()])
    b, X_star, e = random_effects(y, X, design.frame["firm_id"].to_numpy())
    overall = float(np.corrcoef(y, X @ b)[0, 1] ** 2)
    fits = {}
    for cluster in clusters:
        labels = design.frame[cluster].to_numpy()
        groups = len(np.unique(labels))
        if groups > 1:
            covariance = clustered_covariance(X_star, e, labels) * small_sample_factor(len(y), X.shape[1], groups)
            fits[cluster] = Fit((CONSTANT, *design.terms), b, covariance, len(y), groups, None, overall)
    return fits
