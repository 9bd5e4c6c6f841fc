"""From coefficients to quality: the residual of each flow, and its place between the bounds of its product."""

import polars as pl

from egov_assets.product_quality.exact_sums import exact_sum_over
from egov_assets.product_quality.flows import FLOW_KEY, usable_flows, within_market
from egov_assets.study import DIVISOR_SIGMA

FIRM_YEAR = ["company_id", "year"]


def log_quality(flows: pl.LazyFrame, coefficients: pl.LazyFrame, divisor_sigma: float = DIVISOR_SIGMA) -> pl.LazyFrame:
    """Flows of products with coefficients, with ln_quality: the demand residual within market over (sigma - 1).

    flows         as `usable_flows` gives
    coefficients  hs6_2007_code, sigma_hat, ln_gdp_coefficient; sigma_hat is null where the product is dropped
    A market with one flow has ln_quality 0, the mean of its market: the market's effect absorbs all it sells.
    Source        method.md section 5 steps 2-3, reading 1; the GDP term belongs to the fitted value, not to quality
    """
    fitted = pl.col("ln_gdp_coefficient") * pl.col("ln_province_gdp") - pl.col("sigma_hat") * pl.col("ln_price")
    return (
        within_market(flows)
        .join(coefficients.filter(pl.col("sigma_hat").is_not_null()), on="hs6_2007_code")
        .with_columns(ln_quality=(pl.col("ln_quantity") - fitted) / (divisor_sigma - 1))
    )


def flow_quality(exports: pl.LazyFrame, provinces: pl.LazyFrame, coefficients: pl.DataFrame) -> pl.DataFrame:
    """One row per flow of a product with coefficients: ln_quality, and rquality between the product's bounds.

    exports, provinces  as in `usable_flows`
    coefficients        as `coefficient_table` gives; its bounds hold for the flows it was made from
    value_share         the flow's share in the value of the firm-year's flows with quality; sums to one
    ln_unit_value       USD per unit, in logs
    Source              method.md section 5 steps 4-5
    """
    low, high = pl.col("min_ln_quality"), pl.col("max_ln_quality")
    value = pl.col("export_value_usd")
    return (
        log_quality(usable_flows(exports, provinces), coefficients.lazy())
        .with_columns(
            rquality=(pl.col("ln_quality") - low) / (high - low),
            value_share=value / exact_sum_over(value, FIRM_YEAR),
        )
        .select(*FLOW_KEY, "export_value_usd", "value_share", "ln_unit_value", "ln_quality", "rquality")
        .collect(engine="streaming")
        .sort(FLOW_KEY)
    )
