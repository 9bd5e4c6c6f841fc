"""Every column of tables 2 to 10, and each of its readings, against linearmodels on the same panel.

linearmodels gives the coefficients and the plain sandwich; the small-sample factor is counted here, as
docs/inference.md states it.
"""

from functools import cache

import numpy as np
import pandas as pd
import polars as pl
from linearmodels.iv import IV2SLS
from pytest import approx, mark

from egov_assets.regression_tables.design import design_of
from egov_assets.regression_tables.fits import CONSTANT, fixed_effects_fits
from egov_assets.regression_tables.samples import SAMPLES
from egov_assets.regression_tables.specifications import Column, read_specifications
from egov_assets_tests.regression_tables.small_panel import small_panel

pytestmark = mark.slow

SAME = 1e-8
SANDWICH = ("city", "sandwich")
DUMMIES = {"eastern", "coa_city", "sma_city", "sma_city_dated", "ftz_prov", "inf_dum", "ind_type", "ind_tech"}
DUMMIES |= {"pri_firm", "state_firm", "foreign_firm", "gvc_firm", "trade_firm", "exit_firm"}
INSTRUMENTS = {"egscore_size7", "egscore_size10", "IV_gov", "IV_int", "ln_1_plus_keywords", "report_keyword_share"}


def readings() -> dict[str, Column]:
    columns = {}
    for name, table in read_specifications().items():
        for number, column in table.columns.items():
            columns[f"{name} {number}"] = column.model_copy(update={"readings": {}})
            columns |= {f"{name} {number} {each}": column.read_as(each) for each in column.readings}
    return {place: column for place, column in columns.items() if _is_of_this_implementation(column)}


def _is_of_this_implementation(column: Column) -> bool:
    """Further effects are held against pyfixest (test_effects_and_clusters.py); random ones have their own test."""
    return column.estimator == "least_squares" and set(column.fixed_effects) <= {"firm", "year"}


@cache
def full_panel() -> pl.DataFrame:
    """small_panel with every variable that any column needs, all with some effect on quality."""
    panel = small_panel(firms=120).sort("firm_id", "year")
    draw = np.random.default_rng(3)
    needed = {name.removeprefix("D.") for column in readings().values() for name in column.variables}
    needed |= {name for column in readings().values() if column.sample for name in SAMPLES[column.sample].columns}
    needed -= {"industry_2002_code"}
    added = {}
    for name in sorted(needed - set(panel.columns)):
        noise = draw.normal(size=panel.height)
        if name in INSTRUMENTS:
            added[name] = 10 * panel["egscore"].to_numpy() + noise
        elif name in DUMMIES:
            added[name] = (noise > 0).astype(float)
        else:
            added[name] = noise + (panel["qua"].to_numpy() if name.startswith(("qua", "ln_quality")) else 0)
    cities = np.array(["310000", "330100", "370200", "510100", "610100", "440300", "320500", "210200"])
    digits = panel["city_code"].cast(pl.Int64).to_numpy()
    industries = np.array(["1761", "2511", "3911", "1810"])[panel["firm_id"].cast(pl.Int64).to_numpy() % 4]
    return panel.with_columns(**added, city_code=cities[digits % len(cities)], industry_2002_code=pl.Series(industries))


def observations(column: Column) -> pd.DataFrame:
    """y, regressors and instrument under their printed names, changes and products made in pandas."""
    panel = full_panel()
    if column.sample:
        panel = panel.with_columns(stays=SAMPLES[column.sample].stays)
    data = panel.to_pandas()
    before = data.groupby("firm_id").shift(1)
    follows = data["year"] - before["year"] == 1
    for name in column.variables:
        if name.startswith("D."):
            plain = name.removeprefix("D.")
            data[name] = (data[plain] - before[plain]).where(follows)
    for term in column.regressors:
        if ":" in term:
            one, other = term.split(":")
            data[term] = data[one] * data[other]
    if column.sample:
        data = data[data["stays"]]
    return data.dropna(subset=list(column.variables)).reset_index(drop=True)


def second_implementation(column: Column) -> dict[str, tuple[float, float]]:
    """Estimate and city-clustered error of each term: effects as dummies, linearmodels' sandwich, our factor."""
    data = observations(column)
    dummies = [np.ones((len(data), 1))]
    for effect, name in (("firm", "firm_id"), ("year", "year")):
        if effect in column.fixed_effects:
            dummies.append(pd.get_dummies(data[name], drop_first=True).to_numpy(dtype=float))
    others = data[list(column.regressors[1:])].rename(columns=str)
    treatment = data[[column.treatment]]
    if column.fixed_effects:
        # By Frisch and Waugh: both sides net of the dummies, by a QR of the dummies.
        basis, _ = np.linalg.qr(np.hstack(dummies))

        def net(frame: pd.DataFrame) -> pd.DataFrame:
            return frame - basis @ (basis.T @ frame.to_numpy())
    else:
        others = others.assign(**{CONSTANT: 1.0})

        def net(frame: pd.DataFrame) -> pd.DataFrame:
            return frame

    exogenous = net(others) if others.shape[1] else None
    cities = data["city_code"].astype("category").cat.codes.rename("city")
    y = net(data[[column.outcome]])
    if column.instrument:
        model = IV2SLS(y, exogenous, net(treatment), net(data[[column.instrument]]))
    else:
        model = IV2SLS(y, pd.concat([net(treatment), *([] if exogenous is None else [exogenous])], axis=1), None, None)
    fit = model.fit(cov_type="clustered", clusters=cities, debiased=False)
    n, groups = len(data), cities.nunique()  # firms observed once tell nothing: counted in neither n nor k
    slopes = len(column.regressors)
    if column.fixed_effects == ("firm", "year"):
        seen_again = data[data.groupby("firm_id")["year"].transform("size") > 1]
        n, places = len(seen_again), seen_again.groupby("firm_id")["city_code"].nunique()
        k = slopes + data["year"].nunique() - 1 + int((places > 1).sum()) + int((places == 1).any())
    else:
        k = slopes + (data["year"].nunique() if column.fixed_effects else 1)
    factor = np.sqrt(groups / (groups - 1) * (n - 1) / (n - k))
    return {term: (fit.params[term], fit.std_errors[term] * factor) for term in column.regressors}


@mark.parametrize("place", readings())
def test_estimates_and_errors_equal_a_second_implementation(place):
    column = readings()[place]
    ours = fixed_effects_fits(design_of(column, full_panel()), [SANDWICH])[SANDWICH]
    for term, theirs in second_implementation(column).items():
        assert ours.coefficient(term) == approx(theirs, rel=SAME), term


def test_all_columns_that_print_a_number_are_compared():
    specified = {
        f"{name} {number}"
        for name, table in read_specifications().items()
        for number, column in table.columns.items()
        if _is_of_this_implementation(column)
    }
    assert len(specified) > 40
    assert specified <= set(readings())
