"""Instruments, year by year."""

import polars as pl

from egov_assets.iv_instruments.neighbours import neighbour_instruments
from egov_assets.iv_instruments.schema import IvInstruments
from egov_assets.orchestration.lake_asset import lake_asset
from egov_assets.reference import table


@lake_asset(schema=IvInstruments, group="iv_instruments", by_year=True)
def iv_instruments(egscore_index: pl.DataFrame, clean_cities: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Instruments for the score of a city: log mean score of its 5, 7 and 10 nearest cities in GDP, same province.

    Source  method.md section 10, instrument A
    """
    instruments = neighbour_instruments(egscore_index, clean_cities, table("prefectures"))
    return instruments, {
        "cities": instruments.height,
        "cities_excluded": instruments["is_excluded"].sum(),
        "cities_with_instrument": instruments["ln_egscore_size5"].count(),
    }
