"""The HS6 codes under which the economy's products, which are codes of HS 2007, are declared in a year."""

from functools import cache

import polars as pl

from egov_assets.platform.commodities import products_of_year

YEAR_OF_HS2007 = 2007


@cache
def declared_codes(year: int) -> pl.DataFrame:
    """One row per HS 2007 code and code of the year's revision that leads to it or that it leads to, sorted by both:
    hs6_2007_code, hs6_code. In later revisions several codes may lead to one; in earlier ones several have one.
    """
    later = products_of_year(year, (YEAR_OF_HS2007, year))
    pairs = later.select("hs6_code", hs6_2007_code="product_code")
    if year < YEAR_OF_HS2007:
        earlier = products_of_year(YEAR_OF_HS2007, (YEAR_OF_HS2007, year))
        pairs = earlier.select(hs6_2007_code="hs6_code", hs6_code="product_code")
    return pairs.select("hs6_2007_code", "hs6_code").sort("hs6_2007_code", "hs6_code")
