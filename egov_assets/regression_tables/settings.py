"""`printing.yml` in the raw folder: how tables are printed."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from egov_assets.platform.settings_file import read_settings

FILE_NAME = "printing.yml"
Brackets = Literal["p_value", "statistic", "std_error"]


class Printing(BaseModel):
    """What journals differ in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    brackets: Brackets = Field("p_value", description="below each estimate: p-value (the paper), t statistic, or error")
    decimals: int = Field(3, ge=1, le=8, description="of estimates and brackets")


def read_printing(raw: Path) -> Printing:
    """The user's printing.yml, or the paper's way if the raw folder has none.

    Raises  SettingsError listing every problem of the file
    """
    path = raw / FILE_NAME
    return read_settings(Printing, path) if path.exists() else Printing()
