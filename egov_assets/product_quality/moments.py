"""Per product, the sums of one year that the estimation needs; sums of several years add."""

from itertools import combinations_with_replacement

import numpy as np
import polars as pl

from egov_assets.product_quality import codes, kernels
from egov_assets.product_quality.flows import VARIABLES, Flows, over_flows
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
    """One row per product, sorted: usable flows, their firms and markets, ten cross-products within market; the year.

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


def moments_of_block(flows: Flows) -> pl.DataFrame:
    """`moments_of_year` of the products of one block; a product without another destination has 0 flows."""
    flows = flows.with_price_elsewhere
    products = len(flows.products)
    sums = kernels.cross_products(flows.within, flows.product, products)
    return pl.DataFrame(
        {
            "hs6_2007_code": flows.products,
            "year": flows.rows["year"].head(1).new_from_index(0, products) if products else flows.rows["year"],
            "flows": np.bincount(flows.product, minlength=products),
            "firms": np.bincount(flows.line_product, minlength=products),
            "cells": np.bincount(flows.product[flows.opens_market], minlength=products),
            **{
                cross_product(VARIABLES[left], VARIABLES[right]): sums[:, left, right]
                for left, right in combinations_with_replacement(range(len(VARIABLES)), 2)
            },
        }
    )


def add_years(moments: pl.DataFrame) -> pl.DataFrame:
    """One row per product: the sums of its years, added in the order of the years.

    Flows, markets and cross-products add, since no market reaches over two years. Firms do not, since one may export in
    several years, and are left out.
    """
    in_order = moments.sort("hs6_2007_code", "year")
    begins = codes.run_begins(in_order["hs6_2007_code"])
    added = {name: np.add.reduceat(in_order[name].to_numpy(), begins) for name in ("flows", "cells", *CROSS_PRODUCTS)}
    return pl.DataFrame({"hs6_2007_code": in_order["hs6_2007_code"].gather(begins), **added})
