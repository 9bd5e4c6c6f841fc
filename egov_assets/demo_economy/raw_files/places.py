"""What cities are called in a year: 襄樊 until 2010, 襄阳 after (renamed in December 2010)."""

import polars as pl

from egov_assets.platform.reference import table

NAMES_UNTIL_2010 = {"420600": "襄樊市"}  # the list of October 2010 has the later name
NOT_SHORTENED = {"632500"}  # 海南 alone is the province, not the prefecture in 青海


def city_names(year: int) -> pl.DataFrame:
    """City codes with their names in the year: city_code, city_name, city_short_name, province_name.

    One row per prefecture of the reference list, and per code that other years' lists have for one of them; a code that
    the year's list has not is named as in its own years.
    """
    listed = table("place_codes").cast({"first_year": pl.Int32, "last_year": pl.Int32})
    of_year = listed.filter(pl.lit(year).is_between("first_year", "last_year")).select("code", "name_zh")
    own = table("prefectures").select("code", "name_zh", "name_short_zh", "province_zh")
    others = (
        listed.filter(~pl.col("code").is_in(own["code"].implode()))
        .sort("code", "last_year")
        .unique("code", keep="last", maintain_order=True)
        .select("code", "name_zh", city_code="city_code")
        .join(own.select("name_short_zh", "province_zh", city_code="code"), on="city_code", how="inner")
        .select(own.columns)
    )
    names = dict(of_year.rows()) | (NAMES_UNTIL_2010 if year <= 2010 else {})
    both = pl.concat([own, others.sort("code")])
    called = pl.col("code").replace_strict(names, default=None, return_dtype=pl.String)
    renamed = pl.when(called != pl.col("name_zh")).then(called)
    return both.select(
        pl.col("code").alias("city_code"),
        pl.coalesce(renamed, "name_zh").alias("city_name"),
        pl.when(pl.col("code").is_in(NOT_SHORTENED))
        .then("name_zh")
        .otherwise(pl.coalesce(renamed.str.strip_suffix("市"), "name_short_zh"))
        .alias("city_short_name"),
        pl.col("province_zh").alias("province_name"),
    )
