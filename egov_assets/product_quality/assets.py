"""From flows to the quality of a firm's exports: yearly sums, pooled coefficients, yearly quality."""

from collections.abc import Generator

import polars as pl

from egov_assets.platform.code_version import PRODUCTS
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake_asset import lake_asset
from egov_assets.product_quality.checks import (
    demand_residuals_sum_to_nothing_within_markets,
    most_value_has_quality,
    provincial_gdp_is_controlled_for,
    suspect_estimates_carry_little_value,
    suspect_estimates_do_not_carry_too_much_value,
    years_pooled_equal_years_added,
)
from egov_assets.product_quality.coefficient_table import coefficient_table
from egov_assets.product_quality.firm_quality import firm_year_quality
from egov_assets.product_quality.moments import moments_of_year
from egov_assets.product_quality.one_unit import in_one_unit, of_one_unit
from egov_assets.product_quality.pooled_markets import means_of_markets
from egov_assets.product_quality.provincial_gdp import provincial_gdp
from egov_assets.product_quality.residuals import flow_quality
from egov_assets.product_quality.schema import (
    FirmQuality,
    PooledMarkets,
    ProductQuality,
    QualityCoefficients,
    QualityMoments,
)
from egov_assets.product_quality.settings import SECTION, read_quality_settings
from egov_assets.product_quality.summaries import (
    coefficients_summary,
    coverage_summary,
    largest_mean_of_a_market,
    moments_summary,
)


@lake_asset(
    schema=QualityMoments, group="product_quality", by_year=True, sections=[SECTION], all_or_none=["clean_provinces"]
)
def quality_moments(
    clean_exports: pl.LazyFrame, clean_provinces: pl.LazyFrame, folders: Folders
) -> tuple[pl.DataFrame, dict[str, int | float]]:
    """Per product, the sums that quality estimation needs from one year: one row per HS6; sums of years add.

    In      clean_exports, one row per firm, HS6, destination (current USD, statutory unit); clean_provinces (GDP)
    Out     flows, firms, markets and ten cross-products of ln q, ln p, ln p elsewhere, ln GDP, within market
    Raises  NoUsableFlows if no flow has a price elsewhere
    Source  method.md section 5, step 2
    """
    settings = read_quality_settings(folders.study_file)
    moments = moments_of_year(clean_exports, provincial_gdp(clean_provinces, settings), settings)
    return moments, moments_summary(moments, clean_exports)


@lake_asset(
    schema=PooledMarkets,
    group="product_quality",
    by_year=False,
    sections=[SECTION],
    all_or_none=["clean_provinces"],
)
def pooled_markets(
    clean_exports: pl.LazyFrame, clean_provinces: pl.LazyFrame, unit_changes: pl.DataFrame, folders: Folders
) -> pl.DataFrame:
    """What flows of thin markets are set against where `sparse_data.thin_markets` is pool_years; else without rows.

    In      the flows of every year, in the product's unit
    Out     one row per HS6 and destination: flows of all years, means of the four variables
    Source  ours; the paper's markets are of one year
    """
    settings = read_quality_settings(folders.study_file)
    gdp = provincial_gdp(clean_provinces, settings)
    return means_of_markets(in_one_unit(clean_exports, unit_changes), gdp, settings)


@lake_asset(
    schema=QualityCoefficients,
    group="product_quality",
    by_year=False,
    all_or_none=["clean_provinces"],
    sections=[SECTION, PRODUCTS],
    checks=[suspect_estimates_do_not_carry_too_much_value, years_pooled_equal_years_added],
    warnings=[provincial_gdp_is_controlled_for, suspect_estimates_carry_little_value, most_value_has_quality],
)
def quality_coefficients(
    quality_moments: pl.DataFrame,
    clean_exports: pl.LazyFrame,
    clean_provinces: pl.LazyFrame,
    unit_changes: pl.DataFrame,
    pooled_markets: pl.DataFrame,
    folders: Folders,
) -> tuple[pl.DataFrame, dict[str, int | float]]:
    """Demand estimates per product over all years, by the method of each outcome, with the bounds of its quality.

    In      the moments of every year; the flows again for robust standard errors and the bounds; of both what is in
            the product's unit
    Out     one row per outcome and HS6: sigma, its errors, first-stage F, the rule, bounds of quality
    Source  method.md section 5, steps 2-4
    """
    settings = read_quality_settings(folders.study_file)
    flows = in_one_unit(clean_exports, unit_changes)
    gdp = provincial_gdp(clean_provinces, settings)
    coefficients = coefficient_table(of_one_unit(quality_moments, unit_changes), flows, gdp, settings, pooled_markets)
    return coefficients, coefficients_summary(coefficients, unit_changes)


@lake_asset(
    schema=ProductQuality,
    group="product_quality",
    by_year=True,
    sections=[SECTION],
    all_or_none=["clean_provinces"],
    checks=[demand_residuals_sum_to_nothing_within_markets],
)
def product_quality(
    clean_exports: pl.LazyFrame,
    clean_provinces: pl.LazyFrame,
    quality_coefficients: pl.DataFrame,
    unit_changes: pl.DataFrame,
    pooled_markets: pl.DataFrame,
    folders: Folders,
) -> Generator[pl.DataFrame, None, dict[str, int | float]]:
    """Quality of every flow: log quality within its market, and its place between the bounds of its product.

    Out     one row per firm, HS6, destination; only flows with another destination, of products with coefficients, in
            the product's unit
    Source  method.md section 5, steps 3-4
    """
    settings = read_quality_settings(folders.study_file)
    gdp = provincial_gdp(clean_provinces, settings)
    flows, value_usd, largest_mean = 0, 0.0, 0.0
    exports = in_one_unit(clean_exports, unit_changes)
    for block in flow_quality(exports, gdp, quality_coefficients, settings, pooled_markets):
        flows += block.height
        value_usd += float(block["export_value_usd"].sum())
        largest_mean = max(largest_mean, largest_mean_of_a_market(block, settings.sparse_data.min_market_flows))
        yield block
    return coverage_summary(flows, value_usd, clean_exports) | {"largest_mean_of_a_market": largest_mean}


@lake_asset(schema=FirmQuality, group="product_quality", by_year=True)
def firm_quality(product_quality: pl.LazyFrame) -> pl.DataFrame:
    """Quality of what a firm exports in a year: the value-weighted mean over its flows, `qua` between 0 and 1.

    Source  method.md section 5, step 5
    """
    return firm_year_quality(product_quality)
