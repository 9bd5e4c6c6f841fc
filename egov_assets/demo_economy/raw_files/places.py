"""What cities are called in a year: 襄樊 until 2010, 襄阳 after (renamed in December 2010)."""

import polars as pl

from egov_assets.platform.reference import table

NAMES_UNTIL_2010 = {"420600": "襄樊市"}
NOT_SHORTENED = {"632500"}  # 海南 alone is the province, not the prefecture in 青海


def city_names(year: int) -> pl.DataFrame:
    """One row per prefecture of the reference list: city_code, city_name, city_short_name, province_name."""
    prefectures = table("prefectures").select("code", "name_zh", "name_short_zh", "province_zh")
    renamed = pl.col("code").replace_strict(NAMES_UNTIL_2010, default=None, return_dtype=pl.String)
    if year > 2010:
        renamed = pl.lit(None, dtype=pl.String)
    return prefectures.select(
        pl.col("code").alias("city_code"),
        pl.coalesce(renamed, "name_zh").alias("city_name"),
        pl.when(pl.col("code").is_in(NOT_SHORTENED))
        .then("name_zh")
        .otherwise(pl.coalesce(renamed.str.strip_suffix("市"), "name_short_zh"))
        .alias("city_short_name"),
        pl.col("province_zh").alias("province_name"),
    )
