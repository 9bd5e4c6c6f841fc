"""The baseline under every combination of the paper's open points that the firm panel can tell apart.

Source  method.md section 15. Estimates are in standard deviations of the outcome per unit of the score, so that
outcomes compare. Open points upstream of the panel (flows without another destination, trimming, the mean or sum of
fields) are settings of their chapters; each is another panel and so another curve.
"""

import itertools

import polars as pl

from egov_assets.regression_tables.design import NotComputable, design_of
from egov_assets.regression_tables.fits import fixed_effects_fits
from egov_assets.regression_tables.specifications import Column
from egov_assets.study import CONFIDENCE_LEVEL, CONTROLS

TREATMENT = "egscore"
OUTCOMES = ("qua", "ln_quality", "qua_sub")
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
}
ESTIMATORS = {"least_squares": None, "five_neighbours": "egscore_size5"}
CLUSTERINGS = ("city", "firm")
SCHEMA = {
    **dict.fromkeys(("outcome", "controls", "sample", "estimator", "cluster"), pl.String),
    **dict.fromkeys(("estimate", "std_error", "p_value", "ci_low", "ci_high"), pl.Float64),
    "n": pl.Int64,
}


def specification_curve_of(panel: pl.DataFrame) -> pl.DataFrame:
    """One row per combination that the panel can answer, with firm and year effects; see SCHEMA.

    Outcomes, samples or instruments that the panel lacks are left out.
    """
    from scipy import stats

    spread = {name: panel[name].std() for name in OUTCOMES if name in panel.columns}
    rows = []
    for outcome, controls, sample, estimator in itertools.product(spread, CONTROL_SETS, SAMPLE_SETS, ESTIMATORS):
        column = Column(
            outcome=outcome,
            treatment=TREATMENT,
            controls=CONTROL_SETS[controls],
            sample=SAMPLE_SETS[sample],
            fixed_effects=("firm", "year"),
            instrument=ESTIMATORS[estimator],
        )
        try:
            design = design_of(column, panel)
        except NotComputable:
            continue
        for cluster, fit in fixed_effects_fits(design, CLUSTERINGS).items():
            b, se = (number / spread[outcome] for number in fit.coefficient(TREATMENT))
            half = stats.t.ppf((1 + CONFIDENCE_LEVEL) / 2, fit.n_clusters - 1) * se
            p = 2 * stats.t.sf(abs(b / se), fit.n_clusters - 1)
            rows.append((outcome, controls, sample, estimator, cluster, b, se, float(p), b - half, b + half, fit.n))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
