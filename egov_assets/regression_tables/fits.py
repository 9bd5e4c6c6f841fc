"""One regression on a column's observations, under several clusterings of its errors."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from egov_assets.regression_tables.clustered import (
    Rule,
    clustered_covariance,
    counted,
    effective_clusters,
    jackknife_covariance,
    leave_one_cluster_out,
    members_of,
    small_sample_factor,
)
from egov_assets.regression_tables.design import EFFECT_COLUMNS, Design
from egov_assets.regression_tables.random_effects import random_effects

CONSTANT = "_cons"
DEMEANING_TOLERANCE = 1e-12  # pyfixest's default, 1e-6, moves the estimates in the seventh digit
Errors = tuple[str, Rule]  # clusters and small-sample rule


@dataclass(frozen=True)
class Fit:
    """One regression: coefficients (k,) with covariance (k, k); a term that was dropped as collinear is absent.

    effective  (k,) effective clusters of each coefficient
    left_out   (G, k) coefficients without each cluster in turn, clusters sorted; None but under the rule "jackknife"
    """

    terms: tuple[str, ...]
    coefficients: NDArray
    covariance: NDArray
    effective: NDArray
    left_out: NDArray | None
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


def fixed_effects_fits(design: Design, errors: Sequence[Errors]) -> dict[Errors, Fit]:
    """Least squares, or two-stage least squares with the instrument, with effects absorbed; a fit for each errors.

    design    one that is estimable (`estimable.py`)
    errors    clusters, of CLUSTERS, and rule; clusters that are one only are left out, since nothing can be said then
    Terms     those of the design and, without instrument, the constant; year dummies are not terms
    Source    method.md section 4
    """
    import pyfixest  # takes 2 s and 300 MB: definitions must load without it
    from pyfixest.demeaners import MapDemeaner

    with warnings.catch_warnings():
        # Firms observed once and main effects that the firm effects absorb are what the variants and terms say.
        warnings.filterwarnings("ignore", message="(?s).*singleton fixed effect")
        warnings.filterwarnings("ignore", message="(?s).*multicollinearity")
        model = pyfixest.feols(
            _formula(design),
            design.frame.to_pandas(),
            vcov={"CRV1": "city"},
            fixef_rm="none",
            demeaner=MapDemeaner(fixef_tol=DEMEANING_TOLERANCE),
        )
    regression = _regression(model, design)
    return {each: regression.fit(*each) for each in errors if model._data[each[0]].nunique() > 1}


@dataclass(frozen=True)
class _Regression:
    """What every clustering of one regression shares.

    y, X, Z      net of the absorbed effects; Z is X where there is no instrument
    kept         positions of the design's terms in X; the others are years
    levels       y and the terms as observed (n, 1 + terms), where the constant follows from them; else None
    """

    y: NDArray
    X: NDArray
    Z: NDArray
    b: NDArray
    kept: list[int]
    terms: tuple[str, ...]
    levels: NDArray | None
    effects: NDArray | None
    labels: Any
    r2_within: float | None
    r2: float | None

    def fit(self, cluster: str, rule: Rule) -> Fit:
        clusters = self.labels[cluster].to_numpy()
        e = self.y - self.X @ self.b
        fitted = self.Z @ np.linalg.lstsq(self.Z, self.X, rcond=None)[0] if self.Z is not self.X else self.X
        projected, at, coefficients = fitted, self.kept, self.b[self.kept]
        if self.levels is not None:
            # The regression of (y within + mean of y) on (x within + mean of x, 1) has the same b and residuals.
            means = self.levels.mean(axis=0)
            shift = np.zeros(self.X.shape[1])
            shift[self.kept] = means[1:]
            projected = np.column_stack([fitted + shift, np.ones(len(e))])
            at = [*self.kept, self.X.shape[1]]
            coefficients = np.append(coefficients, means[0] - means[1:] @ coefficients)
        if rule == "jackknife":
            left_out = self._left_out(clusters)
            covariance = jackknife_covariance(left_out, coefficients)
        else:
            left_out = None
            n, k = counted(rule, self.X.shape[1], self.effects, clusters)
            factor = small_sample_factor(n, k, len(np.unique(clusters)))
            covariance = clustered_covariance(projected, e, clusters)[np.ix_(at, at)] * factor
        return Fit(
            self.terms,
            coefficients,
            covariance,
            effective_clusters(projected, clusters)[at],
            left_out,
            len(e),
            len(np.unique(clusters)),
            self.r2_within,
            self.r2,
        )

    def _left_out(self, clusters: NDArray) -> NDArray:
        b = leave_one_cluster_out(self.y, self.X, self.Z, clusters, self.effects)[:, self.kept]
        if self.levels is None:
            return b
        members = members_of(clusters)
        left = self.levels.sum(axis=0) - members.T @ self.levels
        means = left / (len(clusters) - members.sum(axis=0).A1)[:, None]
        return np.column_stack([b, means[:, 0] - (means[:, 1:] * b).sum(axis=1)])


def _regression(model: Any, design: Design) -> _Regression:
    """What pyfixest estimated, with R2 after all effects are taken out.

    The constant that fixed-effects software prints is the mean of y less the mean of x times b.
    """
    terms = {"Intercept": CONSTANT} | dict(zip(design.regressors, design.terms, strict=True))
    names = [str(name) for name in model._coefnames]
    kept = [at for at, name in enumerate(names) if name in terms]
    X, y, used = model._X, np.ravel(model._Y), model._data
    r2_within, levels = None, None
    if design.fixed_effects:
        dummies = np.delete(X, kept, axis=1)
        y_within = y - dummies @ np.linalg.lstsq(dummies, y, rcond=None)[0]
        e = np.ravel(model._u_hat)
        r2_within = float(1 - (e @ e) / (y_within @ y_within))
        if not design.instrument:
            levels = used[["y", *(names[at] for at in kept)]].to_numpy(dtype=float)
    return _Regression(
        y=y,
        X=X,
        Z=model._Z if design.instrument else X,
        b=np.ravel(model._beta_hat),
        kept=kept,
        terms=(*(terms[names[at]] for at in kept), *([] if levels is None else [CONSTANT])),
        levels=levels,
        effects=used[design.absorbed].to_numpy() if design.absorbed else None,
        labels=used,
        r2_within=r2_within,
        r2=None if design.instrument else float(model._r2),
    )


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


def random_effects_fits(design: Design, errors: Sequence[Errors]) -> dict[Errors, Fit]:
    """Random effects by firm, generalised least squares; r2 is the overall R2 that `xtreg, re` prints.

    The jackknife holds the variances of the firm effects where the whole sample puts them.
    """
    y = design.frame["y"].to_numpy()
    X = np.column_stack([np.ones(len(y)), design.frame.select(design.regressors).to_numpy()])
    b, X_star, e = random_effects(y, X, design.frame["company_id"].to_numpy())
    regression = _Regression(
        y=X_star @ b + e,
        X=X_star,
        Z=X_star,
        b=b,
        kept=list(range(X.shape[1])),
        terms=(CONSTANT, *design.terms),
        levels=None,
        effects=None,
        labels=design.frame,
        r2_within=None,
        r2=float(np.corrcoef(y, X @ b)[0, 1] ** 2),
    )
    return {each: regression.fit(*each) for each in errors if design.frame[each[0]].n_unique() > 1}
