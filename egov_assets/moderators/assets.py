"""Tables of this chapter that come from raw files; what the clean tables already hold goes straight into the panel."""

import polars as pl

from egov_assets.folders import Folders
from egov_assets.moderators.city_lists import INNOVATION, POLICIES, city_years, read_city_list, unknown_cities
from egov_assets.moderators.schema import CityModerators, ExporterTradeModes
from egov_assets.moderators.trade_mode import trade_modes
from egov_assets.orchestration.lake_asset import lake_asset
from egov_assets.reference import table
from egov_assets.study import YEARS


@lake_asset(schema=CityModerators, group="moderators", by_year=False)
def city_moderators(folders: Folders) -> tuple[pl.DataFrame, dict[str, int | str]]:
    """E-government policy documents and the innovation index, by city and year; a list without files leaves gaps.

    Source  method.md sections 11.1 column 3 and 12 column 4
    """
    policies, innovation = read_city_list(folders.raw, POLICIES), read_city_list(folders.raw, INNOVATION)
    prefectures = table("prefectures")
    cities = city_years(policies, innovation, prefectures, YEARS)
    unknown = [*unknown_cities(policies, prefectures), *unknown_cities(innovation, prefectures)]
    return cities, {
        "city_years_with_innovation": cities["innov"].count(),
        "cities_with_policy": cities.filter(pl.col("sma_city") == 1)["city_code"].n_unique(),
        "unknown_cities": "; ".join(unknown) or "none",
    }


@lake_asset(schema=ExporterTradeModes, group="moderators", by_year=False)
def exporter_trade_modes(raw_customs: pl.LazyFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Share of ordinary trade in what each company exports.

    Source  method.md section 11.3 column 5
    """
    modes = trade_modes(raw_customs)
    return modes, {"companies_years": modes.height, "mostly_ordinary": int(modes["trade_firm"].sum())}
