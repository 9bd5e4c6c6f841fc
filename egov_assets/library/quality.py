"""Quality of exports from flows: coefficients by product, quality by flow and by firm and year."""

from dataclasses import dataclass
from itertools import chain
from typing import Any

import polars as pl

from egov_assets.library.frames import Columns, UnusableFrame, taken
from egov_assets.product_quality.coefficient_table import coefficient_table
from egov_assets.product_quality.firm_quality import firm_year_quality
from egov_assets.product_quality.flows import BY_PRODUCT
from egov_assets.product_quality.moments import moments_of_year
from egov_assets.product_quality.pooled_markets import means_of_markets
from egov_assets.product_quality.residuals import flow_quality
from egov_assets.product_quality.settings import QualitySettings

ALL = "all"  # the province of flows that name none


@dataclass(frozen=True)
class ExportQuality:
    """coefficients: one row per outcome and product, as `coefficient_table` gives; flows: quality of each, as
    `flow_quality` gives; firms: one row per firm and year, as `firm_year_quality` gives.
    """

    coefficients: pl.DataFrame
    flows: pl.DataFrame
    firms: pl.DataFrame


def export_quality(
    flows: Any,
    provinces: Any = None,
    *,
    firm: str = "company_id",
    product: str = "hs6_2007_code",
    destination: str = "destination_iso3",
    year: str = "year",
    value: str = "export_value_usd",
    quantity: str = "quantity",
    province: str | None = None,
    gdp: str = "gdp_100m_cny",
    settings: QualitySettings | None = None,
) -> ExportQuality:
    """Quality by the residual of demand, the price instrumented by the firm's prices elsewhere; every reading of it.

    flows      one row per firm, product, destination and year: value in one currency, quantity in the product's unit
    provinces  one row per province and year with its GDP; needs `province` in flows, under one name in both. Without it
               no GDP is controlled for
    settings   the readings (docs/quality.md), by default those of the platform
    Raises     UnusableFrame listing every problem; NoUsableFlows where nothing can be estimated
    Source     method.md section 5
    """
    if (provinces is None) != (province is None):
        raise UnusableFrame("provinces and province go together: give the frame and the flows' column, or neither.")
    settings = settings or QualitySettings()
    of_flow: Columns = {
        "company_id": (firm, "code"),
        "hs6_2007_code": (product, "code"),
        "destination_iso3": (destination, "code"),
        "year": (year, "year"),
        "province_code": (province, "code"),
        "export_value_usd": (value, "number"),
        "quantity": (quantity, "number"),
    }
    known = taken(flows, "flows", of_flow, key=BY_PRODUCT).sort("year", *BY_PRODUCT)
    printed: Columns = {"province_code": (province, "code"), "year": (year, "year"), "gdp_100m_cny": (gdp, "number")}
    if provinces is None:
        known = known.with_columns(province_code=pl.lit(ALL))
        of_years = pl.DataFrame(schema={"province_code": pl.String, "year": pl.Int32, "gdp_100m_cny": pl.Float64})
    else:
        of_years = taken(provinces, "provinces", printed, key=("province_code", "year"))
    by_year, homes = [part.lazy() for part in known.partition_by("year", maintain_order=True)], of_years.lazy()
    moments = pl.concat(moments_of_year(part, homes, settings) for part in by_year)
    pooled = means_of_markets(known.lazy(), homes, settings)
    coefficients = coefficient_table(moments, known.lazy(), homes, settings, pooled)
    quality = pl.concat(
        chain.from_iterable(flow_quality(part, homes, coefficients, settings, pooled) for part in by_year)
    )
    return ExportQuality(coefficients, quality, firm_year_quality(quality.lazy()))
