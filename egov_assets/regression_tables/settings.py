"""Section `printing` of study.yml: how tables are printed."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from egov_assets.platform.settings_file import Settings, read_section

SECTION = "printing"
Brackets = Literal["p_value", "statistic", "std_error"]


class Printing(Settings):
    """What journals differ in."""

    brackets: Brackets = Field("p_value", description="below each estimate: p-value (the paper), t statistic, or error")
    decimals: int = Field(3, ge=1, le=8, description="of estimates and brackets")


def read_printing(study_file: Path) -> Printing:
    """Section `printing` of study.yml laid over the paper's way.

    Raises  SettingsError listing every problem of the section
    """
    return read_section(Printing, study_file, SECTION)
