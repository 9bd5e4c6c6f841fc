"""Tables about the cleaning that Python makes; the clean tables themselves are defined in dbt_project/."""

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from egov_assets.clean.plausibility import FIGURES
from egov_assets.clean.units import CONVERTED, KEPT, LEFT_OUT
from egov_assets.platform.contract import Table
from egov_assets.platform.years import YEARS


class SampleAttrition(Table):
    """One step from raw rows to a clean table, with what is left behind it."""

    year: pl.Int32 = pa.Field(isin=YEARS, description="data year")
    source: str = pa.Field(description="source")
    step: str = pa.Field(description="00 read, then the cuts in order, 99 clean")
    reason: str = pa.Field(
        description="why rows were removed: an id of clean/words.yml, with values as JSON where the study sets them"
    )
    rows_removed: pl.Int64 = pa.Field(ge=0, description="raw rows removed")
    firms_removed: pl.Int64 = pa.Field(nullable=True, description="different firms among the rows removed")
    value_removed_usd: pl.Float64 = pa.Field(nullable=True, description="value of the customs lines removed, USD")
    rows_left: pl.Int64 = pa.Field(ge=0, description="raw rows left")
    value_left_usd: pl.Float64 = pa.Field(nullable=True, description="value of the customs lines left, USD")

    _key: ClassVar[list[str]] = ["year", "source", "step", "reason"]
    _made_from: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("rows_removed", "rows_left"), "sample_flow.rows"),
        "firms_removed": "sample_flow.firms",
        **dict.fromkeys(("value_removed_usd", "value_left_usd"), "sample_flow.value_usd"),
    }

    class Config(Table.Config):
        ordered = True


class UnitChanges(Table):
    """A product that different years count in different units, in one of these years."""

    hs6_2007_code: str = pa.Field(
        str_matches=r"^\d{6}$",
        description="product, HS6 code of the oldest revision among the study's years (of the paper 2007)",
    )
    year: pl.Int32 = pa.Field(isin=YEARS, description="year of the exports")
    unit: str = pa.Field(description="unit of the year's quantities")
    export_value_usd: pl.Float64 = pa.Field(ge=0, description="clean exports of the product in the year, current USD")
    flows: pl.Int64 = pa.Field(ge=0, description="rows of clean_exports of the product in the year")
    product_unit: str = pa.Field(description="unit of most export value over all years, in which quality counts")
    product_units: pl.Float64 = pa.Field(
        nullable=True, gt=0, description="how many of product_unit one unit of the year is; missing if no multiple"
    )
    treatment: str = pa.Field(
        isin=[KEPT, CONVERTED, LEFT_OUT], description="what quality does with the flows of the product in the year"
    )

    _key: ClassVar[list[str]] = ["hs6_2007_code", "year"]
    _made_from: ClassVar[dict[str, str]] = {
        "product_unit": "clean_product_units.unit clean_product_units.export_value_usd",
        "product_units": "clean_product_units.base_units clean_product_units.base_unit",
        "treatment": "clean_product_units.unit clean_product_units.base_unit clean_product_units.export_value_usd",
    }


class SurveyPlausibility(Table):
    """One statistic of one figure of the survey in one year."""

    year: pl.Int32 = pa.Field(isin=YEARS, description="survey year")
    test: str = pa.Field(description="first digits | second digits | ends in 00 | same as the year before")
    figure: str = pa.Field(description="column of clean_firms")
    firms: pl.Int64 = pa.Field(ge=1, description="values tested")
    statistic: pl.Float64 = pa.Field(
        ge=0, description="digits: mean absolute deviation from Benford's law; else the share of values"
    )
    limit: pl.Float64 = pa.Field(nullable=True, description="value above which a year is suspect; none if not judged")
    is_suspect: pl.Boolean = pa.Field(nullable=True, description="the statistic is above its limit")

    _key: ClassVar[list[str]] = ["year", "test", "figure"]
    _made_from: ClassVar[dict[str, str]] = dict.fromkeys(
        ("statistic", "is_suspect"), " ".join(f"clean_firms.{figure}" for figure in FIGURES)
    )

    class Config(Table.Config):
        ordered = True
