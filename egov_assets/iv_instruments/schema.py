"""The table this chapter hands on."""

from typing import ClassVar

import pandera.polars as pa
import polars as pl


def _neighbour_mean(count: int) -> float:
    return pa.Field(nullable=True, le=0, description=f"Log of the mean egscore of the {count} nearest cities in GDP")


class IvInstruments(pa.DataFrameModel):
    """Instruments of one city and year."""

    city_code: str = pa.Field(str_matches=r"^\d{6}$", description="Prefecture, GB/T 2260, 6 digits")
    year: pl.Int32 = pa.Field(description="Year of score and GDP")
    ln_egscore_size5: float = _neighbour_mean(5)
    ln_egscore_size7: float = _neighbour_mean(7)
    ln_egscore_size10: float = _neighbour_mean(10)
    neighbours: int = pa.Field(
        ge=0, description="Cities of the province that can serve as neighbours; if fewer than k, all serve"
    )
    is_excluded: bool = pa.Field(description="Municipality or provincial capital: no instrument, no neighbour")

    _key: ClassVar[list[str]] = ["city_code", "year"]

    class Config:
        strict = True

    @pa.dataframe_check
    def an_excluded_city_has_no_instrument(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """Municipalities and provincial capitals are left out of table 6."""
        return data.lazyframe.select(~pl.col("is_excluded") | pl.col("ln_egscore_size5").is_null())
