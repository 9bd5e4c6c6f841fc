"""Provincial GDP as the demand equation takes it: as printed, or at the prices of the study's first year.

Source  method.md section 5 step 2: the paper says real and names no deflator
"""

import polars as pl

from egov_assets.product_quality.settings import QualitySettings

KEY = ["province_code", "year"]
INDEX = "gdp_index_previous_year_100"


class NoDeflator(ValueError):
    """Real GDP is asked for, and the yearbook lacks the index that makes it."""


def provincial_gdp(provinces: pl.LazyFrame, settings: QualitySettings) -> pl.LazyFrame:
    """province_code, year, gdp_100m_cny: nominal, or with `province_gdp_prices: real` at prices of the first year.

    provinces  clean_provinces of all years: KEY, gdp_100m_cny, and for the real one INDEX, volume at the prices of the
               year before, that year = 100
    Real       GDP of the province's first year times the indices since, each over 100
    Raises     NoDeflator naming the provinces and years without an index
    """
    nominal = provinces.select(*KEY, "gdp_100m_cny")
    if settings.province_gdp_prices == "nominal":
        return nominal
    printed = (
        provinces.select(*KEY, "gdp_100m_cny", INDEX)
        .sort(KEY)
        .with_columns(years_on=pl.col("year").diff().over("province_code"))  # missing in a province's first year
        .collect()
    )
    lacking = printed.filter((pl.col("years_on") > 1) | (pl.col("years_on").is_not_null() & pl.col(INDEX).is_null()))
    if lacking.height:
        missing = lacking.group_by("year").agg(provinces=pl.col("province_code").n_unique()).sort("year")
        years = ", ".join(f"{year} ({count} provinces)" for year, count in missing.iter_rows())
        raise NoDeflator(
            "province_yearbook: quality.province_gdp_prices is real, and 地区生产总值指数 (上年=100) is not there "
            f"or does not follow on the year before in {years}; the first are "
            f"{', '.join(lacking['province_code'].unique().sort().head(3))}. Add the indicator, or set it to nominal."
        )
    growth = pl.when(pl.col("years_on").is_null()).then(1.0).otherwise(pl.col(INDEX) / 100)
    growth = growth.cum_prod().over("province_code")
    real = pl.col("gdp_100m_cny").first().over("province_code") * growth
    return printed.select(*KEY, gdp_100m_cny=real).lazy()
