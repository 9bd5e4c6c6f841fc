"""One unit for each product over all years: what is in another is converted or left out."""

import polars as pl

PRODUCT_YEAR = ["hs6_2007_code", "year"]


def in_one_unit(exports: pl.LazyFrame, unit_changes: pl.DataFrame) -> pl.LazyFrame:
    """The flows whose quantities are, or can be put, in their product's unit, in the order given.

    Years whose copy names no unit say nothing against their flows, which stay.

    exports       clean_exports of any years
    unit_changes  PRODUCT_YEAR, product_units: the product's units in one of the year's; null where it is no multiple
    """
    if unit_changes.is_empty():
        return exports
    counted = exports.join(_sizes(unit_changes).lazy(), on=PRODUCT_YEAR, how="left", maintain_order="left")
    in_unit = counted.filter(pl.col("is_multiple").fill_null(True))
    converted = pl.col("quantity") * pl.col("product_units").fill_null(1.0)
    return in_unit.with_columns(quantity=converted).drop("product_units", "is_multiple")


def of_one_unit(moments: pl.DataFrame, unit_changes: pl.DataFrame) -> pl.DataFrame:
    """The moments of products and years that `in_one_unit` keeps.

    Moments need no converting: variables are logs less the mean of their market, which takes a factor out.
    """
    left_out = _sizes(unit_changes).filter(~pl.col("is_multiple"))
    return moments.join(left_out, on=PRODUCT_YEAR, how="anti", maintain_order="left")


def _sizes(unit_changes: pl.DataFrame) -> pl.DataFrame:
    return unit_changes.select(*PRODUCT_YEAR, "product_units", is_multiple=pl.col("product_units").is_not_null())
