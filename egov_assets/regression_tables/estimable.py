"""Whether a column can be estimated on its observations, asked before anything is estimated; if not, why.

A library asked to estimate from one city, a constant or no degrees of freedom fails in words of its own, or returns a
standard error of rounding size. What a single regressor lacks is no reason here: it is dropped, and its row says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from egov_assets.regression_tables.design import Design, NotComputable
from egov_assets.regression_tables.residuals import Residuals

MIN_DEGREES_OF_FREEDOM = 10  # with fewer a handful of firm-years decides the estimate and its error
NOTHING = 1e-20  # share of a sum of squares that is rounding


def require_estimable(design: Design) -> None:
    """Return if every coefficient and error of the column is defined by its observations.

    Raises  NotComputable with the first reason: values that are no numbers; one city; a constant outcome; too few
            degrees of freedom; effects that absorb the outcome or every regressor; regressors that reproduce the
            outcome; an instrument that is absorbed, unrelated to the treatment, or the treatment itself; of random
            effects, too few firms seen twice or regressors that depend on each other
    """
    for reason in _reasons(design):
        raise NotComputable(reason)


def _reasons(design: Design) -> Iterator[str]:
    frame, outcome, instrument = design.frame, design.outcome, design.instrument
    names = {outcome: "y", **dict(zip(design.terms, design.regressors, strict=True)), instrument: "z"}
    odd = {name: (~frame[at].is_finite()).sum() for name, at in names.items() if name}
    if any(odd.values()):
        counts = ", ".join(f"{name} {rows}" for name, rows in odd.items() if rows)
        yield f"NaN or infinity instead of a number, firm-years of each: {counts}"
    if frame["city"].n_unique() < 2:
        yield f"all {frame.height} firm-years are of one city, and errors are clustered by city"
    if frame["y"].n_unique() < 2:
        yield f"{outcome} is the same in all {frame.height} firm-years"
    slopes = range(len(design.terms))
    effects, everything = Residuals(design, []), Residuals(design, slopes)
    degrees = frame.height - everything.effects - everything.rank
    if degrees < MIN_DEGREES_OF_FREEDOM:
        needed = f"at least {MIN_DEGREES_OF_FREEDOM} are needed"
        yield f"{frame.height} firm-years leave {degrees} degrees of freedom, {needed}"
    y, X = frame.select("y").to_numpy(), frame.select(design.regressors).to_numpy()
    if vanishes(effects(y), y):
        yield f"the effects absorb {outcome}"
    if vanishes(effects(X), X):
        yield f"the effects absorb {', '.join(design.terms)}"
    if vanishes(everything(y), effects(y)):
        yield f"the regressors reproduce {outcome} exactly, so that it has no error"
    if instrument:
        yield from _reasons_of_instrument(design, instrument, slopes[1:])
    if design.estimator == "random_effects":
        yield from _reasons_of_random_effects(design, y, X)


def _reasons_of_instrument(design: Design, instrument: str, controls: Sequence[int]) -> Iterator[str]:
    treatment = design.terms[0]
    x_raw, z_raw = (design.frame.select(name).to_numpy() for name in ("x0", "z"))
    net_of_controls = Residuals(design, controls)
    x, z = net_of_controls(x_raw), net_of_controls(z_raw)
    for name, left, raw in ((treatment, x, x_raw), (instrument, z, z_raw)):
        if vanishes(left, raw):
            yield f"the effects and the other regressors absorb {name}"
    explained = z * float((z.T @ x).item() / (z.T @ z).item())
    if vanishes(explained, x):
        yield f"{instrument} is unrelated to {treatment}"
    if vanishes(x - explained, x):
        yield f"{instrument} reproduces {treatment} exactly, so that its first stage has no error"


def _reasons_of_random_effects(design: Design, y: NDArray, X: NDArray) -> Iterator[str]:
    firms, regressors = design.frame["company_id"].n_unique(), X.shape[1] + 1
    seen_again = design.frame.height - firms
    if seen_again < regressors:
        yield f"random effects need at least {regressors} firm-years of firms seen before, there are {seen_again}"
    if firms <= regressors:
        yield f"random effects need more than {regressors} firms, there are {firms}"
    if np.linalg.matrix_rank(np.column_stack([np.ones(len(X)), X])) < regressors:
        yield f"random effects cannot tell apart {', '.join(design.terms)}: one follows from the others"
    within = Residuals(replace(design, fixed_effects=("firm",)), range(X.shape[1]))
    if vanishes(within(y), y):
        yield f"the regressors and the firm reproduce {design.outcome} exactly, so that it has no error"


def vanishes(left: NDArray, raw: NDArray) -> bool:
    """Is `left` nothing but rounding of `raw`? Both (n,), or (n, m) and then in every column."""
    return bool(((left**2).sum(axis=0) <= NOTHING * (raw**2).sum(axis=0)).all())
