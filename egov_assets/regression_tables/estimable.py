"""Whether a column can be estimated on its observations, asked before anything is estimated; if not, why.

A library asked to estimate from one city, a constant or no degrees of freedom fails in words of its own, or returns a
standard error of rounding size. What a single regressor lacks is no reason here: it is dropped, and its row says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from egov_assets.platform.words import message
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
    names = {outcome: "y", **dict(zip(design.terms, design.regressors, strict=True))}
    names |= {instrument: "z"} if instrument else {}
    odd = {name: (~frame[at].is_finite()).sum() for name, at in names.items()}
    if any(odd.values()):
        counts = ", ".join(f"{name} {rows}" for name, rows in odd.items() if rows)
        yield message("no number", counts=counts)
    if frame["city"].n_unique() < 2:
        yield message("one city", firm_years=frame.height)
    if frame["y"].n_unique() < 2:
        yield message("constant outcome", outcome=outcome, firm_years=frame.height)
    slopes = range(len(design.terms))
    effects, everything = Residuals(design, []), Residuals(design, slopes)
    degrees = frame.height - everything.effects - everything.rank
    if degrees < MIN_DEGREES_OF_FREEDOM:
        least = MIN_DEGREES_OF_FREEDOM
        yield message("few degrees of freedom", firm_years=frame.height, degrees=degrees, least=least)
    y, X = frame.select("y").to_numpy(), frame.select(design.regressors).to_numpy()
    if vanishes(effects(y), y):
        yield message("absorbed by the effects", names=outcome)
    if vanishes(effects(X), X):
        yield message("absorbed by the effects", names=", ".join(design.terms))
    if vanishes(everything(y), effects(y)):
        yield message("outcome without error", outcome=outcome)
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
            yield message("absorbed with the other regressors", names=name)
    explained = z * float((z.T @ x).item() / (z.T @ z).item())
    if vanishes(explained, x):
        yield message("unrelated instrument", instrument=instrument, treatment=treatment)
    if vanishes(x - explained, x):
        yield message("first stage without error", instrument=instrument, treatment=treatment)


def _reasons_of_random_effects(design: Design, y: NDArray, X: NDArray) -> Iterator[str]:
    firms, regressors = design.frame["firm_id"].n_unique(), X.shape[1] + 1
    seen_again = design.frame.height - firms
    if seen_again < regressors:
        yield message("few firms seen again", least=regressors, firm_years=seen_again)
    if firms <= regressors:
        yield message("few firms for random effects", more_than=regressors, firms=firms)
    if np.linalg.matrix_rank(np.column_stack([np.ones(len(X)), X])) < regressors:
        yield message("regressors that depend on each other", names=", ".join(design.terms))
    within = Residuals(replace(design, fixed_effects=("firm",)), range(X.shape[1]))
    if vanishes(within(y), y):
        yield message("outcome without error within firms", outcome=design.outcome)


def vanishes(left: NDArray, raw: NDArray) -> bool:
    """Is `left` nothing but rounding of `raw`? Both (n,), or (n, m) and then in every column."""
    return bool(((left**2).sum(axis=0) <= NOTHING * (raw**2).sum(axis=0)).all())
