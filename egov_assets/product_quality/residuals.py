"""From coefficients to quality: the residual of each flow, and its place between the bounds of its product."""

import numpy as np
import polars as pl
import polars.selectors as cs

from egov_assets.product_quality.coefficients import USED
from egov_assets.product_quality.flows import BY_PRODUCT, Flows, Trade, numbers_of_runs, product_ranges, read_trade
from egov_assets.product_quality.settings import OUTCOMES, Method, QualitySettings

STANDARDISED = dict(
    zip(OUTCOMES, ("rquality", "rquality_sub", "rquality_sub_imposed", "runit_value"), strict=True)
)  # outcome -> column of a flow


def of_products(products: pl.Series, coefficients: pl.DataFrame) -> dict[str, np.ndarray]:
    """(products,) each number that `coefficients` has of the products, NaN where none; and whether each `is_used`."""
    numbers = coefficients.select("hs6_2007_code", cs.numeric().cast(pl.Float64), is_used=pl.col("rule").is_in(USED))
    found = pl.DataFrame({"hs6_2007_code": products}).join(
        numbers, on="hs6_2007_code", how="left", maintain_order="left", validate="m:1"
    )
    found = found.drop("hs6_2007_code").with_columns(pl.col("is_used").fill_null(False))
    return {column.name: column.to_numpy() for column in found}


def log_quality(flows: Flows, of: dict[str, np.ndarray], method: Method) -> np.ndarray:
    """(n,) the demand residual within market over (sigma - 1), or the log unit value; NaN where the product is dropped.

    of      from `of_products`: sigma, ln_gdp_coefficient, divisor_sigma (NaN where dropped), is_used
    A market with one flow has ln_quality 0, the mean of its market: the market's effect absorbs all it sells.
    Source  method.md section 5 steps 2-3, reading 1; the GDP term belongs to the fitted value, not to quality
    """
    product = flows.product
    if method.price_coefficient == "unit_value":
        return np.where(of["is_used"][product], flows.numbers["ln_price"].to_numpy(), np.nan)
    within = flows.within_market
    fitted = of["ln_gdp_coefficient"][product] * within["ln_province_gdp"] - of["sigma"][product] * within["ln_price"]
    return (within["ln_quantity"] - fitted) / (of["divisor_sigma"] - 1)[product]


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
    """One row per flow of a product with coefficients, sorted by BY_PRODUCT: log quality, and its place within bounds.

    exports, provinces  one year, as in `read_trade`
    coefficients        as `coefficient_table` gives; its bounds hold for the flows it was made from
    value_share         the flow's share in the value of the firm-year's flows with quality; sums to one
    ln_unit_value       USD per unit, in logs
    Missing             flows without `rquality` are left out; the other outcomes are null where they have no quality
    Source              method.md section 5 steps 4-5
    """
    settings = settings or QualitySettings()
    quality = pl.concat(
        [
            _range_quality(read_trade(exports.filter(products), provinces), coefficients, settings)
            for products in product_ranges(coefficients.filter(pl.col("outcome") == "qua"))
        ],
        rechunk=True,  # here, where the columns are few, rather than in the writer
    )
    value, firm_year = quality["export_value_usd"].to_numpy(), firm_years(quality)[0]
    share = value / np.bincount(firm_year, value)[firm_year]
    names = ["export_value_usd", "value_share", "ln_unit_value", "ln_quality", *STANDARDISED.values()]
    return quality.with_columns(value_share=share).select(*BY_PRODUCT, *names)


def firm_years(flows: pl.DataFrame) -> tuple[np.ndarray, pl.Series, pl.Series]:
    """(n,) number of the firm and year of each flow, in this order; the firms and the years, sorted."""
    company, companies = numbers_of_runs(flows["company_id"])
    years = flows["year"].unique().sort()
    year = np.searchsorted(years.to_numpy(), flows["year"].to_numpy()) if len(years) > 1 else 0
    return company.to_numpy() * len(years) + year, companies, years


def _range_quality(trade: Trade, coefficients: pl.DataFrame, settings: QualitySettings) -> pl.DataFrame:
    """BY_PRODUCT, value, ln_unit_value and the outcomes of the flows of one range that have `rquality`."""
    of_outcome = {
        outcome: of_products(trade.products, coefficients.filter(pl.col("outcome") == outcome))
        for outcome in settings.methods
    }
    numbers = pl.concat([_block_quality(flows, of_outcome, settings) for flows in trade.blocks(settings)])
    return trade.with_codes(numbers).rename({"ln_price": "ln_unit_value"}).drop("company", "product", "destination")


def _block_quality(
    flows: Flows, of_outcome: dict[str, dict[str, np.ndarray]], settings: QualitySettings
) -> pl.DataFrame:
    """The numbers of the flows that have `rquality`, with the outcomes."""
    columns = {}
    for outcome, method in settings.methods.items():
        logs = log_quality(flows, of_outcome[outcome], method)
        columns[STANDARDISED[outcome]] = _standardised(flows, of_outcome[outcome], logs, settings)
        if outcome == "qua":
            columns["ln_quality"] = logs
    numbers = flows.numbers.select("company", "product", "destination", "year", "export_value_usd", "ln_price")
    return numbers.with_columns(
        pl.Series(name, values, dtype=pl.Float64).fill_nan(None) for name, values in columns.items()
    ).filter(pl.col("rquality").is_not_null())


def _standardised(flows: Flows, of: dict[str, np.ndarray], logs: np.ndarray, settings: QualitySettings) -> np.ndarray:
    """(n,) place between the bounds, 0 to 1; NaN where there is no quality, no range, or the tail is trimmed."""
    if settings.bounds == "product":
        group, low, high = flows.product, of["min_ln_quality"], of["max_ln_quality"]
    else:
        group = flows.market
        low, high = extremes(group, logs, flows.markets, settings)
    if settings.tails != "keep":
        cut_group, cut = group, (low, high)
        if settings.tails_within == "product_year":
            cut_group, cut = flows.product, extremes(flows.product, logs, len(flows.trade.products), settings)
        least, most = cut[0][cut_group], cut[1][cut_group]
        if settings.tails == "winsorise":
            logs = np.clip(logs, least, most)
        else:
            logs = np.where((logs >= least) & (logs <= most), logs, np.nan)
    reach = np.where(high > low, high - low, np.nan)
    return (logs - low[group]) / reach[group]
