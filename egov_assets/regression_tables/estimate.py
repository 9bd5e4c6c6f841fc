"""Columns of a table to tidy rows: one row per term and variant of reading and inference.

The variant that the study reports comes first: clusters by city, where the score varies, and firms observed once kept,
since the paper's columns 1 and 2 of table 2 have the same n (domain.md section 10).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from egov_assets.paper.study import CONFIDENCE_LEVEL, FEW_CLUSTERS
from egov_assets.platform.words import message
from egov_assets.regression_tables.design import CLUSTERS, Design, NotComputable, design_of
from egov_assets.regression_tables.estimable import require_estimable
from egov_assets.regression_tables.fits import CONSTANT, Fit, fixed_effects_fits, random_effects_fits
from egov_assets.regression_tables.specifications import Column, Table
from egov_assets.regression_tables.weak_instruments import WeakInstruments, weak_instruments
from egov_assets.regression_tables.wild_bootstrap import wild_bootstrap_p

PRINTED_VARIANT = "cluster_city"
WEAK_INSTRUMENT_VARIANT = "anderson_rubin_cluster_city"
# What numpy, scipy and pyfixest raise on numbers they cannot work with (LinAlgError is a ValueError): it leaves out the
# column that it happened in, so that no column stops another.
BREAKDOWNS = (ArithmeticError, LookupError, ValueError)
ROUNDING = 1e-10  # a standard error of this share of its estimate is none
INFERENCE = ("estimate", "std_error", "statistic", "p_value", "ci_low", "ci_high")
ESTIMATES_SCHEMA = {
    "table": pl.String,
    "column": pl.String,
    "variant": pl.String,
    "term": pl.String,
    **dict.fromkeys((*INFERENCE, "wild_p_value"), pl.Float64),
    "n": pl.Int64,
    "n_clusters": pl.Int64,
    **dict.fromkeys(("r2_within", "r2", "effective_f", "ar_p_value"), pl.Float64),
    "ar_shape": pl.String,
    **dict.fromkeys(("ar_low", "ar_high"), pl.Float64),
    "reason": pl.String,
}


def estimate_table(name: str, table: Table, panel: pl.DataFrame) -> pl.DataFrame:
    """Tidy rows of every column and variant, in the order of the specification; see ESTIMATES_SCHEMA.

    panel    as `firm_panel_of` gives, or any frame with the columns named in the specification
    Missing  estimate and what follows are null for a term dropped as collinear, and for every term of a column that
             cannot be estimated on this panel, whose `reason` says why; r2_within without fixed effects; r2 with an
             instrument; wild_p_value unless clusters are few and the term is the treatment or its product
    """
    rows = [
        {"table": name, "column": number, **row}
        for number, column in table.columns.items()
        for row in _column_rows(column, panel)
    ]
    return pl.DataFrame(rows, schema=ESTIMATES_SCHEMA, orient="row")


def _column_rows(column: Column, panel: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """The column as specified, then its further readings, whose names stand before the clusters' names."""
    yield from _reading_rows("", column, panel)
    for reading in column.readings:
        yield from _reading_rows(f"{reading}_", column.read_as(reading), panel)


def _reading_rows(prefix: str, column: Column, panel: pl.DataFrame) -> Iterator[dict[str, Any]]:
    terms = [*column.regressors, *([] if column.instrument else [CONSTANT])]
    try:
        design = design_of(column, panel)
        require_estimable(design)
        yield from list(_estimated_rows(prefix, column, design, terms))
    except NotComputable as reason:
        yield from _left_out(prefix + PRINTED_VARIANT, terms, str(reason))
    except BREAKDOWNS as fault:
        yield from _left_out(prefix + PRINTED_VARIANT, terms, message("the estimation broke down", fault=str(fault)))


def _estimated_rows(prefix: str, column: Column, design: Design, terms: list[str]) -> Iterator[dict[str, Any]]:
    if column.estimator == "random_effects":
        fits = random_effects_fits(design, tuple(CLUSTERS))
    else:
        fits = fixed_effects_fits(design, tuple(CLUSTERS))
    for cluster, fit in fits.items():
        wild = _wild_p_values(column, design, cluster, fit)
        for row in _tidy(f"{prefix}cluster_{cluster}", fit, terms):
            yield row | {"wild_p_value": wild.get(row["term"])}
    if column.fixed_effects:
        yield from _rows_without_singletons(f"{prefix}cluster_city_singletons_dropped", design, terms)
    if column.instrument:
        yield from _instrument_rows(prefix, column, weak_instruments(design, "city"))


def _rows_without_singletons(variant: str, design: Design, terms: list[str]) -> Iterator[dict[str, Any]]:
    dropped = design.without_singletons()
    try:
        require_estimable(dropped)
    except NotComputable as reason:
        yield from _left_out(variant, terms, str(reason))
    else:
        yield from _tidy(variant, fixed_effects_fits(dropped, ("city",))["city"], terms)


def _left_out(variant: str, terms: list[str], reason: str) -> Iterator[dict[str, Any]]:
    for term in terms:
        yield {"variant": variant, "term": term, "n": 0, "n_clusters": 0, "reason": reason}


def _wild_p_values(column: Column, design: Design, cluster: str, fit: Fit) -> dict[str, float | None]:
    if column.instrument or column.estimator == "random_effects" or fit.n_clusters >= FEW_CLUSTERS:
        return {}
    tested = [column.treatment, *([f"{column.treatment}:{column.moderator}"] if column.moderator else [])]
    return {term: wild_bootstrap_p(design, term, cluster) for term in tested if term in fit.terms}


def _instrument_rows(prefix: str, column: Column, found: WeakInstruments) -> Iterator[dict[str, Any]]:
    """First stage and reduced form, with the instrument under its own name, and the test robust to weakness."""
    terms = ["instrument", *column.controls]
    for stage, fit in (("first_stage", found.first_stage), ("reduced_form", found.reduced_form)):
        for row in _tidy(f"{prefix}{stage}_cluster_city", fit, terms):
            yield row | {"term": column.instrument if row["term"] == "instrument" else row["term"]}
    first_stage, second_stage = found.first_stage, {"variant": prefix + WEAK_INSTRUMENT_VARIANT}
    yield second_stage | {
        "term": column.treatment,
        "n": first_stage.n,
        "n_clusters": first_stage.n_clusters,
        "effective_f": found.effective_f,
        "ar_p_value": found.ar_p_value,
        "ar_shape": found.ar_shape,
        "ar_low": found.ar_low,
        "ar_high": found.ar_high,
    }


def _tidy(variant: str, fit: Fit, terms: list[str]) -> Iterator[dict[str, Any]]:
    from scipy import stats

    quantile = stats.t.ppf((1 + CONFIDENCE_LEVEL) / 2, fit.n_clusters - 1)
    facts = {"n": fit.n, "n_clusters": fit.n_clusters, "r2_within": fit.r2_within, "r2": fit.r2}
    for term in terms:
        numbers: tuple[float | None, ...] = (None,) * 6
        reason: str | None = "absorbed by the effects or the other regressors"
        if term in fit.terms:
            b, se = fit.coefficient(term)
            reason = "varies in one cluster only, so that nothing tells its error"
            if se > ROUNDING * abs(b):
                p = float(2 * stats.t.sf(np.abs(b / se), fit.n_clusters - 1))
                numbers = (b, se, b / se, p, float(b - quantile * se), float(b + quantile * se))
                reason = None
        yield {
            "variant": variant,
            "term": term,
            **dict(zip(INFERENCE, numbers, strict=True)),
            **facts,
            "reason": reason,
        }
