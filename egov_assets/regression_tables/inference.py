"""Section `inference` of study.yml: whose errors the tables carry, and how far apart cities are independent."""

from pathlib import Path

from pydantic import Field

from egov_assets.platform.settings_file import Settings, read_section
from egov_assets.regression_tables.clustered import Rule

SECTION = "inference"


class Inference(Settings):
    """Whose errors the tables carry. Every choice stands in `estimates.csv` whichever is printed."""

    errors: Rule = Field(
        "jackknife",
        description="of all tables: jackknife (CR3), sandwich (CR1 with our count), or as xtreg, reghdfe, fixest do",
    )
    conley_km: float = Field(
        300.0, gt=0, description="cities farther apart than this are taken as independent (Conley)"
    )


def read_inference(study_file: Path) -> Inference:
    """Section `inference` of study.yml laid over the defaults.

    Raises  SettingsError listing every problem of the section
    """
    return read_section(Inference, study_file, SECTION)
