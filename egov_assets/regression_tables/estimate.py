"""Columns of a table to tidy rows: one row per term and variant of reading and inference.

The variant that the study reports comes first: clusters by city, where the score varies, and firms observed once kept,
since the paper's columns 1 and 2 of table 2 have the same n (domain.md section 10).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from egov_assets.paper.study import CONFIDENCE_LEVEL, FEW_CLUSTERS
from egov_assets.platform.words import message
from egov_assets.regression_tables.clustered import Rule
from egov_assets.regression_tables.design import CLUSTERS, Design, NotComputable, design_of
from egov_assets.regression_tables.effect_at import effects_at
from egov_assets.regression_tables.estimable import require_estimable
from egov_assets.regression_tables.fits import BOTH_WAYS, CONSTANT, Errors, Fit, fixed_effects_fits, random_effects_fits
from egov_assets.regression_tables.specifications import Column, Table
from egov_assets.regression_tables.weak_instruments import WeakInstruments, tf_critical, weak_instruments
from egov_assets.regression_tables.wild_bootstrap import wild_bootstrap

PRINTED_VARIANT = "cluster_city"
WEAK_INSTRUMENT_VARIANT = "anderson_rubin_cluster_city"
LEAST_SQUARES_VARIANT = "least_squares_cluster_city"
NAMED_RULES: tuple[Rule, ...] = ("jackknife", "sandwich", "xtreg", "reghdfe", "fixest")
BOOTSTRAPPED = ("city", "province")  # the clusters that can be few in effect
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
    **dict.fromkeys((*INFERENCE, "wild_p_value", "wild_low", "wild_high", "robust_p_value"), pl.Float64),
    "n": pl.Int64,
    "n_clusters": pl.Int64,
    **dict.fromkeys(("effective_clusters", "r2_within", "r2"), pl.Float64),
    **dict.fromkeys(("effective_f", "tf_low", "tf_high", "ar_p_value"), pl.Float64),
    "moderator": pl.Float64,
    "years": pl.String,
    **dict.fromkeys(("firms", "firms_seen_again", "singletons"), pl.Int64),
    **dict.fromkeys(("outcome_mean", "outcome_sd"), pl.Float64),
    "ar_shape": pl.String,
    **dict.fromkeys(("ar_low", "ar_high"), pl.Float64),
    "reason": pl.String,
}


def estimate_table(name: str, table: Table, panel: pl.DataFrame, rule: Rule = "jackknife") -> pl.DataFrame:
    """Tidy rows of every column and variant, in the order of the specification; see ESTIMATES_SCHEMA.

    panel    as `firm_panel_of` gives, or any frame with the columns named in the specification
    rule     of the errors, but of the variants that name their own
    Missing  estimate and what follows are null for a term dropped as collinear, and for every term of a column that
             cannot be estimated on this panel, whose `reason` says why; r2_within without fixed effects; r2 with an
             instrument; wild_* unless effective clusters are few and the term is the treatment or its product
    """
    rows = [
        {"table": name, "column": number, **row}
        for number, column in table.columns.items()
        for row in _column_rows(column, panel, rule)
    ]
    return pl.DataFrame(rows, schema=ESTIMATES_SCHEMA, orient="row")


def _column_rows(column: Column, panel: pl.DataFrame, rule: Rule) -> Iterator[dict[str, Any]]:
    """The column as specified, then its further readings, whose names stand before the clusters' names."""
    yield from _reading_rows("", column, panel, rule)
    for reading in column.readings:
        yield from _reading_rows(f"{reading}_", column.read_as(reading), panel, rule)


def _reading_rows(prefix: str, column: Column, panel: pl.DataFrame, rule: Rule) -> Iterator[dict[str, Any]]:
    terms = [*column.regressors, *([] if column.instrument else [CONSTANT])]
    try:
        design = design_of(column, panel)
        require_estimable(design)
        yield from list(_estimated_rows(prefix, column, design, terms, rule))
    except NotComputable as reason:
        yield from _left_out(prefix + PRINTED_VARIANT, terms, str(reason))
    except BREAKDOWNS as fault:
        yield from _left_out(prefix + PRINTED_VARIANT, terms, message("the estimation broke down", fault=str(fault)))


