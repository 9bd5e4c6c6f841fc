"""Tables 3 to 10 with true quality, links and moderators: what is planted in each column, and what the oracle finds.

What belongs here: columns of the paper's tables whose variables are true of the economy itself, so neither instruments
nor variables that the study makes from raw files. Not here: Table 2, its further effects (A1) and Table 6 (1), which
`planted.py` works out over many drawn governments.

What is planted in a column is the slope of that part of quality which the city's digital government and its shock make:
no demand noise, no capability. It is seen through the column's own design, since the score errs and several moderators
act at once.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from egov_assets.demo_economy.economy import Economy
from egov_assets.demo_economy.government import draw_government
from egov_assets.demo_economy.random_streams import stream
from egov_assets.paper.study import CONTROLS
from egov_assets.regression_tables.design import CHANGE, Design, NotComputable, design_of
from egov_assets.regression_tables.estimable import require_estimable
from egov_assets.regression_tables.fits import Errors, fixed_effects_fits
from egov_assets.regression_tables.residuals import Residuals
from egov_assets.regression_tables.specifications import Column, read_specifications

BY_GOVERNMENT = "qua_by_government"
ERRORS: Errors = ("city", "jackknife")  # as the study's tables have them
OF_FIRST_STAGES: Errors = ("city", "sandwich")  # the effective F of Montiel Olea and Pflueger, which Table 6 prints
ELSEWHERE = ("table_02", "table_06", "table_a1")
INSTRUMENTS = ("ln_egscore_size5", "IV_gov", "IV_int")  # neighbours, work reports, terrain x domain names
PAPERS_NAMES = {  # of the moderators that the economy plants
    "eastern": "eastern",
    "coastal": "coa_city",
    "policy_city": "sma_city",
    "ftz_province": "ftz_prov",
    "labour_intensive": "ind_type",
    "high_tech": "ind_tech",
    "private": "pri_firm",
    "assets": "asset_firm",
    "sa_index": "SA_firm",
    "ordinary_trade": "trade_firm",
    "fdi": "fdi",
    "innovation": "innov",
}
SCHEMA = {
    **dict.fromkeys(("table", "column", "term"), pl.String),
    **dict.fromkeys(("planted", "estimate", "std_error", "p_value"), pl.Float64),
    **dict.fromkeys(("n", "n_clusters"), pl.Int64),
}


def oracle_columns(economy: Economy, panel: pl.DataFrame) -> pl.DataFrame:
    """table, column, term (score, score:moderator), planted; the oracle's estimate, std_error by city, p_value, counts.

    panel: `oracle_panel`
    """
    known = _with_planted_part(economy, panel)
    rows = [
        (name, number, *row)
        for name, table in read_specifications().items()
        if name not in ELSEWHERE
        for number, column in table.columns.items()
        for row in _column(column, known)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def first_stages(economy: Economy, panel: pl.DataFrame) -> pl.DataFrame:
    """instrument, slope, std_error (by city), f_statistic, n, n_clusters: the score on each instrument with controls
    and both effects, in the firm-years of Table 6.

    panel: `oracle_panel`
    """
    known = _with_planted_part(economy, panel)
    rows = []
    for instrument in INSTRUMENTS:
        stage = Column(outcome="egscore", treatment=instrument, controls=CONTROLS, fixed_effects=("firm", "year"))
        for _, _, slope, std_error, _, n, groups in _column(stage, known, OF_FIRST_STAGES):
            rows.append((instrument, slope, std_error, (slope / std_error) ** 2, n, groups))
    names = ["instrument", "slope", "std_error", "f_statistic", "n", "n_clusters"]
    return pl.DataFrame(rows, schema=names, orient="row")


def _with_planted_part(economy: Economy, panel: pl.DataFrame) -> pl.DataFrame:
    """The panel with moderators under the paper's names and the part of qua that the city's government makes."""
    truth, places = economy.parameters, economy.places
    drawn = draw_government(truth, places, stream(truth.seed, "government"))  # the draw of the economy itself
    cities = pl.DataFrame(
        {
            "city_code": places.codes.ravel(),
            "year": np.tile(np.array(truth.years, dtype=np.int32), len(places.codes)),
            "latent": drawn.latent.ravel(),
            "shock": drawn.quality_shock.ravel(),
        }
    )
    moderators = economy.moderators.select("firm", "year", "effect_on_ln_quality", *PAPERS_NAMES).rename(PAPERS_NAMES)
    ln_quality = pl.col("effect_on_ln_quality") * pl.col("latent") + pl.col("shock")
    return (
        panel.drop(set(PAPERS_NAMES.values()) & set(panel.columns))
        .join(moderators, on=["firm", "year"], validate="1:1")
        .join(cities.filter(pl.col("city_code") != ""), on=["city_code", "year"], validate="m:1")
        .with_columns((ln_quality * pl.col("per_range")).alias(BY_GOVERNMENT))
        .rename({"firm": "firm_id"})
    )


def _column(column: Column, panel: pl.DataFrame, errors: Errors = ERRORS) -> Iterator[tuple]:
    """The rows of one column; none if the economy has no such variable, or too few firms to tell its terms apart."""
    change = CHANGE if column.outcome.startswith(CHANGE) else ""
    # The planted part rides along as the last control, and is not taken out.
    both = column.model_copy(update={"controls": (*column.controls, change + BY_GOVERNMENT)})
    try:
        design = design_of(both, panel)
    except NotComputable:
        return
    tested = [column.treatment, *([f"{column.treatment}:{column.moderator}"] if column.moderator else [])]
    yield from _slopes(design, tested, errors)


def _slopes(design: Design, tested: list[str], errors: Errors) -> Iterator[tuple]:
    """Of each tested term: slope of the planted part, slope of quality, its error by city, its p-value, n, cities."""
    from scipy import stats

    last = len(design.terms) - 1
    at = [design.terms.index(term) for term in tested]
    net_of_rest = Residuals(design, [other for other in range(last) if other not in at])
    values = net_of_rest(design.frame.select(*(f"x{each}" for each in at), f"x{last}").to_numpy())
    X, planted = values[:, :-1], values[:, -1]
    without_planted = replace(design, terms=design.terms[:last])
    try:
        require_estimable(without_planted)
    except NotComputable:
        return
    fit = fixed_effects_fits(without_planted, [errors])[errors]
    if not set(tested) <= set(fit.terms):
        return
    slopes = np.linalg.solve(X.T @ X, X.T @ planted)
    for term, slope in zip(tested, slopes, strict=True):
        b, error = fit.coefficient(term)
        p_value = 2 * stats.t.sf(abs(b / error), fit.n_clusters - 1)
        yield term, float(slope), b, error, float(p_value), fit.n, fit.n_clusters
