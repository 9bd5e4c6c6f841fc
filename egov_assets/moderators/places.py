"""Kinds of place: east, coast, later free-trade zone, digital base."""

import polars as pl

from egov_assets.moderators.settings import ModeratorSettings


def city_kinds(prefectures: pl.DataFrame, zones: pl.DataFrame, settings: ModeratorSettings) -> pl.DataFrame:
    """One row per city: city_code and 0/1 as Int32: eastern, coa_city, ftz_prov.

    prefectures  the shipped list: code, province_code, region4, region3, is_coastal
    zones        the shipped ftz_provinces: province_code, ftz_start_year
    eastern      of the four regions of 2011 or the older three, by `settings`, which differ in Liaoning
    ftz_prov     1 in a province whose zone opened before the year in `settings`: a designation from after the sample,
                 for which the paper names no cut-off year
    Source       method.md section 11.1
    """
    early = zones.filter(pl.col("ftz_start_year").cast(pl.Int32) < settings.ftz_before)["province_code"].to_list()
    return prefectures.select(
        city_code="code",
        eastern=(pl.col("region4" if settings.regions == "four" else "region3") == "eastern").cast(pl.Int32),
        coa_city=(pl.col("is_coastal") == "1").cast(pl.Int32),
        ftz_prov=pl.col("province_code").is_in(early).cast(pl.Int32),
    )


def broadband_dummy(provinces: pl.DataFrame) -> pl.DataFrame:
    """One row per province and year: province_code, year, inf_dum.

    provinces  clean_provinces: urban_broadband_10k_households
    inf_dum    1 at or above the mean of the year's provinces, else 0, as Int32; missing without a figure
    Source     method.md section 11.1 column 5
    """
    broadband = pl.col("urban_broadband_10k_households")
    return provinces.select(
        "province_code", "year", inf_dum=(broadband >= broadband.mean().over("year")).cast(pl.Int32)
    )