def _estimated_rows(
    prefix: str, column: Column, design: Design, terms: list[str], rule: Rule
) -> Iterator[dict[str, Any]]:
    """Clusters by city under the study's rule first, then other clusters and the column's own, then other rules."""
    clusterings = dict.fromkeys((*CLUSTERS, column.clustering))
    variants: dict[str, Errors] = {f"cluster_{cluster}": (cluster, rule) for cluster in clusterings}
    variants |= {f"cluster_city_{other}": ("city", other) for other in _other_rules(column, rule)}
    found, reasons = _fits(design, list(variants.values()))
    tests = weak_instruments(design, "city", rule) if column.instrument else None
    sample = _sample(design)
    for variant, errors in variants.items():
        if errors in reasons:
            yield from _left_out(prefix + variant, terms, reasons[errors])
        elif errors in found:
            wild = _wild(column, design, errors[0], found[errors]) if errors[1] == rule else {}
            for row in _tidy(prefix + variant, found[errors], terms):
                robust = tests.ar_p_value if tests and row["term"] == column.treatment else row["p_value"]
                of_sample = sample if variant == column.printed_variant else {}
                yield row | wild.get(row["term"], {}) | {"robust_p_value": robust} | of_sample
            if column.moderator and variant == column.printed_variant:
                yield from _rows_at(prefix, variant, column.moderator, design, found[errors])
        elif variant == column.printed_variant:
            yield from _left_out(prefix + variant, terms, message("one cluster", clusters=column.clustering))
    if tests:
        yield from _instrument_rows(prefix, column, tests, found["city", rule])
        without = replace(design, frame=design.frame.drop("z"), instrument=None)
        least_squares = fixed_effects_fits(without, [("city", rule)])["city", rule]
        yield from _tidy(f"{prefix}{LEAST_SQUARES_VARIANT}", least_squares, [column.treatment])


def _sample(design: Design) -> dict[str, Any]:
    """What the observations are: years, firms, those seen in two years or more, observations whose effect is theirs
    alone, mean and spread of the outcome.
    """
    frame = design.frame
    return {
        "years": ", ".join(map(str, frame["year"].unique().sort())),
        "firms": frame["firm_id"].n_unique(),
        "firms_seen_again": frame.filter(pl.len().over("firm_id") > 1)["firm_id"].n_unique(),
        "singletons": frame.height - design.without_singletons().frame.height if design.absorbed else None,
        "outcome_mean": frame["y"].mean(),
        "outcome_sd": frame["y"].std(),
    }


def _other_rules(column: Column, rule: Rule) -> list[Rule]:
    """The rules by which a column's errors are also given, beside the study's own; without effects they agree."""
    by_effects = {"xtreg": "firm" in column.fixed_effects, **dict.fromkeys(("reghdfe", "fixest"), column.fixed_effects)}
    return [other for other in NAMED_RULES if other != rule and by_effects.get(other, True)]


def _fits(design: Design, errors: list[Errors]) -> tuple[dict[Errors, Fit], dict[Errors, str]]:
    """A fit for each errors; why there is none for those that leave out firms observed once, as reghdfe does."""
    if design.estimator == "random_effects":
        return random_effects_fits(design, errors), {}
    dropping = [each for each in errors if each[1] == "reghdfe" and design.absorbed]
    found = fixed_effects_fits(design, [each for each in errors if each not in dropping])
    if not dropping:
        return found, {}
    try:
        dropped = design.without_singletons()
        require_estimable(dropped)
    except NotComputable as reason:
        return found, dict.fromkeys(dropping, str(reason))
    return found | fixed_effects_fits(dropped, dropping), {}


def _left_out(variant: str, terms: list[str], reason: str) -> Iterator[dict[str, Any]]:
    for term in terms:
        yield {"variant": variant, "term": term, "n": 0, "n_clusters": 0, "reason": reason}


