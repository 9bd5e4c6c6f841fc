"""Per product, the sums of one year that the estimation needs; sums of several years add."""

from itertools import combinations_with_replacement

import numpy as np
import polars as pl

from egov_assets.product_quality import kernels
from egov_assets.product_quality.exact_sums import exact_sum
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
    """One row per product and year, sorted: usable flows, their firms and markets, ten cross-products within market.

    exports, provinces  as in `over_flows`; several years give several rows per product
    Raises              NoUsableFlows if nothing is left to estimate from
    Source              method.md section 5, steps 2-3; architecture.md section 5
    """
    moments = pl.concat(over_flows(_moments, exports, provinces, settings or QualitySettings()))
    if moments.is_empty():
        flows_in = exports.select(pl.len()).collect().item()
        raise NoUsableFlows(
            f"clean_exports: none of its {flows_in:,} flows has a positive value and "
            "quantity, a GDP of its province in clean_provinces, and another destination of the same firm and product "
            "in the year. Look at clean_provinces first, then at the reasons in rejected_rows."
        )
    return moments


def _moments(flows: Flows) -> pl.DataFrame:
    """`moments_of_year` of the products of one block; no row where nothing can be estimated from."""
    flows = flows.with_price_elsewhere
    groups = len(flows.products) * flows.years
    sums = kernels.cross_products(flows.within, flows.group, groups)
    years = flows.first_year + np.arange(flows.years)
    moments = pl.DataFrame(
        {
            "hs6_2007_code": flows.products.gather(np.repeat(np.arange(len(flows.products)), flows.years)),
            "year": pl.Series(np.tile(years, len(flows.products)), dtype=pl.Int32),
            "flows": np.bincount(flows.group, minlength=groups),
            "firms": np.bincount(flows.group[flows.line_starts[:-1]], minlength=groups),
            "cells": np.bincount(flows.group[flows.opens_market], minlength=groups),
            **{
                cross_product(VARIABLES[left], VARIABLES[right]): sums[:, left, right]
                for left, right in combinations_with_replacement(range(len(VARIABLES)), 2)
            },
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
