"""Thin markets against the same product and destination in all years: `sparse_data.thin_markets: pool_years`."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from egov_assets.product_quality.flows import VARIABLES, Block, over_flows
from egov_assets.product_quality.settings import QualitySettings

MARKET = ["hs6_2007_code", "destination_iso3"]


def means_of_markets(exports: pl.LazyFrame, provinces: pl.LazyFrame, settings: QualitySettings) -> pl.DataFrame:
    """One row per product and destination, sorted: usable flows of all years, and of each of VARIABLES the mean of what
    they have less the mean of their product and year. No rows unless the settings pool years.

    exports, provinces  all years, as in `over_flows`; read one year at a time
    """
    codes, means = dict.fromkeys(MARKET, pl.String), dict.fromkeys(VARIABLES, pl.Float64)
    sums = [pl.DataFrame(schema={**codes, "flows": pl.Int64, **means})]
    if settings.sparse_data.thin_markets == "pool_years":
        for year in exports.select(pl.col("year").unique().sort()).collect()["year"]:
            sums += over_flows(_sums_of_markets, exports.filter(year=year), provinces.filter(year=year), settings)
    added = pl.concat(sums).group_by(MARKET, maintain_order=True).agg(pl.col("flows", *VARIABLES).sum())
    return added.with_columns(pl.col(*VARIABLES) / pl.col("flows")).sort(MARKET)


def _sums_of_markets(block: Block) -> pl.DataFrame:
    block = block.with_price_elsewhere
    return (
        block.flows.select(*MARKET, **_less_product_mean(block))
        .group_by(MARKET, maintain_order=True)
        .agg(pl.len().cast(pl.Int64).alias("flows"), pl.col(*VARIABLES).sum())
    )


def _less_product_mean(block: Block) -> Mapping[str, np.ndarray]:
    """(n,) each variable less the mean of its product in the year."""
    size = np.maximum(np.bincount(block.product, minlength=block.products.height), 1)
    values = {name: block.flows[name].to_numpy() for name in VARIABLES}
    return {name: value - (block.sums(value) / size)[block.product] for name, value in values.items()}


def within_pooled_market(block: Block, pooled: pl.DataFrame, fewest: int) -> Mapping[str, np.ndarray]:
    """(n,) each variable less the mean of its product in the year and, of what is left, of its market in all years; NaN
    where the market has fewer than `fewest` flows in all years.
    """
    means = block.flows.select(MARKET).join(pooled, on=MARKET, how="left", maintain_order="left", validate="m:1")
    is_thick = (means["flows"] >= fewest).fill_null(False).to_numpy()
    return {
        name: np.where(is_thick, value - means[name].to_numpy(), np.nan)
        for name, value in _less_product_mean(block).items()
    }
