"""The unit in which each product is counted, from year to year: quantities of two units are no series."""

import polars as pl

KEPT, CONVERTED, LEFT_OUT = "kept", "converted", "left out"


def units_by_year(units: pl.DataFrame) -> pl.DataFrame:
    """The products whose exports are counted in different units in different years, sorted by product and year.

    A product's unit is that of most export value over all years, multiples of a unit counted with it; of these again
    that of most value, ties by the text.

    units    clean_product_units: hs6_2007_code, year, unit (null where the year's copy has no units), base_unit,
             base_units, export_value_usd, flows
    Returns  the rows of these products that name a unit: hs6_2007_code, year, unit, export_value_usd, flows,
             product_unit, product_units (how many of these one unit of the year is; null if it is no multiple),
             treatment (KEPT, CONVERTED, LEFT_OUT)
    """
    named = units.drop_nulls("unit")
    changing = named.filter(pl.col("unit").n_unique().over("hs6_2007_code") > 1)
    valued = changing.with_columns(
        base_value=pl.col("export_value_usd").sum().over("hs6_2007_code", "base_unit"),
        unit_value=pl.col("export_value_usd").sum().over("hs6_2007_code", "unit"),
    )
    most = valued.sort(
        "hs6_2007_code", "base_value", "base_unit", "unit_value", "unit", descending=[False, True, False, True, False]
    ).unique("hs6_2007_code", keep="first", maintain_order=True)
    of_product = most.select(
        "hs6_2007_code", product_unit="unit", product_base_unit="base_unit", product_base_units="base_units"
    )
    is_multiple = pl.col("base_unit") == pl.col("product_base_unit")
    return (
        changing.join(of_product, on="hs6_2007_code", validate="m:1")
        .with_columns(product_units=pl.when(is_multiple).then(pl.col("base_units") / pl.col("product_base_units")))
        .with_columns(
            treatment=pl.when(pl.col("unit") == pl.col("product_unit")).then(pl.lit(KEPT))
            .when(is_multiple).then(pl.lit(CONVERTED)).otherwise(pl.lit(LEFT_OUT))
        )
        .select(
            "hs6_2007_code", "year", "unit", "export_value_usd", "flows", "product_unit", "product_units", "treatment"
        )
        .sort("hs6_2007_code", "year")
    )  # fmt: skip
