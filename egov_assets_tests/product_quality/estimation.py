"""The chapter's steps in one call, for tests that look at the end of it."""

from dataclasses import dataclass

import polars as pl

from egov_assets.product_quality.coefficient_table import coefficient_table
from egov_assets.product_quality.firm_quality import firm_year_quality
from egov_assets.product_quality.moments import moments_of_year
from egov_assets.product_quality.residuals import flow_quality
from egov_assets.product_quality.settings import QualitySettings


@dataclass(frozen=True)
class Estimation:
    moments: pl.DataFrame
    coefficients: pl.DataFrame
    flows: pl.DataFrame
    firms: pl.DataFrame


def estimate(
    exports: pl.DataFrame, provinces: pl.DataFrame, min_flows: int = 100, settings: QualitySettings | None = None
) -> Estimation:
    """Moments year by year, pooled coefficients, quality of flows year by year, quality of firms."""
    settings = (settings or QualitySettings()).model_copy(update={"min_product_flows": min_flows})
    years = exports["year"].unique().sort()
    by_year = [exports.lazy().filter(pl.col("year") == year) for year in years]
    moments = pl.concat([moments_of_year(flows, provinces.lazy(), settings) for flows in by_year])
    coefficients = coefficient_table(moments, exports.lazy(), provinces.lazy(), settings)
    flows = pl.concat([flow_quality(flows, provinces.lazy(), coefficients, settings) for flows in by_year])
    return Estimation(moments, coefficients, flows, firm_year_quality(flows))
