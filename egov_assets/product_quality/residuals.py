"""From coefficients to quality: the residual of each flow, and its place between the bounds of its product."""

import numpy as np
import polars as pl

from egov_assets.product_quality.coefficients import USED
from egov_assets.product_quality.flows import BY_FIRM, Flows, usable_flows
from egov_assets.product_quality.settings import OUTCOMES, Method, QualitySettings

STANDARDISED = dict(
    zip(OUTCOMES, ("rquality", "rquality_sub", "rquality_sub_imposed", "runit_value"), strict=True)
)  # outcome -> column of a flow


def of_products(flows: Flows, coefficients: pl.DataFrame, column: str) -> np.ndarray:
    """(products,) what each product of the flows has in a column of the coefficients; NaN where it has nothing."""
    found = pl.DataFrame({"hs6_2007_code": flows.products}).join(
        coefficients.select("hs6_2007_code", column), on="hs6_2007_code", how="left", maintain_order="left"
    )
    return found[column].cast(pl.Float64).to_numpy()


def log_quality(flows: Flows, coefficients: pl.DataFrame, method: Method) -> np.ndarray:
    """(n,) the demand residual within market over (sigma - 1), or the log unit value; NaN where the product is dropped.

    coefficients  hs6_2007_code, sigma, ln_gdp_coefficient, divisor_sigma (null where dropped), rule
    A market with one flow has ln_quality 0, the mean of its market: the market's effect absorbs all it sells.
    Source        method.md section 5 steps 2-3, reading 1; the GDP term belongs to the fitted value, not to quality
    """
    product = flows.product
    if method.price_coefficient == "unit_value":
        used = flows.products.is_in(coefficients.filter(pl.col("rule").is_in(USED))["hs6_2007_code"].implode())
        return np.where(used.to_numpy()[product], flows.numbers["ln_price"].to_numpy(), np.nan)
    within = flows.within_market
    sigma, on_gdp, divisor = (
        of_products(flows, coefficients, name) for name in ("sigma", "ln_gdp_coefficient", "divisor_sigma")
    )
    residual = sigma[product] * within["ln_price"]
    residual += within["ln_quantity"]
    if on_gdp.any():
        residual -= on_gdp[product] * within["ln_province_gdp"]
    residual /= (divisor - 1)[product]
    return residual


def extremes(group: np.ndarray, values: np.ndarray, groups: int, settings: QualitySettings) -> np.ndarray:
    """(2, groups) least and greatest value of each group, or its tail quantiles, which are observed values.

    group, values  (n,); NaN values are left out, and a group without others has NaN
    """
    if settings.tails == "keep":
        found = np.full((2, groups), np.nan)
        np.fmin.at(found[0], group, values)
        np.fmax.at(found[1], group, values)
        return found
    low, high = (pl.col("value").quantile(q, "nearest") for q in (settings.tail_share, 1 - settings.tail_share))
    rows = pl.DataFrame({"group": group, "value": values}).filter(pl.col("value").is_not_nan())
    cut = rows.group_by("group").agg(low=low, high=high)
    found = pl.DataFrame({"group": np.arange(groups)}).join(cut, on="group", how="left", maintain_order="left")
    return found.select("low", "high").to_numpy().T


def flow_quality(
    exports: pl.LazyFrame, provinces: pl.LazyFrame, coefficients: pl.DataFrame, settings: QualitySettings | None = None
) -> pl.DataFrame:
    """One row per flow of a product with coefficients, by firm: ln_quality, and rquality between the product's bounds.

    exports, provinces  one year, as in `usable_flows`
    coefficients        as `coefficient_table` gives; its bounds hold for the flows it was made from
    value_share         the flow's share in the value of the firm-year's flows with quality; sums to one
    ln_unit_value       USD per unit, in logs
    Missing             flows without `rquality` are left out; the other outcomes are null where they have no quality
    Source              method.md section 5 steps 4-5
    """
    settings = settings or QualitySettings()
    flows = usable_flows(exports, provinces, settings)
    columns = {}
    for outcome, method in settings.methods.items():
        own = coefficients.filter(pl.col("outcome") == outcome)
        logs = log_quality(flows, own, method)
        columns[STANDARDISED[outcome]] = _standardised(flows, own, logs, settings)
        if outcome == "qua":
            columns["ln_quality"] = logs
    measured = ~np.isnan(columns["rquality"])
    flows, columns = flows.where(measured), {name: values[measured] for name, values in columns.items()}
    value = flows.numbers["export_value_usd"].to_numpy()
    firm_year = firm_years(flows.numbers["company"], flows.numbers["year"])
    share = value / np.bincount(firm_year, value)[firm_year]
    names = ["export_value_usd", "value_share", "ln_unit_value", "ln_quality", *STANDARDISED.values()]
    return (
        flows.frame.rename({"ln_price": "ln_unit_value"})
        .with_columns(pl.Series(name, values).fill_nan(None) for name, values in columns.items())
        .with_columns(value_share=share)
        .select(*BY_FIRM, *names)
    )


def firm_years(company: pl.Series, year: pl.Series) -> np.ndarray:
    """(n,) number of each row's firm and year, from 0 without gaps, in the order of firm and year.

    company, year  (n,) of rows sorted by firm
    """
    firm = (company != company.shift(1)).fill_null(True).cum_sum().cast(pl.Int64).to_numpy()
    since = (year - (year.min() or 0)).cast(pl.Int64).to_numpy()
    number = firm * (int(since.max(initial=0)) + 1) + since
    present = np.bincount(number) > 0 if len(number) else np.zeros(0, dtype=bool)
    return (np.cumsum(present) - 1)[number]


def _standardised(flows: Flows, coefficients: pl.DataFrame, logs: np.ndarray, settings: QualitySettings) -> np.ndarray:
    """(n,) place between the bounds, 0 to 1; NaN where there is no quality, no range, or the tail is trimmed."""
    if settings.bounds == "product":
        group = flows.product
        low, high = (of_products(flows, coefficients, f"{bound}_ln_quality") for bound in ("min", "max"))
    else:
        group = flows.market
        low, high = extremes(group, logs, flows.markets, settings)
    if settings.tails != "keep":
        cut_group, cut = group, (low, high)
        if settings.tails_within == "product_year":
            cut_group, cut = flows.product, extremes(flows.product, logs, len(flows.products), settings)
        least, most = cut[0][cut_group], cut[1][cut_group]
        if settings.tails == "winsorise":
            logs = np.clip(logs, least, most)
        else:
            logs = np.where((logs >= least) & (logs <= most), logs, np.nan)
    reach = np.where(high > low, high - low, np.nan)
    place = logs - low[group]
    place /= reach[group]
    return place
