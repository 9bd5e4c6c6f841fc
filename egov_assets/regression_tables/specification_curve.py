"""The baseline under every combination of the paper's open points that the firm panel can tell apart.

Estimates are in standard deviations of the outcome per unit of the score, so that outcomes compare. Each design is
demeaned once; outcomes and clusters share it, and the numbers are those of `fits.py`. Combinations that are one
regression, as two samples without a firm-year between them, stand in one row.

There is no joint test. The points share their data, so the share that is significant has no distribution that a table
of p-values knows; it takes estimates under permuted scores (Simonsohn, Simmons and Nelson 2020), which are not made.

Not here: open points upstream of the panel (flows without another destination, the pool and the distance of
neighbours), which are settings of their chapters and so other panels; the sum of the fields, which only changes the
unit; codings of moderators and main effects, which are readings of their columns in paper/specifications.yml.

Source  method.md section 15
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from egov_assets.paper.study import CONFIDENCE_LEVEL, CONTROLS, STARS
from egov_assets.regression_tables.clustered import counted, members_of, numbers_of, small_sample_factor
from egov_assets.regression_tables.design import CHANGE, NotComputable, design_of
from egov_assets.regression_tables.estimable import MIN_DEGREES_OF_FREEDOM, vanishes
from egov_assets.regression_tables.residuals import Residuals
from egov_assets.regression_tables.specifications import Column

SIGNIFICANT = STARS[1][0]
TREATMENT = "egscore"
OUTCOMES = ("qua", "ln_quality", "qua_sub", "qua_sub_imposed", "qua_price", "qua_price_standardised")
CONTROL_SETS = {
    "none": (),
    "firm": CONTROLS[:3],
    "place": CONTROLS[3:],
    "all": CONTROLS,
}
SAMPLE_SETS = {
    "all": None,
    "complete": "firm_years_with_controls",
    "same_city": "firms_staying_in_their_city",
    "same_industry": "firms_staying_in_their_industry",
    "balanced": "firms_seen_every_year",
    "without_first_year": "without_the_first_year",
    "without_last_year": "without_the_last_year",
}
CLUSTERINGS = ("city", "firm", "city_year")


@dataclass(frozen=True)
class Estimator:
    """Its instrument, if any; whether outcome and score, or the controls too, are changes on the year before."""

    instrument: str | None = None
    has_changes: bool = False
    has_changes_of_controls: bool = False
    fixed_effects: tuple[str, ...] = ("firm", "year")


ESTIMATORS = {
    "least_squares": Estimator(),
    "province_by_year": Estimator(fixed_effects=("firm", "province^year")),
    "industry_by_year": Estimator(fixed_effects=("firm", "year", "industry^year")),
    "both_by_year": Estimator(fixed_effects=("firm", "province^year", "industry^year")),
    "differences": Estimator(has_changes=True),
    "all_differences": Estimator(has_changes=True, has_changes_of_controls=True, fixed_effects=("year",)),
    "five_neighbours": Estimator("egscore_size5"),
    "seven_neighbours": Estimator("egscore_size7"),
    "ten_neighbours": Estimator("egscore_size10"),
    "work_reports": Estimator("IV_gov"),
    "terrain": Estimator("IV_int"),
}
CHOICES = {
    "outcome": OUTCOMES,
    "controls": tuple(CONTROL_SETS),
    "sample": tuple(SAMPLE_SETS),
    "estimator": tuple(ESTIMATORS),
    "cluster": CLUSTERINGS,
}
SCHEMA = {
    **dict.fromkeys(("outcome", "controls", "sample", "estimator", "cluster"), pl.String),
    **dict.fromkeys(("estimate", "std_error", "p_value", "ci_low", "ci_high"), pl.Float64),
    "n": pl.Int64,
    "combinations": pl.Int64,
}
DIGITS = 12  # in which numbers of one regression agree, and those of two do not


def specification_curve_of(panel: pl.DataFrame) -> pl.DataFrame:
    """One row per regression that a combination makes and the panel can answer; see SCHEMA.

    Of samples and controls that make the same regression the first in the order of CHOICES gives its name.
    Outcomes, samples or instruments that the panel lacks are left out.
    """
    outcomes = [name for name in OUTCOMES if name in panel.columns]
    # Outcomes that no row lacks have the same observations and are demeaned together.
    groups = [[name for name in outcomes if not panel[name].null_count()]]
    groups += [[name] for name in outcomes if panel[name].null_count()]
    rows = [
        row
        for names, controls, sample, estimator in itertools.product(groups, CONTROL_SETS, SAMPLE_SETS, ESTIMATORS)
        if names
        for row in _effects(panel, names, controls, sample, estimator)
    ]
    points = pl.DataFrame(
        rows, schema={name: kind for name, kind in SCHEMA.items() if name != "combinations"}, orient="row"
    )
    numbers = [pl.col(name).round_sig_figs(DIGITS).alias(f"{name} of one") for name in ("estimate", "std_error")]
    one = ["outcome", "estimator", "cluster", "n"]
    by_regression = points.group_by(*one, *numbers, maintain_order=True)
    return by_regression.agg(pl.exclude(one).first(), combinations=pl.len().cast(pl.Int64)).select(list(SCHEMA))


def shares_by_estimator(curve: pl.DataFrame) -> pl.DataFrame:
    """One row per outcome and estimator, in the order of CHOICES: regressions, shares with a positive estimate and with
    p below SIGNIFICANT, median estimate in standard deviations. Of errors by city alone, so that no regression counts
    twice; never over outcomes or estimators, which ask other questions.
    """
    return (
        curve.filter(cluster=CLUSTERINGS[0])
        .group_by("outcome", "estimator", maintain_order=True)
        .agg(
            regressions=pl.len(),
            positive=(pl.col("estimate") > 0).mean(),
            significant=(pl.col("p_value") < SIGNIFICANT).mean(),
            median=pl.col("estimate").median(),
        )
        .sort(pl.col("outcome").cast(pl.Enum(OUTCOMES)), pl.col("estimator").cast(pl.Enum(list(ESTIMATORS))))
    )


def _effects(panel: pl.DataFrame, outcomes: Sequence[str], controls: str, sample: str, estimator: str) -> Iterator:
    """The rows of one design, by outcome and clusters; none where `estimable.py` would give a reason."""
    from scipy import stats

    how, others = ESTIMATORS[estimator], CONTROL_SETS[controls]
    first, *more = [f"{CHANGE}{name}" for name in outcomes] if how.has_changes else outcomes
    column = Column(
        outcome=first,
        treatment=CHANGE + TREATMENT if how.has_changes else TREATMENT,
        # The other outcomes ride along as the last terms; the controls alone are taken out.
        controls=(*(f"{CHANGE}{name}" if how.has_changes_of_controls else name for name in others), *more),
        sample=SAMPLE_SETS[sample],
        fixed_effects=how.fixed_effects,
        instrument=how.instrument,
    )
    try:
        design = design_of(column, panel)
    except NotComputable:
        return
    frame, outcomes_at = design.frame, ["y", *design.regressors[1 + len(others) :]]
    raw = frame.select("x0", pl.col("z" if how.instrument else "x0").alias("z"), *outcomes_at).to_numpy()
    if frame["city"].n_unique() < 2 or not np.isfinite(frame.select("^[xyz][0-9]*$").to_numpy()).all():
        return
    net_of_rest = Residuals(design, range(1, 1 + len(others)))
    x, z, *values = net_of_rest(raw).T
    Y, Y_raw = np.column_stack(values), raw[:, 2:]
    degrees = frame.height - net_of_rest.effects - net_of_rest.rank - 1
    if degrees < MIN_DEGREES_OF_FREEDOM or vanishes(x, raw[:, 0]) or vanishes(z, raw[:, 1]):
        return
    fitted = z * (z @ x) / (z @ z)
    if vanishes(fitted, x) or (how.instrument and vanishes(x - fitted, x)):
        return
    slopes_of = (z @ Y) / (z @ x)
    left = Y - x[:, None] * slopes_of
    for cluster in CLUSTERINGS:
        labels = numbers_of(frame[cluster])
        groups = labels.max() + 1
        if groups < 2:
            continue
        slopes, absorbed = 1 + net_of_rest.rank, net_of_rest.absorbed if design.absorbed else None
        factor = small_sample_factor(*counted("sandwich", slopes, absorbed, labels), groups)
        quantile = stats.t.ppf((1 + CONFIDENCE_LEVEL) / 2, groups - 1)
        # The sandwich of `clustered_covariance`, of one regressor and all outcomes at once: members are sorted once.
        scores = members_of(labels).T @ (fitted[:, None] * left)
        variances = (scores**2).sum(axis=0) / (fitted @ fitted) ** 2
        for at, outcome in enumerate(outcomes):
            if vanishes(left[:, at], Y_raw[:, at]):
                continue
            spread = panel[outcome].std()
            b, se = slopes_of[at] / spread, np.sqrt(variances[at] * factor) / spread
            p = float(2 * stats.t.sf(abs(b / se), groups - 1))
            yield outcome, controls, sample, estimator, cluster, b, se, p, b - quantile * se, b + quantile * se, len(Y)
