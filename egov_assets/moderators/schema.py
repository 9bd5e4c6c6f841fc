"""The tables this chapter hands on."""

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from egov_assets.platform.contract import Table


class CityModerators(Table):
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


class ExporterTradeModes(Table):
    """Under which customs mode a company exports in a year."""

    company_id: str = pa.Field(description="Customs registration number, 10 characters")
    year: pl.Int32 = pa.Field(description="Year of the exports")
    ordinary_share: float = pa.Field(ge=0, le=1, description="Ordinary trade in the clean exports whose mode is known")
    trade_firm: pl.Int32 = pa.Field(isin=(0, 1), description="1 = mostly ordinary trade, else 0")

    _key: ClassVar[list[str]] = ["company_id", "year"]
    _made_from: ClassVar[dict[str, str]] = dict.fromkeys(
        ("ordinary_share", "trade_firm"), "clean_export_modes.trade_mode_code clean_export_modes.export_value_usd"
    )


class SectorStages(Table):
    """How far one sector's product is from final use."""

    sector_code: str = pa.Field(unique=True, description="Sector of the input-output table")
    sector_name: str = pa.Field(description="Its name as printed")
    gross_output_10k_cny: float = pa.Field(ge=0, description="Gross output, 10,000 CNY")
    upstreamness_open: float = pa.Field(ge=1, description="Stages to final use, net exports and inventories corrected")
    upstreamness_closed: float = pa.Field(ge=1, description="Stages to final use, without these corrections")

    _key: ClassVar[list[str]] = ["sector_code"]
    _made_from: ClassVar[dict[str, str]] = dict.fromkeys(
        ("gross_output_10k_cny", "upstreamness_open", "upstreamness_closed"), "raw_input_output.value_10k_cny"
    )


class ImporterTariffs(Table):
    """The tariff one company meets in a year."""

    company_id: str = pa.Field(description="Customs registration number, 10 characters")
    year: pl.Int32 = pa.Field(description="Year of the imports")
    input_tariff: float = pa.Field(ge=0, description="Mean tariff on imported inputs, weighted by value, percent")
    tariffed_import_value_usd: float = pa.Field(gt=0, description="Imports that have a tariff, current USD")

    _key: ClassVar[list[str]] = ["company_id", "year"]
    _made_from: ClassVar[dict[str, str]] = {
        "input_tariff": "clean_imports.import_value_usd raw_tariffs.tariff_percent",
        "tariffed_import_value_usd": "clean_imports.import_value_usd",
    }