def _wild(column: Column, design: Design, cluster: str, fit: Fit) -> dict[str, dict[str, float]]:
    """By term what the wild bootstrap says, where effective clusters are few."""
    if column.instrument or column.estimator == "random_effects" or cluster not in BOOTSTRAPPED:
        return {}
    product = [f"{column.treatment}:{column.moderator}"] if column.moderator else []
    said = {}
    for term in (column.treatment, *product):
        if term in fit.terms and 1 + ROUNDING < fit.effective[fit.terms.index(term)] < FEW_CLUSTERS:
            found = wild_bootstrap(design, term, cluster)
            if found:
                said[term] = {"wild_p_value": found.p_value, "wild_low": found.low, "wild_high": found.high}
    return said


def _instrument_rows(
    prefix: str, column: Column, found: WeakInstruments, second_stage: Fit
) -> Iterator[dict[str, Any]]:
    """First stage and reduced form, with the instrument under its own name, and the tests robust to weakness."""
    terms = ["instrument", *column.controls]
    for stage, fit in (("first_stage", found.first_stage), ("reduced_form", found.reduced_form)):
        for row in _tidy(f"{prefix}{stage}_cluster_city", fit, terms):
            yield row | {"term": column.instrument if row["term"] == "instrument" else row["term"]}
    b, se = second_stage.coefficient(column.treatment)
    half = tf_critical(found.effective_f) * se
    yield {
        "variant": prefix + WEAK_INSTRUMENT_VARIANT,
        "term": column.treatment,
        "n": second_stage.n,
        "n_clusters": second_stage.n_clusters,
        "effective_f": found.effective_f,
        "tf_low": b - half,
        "tf_high": b + half,
        "ar_p_value": found.ar_p_value,
        "ar_shape": found.ar_shape,
        "ar_low": found.ar_low,
        "ar_high": found.ar_high,
    }


def _rows_at(prefix: str, variant: str, moderator: str, design: Design, fit: Fit) -> Iterator[dict[str, Any]]:
    """The treatment's effect where the moderator's values lie, in rows named at_p50_cluster_city."""
    from scipy import stats

    quantile = float(stats.t.ppf((1 + CONFIDENCE_LEVEL) / 2, fit.n_clusters - 1))
    for at in effects_at(design, fit, moderator):
        b, se = at.effect, at.std_error
        row = {"variant": f"{prefix}at_{at.place}_{variant}", "term": design.terms[0], "moderator": at.moderator}
        row |= {"n": fit.n, "n_clusters": fit.n_clusters}
        if se > ROUNDING * abs(b):
            p = float(2 * stats.t.sf(abs(b / se), fit.n_clusters - 1))
            numbers = (b, se, b / se, p, b - quantile * se, b + quantile * se)
            yield row | dict(zip(INFERENCE, numbers, strict=True)) | {"robust_p_value": p}
        else:
            yield row | {"reason": "varies in one cluster only, so that nothing tells its error"}


def _tidy(variant: str, fit: Fit, terms: list[str]) -> Iterator[dict[str, Any]]:
    from scipy import stats

    quantile = stats.t.ppf((1 + CONFIDENCE_LEVEL) / 2, fit.n_clusters - 1)
    facts = {"n": fit.n, "n_clusters": fit.n_clusters, "r2_within": fit.r2_within, "r2": fit.r2}
    for term in terms:
        numbers: tuple[float | None, ...] = (None,) * 6
        effective: float | None = None
        reason: str | None = "absorbed by the effects or the other regressors"
        if term in fit.terms:
            b, se = fit.coefficient(term)
            reason = "varies in one cluster only, so that nothing tells its error"
            if np.isnan(se) and BOTH_WAYS in variant:
                reason = "the two ways of clustering leave a negative variance"
            if se > ROUNDING * abs(b):
                p = float(2 * stats.t.sf(np.abs(b / se), fit.n_clusters - 1))
                numbers = (b, se, b / se, p, float(b - quantile * se), float(b + quantile * se))
                reason = None
                effective = float(fit.effective[fit.terms.index(term)])
        yield {
            "variant": variant,
            "term": term,
            **dict(zip(INFERENCE, numbers, strict=True)),
            **facts,
            "effective_clusters": effective,
            "reason": reason,
        }
