"""The chapter's steps in one call, for tests that look at the end of it."""

from dataclasses import dataclass

import polars as pl

from egov_assets.product_quality.coefficient_table import coefficient_table
from egov_assets.product_quality.firm_quality import firm_year_quality
from egov_assets.product_quality.flows import BY_PRODUCT
from egov_assets.product_quality.moments import moments_of_year
from egov_assets.product_quality.residuals import flow_quality
from egov_assets.product_quality.settings import QualitySettings


@dataclass(frozen=True)
class Estimation:
    moments: pl.DataFrame
    coefficients: pl.DataFrame
    flows: pl.DataFrame
    firms: pl.DataFrame

    @property
    def total_weights(self) -> list[float]:
        """Of each firm-year: its flows' weights added, a weight being the flow's value over the firm-year's."""
        weighed = self.flows.join(self.firms, on=["company_id", "year"], suffix="_of_firm", validate="m:1")
        assert weighed.height == self.flows.height
        weight = pl.col("export_value_usd") / pl.col("export_value_usd_of_firm")
        return weighed.group_by("company_id", "year").agg(weight.sum())["export_value_usd"].to_list()


def estimate(
    exports: pl.DataFrame, provinces: pl.DataFrame, min_flows: int = 100, settings: QualitySettings | None = None
) -> Estimation:
    """Moments year by year, pooled coefficients, quality of flows year by year, quality of firms."""
    settings = (settings or QualitySettings()).model_copy(update={"min_product_flows": min_flows})
    exports = exports.sort(BY_PRODUCT)
    years = exports["year"].unique().sort()
    by_year = [exports.lazy().filter(pl.col("year") == year) for year in years]
    moments = pl.concat([moments_of_year(flows, provinces.lazy(), settings) for flows in by_year])
    coefficients = coefficient_table(moments, exports.lazy(), provinces.lazy(), settings)
    blocks = [block for flows in by_year for block in flow_quality(flows, provinces.lazy(), coefficients, settings)]
    flows = pl.concat(blocks)
    return Estimation(moments, coefficients, flows, firm_year_quality(flows.lazy()))
