"""What the UI shows of each table: how many flows and products came in, how many are left, and why."""

from typing import cast

import numpy as np
import polars as pl

from egov_assets.product_quality.coefficients import USED
from egov_assets.product_quality.flows import numbered
from egov_assets.product_quality.reliability import suspect_value_shares


def moments_summary(moments: pl.DataFrame, exports: pl.LazyFrame) -> dict[str, int | float]:
    """Flows that came in; flows with a price elsewhere, a provincial GDP and positive value and quantity; of these, and
    of their value, what lies in thin markets; what was left out for its unit value.
    """
    value, thin, outlying = (
        float(moments[name].sum()) for name in ("export_value_usd", "thin_market_value_usd", "outlying_value_usd")
    )
    return {
        "flows_in": exports.select(pl.len()).collect().item(),
        "flows_usable": moments["flows"].sum(),
        "products": moments.filter(pl.col("flows") > 0).height,
        "flows_in_thin_markets": moments["thin_market_flows"].sum(),
        "value_share_in_thin_markets": thin / value,
        "flows_outlying_in_unit_value": moments["outlying_flows"].sum(),
        "value_share_outlying_in_unit_value": outlying / (value + outlying),
    }


def coefficients_summary(coefficients: pl.DataFrame, unit_changes: pl.DataFrame) -> dict[str, int | float]:
    """Products, flows and share of value by rule of `qua`, flows by what became of another unit than their product's,
    the middle of sigma, and what share of value has an estimate that is weak, insignificant or at most 1.
    """
    coefficients = coefficients.filter(pl.col("outcome") == "qua")
    used = coefficients.filter(pl.col("rule").is_in(USED))
    value = pl.col("export_value_usd").sum()
    by_rule = (
        coefficients.group_by("rule").agg(products=pl.len(), flows=pl.col("flows").sum(), value=value).sort("rule")
    )
    total = by_rule["value"].sum()
    counts: dict[str, int | float] = {}
    for rule, products, flows, of_rule in by_rule.iter_rows():
        counts |= {f"products {rule}": products, f"flows {rule}": flows}
        counts |= {f"value share {rule}": of_rule / total if total else 0.0}
    for treatment, flows in unit_changes.group_by("treatment").agg(pl.col("flows").sum()).sort("treatment").iter_rows():
        counts |= {f"flows of products whose unit changes, {treatment}": flows}
    if used.is_empty():
        return counts
    return counts | {
        "median_sigma_hat": cast("float", used["sigma_hat"].median()),
        "products_sigma_hat_at_most_1": used.filter(pl.col("sigma_hat") <= 1).height,
        "products_first_stage_f_below_10": used.filter(pl.col("first_stage_f") < 10).height,
        **{
            f"value_share_{name.removeprefix('is_')}": share
            for name, share in suspect_value_shares(coefficients).items()
        },
    }


def coverage_summary(flows: int, value_usd: float, exports: pl.LazyFrame) -> dict[str, int | float]:
    """Flows and value in USD that got a quality, against all that came in."""
    came_in = exports.select(flows=pl.len(), value=pl.col("export_value_usd").sum()).collect()
    value = came_in["value"].item()
    return {
        "flows_in": came_in["flows"].item(),
        "flows_with_quality": flows,
        "value_share_with_quality": value_usd / value if value else 0.0,
    }


def largest_mean_of_a_market(quality: pl.DataFrame, fewest: int = 1) -> float:
    """The largest absolute mean of ln_quality over the flows of a product to a destination, over their mean absolute
    value where this is above 1; 0 without flows.

    quality  whole products of one year, sorted by product
    fewest   flows of the markets that are looked at: smaller ones may be pooled over years
    """
    destination, destinations = numbered(quality["destination_iso3"])
    market = (quality["hs6_2007_code"].rle_id().cast(pl.Int64) * len(destinations) + destination).to_numpy()
    values = quality["ln_quality"].to_numpy()
    flows, sums, size = np.bincount(market), np.bincount(market, values), np.bincount(market, np.abs(values))
    means = np.abs(sums) / np.maximum(np.maximum(size, flows), 1)
    return float(np.max(means, initial=0.0, where=flows >= fewest))
