"""One regression on a column's observations, under several clusterings of its errors."""

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from egov_assets.regression_tables.clustered import (
    Rule,
    clustered_covariance,
    counted,
    effective_clusters,
    jackknife_covariance,
    leave_one_cluster_out,
    members_of,
    numbers_of,
    small_sample_factor,
)
from egov_assets.regression_tables.design import Design
from egov_assets.regression_tables.random_effects import random_effects
from egov_assets.regression_tables.residuals import Residuals

CONSTANT = "_cons"
DEMEANING_TOLERANCE = 1e-12  # pyfixest's default, 1e-6, moves the estimates in the seventh digit
MOST_DUMMIES = 400  # of the effects beside the absorbed one; with more, they are taken out before the regression
ABSORBED = 1e-20  # share of a sum of squares that is rounding
BOTH_WAYS = "+"  # joins two clusterings
Errors = tuple[str, Rule]  # clusters, of two ways as `city+industry`, and small-sample rule


@dataclass(frozen=True)
class Fit:
    """One regression: coefficients (k,) with covariance (k, k); a term that was dropped as collinear is absent.

    effective  (k,) effective clusters of each coefficient; of two ways the fewer
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
        """Estimate and standard error of one term; no number where two-way clusters leave a negative variance.

        Raises  ValueError if it was dropped
        """
        at = self.terms.index(term)
        variance = float(self.covariance[at, at])
        return float(self.coefficients[at]), math.sqrt(variance) if variance >= 0 else math.nan


def fixed_effects_fits(design: Design, errors: Sequence[Errors]) -> dict[Errors, Fit]:
    """Least squares, or two-stage least squares with the instrument, with effects absorbed; a fit for each errors.

    design    one that is estimable (`estimable.py`)
    errors    clusters, columns of the design, and rule; clusters that are one only are left out, since nothing can be
              said then
    Terms     those of the design and, without instrument, the constant; dummies of effects are not terms
    Source    method.md section 4
    """
    regression = regression_of(design)
    return {each: regression.fit(*each) for each in errors if _has_clusters(design, each[0])}


def _has_clusters(design: Design, clusters: str) -> bool:
    return all(design.frame[way].n_unique() > 1 for way in clusters.split(BOTH_WAYS))


@dataclass(frozen=True)
class Regression:
    """One regression before its errors: what every clustering shares.

    y, X, Z      net of the absorbed effects; Z is X where there is no instrument
    kept         positions of the design's terms in X; the others are dummies of effects
    taken_out    how many dummies' worth of effects is taken out beside the absorbed one, being too many for dummies
    labels       a column for each cluster level; effects (n,) labels of what is absorbed, or None
    absorbs_firms  are the effects those of firms, which `xtreg` absorbs, or those of years, which it has as dummies?
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
    absorbs_firms: bool
    labels: pl.DataFrame
    taken_out: int
    without: Callable[[NDArray], NDArray] | None
    r2_within: float | None
    r2: float | None

    @property
    def slopes(self) -> int:
        """What counts as estimated beside the absorbed effect."""
        return self.X.shape[1] + self.taken_out

    @property
    def residuals(self) -> NDArray:
        return self.y - self.X @ self.b

    @property
    def fitted(self) -> NDArray:
        """(n, k) X, or with an instrument what Z says of it."""
        return self.X if self.Z is self.X else self.Z @ np.linalg.lstsq(self.Z, self.X, rcond=None)[0]

    def fit(self, cluster: str, rule: Rule) -> Fit:
        """Coefficients of the terms, and their errors under a clustering and a rule.

        Source  of two ways Cameron, Gelbach and Miller (2011): those of either less those of both at once
        """
        if BOTH_WAYS in cluster:
            one, other = cluster.split(BOTH_WAYS)
            return self._two_ways(one, other, rule)
        return self._one_way(numbers_of(self.labels[cluster]), rule)

    def _two_ways(self, one: str, other: str, rule: Rule) -> Fit:
        by_one, by_other = self.fit(one, rule), self.fit(other, rule)
        both = self.labels.select(pl.concat_str(one, other, separator=" ")).to_series()
        by_both = self._one_way(numbers_of(both), rule)
        return replace(
            by_one,
            covariance=by_one.covariance + by_other.covariance - by_both.covariance,
            effective=np.minimum(by_one.effective, by_other.effective),
            left_out=None,
            n_clusters=min(by_one.n_clusters, by_other.n_clusters),
        )

    def _one_way(self, clusters: NDArray, rule: Rule) -> Fit:
        e = self.residuals
        projected, at, coefficients = self.fitted, self.kept, self.b[self.kept]
        if self.levels is not None:
            # The regression of (y within + mean of y) on (x within + mean of x, 1) has the same b and residuals.
            means = self.levels.mean(axis=0)
            shift = np.zeros(self.X.shape[1])
            shift[self.kept] = means[1:]
            projected = np.column_stack([projected + shift, np.ones(len(e))])
            at = [*self.kept, self.X.shape[1]]
            coefficients = np.append(coefficients, means[0] - means[1:] @ coefficients)
        if rule == "jackknife":
            left_out = self._left_out(clusters)
            covariance = jackknife_covariance(left_out, coefficients)
        else:
            left_out = None
            of_panel = "fixest" if rule == "xtreg" and not self.absorbs_firms else rule
            n, k = counted(of_panel, self.slopes, self.effects, clusters)
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
        if self.without:
            return np.stack([self.without(clusters != each) for each in np.unique(clusters)])
        b = leave_one_cluster_out(self.y, self.X, self.Z, clusters, self.effects)[:, self.kept]
        if self.levels is None:
            return b
        members = members_of(clusters)
        left = self.levels.sum(axis=0) - members.T @ self.levels
        means = left / (len(clusters) - members.sum(axis=0).A1)[:, None]
        return np.column_stack([b, means[:, 0] - (means[:, 1:] * b).sum(axis=1)])


