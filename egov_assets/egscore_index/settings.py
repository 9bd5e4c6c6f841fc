"""Section `score` of study.yml: whose ratings the study uses, and how much each field counts."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from egov_assets.paper.study import SCORE_FIELDS, SCORE_PRODUCER
from egov_assets.platform.settings_file import Settings, read_section

SECTION = "score"
EQUAL_WEIGHTS = dict.fromkeys(SCORE_FIELDS, 1.0)


class ScoreSettings(Settings):
    """Readings of method.md section 6."""

    producer: str = Field(SCORE_PRODUCER, description="whose ratings; names as in the score files (评测机构)")
    composite: Literal["mean", "sum"] = Field(
        "mean", description="weighted mean of the nine fields, 0 to 1, or the printed sum (EQ-02), nine times that"
    )
    weights: dict[str, Annotated[float, Field(ge=0)]] = Field(
        EQUAL_WEIGHTS, description="weight of each of the nine fields in the mean; egscore_readings lists others"
    )

    @field_validator("weights")
    @classmethod
    def _every_field_has_one(cls, weights: dict[str, float]) -> dict[str, float]:
        if unknown := sorted(set(weights) - set(SCORE_FIELDS)):
            raise ValueError(f"no field of the score: {', '.join(unknown)}; the fields are {', '.join(SCORE_FIELDS)}")
        if missing := [field for field in SCORE_FIELDS if field not in weights]:
            raise ValueError(f"no weight for {', '.join(missing)}; give 0 to leave a field out")
        if not sum(weights.values()):
            raise ValueError("all weights are 0; give at least one field a weight")
        return weights


def read_score_settings(study_file: Path) -> ScoreSettings:
    """Section `score` of study.yml laid over the defaults.

    Raises  SettingsError listing every problem of the section
    """
    return read_section(ScoreSettings, study_file, SECTION)
