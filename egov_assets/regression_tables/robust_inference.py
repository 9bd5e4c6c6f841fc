"""What the errors of `estimates` cannot say of the columns that a study rests on, one row a method.

What belongs here: methods that cost more than an error, on the headline columns alone, and p-values of a whole table.
What each is: docs/inference.md.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from egov_assets.paper.study import CONFIDENCE_LEVEL
from egov_assets.regression_tables.conley import conley_covariance, two_way_covariance
from egov_assets.regression_tables.design import Design, NotComputable, design_of
from egov_assets.regression_tables.estimable import require_estimable
from egov_assets.regression_tables.estimate import BREAKDOWNS
from egov_assets.regression_tables.fits import fixed_effects_fits, regression_of
from egov_assets.regression_tables.omitted_variables import omitted_variables
from egov_assets.regression_tables.randomisation import randomisation_p
from egov_assets.regression_tables.specifications import Column, Table
from egov_assets.regression_tables.wild_bootstrap import wild_bootstrap

PAPERS_HEADLINE = ("table_02", "3")
SCHEMA = {
    **dict.fromkeys(("table", "column", "term", "method"), pl.String),
    **dict.fromkeys(("estimate", "std_error", "p_value", "low", "high", "value"), pl.Float64),
    "detail": pl.String,
}


def robust_inference_of(
    panel: pl.DataFrame, tables: Mapping[str, Table], places: pl.DataFrame, conley_km: float
) -> pl.DataFrame:
    """Rows of the headline columns by every method, then Romano-Wolf p-values of tables with products; see SCHEMA.

    places  city, lon, lat
    """
    rows = [
        {"table": name, "column": number, "term": tables[name].columns[number].treatment, **row}
        for name, number in headline(tables)
        for row in _column_rows(tables[name].columns[number], panel, places, conley_km)
    ]
    rows += [{"table": name, **row} for name, table in tables.items() for row in _of_table(table, panel)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def headline(tables: Mapping[str, Table]) -> list[tuple[str, str]]:
    """The paper's baseline; in a study without the paper the first column of each table, if by least squares."""
    name, number = PAPERS_HEADLINE
    if name in tables:
        return [(name, number)]
    first = [(each, next(iter(table.columns))) for each, table in tables.items()]
    return [(each, number) for each, number in first if _is_least_squares(tables[each].columns[number])]


def _is_least_squares(column: Column) -> bool:
    return column.estimator == "least_squares" and not column.instrument


def _design(column: Column, panel: pl.DataFrame) -> Design | None:
    try:
        design = design_of(column, panel)
        require_estimable(design)
    except NotComputable:  # its row of `estimates` says why
        return None
    return design


def _column_rows(column: Column, panel: pl.DataFrame, places: pl.DataFrame, conley_km: float) -> list[dict[str, Any]]:
    try:
        return list(_rows_by_method(column, panel, places, conley_km))
    except BREAKDOWNS:  # as for a design that is none: `estimates` says why
        return []


def _rows_by_method(
    column: Column, panel: pl.DataFrame, places: pl.DataFrame, conley_km: float
) -> Iterator[dict[str, Any]]:
    design = _design(column, panel)
    if design is None:
        return
    regression, term = regression_of(design), column.treatment
    if term not in regression.terms:
        return
    at = regression.kept[regression.terms.index(term)]
    b, clusters = float(regression.b[at]), design.frame["city"].n_unique()
    yield {"method": "conley", **_interval(b, conley_covariance(regression, places, conley_km)[at, at], clusters)}
    industries = design.frame.join(panel, on=["firm_id", "year"], how="left", maintain_order="left")[
        "industry_2002_code"
    ].str.slice(0, 2)
    divisions = industries.fill_null("").to_numpy()
    if len(np.unique(divisions)) > 1:
        fewer = min(clusters, len(np.unique(divisions)))
        two_way = two_way_covariance(regression, divisions)[at, at]
        yield {"method": "two_way_city_industry", **_interval(b, two_way, fewer)}
    if wild := wild_bootstrap(design, term, "city"):
        yield {
            "method": "wild_bootstrap", "estimate": b, "p_value": wild.p_value, "low": wild.low, "high": wild.high,
        }  # fmt: skip
    yield {"method": "randomisation", "estimate": b, "p_value": randomisation_p(design)}
    yield from _without_one_province(design, term)
    if bounds := omitted_variables(design):
        yield {"method": "robustness_value", "estimate": b, "value": bounds.robustness_value}
        yield {"method": "oster", "estimate": bounds.oster_estimate, "value": bounds.oster_delta}


def _interval(b: float, variance: float, clusters: int) -> dict[str, float | None]:
    """Estimate, error, p-value and interval; no error where the variance is not positive, as Conley's may be."""
    from scipy import stats

    if variance <= 0:
        return {"estimate": b}
    se = float(np.sqrt(variance))
    half = float(stats.t.ppf((1 + CONFIDENCE_LEVEL) / 2, clusters - 1)) * se
    p = float(2 * stats.t.sf(abs(b / se), clusters - 1))
    return {"estimate": b, "std_error": se, "p_value": p, "low": b - half, "high": b + half}


def _without_one_province(design: Design, term: str) -> Iterator[dict[str, Any]]:
    """Lowest and highest estimate without one province, and which these are."""
    provinces = sorted(design.frame["province"].unique())
    if len(provinces) < 2:
        return
    fit = fixed_effects_fits(design, [("province", "jackknife")])["province", "jackknife"]
    assert fit.left_out is not None
    left = fit.left_out[:, fit.terms.index(term)]
    if np.isnan(left).any():
        return
    low, high = int(left.argmin()), int(left.argmax())
    yield {
        "method": "without_one_province",
        "estimate": fit.coefficient(term)[0],
        "low": float(left[low]),
        "high": float(left[high]),
        "detail": f"{provinces[low]}0000 {provinces[high]}0000",
    }


def _of_table(table: Table, panel: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Romano-Wolf p-values of the products of a table's columns, where it has two or more."""
    found = {}
    for number, column in table.columns.items():
        if column.moderator and _is_least_squares(column) and (design := _design(column, panel)):
            product = f"{column.treatment}:{column.moderator}"
            if product in design.terms and (wild := wild_bootstrap(design, product, "city")):
                found[number, product] = wild
    if len(found) < 2 or len({len(wild.drawn_t) for wild in found.values()}) > 1:
        return
    t = np.array([wild.t for wild in found.values()])
    p_values = romano_wolf(t, np.column_stack([wild.drawn_t for wild in found.values()]))
    for (number, product), p in zip(found, p_values, strict=True):
        yield {"column": number, "term": product, "method": "romano_wolf", "p_value": float(p)}


def romano_wolf(t: NDArray, drawn_t: NDArray) -> NDArray:
    """Step-down p-values (m,) that keep the chance of any false rejection; |t| (m,), its draws under no effect (R, m).

    Source  Romano and Wolf (2016)
    """
    order = np.argsort(-t, kind="stable")
    p = np.empty(len(t))
    highest = 0.0
    for step, at in enumerate(order):
        largest = drawn_t[:, order[step:]].max(axis=1)
        highest = max(highest, (1 + (largest >= t[at]).sum()) / (1 + len(drawn_t)))
        p[at] = highest
    return p
