"""The table this chapter hands on."""

from math import log
from typing import ClassVar

import pandera.polars as pa
import polars as pl

from egov_assets.iv_instruments.relevance import EXPECTED_SIGN
from egov_assets.paper.study import NEIGHBOUR_COUNTS, SCORE_FIELDS
from egov_assets.platform.contract import Table
from egov_assets.platform.years import YEARS


def _neighbour_mean(count: int) -> float:
    # The log of a mean is at most 0, that of a sum of the nine fields (score.composite) at most ln 9.
    return pa.Field(
        nullable=True,
        le=log(len(SCORE_FIELDS)),
        description=f"Log of the mean egscore of the {count} nearest cities in GDP",
    )


class WorkReportWords(Table):
    """Words and keywords of one report file, or why they are not counted."""

    source_file: str = pa.Field(unique=True, description="Path of the file below the raw folder")
    year: pl.Int32 = pa.Field(isin=YEARS, description="Year of the report")
    city_code: str = pa.Field(nullable=True, str_matches=r"^\d{6}$", description="Prefecture, GB/T 2260, 6 digits")
    words: pl.Int64 = pa.Field(nullable=True, ge=1, description="Words, without punctuation")
    keywords: pl.Int64 = pa.Field(nullable=True, ge=0, description="Terms of the lexicon, longest first, none twice")
    problem: str = pa.Field(nullable=True, description="Why the file does not count")

    _key: ClassVar[list[str]] = ["source_file"]
    _made_from: ClassVar[dict[str, str]] = {
        "city_code": "raw_work_reports.city_name reference/prefectures.code",
        "words": "raw_work_reports.text",
        "keywords": "raw_work_reports.text",
    }

    @pa.dataframe_check
    @classmethod
    def a_file_is_counted_or_has_a_problem(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """No file is lost."""
        return data.lazyframe.select(pl.col("keywords").is_null() != pl.col("problem").is_null())


class IvInstruments(Table):
    """Instruments of one city and year."""

    city_code: str = pa.Field(str_matches=r"^\d{6}$", description="Prefecture, GB/T 2260, 6 digits")
    year: pl.Int32 = pa.Field(description="Year of the score")
    ln_egscore_size5: float = _neighbour_mean(5)
    ln_egscore_size7: float = _neighbour_mean(7)
    ln_egscore_size10: float = _neighbour_mean(10)
    IV_gov: float = pa.Field(nullable=True, ge=0, description="Keywords in the city's work report of the year")
    report_keyword_share: float = pa.Field(nullable=True, ge=0, le=1, description="The same per word of the report")
    ln_1_plus_keywords: float = pa.Field(nullable=True, ge=0, description="The same as ln(1 + keywords)")
    IV_int: float = pa.Field(nullable=True, description="Terrain relief x ln domain names of the province (10,000)")
    neighbours: int = pa.Field(
        ge=0, description="Cities of the province that can serve as neighbours; if fewer than k, all serve"
    )
    is_excluded: bool = pa.Field(description="Municipality or provincial capital: no instrument, no neighbour")

    _key: ClassVar[list[str]] = ["city_code", "year"]
    _made_from: ClassVar[dict[str, str]] = {
        **dict.fromkeys(
            (f"ln_egscore_size{count}" for count in NEIGHBOUR_COUNTS),
            "egscore_index.egscore clean_cities.gdp_10k_cny reference/prefectures.province_code",
        ),
        "IV_gov": "work_report_words.keywords",
        "report_keyword_share": "work_report_words.keywords work_report_words.words",
        "ln_1_plus_keywords": "work_report_words.keywords",
        "IV_int": "clean_provinces.domain_names_10k reference/province_year_facts.domain_names_10k",
        "neighbours": "clean_cities.gdp_10k_cny reference/prefectures.province_code",
        "is_excluded": "reference/prefectures.code",
    }

    @pa.dataframe_check
    @classmethod
    def an_excluded_city_has_no_instrument(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """Municipalities and provincial capitals are left out of table 6."""
        return data.lazyframe.select(~pl.col("is_excluded") | pl.col("ln_egscore_size5").is_null())


class InstrumentRelevance(Table):
    """First stage of one instrument among cities, with city and year effects."""

    instrument: str = pa.Field(unique=True, description="Column of iv_instruments")
    city_years: pl.Int64 = pa.Field(ge=0, description="City-years of cities seen at least twice")
    cities: pl.Int64 = pa.Field(ge=0, description="Cities seen at least twice")
    slope: float = pa.Field(nullable=True, description="Change of egscore with the instrument")
    standard_error: float = pa.Field(nullable=True, ge=0, description="Of the slope, clustered by city")
    f_statistic: float = pa.Field(nullable=True, ge=0, description="Square of slope over standard error")
    expected_sign: pl.Int64 = pa.Field(isin=(-1, 1), description="Sign that the idea of the instrument implies")

    _key: ClassVar[list[str]] = ["instrument"]
    _made_from: ClassVar[dict[str, str]] = dict.fromkeys(
        ("slope", "standard_error", "f_statistic"),
        " ".join(["egscore_index.egscore", *(f"iv_instruments.{name}" for name in EXPECTED_SIGN)]),
    )
