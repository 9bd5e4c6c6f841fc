"""Tables of this chapter that come from raw files; what the clean tables already hold goes straight into the panel."""

from typing import Any

import polars as pl

from egov_assets.moderators.city_lists import city_years
from egov_assets.moderators.schema import (
    CityModerators,
    ExporterTradeModes,
    ImporterTariffs,
    SectorStages,
)
from egov_assets.moderators.settings import SECTION, read_moderator_settings
from egov_assets.moderators.tariffs import input_tariffs
from egov_assets.moderators.trade_mode import trade_modes
from egov_assets.moderators.upstreamness import beside_published, rank_correlation, sector_upstreamness
from egov_assets.platform.code_version import PRODUCTS
from egov_assets.platform.commodities import products_of_year
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake_asset import lake_asset
from egov_assets.platform.reference import table
from egov_assets.platform.years import YEARS
from egov_assets.raw.city_lists import INNOVATION, POLICIES, read_city_list, unknown_cities


@lake_asset(
    schema=CityModerators,
    group="moderators",
    by_year=False,
    deps=["file_inventory"],
    sections=[SECTION],
    reads=[f"{POLICIES}/**/*", f"{INNOVATION}/**/*"],
)
def city_moderators(folders: Folders) -> tuple[pl.DataFrame, dict[str, int | str]]:
    """E-government policy documents and the innovation index, by city and year; a list without files leaves gaps.

    Source  method.md sections 11.1 column 3 and 12 column 4
    """
    policies, innovation = read_city_list(folders.raw, POLICIES), read_city_list(folders.raw, INNOVATION)
    prefectures = table("prefectures")
    keyword = read_moderator_settings(folders.study_file).policy_keyword
    cities = city_years(policies, innovation, prefectures, YEARS, keyword)
    unknown = [*unknown_cities(policies, prefectures), *unknown_cities(innovation, prefectures)]
    return cities, {
        "city_years_with_innovation": cities["innov"].count(),
        "cities_with_policy": cities.filter(pl.col("sma_city") == 1)["city_code"].n_unique(),
        "unknown_cities": "; ".join(unknown) or "none",
    }


@lake_asset(schema=ExporterTradeModes, group="moderators", by_year=False)
def exporter_trade_modes(clean_export_modes: pl.LazyFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Share of ordinary trade in the clean exports of each company.

    Source  method.md section 11.3 column 5
    """
    modes = trade_modes(clean_export_modes)
    return modes, {"companies_years": modes.height, "mostly_ordinary": int(modes["trade_firm"].sum())}


@lake_asset(schema=SectorStages, group="moderators", by_year=False)
def sector_stages(raw_input_output: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Stages from a sector's product to final use.

    Source  Antras, Chor, Fally and Hillberry (2012), method.md section 11.3
    """
    sectors = sector_upstreamness(raw_input_output)
    compared = beside_published(sectors)
    return sectors, {
        "sectors": sectors.height,
        "beside_published": compared,
        **({"rank_correlation_with_published": rank_correlation(compared)} if compared.height > 2 else {}),
    }


@lake_asset(schema=ImporterTariffs, group="moderators", by_year=False, sections=[SECTION, PRODUCTS])
def importer_tariffs(
    clean_imports: pl.DataFrame, raw_tariffs: pl.DataFrame, folders: Folders
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The tariff that a company meets on its imports of intermediate goods.

    Source  method.md section 9, table 4 column 4
    """
    settings = read_moderator_settings(folders.study_file)
    bridge = pl.concat(products_of_year(year, YEARS).with_columns(year=pl.lit(year, pl.Int32)) for year in YEARS)
    met = input_tariffs(clean_imports, raw_tariffs, bridge, table("hs6_classes"), settings)
    return met, {
        "companies_years": met.height,
        "mean_percent": met["input_tariff"].mean(),
        "goods": settings.input_tariff,
    }
