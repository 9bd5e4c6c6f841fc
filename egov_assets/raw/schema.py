"""The raw tables: what each column of a user's file is called here. Everything is text until the clean chapter."""

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from egov_assets.paper.study import SCORE_FIELDS
from egov_assets.platform.contract import Table
from egov_assets.platform.years import YEARS


def text(description: str, nullable: bool = True) -> str:
    """A column of text as it stands in the file."""
    return pa.Field(nullable=nullable, description=description)


class RawRows(Table):
    """Where a row comes from."""

    source_file: str = text("path of the file below the raw folder", nullable=False)
    source_row: pl.Int64 = pa.Field(ge=1, description="data row in the file, 1 = first row below the header")
    year: pl.Int32 = pa.Field(isin=YEARS, description="data year of the file")

    _key: ClassVar[list[str]] = ["source_file", "source_row"]

    class Config(Table.Config):
        ordered = True


class RawCustoms(RawRows):
    """One line of a customs file."""

    dialect: str = text("dialect the file was recognised as", nullable=False)
    period: str = text("month or year of the line, as printed")
    flow: str = text("import or export, as printed (words or 1 = import, 0 = export)")
    hs8_code: str = text("commodity code as printed; numeric copies have lost leading zeros")
    company_id: str = text("customs company id, 10 characters")
    company_name: str = text("company name")
    place: str = text("domestic place of origin or destination")
    address: str = text("company address")
    zip_code: str = text("postal code")
    phone: str = text("telephone")
    customs_port: str = text("customs port")
    ownership_label: str = text("ownership, in words")
    partner: str = text("destination or origin country: customs code or Chinese name")
    trade_mode: str = text("trade mode, words or code")
    transit_country: str = text("transit country")
    unit: str = text("unit of quantity; absent in the 2007-2011 copies")
    value_usd: str = text("value, USD, as printed")
    quantity: str = text("quantity in the unit of the line, as printed")


class RawFirmSurvey(RawRows):
    """One row of a survey file; the 2010 figures come as rows of their own (dialect questionnaire_finance)."""

    dialect: str = text("dialect the file was recognised as", nullable=False)
    period: str = text("year of the row, where the copy has a column for it")
    survey_firm_id: str = text("organisation code")
    firm_name: str = text("firm name")
    legal_person: str = text("legal representative")
    region_code: str = text("GB/T 2260 code, 6 or 12 digits")
    zip_code: str = text("postal code")
    phone: str = text("telephone")
    industry_code: str = text("GB/T 4754 class, revision of the year")
    registration_type_code: str = text("registration type, 3 digits")
    opening_year: str = text("year of opening")
    opening_month: str = text("month of opening")
    employees_persons: str = text("employees, persons")
    revenue_thousand_cny: str = text("main business revenue, thousand CNY")
    wages_thousand_cny: str = text("wages payable, thousand CNY")
    export_delivery_thousand_cny: str = text("export delivery value, thousand CNY")
    total_assets_thousand_cny: str = text("total assets, thousand CNY")
    current_assets_thousand_cny: str = text("current assets, thousand CNY")
    fixed_assets_thousand_cny: str = text("fixed assets, thousand CNY")
    paid_in_capital_thousand_cny: str = text("paid-in capital, thousand CNY")


class RawEgovScores(RawRows):
    """One city of a published ranking of government websites."""

    city_name: str = text("city, as printed")
    producer: str = text("who evaluated and published")
    egscore_idf: str = text(f"score of {SCORE_FIELDS['egscore_idf']}, 0 to 1")
    egscore_enp: str = text(f"score of {SCORE_FIELDS['egscore_enp']}, 0 to 1")
    egscore_tax: str = text(f"score of {SCORE_FIELDS['egscore_tax']}, 0 to 1")
    egscore_int: str = text(f"score of {SCORE_FIELDS['egscore_int']}, 0 to 1")
    egscore_emp: str = text(f"score of {SCORE_FIELDS['egscore_emp']}, 0 to 1")
    egscore_doc: str = text(f"score of {SCORE_FIELDS['egscore_doc']}, 0 to 1")
    egscore_tra: str = text(f"score of {SCORE_FIELDS['egscore_tra']}, 0 to 1")
    egscore_hou: str = text(f"score of {SCORE_FIELDS['egscore_hou']}, 0 to 1")
    egscore_dis: str = text(f"score of {SCORE_FIELDS['egscore_dis']}, 0 to 1")


class RawCityYearbook(RawRows):
    """One figure of a city yearbook."""

    city_name: str = text("city, as printed", nullable=False)
    indicator: str = text("indicator, as printed, without its unit", nullable=False)
    block: str = text("全市 whole prefecture or 市辖区 districts only", nullable=False)
    unit: str = text("unit, as printed")
    value: str = text("figure, as printed")

    _key: ClassVar[list[str]] = ["source_file", "source_row", "indicator", "block"]


class RawProvinceYearbook(RawRows):
    """One figure of a province yearbook."""

    province_name: str = text("province, as printed")
    indicator: str = text("indicator, as printed")
    unit: str = text("unit, as printed")
    value: str = text("figure, as printed")


class RawWorkReports(Table):
    """The running text of one file of the work reports, or why it cannot be used."""

    source_file: str = pa.Field(unique=True, description="Path of the file below the raw folder")
    year: pl.Int32 = pa.Field(
        isin=YEARS, description="Year of the file: the report reviews the year before, plans this"
    )
    city_name: str = pa.Field(description="City as the file's name has it")
    encoding: str = pa.Field(nullable=True, description="Encoding the file was read in")
    text: str = pa.Field(nullable=True, description="Text without page headers and line breaks")
    problem: str = pa.Field(nullable=True, description="Why the file cannot be used")

    _key: ClassVar[list[str]] = ["source_file"]


class RawInputOutput(Table):
    """One cell of the input-output table: what a sector supplies to a use."""

    source_file: str = pa.Field(description="File of the table")
    sector_code: str = pa.Field(description="Sector that supplies")
    sector_name: str = pa.Field(description="Its name as printed")
    item: str = pa.Field(description="Sector that uses, or a total of the supplying sector")
    value_10k_cny: float = pa.Field(description="Amount, 10,000 CNY at producer prices")

    _key: ClassVar[list[str]] = ["sector_code", "item"]


class RawTariffs(Table):
    """The tariff of one product in one year, as listed."""

    source_file: str = pa.Field(description="Path of the file below the raw folder")
    source_row: pl.Int64 = pa.Field(ge=1, description="Row below the header")
    year: pl.Int32 = pa.Field(description="Year of the tariff")
    hs6_code: str = pa.Field(str_matches=r"^\d{6}$", description="Product, HS of the year's revision, 6 digits")
    tariff_percent: float = pa.Field(ge=0, description="Applied ad valorem rate, percent")

    _key: ClassVar[list[str]] = ["year", "hs6_code"]


class FileInventory(Table):
    """One file that feeds a year, or all years if its path names none."""

    source_file: str = text("path of the file below the raw folder", nullable=False)
    year: pl.Int32 = pa.Field(isin=YEARS, description="year that the file feeds")
    size_bytes: pl.Int64 = pa.Field(ge=0, description="size, bytes")
    sha256: str = text("SHA-256 of the file's bytes", nullable=False)

    _key: ClassVar[list[str]] = ["source_file"]

    class Config(Table.Config):
        ordered = True


def file_columns(schema: type[pa.DataFrameModel]) -> list[str]:
    """The canonical columns of a raw table that come from the file itself."""
    own = ("source_file", "source_row", "year", "dialect")
    return [column for column in schema.to_schema().columns if column not in own]
