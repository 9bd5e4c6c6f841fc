"""A short do-file that estimates one column in Stata, with the numbers expected printed beside those found."""

from importlib.metadata import version

import polars as pl

from egov_assets.regression_tables.estimate import PRINTED_VARIANT
from egov_assets.regression_tables.specifications import Column

BASELINE = ("table_02", "3")
EFFECTS = {"firm": "firm_id", "year": "year"}  # fixed effects that are columns of the panel
AS_REGHDFE = f"{PRINTED_VARIANT}_reghdfe"  # absent where section inference has these errors printed


class NoDoFile(ValueError):
    """The column cannot be written as one call of reghdfe; the message says why."""


def do_file(column: Column, estimates: pl.DataFrame, panel: pl.DataFrame, title: str) -> str:
    """The do-file of a column with fixed effects, for `firm_panel.dta` beside it.

    estimates  the rows of the column, as tidy tables hold them
    Raises     NoDoFile if it has an instrument, random effects, changes or products, or was not estimated
    """
    variant = AS_REGHDFE if AS_REGHDFE in estimates["variant"] else PRINTED_VARIANT
    expected = {row["term"]: row for row in estimates.filter(variant=variant).iter_rows(named=True)}
    is_part = column.sample or column.where
    effects_known = column.fixed_effects and set(column.fixed_effects) <= EFFECTS.keys()
    if column.instrument or column.estimator != "least_squares" or not effects_known or is_part or column.cluster:
        raise NoDoFile(f"{title} is no least squares with firm or year effects, clusters by city, on the whole panel.")
    terms = [term for term in column.regressors if expected.get(term, {}).get("estimate") is not None]
    if any(mark in name for name in (column.outcome, *column.regressors) for mark in ("D.", ":")) or not terms:
        raise NoDoFile(f"{title} has changes, products or no estimate.")
    effects = [EFFECTS[each] for each in column.fixed_effects]
    any_row = expected[terms[0]]
    lines = [
        f"* {title}, written by egov {version('egov_assets')}.",
        "* It has NOT been run in Stata: there is none where this software is made.",
        "* Needs Stata 14 or later and reghdfe (ssc install ftools; ssc install reghdfe).",
        "* Expected are this software's numbers with the errors of reghdfe (docs/inference.md); the printed table",
        "* may have others. reghdfe leaves out firms observed once, which changes no coefficient.",
        "version 14",
        'use "firm_panel.dta", clear',
        *(f"egen long id_{each} = group({each})" for each in effects if panel.schema[each] == pl.String),
        "egen long id_city = group(city_code)",
        f"reghdfe {column.outcome} {' '.join(terms)}, ///",
        f"    absorb({' '.join(_number_of(each, panel) for each in effects)}) vce(cluster id_city)",
        'display "term" _col(20) "estimate" _col(34) "expected" _col(48) "std. error" _col(62) "expected"',
        *(
            f'display "{term}" _col(20) %12.8f _b[{term}] _col(34) "{expected[term]["estimate"]:12.8f}" '
            f'_col(48) %12.8f _se[{term}] _col(62) "{expected[term]["std_error"]:12.8f}"'
            for term in terms
        ),
        f'display "observations" _col(20) e(N) _col(34) "{any_row["n"]}"',
        f'display "cities" _col(20) e(N_clust) _col(34) "{any_row["n_clusters"]}"',
        f'display "R2 within" _col(20) %12.8f e(r2_within) _col(34) "{any_row["r2_within"]:12.8f}"',
        "",
    ]
    return "\n".join(lines)


def _number_of(effect: str, panel: pl.DataFrame) -> str:
    return f"id_{effect}" if panel.schema[effect] == pl.String else effect
