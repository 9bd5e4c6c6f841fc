"""Section `matching` of study.yml: one switch per guard, and the steps beyond the two published ones."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from egov_assets.platform.settings_file import Settings, read_section

SECTION = "matching"


class FirmMatchSettings(Settings):
    """The baseline is the default: names, names of other years, postal code with telephone; every guard on."""

    least_shared_ids: Annotated[float, Field(ge=0.0, lt=1.0)] = Field(
        0.3,
        description="share of the organisation codes of a survey year that a neighbouring year must hold; 0 asks none",
    )
    cut_contradicted_links: bool = Field(
        False, description="do not link two survey records by a key against which all else speaks"
    )
    firm: Literal["survey_chain", "customs_number"] = Field(
        "survey_chain",
        description="what is one firm through the years: the chain of its survey records, which a move to another city "
        "does not break, or its customs number, which a mover loses",
    )
    carry_names: bool = Field(True, description="a firm is also known by its names of other years")
    carry_phones: bool = Field(True, description="customs telephones of earlier years serve years that have none")
    same_city: bool = Field(True, description="refuse pairs of two cities")
    common_name_core: bool = Field(True, description="refuse telephone pairs whose names share no rare token")
    same_unit: bool = Field(True, description="refuse pairs of a firm and its branch, or of two numbered plants")
    no_placeholder_phones: bool = Field(True, description="0000000, 1234567 and the like are no telephones")
    no_shared_phones: bool = Field(True, description="lines of more than three names are an agent's, no firm's")
    same_ownership: bool = Field(True, description="refuse pairs of a foreign-invested and a purely domestic firm")
    plausible_exports: bool = Field(True, description="refuse pairs whose customs exports exceed ten times the revenue")
    probabilistic: bool = Field(False, description="a last step by Splink for what is left; off in the baseline")
    least_probability: Annotated[float, Field(gt=0.5, lt=1.0)] = Field(
        0.95, description="of the probabilistic step; sensitivity levels are 0.90, 0.95 and 0.99"
    )


def read_match_settings(study_file: Path) -> FirmMatchSettings:
    """The study's choices: the defaults, with section `matching` of study.yml laid over them.

    Raises  SettingsError listing every problem of the section, each unknown key with the nearest known one
    """
    return read_section(FirmMatchSettings, study_file, SECTION)
