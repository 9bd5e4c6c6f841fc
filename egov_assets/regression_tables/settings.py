"""`printing.yml` in the raw folder: how tables are printed."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from egov_assets.platform.settings_file import Settings, read_chapter_settings

FILE_NAME = "printing.yml"
Brackets = Literal["p_value", "statistic", "std_error"]


class Printing(Settings):
    """What journals differ in."""

    brackets: Brackets = Field("p_value", description="below each estimate: p-value (the paper), t statistic, or error")
    decimals: int = Field(3, ge=1, le=8, description="of estimates and brackets")


def read_printing(raw: Path) -> Printing:
    """The user's printing.yml, or the paper's way if the raw folder has none.

    Raises  SettingsError listing every problem of the file
    """
    return read_chapter_settings(Printing, raw, FILE_NAME)
