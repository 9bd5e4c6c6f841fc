"""The table this chapter hands on."""

from typing import ClassVar

import pandera.polars as pa
import polars as pl


class FirmMatch(pa.DataFrameModel):
    """One customs firm and one survey firm that are the same firm in a year."""

    company_id: str = pa.Field(description="Customs registration number, 10 characters")
    survey_firm_id: str = pa.Field(description="Organisation code of the firm survey")
    year: pl.Int32 = pa.Field(description="Year of both records")
    method: str = pa.Field(isin=["name", "zip_phone"], description="Rule that found the pair")
    customs_name: str = pa.Field(nullable=True, description="Name as the customs record has it")
    survey_name: str = pa.Field(nullable=True, description="Name as the survey has it")

    _key: ClassVar[list[str]] = ["company_id", "year"]

    class Config:
        strict = True

    @pa.dataframe_check
    def a_survey_firm_has_one_customs_firm(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """One-to-one: no survey firm stands in two pairs of a year."""
        return data.lazyframe.select(pl.len().over("survey_firm_id", "year") == 1)
