"""The score of cities of the same province and about the same size: the paper's first instrument."""

import polars as pl

from egov_assets.iv_instruments.settings import InstrumentSettings
from egov_assets.paper.study import NEIGHBOUR_COUNTS


def excluded_cities(prefectures: pl.DataFrame) -> list[str]:
    """City codes of municipalities and provincial capitals, sorted.

    prefectures  the shipped reference table: code, is_municipality, is_provincial_capital ("0" or "1")
    """
    large = (pl.col("is_municipality") == "1") | (pl.col("is_provincial_capital") == "1")
    return prefectures.filter(large)["code"].unique().sort().to_list()


def gdp_to_compare(cities: pl.DataFrame, year: int, settings: InstrumentSettings) -> pl.DataFrame:
    """city_code, year, gdp_10k_cny: by which GDP cities are near in `year`, that of the year or of the base year.

    cities   city_code, year, gdp_10k_cny of all years
    Missing  a city that the base year does not have
    """
    of_year = cities.filter(pl.col("year") == (settings.gdp_base_year or year))
    return of_year.select("city_code", pl.lit(year, pl.Int32).alias("year"), "gdp_10k_cny")


def neighbour_instruments(
    index: pl.DataFrame,
    cities: pl.DataFrame,
    prefectures: pl.DataFrame,
    settings: InstrumentSettings,
    counts: tuple[int, ...] = NEIGHBOUR_COUNTS,
) -> pl.DataFrame:
    """One row per city and year of the index, sorted: log mean egscore of the k nearest cities in GDP, for each k.

    index        city_code, year, egscore
    cities       city_code, year, gdp_10k_cny (current prices, or of a base year: `gdp_to_compare`)
    prefectures  code, province_code, is_municipality, is_provincial_capital
    settings     who is left out, distance in GDP or its log (ties by city code), fewer than k candidates
    Missing      null for excluded cities, without own GDP, or without any neighbour
    neighbours   number of cities of the province that could serve
    Source       method.md section 10, instrument A
    """
    provinces = prefectures.select(city_code="code", province_code="province_code").unique()
    large = excluded_cities(prefectures)
    excluded = large if settings.large_cities != "included" else []
    never_neighbours = large if settings.large_cities == "excluded" else []
    located = (
        index.select("city_code", "year", "egscore")
        .join(provinces, on="city_code", how="left")
        .join(cities.select("city_code", "year", "gdp_10k_cny"), on=["city_code", "year"], how="left")
        .with_columns(is_excluded=pl.col("city_code").is_in(excluded))
    )
    in_logs = settings.gdp_distance == "logarithmic"
    sized = located.filter(pl.col("gdp_10k_cny") > 0).with_columns(
        size=pl.col("gdp_10k_cny").log() if in_logs else pl.col("gdp_10k_cny")
    )
    pool = (
        sized.filter(~pl.col("city_code").is_in(never_neighbours))
        .drop_nulls("egscore")
        .select("province_code", "year", "egscore", neighbour="city_code", neighbour_size="size")
    )
    least = {k: k if settings.too_few_neighbours == "no_instrument" else 1 for k in counts}
    ranked = (
        sized.filter(~pl.col("is_excluded"))
        .select("city_code", "province_code", "year", "size")
        .join(pool, on=["province_code", "year"])
        .filter(pl.col("neighbour") != pl.col("city_code"))
        .with_columns(distance=(pl.col("neighbour_size") - pl.col("size")).abs())
        .sort("city_code", "year", "distance", "neighbour")
        .group_by("city_code", "year", maintain_order=True)
        .agg(
            *(pl.col("egscore").head(k).mean().log().alias(f"ln_egscore_size{k}") for k in counts),
            neighbours=pl.len().cast(pl.Int64),
        )
    )
    return (
        located.join(ranked, on=["city_code", "year"], how="left")
        .select(
            "city_code",
            "year",
            # The log of a mean of zero is no instrument.
            *(
                pl.when(pl.col(f"ln_egscore_size{k}").is_finite() & (pl.col("neighbours") >= least[k]))
                .then(f"ln_egscore_size{k}")
                .alias(f"ln_egscore_size{k}")
                for k in counts
            ),
            pl.col("neighbours").fill_null(0),
            "is_excluded",
        )
        .sort("city_code", "year")
    )


def provinces_with_few_candidates(
    instruments: pl.DataFrame, cities: pl.DataFrame, prefectures: pl.DataFrame, count: int
) -> list[str]:
    """Names of provinces, sorted by code, where a city with GDP has fewer than `count` candidates.

    instruments  city_code, neighbours, is_excluded of one year; cities  city_code, gdp_10k_cny as compared in that year
    """
    sized = cities.filter(pl.col("gdp_10k_cny") > 0)
    few = instruments.filter(~pl.col("is_excluded") & (pl.col("neighbours") < count)).join(
        sized, on="city_code", how="semi"
    )
    return (
        prefectures.filter(pl.col("code").is_in(few["city_code"].to_list()))
        .select("province_code", "province_zh")
        .unique()
        .sort("province_code")["province_zh"]
        .to_list()
    )
