"""Section `moderators` of study.yml: the readings of moderators and mechanisms that the paper leaves open."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from egov_assets.platform.settings_file import Settings, read_section

SECTION = "moderators"


class ModeratorSettings(Settings):
    """Readings of method.md sections 9, 11 and 12; the defaults are the first reading it names."""

    upstreamness: Literal["open", "closed"] = Field(
        "open", description="output net of exports, imports and inventory changes, or gross output, as denominator"
    )
    gvc_top_share: float = Field(0.10, gt=0, lt=1, description="share of firm-years that gvc_firm calls upstream")
    sa_assets_in: Literal["million_cny", "thousand_cny"] = Field("million_cny", description="assets in the SA index")
    sa_sign: Literal["as_printed", "absolute"] = Field(
        "as_printed", description="SA index as the formula gives it (negative), or its absolute value"
    )
    regions: Literal["four", "three"] = Field(
        "four", description="of four regions the northeast is one, of three Liaoning is eastern"
    )
    policy_keyword: str = Field(
        "电子政务",
        min_length=2,
        description="what the title of a document must hold: e-government (paper 4.3(1)), or the name of a pilot list "
        "such as 智慧城市",
    )
    ftz_before: int = Field(
        2017, ge=2014, description="free-trade zones opened before this year count; all opened after the sample"
    )
    input_tariff: Literal["intermediates", "all_imports"] = Field(
        "intermediates", description="imports whose tariffs are averaged: intermediate goods (BEC), or all goods"
    )


def read_moderator_settings(study_file: Path) -> ModeratorSettings:
    """Section `moderators` of study.yml laid over the defaults.

    Raises  SettingsError listing every problem of the section
    """
    return read_section(ModeratorSettings, study_file, SECTION)
