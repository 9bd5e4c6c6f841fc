"""`instruments.yml` in the raw folder: the readings of the instruments that the paper leaves open."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from egov_assets.platform.settings_file import Settings, StudyYear, read_chapter_settings

FILE_NAME = "instruments.yml"


class InstrumentSettings(Settings):
    """Readings of method.md section 10; the defaults are the first reading it names."""

    large_cities: Literal["excluded", "only_neighbours", "included"] = Field(
        "excluded", description="municipalities and provincial capitals: left out, only neighbours to others, or kept"
    )
    gdp_distance: Literal["absolute", "logarithmic"] = Field("absolute", description="nearest in GDP, or in its log")
    gdp_base_year: StudyYear | None = Field(
        None,
        description="nearest by the GDP of this year in every year; none: by the GDP of the same year",
    )
    too_few_neighbours: Literal["use_all", "no_instrument"] = Field(
        "use_all", description="a city with fewer than k candidates in its province"
    )
    domain_names_lag_years: int = Field(
        0, ge=0, le=3, description="0: the province yearbook; more: the shipped series, which begins in 2011"
    )


def read_instrument_settings(raw: Path) -> InstrumentSettings:
    """The user's instruments.yml, or the defaults if the raw folder has none.

    Raises  SettingsError listing every problem of the file
    """
    return read_chapter_settings(InstrumentSettings, raw, FILE_NAME)
