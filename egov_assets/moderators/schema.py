"""The tables this chapter hands on."""

from typing import ClassVar

import pandera.polars as pa
import polars as pl


class CityModerators(pa.DataFrameModel):
    """What hand-kept lists say of a city in a year."""

    city_code: str = pa.Field(str_matches=r"^\d{6}$", description="Prefecture, GB/T 2260, 6 digits")
    year: pl.Int32 = pa.Field(description="Year")
    sma_city: pl.Int32 = pa.Field(
        nullable=True,
        isin=(0, 1),
        description="1 = a document up to the last year names e-government; missing: no list",
    )
    sma_city_dated: pl.Int32 = pa.Field(
        nullable=True, isin=(0, 1), description="1 = from the year of the first such document on; missing: no list"
    )
    innov: float = pa.Field(nullable=True, ge=0, le=100, description="Innovation index, 0 to 100")

    _key: ClassVar[list[str]] = ["city_code", "year"]

    class Config:
        strict = True


class ExporterTradeModes(pa.DataFrameModel):
    """Under which customs mode a company exports in a year."""

    company_id: str = pa.Field(description="Customs registration number, 10 characters")
    year: pl.Int32 = pa.Field(description="Year of the exports")
    ordinary_share: float = pa.Field(ge=0, le=1, description="Ordinary trade in the value of lines that name a mode")
    trade_firm: pl.Int32 = pa.Field(isin=(0, 1), description="1 = mostly ordinary trade, else 0")

    _key: ClassVar[list[str]] = ["company_id", "year"]

    class Config:
        strict = True
