"""The unit in which each product is counted, from year to year: quantities of two units are no series."""

import polars as pl


def units_by_year(units: pl.DataFrame) -> pl.DataFrame:
    """The products whose exports are counted in different units in different years, sorted by product and year.

    units    clean_product_units: hs6_2007_code, year, unit (null where the year's copy has no units), export_value_usd
    Returns  the rows of these products that name a unit: hs6_2007_code, year, unit, export_value_usd
    """
    named = units.drop_nulls("unit")
    changing = named.filter(pl.col("unit").n_unique().over("hs6_2007_code") > 1)
    return changing.select("hs6_2007_code", "year", "unit", "export_value_usd").sort("hs6_2007_code", "year")
