"""Kinds of industry by the division of GB/T 4754-2002."""

import polars as pl


def industry_kinds(industries: pl.DataFrame) -> pl.DataFrame:
    """One row per division (2 digits): division_2002_code and 0/1 as Int32: ind_type, ind_tech.

    industries  the shipped gbt4754_2002: code, level, factor_intensity, is_hightech_2002
    ind_type    1 labour-intensive, as the printed sign needs (TEXT-09); missing for mining and utilities, which
                the list does not class
    ind_tech    1 high-tech; a division with some high-tech classes only counts as other
    Source      method.md section 11.2
    """
    return industries.filter(pl.col("level") == "2").select(
        division_2002_code="code",
        ind_type=(pl.col("factor_intensity") == "labour").cast(pl.Int32),
        ind_tech=(pl.col("is_hightech_2002") == "1").cast(pl.Int32),
    )
