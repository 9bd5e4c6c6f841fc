"""The flows that quality is estimated from, and their variables in logs within market.

A flow is one firm's exports of one product to one destination in a year. A market (or cell) is product, destination
and year.
"""

import polars as pl

from egov_assets.product_quality.exact_sums import exact_mean_over, exact_sum_over

FLOW_KEY = ["hs6_2007_code", "destination_iso3", "year", "company_id"]
FIRM_PRODUCT = ["company_id", "hs6_2007_code", "year"]
MARKET = ["hs6_2007_code", "destination_iso3", "year"]
VARIABLES = ("ln_quantity", "ln_price", "ln_price_elsewhere", "ln_province_gdp")


def usable_flows(exports: pl.LazyFrame, provinces: pl.LazyFrame) -> pl.LazyFrame:
    """Flows with positive value and quantity, a provincial GDP, and a price of the firm-product elsewhere that year.

    exports    company_id, hs6_2007_code, destination_iso3, year, province_code, export_value_usd, quantity
    provinces  province_code, year, gdp_100m_cny (nominal: a deflator common to all provinces is absorbed by the market)
    Adds       ln_quantity, ln_price (unit value, USD per unit), ln_province_gdp, and
               ln_price_elsewhere: simple mean of ln_price over the firm-product's other destinations of the year
    Source     method.md section 5 step 2: mean of logs; flows without another destination dropped (EQ-08)
    """
    gdp = provinces.select("province_code", "year", ln_province_gdp=pl.col("gdp_100m_cny").log())
    priced = (
        exports.filter((pl.col("export_value_usd") > 0) & (pl.col("quantity") > 0))
        .join(gdp.filter(pl.col("ln_province_gdp").is_finite()), on=["province_code", "year"])
        .with_columns(
            ln_quantity=pl.col("quantity").log(),
            ln_price=(pl.col("export_value_usd") / pl.col("quantity")).log(),
        )
    )
    return (
        priced.filter(pl.len().over(FIRM_PRODUCT) > 1)
        .with_columns(ln_price_elsewhere=_mean_over_other_destinations(pl.col("ln_price")))
        .select(*FLOW_KEY, "export_value_usd", *VARIABLES)
    )


def _mean_over_other_destinations(values: pl.Expr) -> pl.Expr:
    return (exact_sum_over(values, FIRM_PRODUCT) - values) / (pl.len().over(FIRM_PRODUCT) - 1)


def within_market(flows: pl.LazyFrame) -> pl.LazyFrame:
    """The flows with the four variables as deviations from their market's mean; the level of ln_price as ln_unit_value.

    This equals partialling out destination-year dummies per product, and it needs one year at a time only.
    """
    levels = flows.with_columns(ln_unit_value="ln_price")
    return levels.with_columns(pl.col(name) - exact_mean_over(pl.col(name), MARKET) for name in VARIABLES)
