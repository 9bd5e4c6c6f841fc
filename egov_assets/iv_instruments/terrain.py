"""Flat cities find digital infrastructure easier to build: terrain relief times the province's domain names."""

from pathlib import Path

import polars as pl

from egov_assets.platform.reference import table
from egov_assets.raw.city_lists import TERRAIN, BadCityList, read_city_list


def terrain_relief(raw: Path) -> pl.DataFrame:
    """city_code, relief_index, one row per city: the user's list in terrain/, or the shipped proxy without such a file.

    Raises  BadCityList listing every city with a value that is no number, or with two different values
    """
    listed = read_city_list(raw, TERRAIN)
    if listed is None:
        return table("terrain_proxy").select(city_code="code", relief_index="relief_index_proxy")
    relief = listed.select("city_code", pl.col("relief_index").cast(pl.Float64, strict=False)).unique()
    odd = (
        relief.filter(pl.col("relief_index").is_null() | (pl.len().over("city_code") > 1))["city_code"].unique().sort()
    )
    if len(odd):
        raise BadCityList(
            f"{TERRAIN}: no number, or two different ones, for {', '.join(odd)}. Keep one number per city."
        )
    return relief.sort("city_code")


def terrain_instrument(cities: pl.DataFrame, relief: pl.DataFrame, domain_names: pl.DataFrame) -> pl.DataFrame:
    """One row per row of `cities`, in its order: city_code, year, IV_int = relief x ln(domain names in 10,000).

    cities        city_code, year, province_code
    relief        city_code, relief_index: fixed over time, about 0 (flat) to 6
    domain_names  province_code, year, domain_names_10k; the unit shifts the log by a constant, which moves a slope
                  only by what relief itself explains within a city, that is nothing
    Missing       without relief, or without a positive number of domain names of the province and year
    Source        method.md section 10, instrument C
    """
    ln_domain_names = pl.when(pl.col("domain_names_10k") > 0).then(pl.col("domain_names_10k").log())
    return (
        cities.join(relief, on="city_code", how="left", maintain_order="left", validate="m:1")
        .join(domain_names, on=["province_code", "year"], how="left", maintain_order="left", validate="m:1")
        .select("city_code", "year", IV_int=pl.col("relief_index") * ln_domain_names)
    )


def lagged_domain_names(facts: pl.DataFrame, year: int, lag_years: int) -> pl.DataFrame:
    """province_code, year, domain_names_10k: the published series of `year - lag_years`, told as of `year`."""
    earlier = facts.filter(pl.col("year") == year - lag_years)
    return earlier.select("province_code", "domain_names_10k", year=pl.lit(year, pl.Int32))
