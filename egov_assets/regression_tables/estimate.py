"""Columns of a table to tidy rows: one row per term and variant of inference.

The variant that the study reports comes first: clusters by city, where the score varies, and firms observed once kept,
since the paper's columns 1 and 2 of table 2 have the same n (domain.md section 10).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from egov_assets.regression_tables.fits import CLUSTER_COLUMNS, CONSTANT, Fit, fixed_effects_fit, random_effects_fit
from egov_assets.regression_tables.specifications import Column, Table
from egov_assets.study import CONFIDENCE_LEVEL

ESTIMATES_SCHEMA = {
    "table": pl.String,
    "column": pl.String,
    "variant": pl.String,
    "term": pl.String,
    **dict.fromkeys(("estimate", "std_error", "statistic", "p_value", "ci_low", "ci_high"), pl.Float64),
    "n": pl.Int64,
    "n_clusters": pl.Int64,
    "r2_within": pl.Float64,
    "r2": pl.Float64,
}


class EstimationError(ValueError):
    """A column cannot be estimated on the panel at hand."""


def estimate_table(name: str, table: Table, panel: pl.DataFrame) -> pl.DataFrame:
    """Tidy rows of every column and variant, in the order of the specification; see ESTIMATES_SCHEMA.

    panel    as `firm_panel_of` gives, or any frame with the columns named in the specification
    Missing  estimate and what follows are null for a term dropped as collinear; r2_within without fixed effects;
             r2 with an instrument
    Raises   EstimationError listing every column that names an unknown variable or has no complete observation
    """
    problems = [problem for number, column in table.columns.items() for problem in _problems(number, column, panel)]
    if problems:
        raise EstimationError(f"{name}: " + "; ".join(problems))
    rows = [
        row
        for number, column in table.columns.items()
        for variant, fit in _fits(column, panel)
        for row in _tidy(name, number, variant, fit, _expected_terms(column))
    ]
    return pl.DataFrame(rows, schema=ESTIMATES_SCHEMA, orient="row")


def first_stage_f(column: Column, panel: pl.DataFrame) -> float:
    """F of the instrument in the first stage, clustered by city: the square of its t statistic.

    Fitted here because pyfixest fits its own first stage without the firms observed once, whatever the second keeps.
    """
    stage = column.model_copy(update={"outcome": column.treatment, "treatment": column.instrument, "instrument": None})
    sample = panel.drop_nulls(list(column.variables))
    fit = fixed_effects_fit(stage, sample, "city", keep_singletons=True)
    at = fit.terms.index(column.instrument)
    return float(fit.coefficients[at] ** 2 / fit.covariance[at, at])


def _problems(number: str, column: Column, panel: pl.DataFrame) -> Iterator[str]:
    unknown = [name for name in column.variables if name not in panel.columns]
    if unknown:
        yield f"column {number}: firm_panel has no {', '.join(unknown)}; it has {', '.join(panel.columns)}"
    elif panel.drop_nulls(list(column.variables)).is_empty():
        counts = ", ".join(f"{name} {panel[name].count()}" for name in column.variables)
        yield f"column {number}: no firm-year has all variables; observed each: {counts}"


def _expected_terms(column: Column) -> list[str]:
    return [column.treatment, *column.controls, *([] if column.instrument else [CONSTANT])]


def _fits(column: Column, panel: pl.DataFrame) -> Iterator[tuple[str, Fit]]:
    """The column as specified under each inference, then its further readings; names sort out what differs."""
    sample = panel.drop_nulls(list(column.variables)).sort("company_id", "year")
    for cluster in CLUSTER_COLUMNS:
        yield f"cluster_{cluster}", fixed_effects_fit(column, sample, cluster, keep_singletons=True)
    if column.fixed_effects:
        yield "cluster_city_singletons_dropped", fixed_effects_fit(column, sample, "city", keep_singletons=False)
    if "year_dummies" in column.also_as:
        dummies = column.model_copy(update={"fixed_effects": (*column.fixed_effects, "year")})
        for cluster in CLUSTER_COLUMNS:
            yield f"year_dummies_cluster_{cluster}", fixed_effects_fit(dummies, sample, cluster, keep_singletons=True)
    if "random_effects" in column.also_as:
        for cluster in CLUSTER_COLUMNS:
            yield f"random_effects_cluster_{cluster}", random_effects_fit(column, sample, cluster)


def _tidy(table: str, number: str, variant: str, fit: Fit, terms: list[str]) -> Iterator[tuple]:
    from scipy import stats

    quantile = stats.t.ppf((1 + CONFIDENCE_LEVEL) / 2, fit.n_clusters - 1)
    for term in terms:
        numbers = (None,) * 6
        if term in fit.terms:
            at = fit.terms.index(term)
            b, se = float(fit.coefficients[at]), float(np.sqrt(fit.covariance[at, at]))
            p = float(2 * stats.t.sf(abs(b / se), fit.n_clusters - 1))
            numbers = (b, se, b / se, p, float(b - quantile * se), float(b + quantile * se))
        yield (table, number, variant, term, *numbers, fit.n, fit.n_clusters, fit.r2_within, fit.r2)
