"""The table this chapter hands on."""

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from egov_assets.paper.study import SCORE_FIELDS
from egov_assets.platform.contract import Table

_ALL_FIELDS = " ".join(f"clean_egov_scores.{field}" for field in SCORE_FIELDS)


def _field(name: str) -> float:
    return pa.Field(nullable=True, ge=0, le=1, description=f"Score of {SCORE_FIELDS[name]}, 0 to 1")


class EgscoreIndex(Table):
    """Nine field scores of a city's government website and their mean."""

    city_code: str = pa.Field(str_matches=r"^\d{6}$", description="Prefecture, GB/T 2260, 6 digits")
    year: pl.Int32 = pa.Field(description="Year of the rating")
    egscore_idf: float = _field("egscore_idf")
    egscore_enp: float = _field("egscore_enp")
    egscore_tax: float = _field("egscore_tax")
    egscore_int: float = _field("egscore_int")
    egscore_emp: float = _field("egscore_emp")
    egscore_doc: float = _field("egscore_doc")
    egscore_tra: float = _field("egscore_tra")
    egscore_hou: float = _field("egscore_hou")
    egscore_dis: float = _field("egscore_dis")
    egscore: float = pa.Field(
        nullable=True,
        ge=0,
        le=len(SCORE_FIELDS),
        description="Weighted mean of the nine, 0 to 1, or by score.composite nine times that; missing if one is",
    )

    _key: ClassVar[list[str]] = ["city_code", "year"]
    _made_from: ClassVar[dict[str, str]] = {"egscore": _ALL_FIELDS}


class EgscoreVariants(Table):
    """The score of a city and year under weights that the data suggest."""

    city_code: str = pa.Field(str_matches=r"^\d{6}$", description="Prefecture, GB/T 2260, 6 digits")
    year: pl.Int32 = pa.Field(description="Year of the rating")
    egscore_entropy: float = pa.Field(description="Mean under entropy weights")
    egscore_principal_component: float = pa.Field(description="Mean under weights of the first principal component")

    _key: ClassVar[list[str]] = ["city_code", "year"]
    _made_from: ClassVar[dict[str, str]] = dict.fromkeys(
        ("egscore_entropy", "egscore_principal_component"), _ALL_FIELDS
    )


def _weight() -> float:
    return pa.Field(description="Weight in the mean; the weights sum to 1")


class EgscoreReadings(Table):
    """Another way to make one score of the nine fields, against the score of the study."""

    reading: str = pa.Field(unique=True, description="Weights, or another producer with equal weights")
    city_years: pl.Int64 = pa.Field(ge=0, description="City-years that both have")
    rank_correlation: float = pa.Field(
        nullable=True, ge=-1.000001, le=1.000001, description="Spearman's, with the study's"
    )
    correlation: float = pa.Field(nullable=True, ge=-1.000001, le=1.000001, description="Pearson's, likewise")
    weight_idf: float = _weight()
    weight_enp: float = _weight()
    weight_tax: float = _weight()
    weight_int: float = _weight()
    weight_emp: float = _weight()
    weight_doc: float = _weight()
    weight_tra: float = _weight()
    weight_hou: float = _weight()
    weight_dis: float = _weight()

    _key: ClassVar[list[str]] = ["reading"]
    _made_from: ClassVar[dict[str, str]] = {
        "reading": "clean_egov_scores.producer",
        **dict.fromkeys(("rank_correlation", "correlation"), _ALL_FIELDS),
        **dict.fromkeys((f"weight_{field.removeprefix('egscore_')}" for field in SCORE_FIELDS), _ALL_FIELDS),
    }