def regression_of(design: Design) -> Regression:
    """The regression of an estimable design, with R2 after all effects are taken out.

    The constant that fixed-effects software prints is the mean of y less the mean of x times b.
    """
    import pyfixest  # takes 2 s and 300 MB: definitions must load without it
    from pyfixest.demeaners import MapDemeaner

    many = sum(design.frame[name].n_unique() for name in design.beside) > MOST_DUMMIES
    net = Residuals(design, []) if many else None
    frame = _net_of_effects(design, net) if net else design.frame
    with warnings.catch_warnings():
        # Firms observed once and main effects that the firm effects absorb are what the variants and terms say.
        warnings.filterwarnings("ignore", message="(?s).*singleton fixed effect")
        warnings.filterwarnings("ignore", message="(?s).*multicollinearity")
        model = pyfixest.feols(
            _formula(design, is_net=many),
            frame.to_pandas(),
            vcov={"CRV1": "city"},
            fixef_rm="none",
            demeaner=MapDemeaner(fixef_tol=DEMEANING_TOLERANCE),
        )
    terms = {"Intercept": CONSTANT} | dict(zip(design.regressors, design.terms, strict=True))
    names = [str(name) for name in model._coefnames]
    kept = [at for at, name in enumerate(names) if name in terms]
    X, y, used = model._X, np.ravel(model._Y), model._data
    r2_within, r2, levels = None, float(model._r2), None
    if design.fixed_effects:
        dummies = np.delete(X, kept, axis=1)
        y_within = y - dummies @ np.linalg.lstsq(dummies, y, rcond=None)[0]
        e = np.ravel(model._u_hat)
        r2_within = float(1 - (e @ e) / (y_within @ y_within))
        observed = design.frame["y"].to_numpy()
        r2 = float(1 - (e @ e) / ((observed - observed.mean()) @ (observed - observed.mean())))
        if not design.instrument:
            levels = design.frame.select("y", *(names[at] for at in kept)).to_numpy()
    return Regression(
        y=y,
        X=X,
        Z=model._Z if design.instrument else X,
        b=np.ravel(model._beta_hat),
        kept=kept,
        terms=(*(terms[names[at]] for at in kept), *([] if levels is None else [CONSTANT])),
        levels=levels,
        effects=used[design.absorbed].to_numpy() if design.absorbed else None,
        absorbs_firms="firm" in design.fixed_effects,
        labels=design.frame,
        taken_out=net.rank if net else 0,
        without=partial(_refitted, design) if net else None,
        r2_within=r2_within,
        r2=None if design.instrument else r2,
    )


def _net_of_effects(design: Design, net: Residuals) -> pl.DataFrame:
    """The design's frame with y, the terms and the instrument net of all effects; a term that they absorb is 0."""
    names = ["y", *design.regressors, *(["z"] if design.instrument else [])]
    raw = design.frame.select(names).to_numpy()
    left = net(raw)
    left[:, (left**2).sum(axis=0) <= ABSORBED * (raw**2).sum(axis=0)] = 0.0
    return design.frame.with_columns(pl.Series(name, left[:, at]) for at, name in enumerate(names))


def _refitted(design: Design, stays: NDArray) -> NDArray:
    """Coefficients of the terms, and the constant, on some of the observations; NaN where these do not tell one."""
    whole = regression_of(design).terms
    regression = regression_of(replace(design, frame=design.frame.filter(pl.Series(stays))))
    fit = regression.fit("city", "sandwich")
    return np.array([fit.coefficient(term)[0] if term in fit.terms else np.nan for term in whole])


def _formula(design: Design, is_net: bool) -> str:
    """One effect is absorbed, dummies of the others come first, so that a term that they absorb is what is dropped.

    Absorbing two effects alternates between them, and pyfixest 0.60 then gave one of two last digits by chance of the
    process; absorbing one is exact, and the coefficients, errors and degrees of freedom are the same.
    """
    exogenous = design.regressors[1:] if design.instrument else design.regressors
    dummies = [] if is_net else [f"i({name})" for name in design.beside]
    right = " + ".join([*dummies, *exogenous]) or "1"
    absorbed = [design.absorbed] if design.absorbed else []
    parts = [f"y ~ {right}", *absorbed, *(["x0 ~ z"] if design.instrument else [])]
    return " | ".join(parts)


def random_effects_fits(design: Design, errors: Sequence[Errors]) -> dict[Errors, Fit]:
    """Random effects by firm, generalised least squares; r2 is the overall R2 that `xtreg, re` prints.

    The jackknife holds the variances of the firm effects where the whole sample puts them.
    """
    y = design.frame["y"].to_numpy()
    X = np.column_stack([np.ones(len(y)), design.frame.select(design.regressors).to_numpy()])
    b, X_star, e = random_effects(y, X, design.frame["firm_id"].to_numpy())
    regression = Regression(
        y=X_star @ b + e,
        X=X_star,
        Z=X_star,
        b=b,
        kept=list(range(X.shape[1])),
        terms=(CONSTANT, *design.terms),
        levels=None,
        effects=None,
        absorbs_firms=False,
        labels=design.frame,
        taken_out=0,
        without=None,
        r2_within=None,
        r2=float(np.corrcoef(y, X @ b)[0, 1] ** 2),
    )
    return {each: regression.fit(*each) for each in errors if _has_clusters(design, each[0])}
