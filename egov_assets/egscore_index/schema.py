"""The table this chapter hands on."""

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from egov_assets.study import SCORE_FIELDS


def _field(name: str) -> float:
    return pa.Field(nullable=True, ge=0, le=1, description=f"Score of {SCORE_FIELDS[name]}, 0 to 1")


class EgscoreIndex(pa.DataFrameModel):
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
    egscore: float = pa.Field(nullable=True, ge=0, le=1, description="Mean of the nine fields; missing if one is")

    _key: ClassVar[list[str]] = ["city_code", "year"]

    class Config:
        strict = True
