"""Section `instruments` of study.yml: the readings of the instruments that the paper leaves open."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from egov_assets.platform.settings_file import Settings, read_section
from egov_assets.platform.years import StudyYear

SECTION = "instruments"


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


def read_instrument_settings(study_file: Path) -> InstrumentSettings:
    """Section `instruments` of study.yml laid over the defaults.

    Raises  SettingsError listing every problem of the section
    """
    return read_section(InstrumentSettings, study_file, SECTION)
