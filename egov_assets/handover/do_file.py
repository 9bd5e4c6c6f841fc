"""A short do-file that estimates one column in Stata, with the numbers expected printed beside those found."""

import math
from importlib.metadata import version

import polars as pl

from egov_assets.regression_tables.clustered import absorbed_count
from egov_assets.regression_tables.design import EFFECT_COLUMNS, design_of
from egov_assets.regression_tables.estimate import PRINTED_VARIANT
from egov_assets.regression_tables.specifications import Column

BASELINE = ("table_02", "3")


class NoDoFile(ValueError):
    """The column cannot be written as one call of reghdfe; the message says why."""


def do_file(column: Column, estimates: pl.DataFrame, panel: pl.DataFrame, title: str) -> str:
    """The do-file of a column with fixed effects, for `firm_panel.dta` beside it.

    estimates  the rows of the column, as tidy tables hold them
    Raises     NoDoFile if it has an instrument, random effects, changes or products, or was not estimated
    """
    printed = {row["term"]: row for row in estimates.filter(variant=PRINTED_VARIANT).iter_rows(named=True)}
    if column.instrument or column.estimator != "least_squares" or not column.fixed_effects or column.sample:
        raise NoDoFile(f"{title} is no least squares with fixed effects on the whole panel.")
    terms = [term for term in column.regressors if printed.get(term, {}).get("estimate") is not None]
    if any(mark in name for name in (column.outcome, *column.regressors) for mark in ("D.", ":")) or not terms:
        raise NoDoFile(f"{title} has changes, products or no estimate.")
    effects = [EFFECT_COLUMNS[each] for each in column.fixed_effects]
    factor = errors_of_reghdfe(column, panel)
    any_row = printed[terms[0]]
    lines = [
        f"* {title}, written by egov {version('egov_assets')}.",
        "* It has NOT been run in Stata: there is none where this software is made.",
        "* Needs Stata 14 or later and reghdfe (ssc install ftools; ssc install reghdfe).",
        "* Expected are this software's numbers. Of the firm effects its errors count those of firms seen in several",
        "* cities; reghdfe counts all as soon as one firm moved. So the errors expected here are those of the printed",
        f"* table times {factor:.6f}.",
        "version 14",
        'use "firm_panel.dta", clear',
        *(f"egen long id_{each} = group({each})" for each in effects if panel.schema[each] == pl.String),
        "egen long id_city = group(city_code)",
        f"reghdfe {column.outcome} {' '.join(terms)}, ///",
        f"    absorb({' '.join(_number_of(each, panel) for each in effects)}) vce(cluster id_city) keepsingletons",
        'display "term" _col(20) "estimate" _col(34) "expected" _col(48) "std. error" _col(62) "expected"',
        *(
            f'display "{term}" _col(20) %12.8f _b[{term}] _col(34) "{printed[term]["estimate"]:12.8f}" '
            f'_col(48) %12.8f _se[{term}] _col(62) "{printed[term]["std_error"] * factor:12.8f}"'
            for term in terms
        ),
        f'display "observations" _col(20) e(N) _col(34) "{any_row["n"]}"',
        f'display "cities" _col(20) e(N_clust) _col(34) "{any_row["n_clusters"]}"',
        f'display "R2 within" _col(20) %12.8f e(r2_within) _col(34) "{any_row["r2_within"]:12.8f}"',
        "",
    ]
    return "\n".join(lines)


def errors_of_reghdfe(column: Column, panel: pl.DataFrame) -> float:
    """What our standard errors by city are to be multiplied by for reghdfe's count of absorbed effects.

    Source  docs/tables.md: (n - k) of the small-sample factor, with k counting firms that moved, or all if one did
    """
    design = design_of(column, panel)
    n = design.frame.height
    years = design.frame["year"].n_unique() - 1 if {"firm", "year"} <= set(column.fixed_effects) else 0
    assert design.absorbed, "a column with fixed effects absorbs one"
    effects, cities = design.frame[design.absorbed].to_numpy(), design.frame["city"].to_numpy()
    ours = absorbed_count(effects, cities)
    theirs = design.frame[design.absorbed].n_unique() if ours > 1 else ours
    slopes = len(design.terms) + years
    return math.sqrt((n - slopes - ours) / (n - slopes - theirs))


def _number_of(effect: str, panel: pl.DataFrame) -> str:
    return f"id_{effect}" if panel.schema[effect] == pl.String else effect
