"""Elasticities that others estimated, by product: what a method may impose or fall back on."""

import polars as pl

from egov_assets.platform import reference
from egov_assets.platform.commodities import codes_of_2007
from egov_assets.platform.years import YEARS
from egov_assets.product_quality.settings import Method


def sigmas_by_product(products: pl.Series, method: Method) -> pl.Series:
    """`imposed_sigma` of each product: the constant, or the method's table (null: none above 1) at its code of HS 2007.

    broda_weinstein_hs3  sigma of imports into China by HS 3-digit group of HS 1992, Broda, Greenfield and Weinstein
    protee_hs6           minus the tariff elasticity by HS 2007, Fontagné, Guimbard and Orefice (2022); only where the
                         elasticity is negative and significant at 1 %
    """
    frame = pl.DataFrame({"hs6": codes_of_2007(products.cast(pl.String), YEARS)})
    if method.sigma_table is None:
        return pl.Series("imposed_sigma", [method.sigma] * len(frame), dtype=pl.Float64)
    if method.sigma_table == "broda_weinstein_hs3":
        table = reference.table("sigma_broda_weinstein_hs3").select("hs1992_3d", sigma=pl.col("sigma").cast(pl.Float64))
        found = frame.with_columns(hs1992_3d=pl.col("hs6").str.head(3)).join(
            table, on="hs1992_3d", how="left", maintain_order="left", validate="m:1"
        )
    else:
        table = reference.table("hs6_trade_elasticity_protee").select(
            "hs6",
            sigma=pl.when(pl.col("is_insignificant") == "0", pl.col("is_positive") == "0").then(
                -pl.col("elasticity").cast(pl.Float64)
            ),
        )
        found = frame.join(table, on="hs6", how="left", maintain_order="left", validate="m:1")
    return found.select(imposed_sigma=pl.when(pl.col("sigma") > 1).then("sigma")).to_series()
