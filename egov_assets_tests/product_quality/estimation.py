"""The chapter's steps in one call, for tests that look at the end of it."""

from dataclasses import dataclass

import polars as pl

from egov_assets.product_quality.coefficient_table import coefficient_table
from egov_assets.product_quality.firm_quality import firm_year_quality
from egov_assets.product_quality.flows import BY_PRODUCT, over_flows
from egov_assets.product_quality.moments import moments_of_year
from egov_assets.product_quality.pooled_markets import means_of_markets
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


def prepared_flows(exports: pl.DataFrame, provinces: pl.DataFrame, settings: QualitySettings) -> pl.DataFrame:
    """The flows as the estimation sees them, with their four variables; year by year."""
    return pl.concat(
        block
        for flows in by_year(exports)
        for block in over_flows(lambda block: block.flows, flows, provinces.lazy(), settings)
    )


def by_year(exports: pl.DataFrame) -> list[pl.LazyFrame]:
    return [part.lazy() for part in exports.sort("year", *BY_PRODUCT).partition_by("year", maintain_order=True)]


def estimate(exports: pl.DataFrame, provinces: pl.DataFrame, settings: QualitySettings | None = None) -> Estimation:
    """Moments year by year, pooled coefficients, quality of flows year by year, quality of firms."""
    settings = settings or QualitySettings()
    years = by_year(exports)
    moments = pl.concat(moments_of_year(flows, provinces.lazy(), settings) for flows in years)
    in_order = exports.lazy().sort(BY_PRODUCT)
    pooled = means_of_markets(in_order, provinces.lazy(), settings)
    coefficients = coefficient_table(moments, in_order, provinces.lazy(), settings, pooled)
    return Estimation(moments, coefficients, *quality_of(years, provinces, coefficients, settings, pooled))


def quality_of(
    years: list[pl.LazyFrame],
    provinces: pl.DataFrame,
    coefficients: pl.DataFrame,
    settings: QualitySettings,
    pooled: pl.DataFrame | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Quality of flows and of firms."""
    flows = pl.concat(
        block for exports in years for block in flow_quality(exports, provinces.lazy(), coefficients, settings, pooled)
    )
    return flows, firm_year_quality(flows.lazy())
