"""Which city a work report is of, by the name in its file's name."""

import polars as pl

from egov_assets.platform.reference import table


def cities_of_reports(reports: pl.DataFrame, prefectures: pl.DataFrame) -> pl.DataFrame:
    """The reports with city_code, and with a problem where the name is unknown or another file is of the same city.

    reports      source_file, year, city_name, problem, sorted by source_file
    prefectures  the shipped list: code, name_zh, name_short_zh, alt_name_zh, province_zh
    A province before the city's name (2010浙江省宁波市) is set aside. Of two readable files the first in order counts.
    """
    provinces = prefectures["province_zh"].unique().sort().to_list()
    province = "^(" + "|".join([*provinces, *(name.rstrip("省") for name in provinces)]) + ")"
    codes = _codes_by_name(prefectures)
    plain = pl.col("city_name")
    found = plain.replace_strict(codes, default=None, return_dtype=pl.String)
    after_province = plain.str.replace(province, "").replace_strict(codes, default=None, return_dtype=pl.String)
    located = reports.with_columns(city_code=pl.coalesce(found, after_province))
    readable = pl.col("problem").is_null() & pl.col("city_code").is_not_null()
    is_copy = readable & (readable.cast(pl.Int32).cum_sum().over("city_code") > 1)
    return located.with_columns(
        problem=pl.coalesce(
            "problem",
            pl.when(pl.col("city_code").is_null()).then(pl.lit("its name names no known city")),
            pl.when(is_copy).then(pl.lit("another file is of the same city and year")),
        )
    )


def _codes_by_name(prefectures: pl.DataFrame) -> dict[str, str]:
    """Every name that a city had in some year -> its code; the code is that of 2012 in every year, as everywhere."""
    names = ("name_zh", "name_short_zh", "alt_name_zh")
    listed = table("place_codes").sort("first_year", "code")
    city_of = dict(listed.select("code", "city_code").rows())
    of_other_years = {
        spelled: city_of[code]
        for code, name in listed.select("code", "name_zh").rows()
        for spelled in (name, name.removesuffix("市"))
    }
    return of_other_years | {
        spelled: city_of.get(row["code"], row["code"])
        for row in prefectures.sort("code").iter_rows(named=True)
        for name in names
        if row[name]
        for spelled in (row[name], row[name].removesuffix("市"))
    }
