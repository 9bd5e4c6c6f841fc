"""Per product, the sums of one year that the estimation needs; sums of several years add."""

from itertools import combinations_with_replacement

import numpy as np
import polars as pl

from egov_assets.product_quality.flows import VARIABLES, Block, over_flows
from egov_assets.product_quality.settings import QualitySettings

COUNTS = (
    *("flows", "cells", "export_value_usd"),
    *("thin_market_flows", "thin_market_value_usd", "outlying_flows", "outlying_value_usd"),
)


class NoUsableFlows(ValueError):
    """Not one flow can enter the estimation."""


def cross_product(left: str, right: str) -> str:
    """Column name of the sum of products of two of the four variables, in either order."""
    first, second = sorted((left, right), key=VARIABLES.index)
    return f"{first}_x_{second}"


def moments_of_year(
    exports: pl.LazyFrame, provinces: pl.LazyFrame, settings: QualitySettings | None = None
) -> pl.DataFrame:
    """One row per product, sorted: usable flows, firms, markets, value, ten cross-products within market; the year.

    Beside them what was left out for its unit value, and what lies in thin markets, where quality rests on few.

    exports, provinces  as in `over_flows`
    Raises              NoUsableFlows if nothing is left to estimate from
    Source              method.md section 5, steps 2-3; architecture.md section 5
    """
    moments = pl.concat(over_flows(moments_of_block, exports, provinces, settings or QualitySettings()))
    if not moments["flows"].sum():
        years = exports.group_by("year").len().sort("year").collect()
        of_years = ", ".join(f"{flows:,} flows of {year}" for year, flows in years.iter_rows()) or "flows: it is empty"
        raise NoUsableFlows(
            f"clean_exports: none of its {of_years} has a positive value and "
            "quantity, a GDP of its province in clean_provinces, and another destination of the same firm and product "
            "in the year. Look at clean_provinces first, then at the reasons in rejected_rows."
        )
    return moments


def moments_of_block(block: Block) -> pl.DataFrame:
    """`moments_of_year` of the products of one block; a product without another destination has 0 flows."""
    block = block.with_price_elsewhere
    within, products = block.within, block.products.height
    is_new_market = block.flows["market"].is_first_distinct().to_numpy()
    value, is_thin = block.flows["export_value_usd"].to_numpy(), block.flows["is_in_thin_market"].to_numpy()
    return block.products.with_columns(
        flows=np.bincount(block.product, minlength=products),
        firms=np.bincount(block.product[block.opens_run], minlength=products),
        cells=np.bincount(block.product[is_new_market], minlength=products),
        export_value_usd=block.sums(value),
        thin_market_flows=np.bincount(block.product[is_thin], minlength=products),
        thin_market_value_usd=block.sums(value * is_thin),
        **{
            cross_product(left, right): block.sums(within[left] * within[right])
            for left, right in combinations_with_replacement(VARIABLES, 2)
        },
    )


def add_years(moments: pl.DataFrame) -> pl.DataFrame:
    """One row per product: the sums of its years, added in the order of the years.

    Flows, markets and cross-products add, since no market reaches over two years. Firms do not, since one may export in
    several years, and are left out.
    """
    in_order = moments.sort("hs6_2007_code", "year")
    begins = np.flatnonzero(np.diff(in_order["hs6_2007_code"].rle_id().to_numpy(), prepend=-1))
    sums = in_order.drop("hs6_2007_code", "year", "firms")
    added = {column.name: np.add.reduceat(column.to_numpy(), begins) for column in sums}
    return pl.DataFrame({"hs6_2007_code": in_order["hs6_2007_code"].gather(begins), **added})
