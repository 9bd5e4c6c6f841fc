"""From coefficients to quality: the residual of each flow, and its place between the bounds of its product."""

from collections.abc import Iterator

import numpy as np
import polars as pl
import polars.selectors as cs

from egov_assets.product_quality import kernels
from egov_assets.product_quality.coefficients import USED
from egov_assets.product_quality.flows import Flows, over_flows
from egov_assets.product_quality.settings import OUTCOMES, Method, QualitySettings

STANDARDISED = dict(
    zip(OUTCOMES, ("rquality", "rquality_sub", "rquality_sub_imposed", "runit_value"), strict=True)
)  # outcome -> column of a flow


def places_among(place_of: dict[str, int], products: pl.Series) -> np.ndarray:
    """(len(products),) the place of each code; -1 if it has none."""
    return np.array([place_of.get(code, -1) for code in products], dtype=np.int64)


def of_products(products: pl.Series, coefficients: pl.DataFrame) -> dict[str, np.ndarray]:
    """(products + 1,) each number that `coefficients` has of the products, NaN where none; and whether each `is_used`.

    The last place stands for products that are not among them (`places_among`).
    """
    numbers = coefficients.select("hs6_2007_code", cs.numeric().cast(pl.Float64), is_used=pl.col("rule").is_in(USED))
    wanted = pl.DataFrame({"hs6_2007_code": [*products, None]}, schema={"hs6_2007_code": pl.String})
    found = wanted.join(numbers, on="hs6_2007_code", how="left", maintain_order="left", validate="m:1")
    found = found.drop("hs6_2007_code").with_columns(pl.col("is_used").fill_null(False))
    return {column.name: column.to_numpy() for column in found}


def log_quality_weights(of: dict[str, np.ndarray], method: Method) -> np.ndarray:
    """(products, 4) log quality as what `kernels.log_quality` takes; NaN where the product is dropped.

    Log quality is the demand residual within market over (sigma - 1), or the log unit value. A market with one flow has
    ln_quality 0, the mean of its market: the market's effect absorbs all it sells.
    of      from `of_products`: sigma, ln_gdp_coefficient, divisor_sigma (NaN where dropped), is_used
    Source  method.md section 5 steps 2-3, reading 1; the GDP term belongs to the fitted value, not to quality
    """
    if method.price_coefficient == "unit_value":
        return np.where(of["is_used"], 1.0, np.nan)[:, None] * np.array([0.0, 0.0, 0.0, 1.0])
    residual = np.column_stack(
        [np.ones(len(of["sigma"])), of["sigma"], -of["ln_gdp_coefficient"], np.zeros(len(of["sigma"]))]
    )
    return residual / (of["divisor_sigma"] - 1)[:, None]


def extremes(group: np.ndarray, values: np.ndarray, groups: int, settings: QualitySettings) -> np.ndarray:
    """(2, groups) least and greatest value of each group, or its tail quantiles, which are observed values.

    group, values  (n,); NaN values are left out, and a group without others has NaN
    """
    if settings.tails == "keep":
        return kernels.least_and_greatest(values, group, groups)
    low, high = (pl.col("value").quantile(q, "nearest") for q in (settings.tail_share, 1 - settings.tail_share))
    rows = pl.DataFrame({"group": group, "value": values}).filter(pl.col("value").is_not_nan())
    cut = rows.group_by("group").agg(low=low, high=high)
    found = pl.DataFrame({"group": np.arange(groups)}).join(cut, on="group", how="left", maintain_order="left")
    return found.select("low", "high").to_numpy().T


def flow_quality(
    exports: pl.LazyFrame, provinces: pl.LazyFrame, coefficients: pl.DataFrame, settings: QualitySettings | None = None
) -> Iterator[pl.DataFrame]:
    """In blocks of whole products, one row per flow of a product with coefficients, sorted by BY_PRODUCT: log quality,
    and its place within bounds.

    exports, provinces  one year, as in `over_flows`
    coefficients        as `coefficient_table` gives; its bounds hold for the flows it was made from
    ln_unit_value       USD per unit, in logs
    Missing             flows without `rquality` are left out; the other outcomes are null where they have no quality
    Source              method.md section 5 step 4
    """
    settings = settings or QualitySettings()
    products = coefficients["hs6_2007_code"].unique().sort()
    of_outcome = {
        outcome: of_products(products, coefficients.filter(pl.col("outcome") == outcome))
        for outcome in settings.methods
    }
    place_of = {code: place for place, code in enumerate(products)}
    return over_flows(
        lambda flows: _block_quality(flows, places_among(place_of, flows.products), of_outcome, settings),
        exports,
        provinces,
        settings,
    )


def _block_quality(
    flows: Flows, at: np.ndarray, of_outcome: dict[str, dict[str, np.ndarray]], settings: QualitySettings
) -> pl.DataFrame:
    """at  (products,) place of the block's products in the arrays of `of_outcome`"""
    columns = {"ln_unit_value": flows.ln_price}
    for outcome, method in settings.methods.items():
        of = {name: values[at] for name, values in of_outcome[outcome].items()}
        logs = kernels.log_quality(flows.within, flows.ln_price, log_quality_weights(of, method), flows.product)
        logs = _without_tails(flows, of, logs, settings)
        if outcome == "qua":
            columns["ln_quality"] = logs
        columns[STANDARDISED[outcome]] = _standardised(flows, of, logs, settings)
    kept = np.flatnonzero(~np.isnan(columns["rquality"]))
    return flows.named(kept).with_columns(_with_nulls(name, values.take(kept)) for name, values in columns.items())


def _with_nulls(name: str, values: np.ndarray) -> pl.Series:
    """The values with null for NaN."""
    column = pl.Series(name, values, dtype=pl.Float64)
    return column.fill_nan(None) if np.isnan(values).any() else column


def _without_tails(flows: Flows, of: dict[str, np.ndarray], logs: np.ndarray, settings: QualitySettings) -> np.ndarray:
    """(n,) the values with the tails drawn to the quantiles of their product, or NaN there."""
    if settings.tails == "keep":
        return logs
    cut = _bounds_of_products(of)
    if settings.tails_within == "product_year":
        cut = extremes(flows.product, logs, len(flows.products), settings)
    least, most = cut[:, flows.product]
    if settings.tails == "winsorise":
        return np.clip(logs, least, most)
    return np.where((logs >= least) & (logs <= most), logs, np.nan)


def _standardised(flows: Flows, of: dict[str, np.ndarray], logs: np.ndarray, settings: QualitySettings) -> np.ndarray:
    """(n,) place between the bounds, 0 to 1; NaN where there is no quality, or no other."""
    if settings.bounds == "product":
        return kernels.place_between(logs, _bounds_of_products(of), flows.product)
    group, groups = flows.product * flows.markets + flows.market, len(flows.products) * flows.markets
    return kernels.place_between(logs, kernels.least_and_greatest(logs, group, groups), group)


def _bounds_of_products(of: dict[str, np.ndarray]) -> np.ndarray:
    return np.stack([of["min_ln_quality"], of["max_ln_quality"]])
