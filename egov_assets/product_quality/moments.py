"""Per product, the sums of one year that the estimation needs; sums of several years add."""

from itertools import combinations_with_replacement

import numpy as np
import polars as pl

from egov_assets.product_quality.exact_sums import exact_sum
from egov_assets.product_quality.flows import VARIABLES, Trade, product_ranges, read_trade
from egov_assets.product_quality.settings import QualitySettings


class NoUsableFlows(ValueError):
    """Not one flow can enter the estimation."""


def cross_product(left: str, right: str) -> str:
    """Column name of the sum of products of two of the four variables, in either order."""
    first, second = sorted((left, right), key=VARIABLES.index)
    return f"{first}_x_{second}"


CROSS_PRODUCTS = tuple(cross_product(*pair) for pair in combinations_with_replacement(VARIABLES, 2))


def moments_of_year(
    exports: pl.LazyFrame, provinces: pl.LazyFrame, settings: QualitySettings | None = None
) -> pl.DataFrame:
    """One row per product and year, sorted: usable flows, their firms and markets, ten cross-products within market.

    exports, provinces  as in `read_trade`; several years give several rows per product
    Raises              NoUsableFlows if nothing is left to estimate from
    Source              method.md section 5, steps 2-3; architecture.md section 5
    """
    sizes = exports.group_by("hs6_2007_code").agg(flows=pl.len()).collect()
    moments = pl.concat(
        _moments(read_trade(exports.filter(products), provinces), settings or QualitySettings())
        for products in product_ranges(sizes)
    )
    if moments.is_empty():
        raise NoUsableFlows(
            f"clean_exports: none of its {sizes['flows'].sum():,} flows has a positive value and "
            "quantity, a GDP of its province in clean_provinces, and another destination of the same firm and product "
            "in the year. Look at clean_provinces first, then at the reasons in rejected_rows."
        )
    return moments


def _moments(trade: Trade, settings: QualitySettings) -> pl.DataFrame:
    """`moments_of_year` of the products of one range; no row where nothing can be estimated from."""
    groups = len(trade.products) * trade.years
    sums = {name: np.zeros(groups) for name in CROSS_PRODUCTS}
    counts = {name: np.zeros(groups, dtype=np.int64) for name in ("flows", "firms", "cells")}
    for block in trade.blocks(settings):
        flows = block.with_price_elsewhere
        group, within = flows.product * trade.years + flows.year, flows.within_market
        counts["flows"] += np.bincount(group, minlength=groups)
        counts["firms"] += np.bincount(group[flows.first_of_firm_product], minlength=groups)
        is_market = np.bincount(flows.market, minlength=flows.markets) > 0
        cells = is_market.reshape(-1, len(trade.destinations), trade.years).sum(axis=1).ravel()
        counts["cells"][flows.first_product * trade.years :][: len(cells)] += cells
        for left, right in combinations_with_replacement(VARIABLES, 2):
            sums[cross_product(left, right)] += np.bincount(group, within[left] * within[right], groups)
    years = trade.first_year + np.arange(trade.years)
    moments = pl.DataFrame(
        {
            "hs6_2007_code": trade.products.gather(np.repeat(np.arange(len(trade.products)), trade.years)),
            "year": pl.Series(np.tile(years, len(trade.products)), dtype=pl.Int32),
            **counts,
            **sums,
        }
    )
    return moments.filter(pl.col("flows") > 0)


def add_years(moments: pl.DataFrame) -> pl.DataFrame:
    """One row per product: the sums of its years, added in the order of the years.

    Flows, markets and cross-products add, since no market reaches over two years. Firms do not, since one may export in
    several years, and are left out.
    """
    adding = ["flows", "cells", *CROSS_PRODUCTS]
    total = moments.group_by("hs6_2007_code").agg(
        exact_sum(pl.col(name)) if name in CROSS_PRODUCTS else pl.col(name).sum() for name in adding
    )
    return total.sort("hs6_2007_code")
