"""The four tables of this chapter."""

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from egov_assets.platform.contract import Table
from egov_assets.product_quality.coefficients import Rule
from egov_assets.product_quality.settings import OUTCOMES

HS6 = r"^\d{6}$"
_FLOWS = "clean_exports.export_value_usd clean_exports.quantity"  # unit value and quantity, in words of lineage
_THIN = "in markets of fewer flows than sparse_data.min_market_flows of section quality"
_OUTLYING = "Flows left out beforehand, by sparse_data.unit_value_mads of section quality"
_DEMAND = (
    "quality_coefficients.sigma quality_coefficients.divisor_sigma quality_coefficients.ln_gdp_coefficient "
    "quality_coefficients.min_ln_quality quality_coefficients.max_ln_quality"
)
_GDP = "clean_provinces.gdp_100m_cny"
_PRICE = "quality_moments.ln_price_elsewhere_x_ln_price_elsewhere quality_moments.ln_price_x_ln_price_elsewhere"


class QualityMoments(Table):
    """Sums of one product and year over usable flows; variables are deviations from the mean of the market."""

    hs6_2007_code: str = pa.Field(
        str_matches=HS6,
        description="Product, HS6 code of the oldest revision among the study's years (of the paper 2007)",
    )
    year: pl.Int32 = pa.Field(description="Year of the flows")
    flows: int = pa.Field(ge=0, description="Usable flows: firm x destination; 0 if no firm has two destinations")
    firms: int = pa.Field(ge=0, description="Firms with usable flows")
    cells: int = pa.Field(ge=0, description="Destinations with usable flows")
    export_value_usd: float = pa.Field(ge=0, description="Value of the usable flows, current USD")
    thin_market_flows: int = pa.Field(ge=0, description=f"Usable flows {_THIN}")
    thin_market_value_usd: float = pa.Field(ge=0, description=f"Value of the usable flows {_THIN}, current USD")
    outlying_flows: int = pa.Field(ge=0, description=_OUTLYING)
    outlying_value_usd: float = pa.Field(ge=0, description="Value of the outlying flows, current USD")
    ln_quantity_x_ln_quantity: float = pa.Field(ge=0, description="Sum of squares of ln quantity")
    ln_quantity_x_ln_price: float = pa.Field(description="Sum of products of ln quantity and ln unit value")
    ln_quantity_x_ln_price_elsewhere: float = pa.Field(description="Sum of products of ln quantity and the instrument")
    ln_quantity_x_ln_province_gdp: float = pa.Field(description="Sum of products of ln quantity and ln provincial GDP")
    ln_price_x_ln_price: float = pa.Field(ge=0, description="Sum of squares of ln unit value")
    ln_price_x_ln_price_elsewhere: float = pa.Field(description="Sum of products of ln unit value and the instrument")
    ln_price_x_ln_province_gdp: float = pa.Field(description="Sum of products of ln unit value and ln provincial GDP")
    ln_price_elsewhere_x_ln_price_elsewhere: float = pa.Field(ge=0, description="Sum of squares of the instrument")
    ln_price_elsewhere_x_ln_province_gdp: float = pa.Field(description="Sum of products of instrument and ln GDP")
    ln_province_gdp_x_ln_province_gdp: float = pa.Field(ge=0, description="Sum of squares of ln provincial GDP")

    _key: ClassVar[list[str]] = ["hs6_2007_code", "year"]
    _made_from: ClassVar[dict[str, str]] = {
        "flows": _FLOWS,
        "firms": "clean_exports.company_id",
        "cells": "clean_exports.destination_iso3",
        "export_value_usd": "clean_exports.export_value_usd",
        "thin_market_flows": "clean_exports.destination_iso3",
        "thin_market_value_usd": "clean_exports.export_value_usd clean_exports.destination_iso3",
        "outlying_flows": _FLOWS,
        "outlying_value_usd": _FLOWS,
        "ln_quantity_x_ln_quantity": "clean_exports.quantity",
        "ln_quantity_x_ln_price": _FLOWS,
        "ln_quantity_x_ln_price_elsewhere": _FLOWS,
        "ln_quantity_x_ln_province_gdp": f"clean_exports.quantity {_GDP}",
        "ln_price_x_ln_price": _FLOWS,
        "ln_price_x_ln_price_elsewhere": _FLOWS,
        "ln_price_x_ln_province_gdp": f"{_FLOWS} {_GDP}",
        "ln_price_elsewhere_x_ln_price_elsewhere": _FLOWS,
        "ln_price_elsewhere_x_ln_province_gdp": f"{_FLOWS} {_GDP}",
        "ln_province_gdp_x_ln_province_gdp": _GDP,
    }


class PooledMarkets(Table):
    """A product's exports to a destination in all years, as deviations from the mean of product and year."""

    hs6_2007_code: str = pa.Field(
        str_matches=HS6,
        description="Product, HS6 code of the oldest revision among the study's years (of the paper 2007)",
    )
    destination_iso3: str = pa.Field(description="Destination, ISO 3166 alpha-3")
    flows: int = pa.Field(ge=1, description="Usable flows of all years")
    ln_quantity: float = pa.Field(description="Mean of ln quantity less that of product and year")
    ln_price: float = pa.Field(description="Mean of ln unit value less that of product and year")
    ln_price_elsewhere: float = pa.Field(description="Mean of the instrument less that of product and year")
    ln_province_gdp: float = pa.Field(description="Mean of ln provincial GDP less that of product and year")

    _key: ClassVar[list[str]] = ["hs6_2007_code", "destination_iso3"]
    _made_from: ClassVar[dict[str, str]] = {
        "flows": _FLOWS,
        "ln_quantity": "clean_exports.quantity",
        "ln_price": _FLOWS,
        "ln_price_elsewhere": _FLOWS,
        "ln_province_gdp": _GDP,
    }


class QualityCoefficients(Table):
    """Demand estimates of one product over all years by the method of one outcome, and the bounds of its quality."""

    outcome: str = pa.Field(isin=OUTCOMES, description="Outcome whose method this is, as firm_quality names it")
    hs6_2007_code: str = pa.Field(
        str_matches=HS6,
        description="Product, HS6 code of the oldest revision among the study's years (of the paper 2007)",
    )
    flows: int = pa.Field(ge=0, description="Usable flows of all years")
    firms: int = pa.Field(ge=0, description="Firms with usable flows in any year")
    cells: int = pa.Field(ge=0, description="Destination-years with usable flows")
    export_value_usd: float = pa.Field(ge=0, description="Value of the usable flows of all years, current USD")
    thin_market_flows: int = pa.Field(ge=0, description=f"Usable flows {_THIN}")
    thin_market_value_usd: float = pa.Field(ge=0, description=f"Value of the usable flows {_THIN}, current USD")
    outlying_flows: int = pa.Field(ge=0, description=_OUTLYING)
    outlying_value_usd: float = pa.Field(ge=0, description="Value of the outlying flows, current USD")
    sigma_hat: float = pa.Field(
        nullable=True, description="Price elasticity of demand: minus the estimated coefficient of ln price"
    )
    sigma_std_error: float = pa.Field(
        nullable=True, ge=0, description="Heteroskedasticity-robust standard error of sigma_hat"
    )
    sigma_std_error_by_firm: float = pa.Field(
        nullable=True, ge=0, description="Standard error of sigma_hat clustered by firm, over all years"
    )
    first_stage_f: float = pa.Field(nullable=True, ge=0, description="Robust first-stage F of the price instrument")
    is_first_stage_weak: bool = pa.Field(
        nullable=True, description="First-stage F below sparse_data.min_first_stage_f of section quality"
    )
    is_sigma_at_most_one: bool = pa.Field(nullable=True, description="sigma_hat at most 1")
    is_sigma_insignificant: bool = pa.Field(
        nullable=True, description="Errors clustered by firm do not tell sigma_hat from 0 at 5 %"
    )
    rule: str = pa.Field(isin=[str(rule) for rule in Rule], description="What was done with the product, and why")
    sigma: float = pa.Field(nullable=True, description="Elasticity in the residual: sigma_hat, pooled or imposed")
    divisor_sigma: float = pa.Field(nullable=True, description="Log quality is the residual over this less one")
    ln_gdp_coefficient: float = pa.Field(
        nullable=True, description="Coefficient of ln provincial GDP; 0 where GDP is constant or left out"
    )
    min_ln_quality: float = pa.Field(nullable=True, description="Lower bound of log quality (or unit value), all years")
    max_ln_quality: float = pa.Field(nullable=True, description="Upper bound of log quality (or unit value), all years")

    _key: ClassVar[list[str]] = ["outcome", "hs6_2007_code"]
    _made_from: ClassVar[dict[str, str]] = {
        "sigma_hat": f"{_PRICE} quality_moments.ln_quantity_x_ln_price_elsewhere",
        "sigma_std_error": f"{_PRICE} {_FLOWS}",
        "sigma_std_error_by_firm": f"{_PRICE} {_FLOWS} clean_exports.company_id",
        "first_stage_f": f"{_PRICE} {_FLOWS}",
        "is_first_stage_weak": f"{_PRICE} {_FLOWS}",
        "is_sigma_at_most_one": f"{_PRICE} quality_moments.ln_quantity_x_ln_price_elsewhere",
        "is_sigma_insignificant": f"{_PRICE} {_FLOWS} clean_exports.company_id",
        "rule": f"{_PRICE} quality_moments.ln_quantity_x_ln_price_elsewhere quality_moments.flows",
        **dict.fromkeys(("sigma", "divisor_sigma"), f"{_PRICE} quality_moments.ln_quantity_x_ln_price_elsewhere"),
        "ln_gdp_coefficient": "quality_moments.ln_quantity_x_ln_province_gdp "
        "quality_moments.ln_province_gdp_x_ln_province_gdp",
        "min_ln_quality": f"{_FLOWS} {_GDP}",
        "max_ln_quality": f"{_FLOWS} {_GDP}",
    }


class ProductQuality(Table):
    """Quality of one flow: what it sells beyond what price, market and home province explain."""

    company_id: str = pa.Field(description="Customs registration number, 10 characters")
    hs6_2007_code: str = pa.Field(
        str_matches=HS6,
        description="Product, HS6 code of the oldest revision among the study's years (of the paper 2007)",
    )
    destination_iso3: str = pa.Field(description="Destination, ISO 3166 alpha-3")
    year: pl.Int32 = pa.Field(description="Year of the flow")
    export_value_usd: float = pa.Field(gt=0, description="Value, current USD: the weight of the flow in its firm-year")
    ln_unit_value: float = pa.Field(description="Log unit value, USD per statutory unit")
    ln_quality: float = pa.Field(
        description="Log quality by the method of qua: the deviation from the mean of product, destination, year; or "
        "the log unit value, where that is the method"
    )
    rquality: float = pa.Field(
        ge=0, le=1, description="Quality between the bounds of its product (or market, see quality.bounds), 0 to 1"
    )
    rquality_sub: float = pa.Field(nullable=True, ge=0, le=1, description="The same by the method of qua_sub")
    rquality_sub_imposed: float = pa.Field(
        nullable=True, ge=0, le=1, description="The same by the method of qua_sub_imposed"
    )
    runit_value: float = pa.Field(nullable=True, ge=0, le=1, description="Log unit value between its bounds, 0 to 1")

    _key: ClassVar[list[str]] = ["hs6_2007_code", "company_id", "year", "destination_iso3"]
    _made_from: ClassVar[dict[str, str]] = {
        "ln_unit_value": _FLOWS,
        **dict.fromkeys(
            ("ln_quality", "rquality", "rquality_sub", "rquality_sub_imposed"), f"{_FLOWS} {_GDP} {_DEMAND}"
        ),
        "runit_value": f"{_FLOWS} quality_coefficients.min_ln_quality quality_coefficients.max_ln_quality",
    }


class FirmQuality(Table):
    """Value-weighted quality of what one firm exports in a year."""

    company_id: str = pa.Field(description="Customs registration number, 10 characters")
    year: pl.Int32 = pa.Field(description="Year of the exports")
    qua: float = pa.Field(
        ge=0, le=1, description="Value-weighted mean of standardised quality, 0 to 1 (the paper's outcome)"
    )
    ln_quality: float = pa.Field(
        description="Value-weighted mean of log quality within product and market; free of scale"
    )
    qua_price: float = pa.Field(description="Value-weighted mean of log unit value, USD per statutory unit (table 4)")
    qua_sub: float = pa.Field(
        nullable=True, ge=0, le=1, description="As qua, by least squares without provincial GDP (table 4)"
    )
    qua_sub_imposed: float = pa.Field(nullable=True, ge=0, le=1, description="As qua, with an imposed sigma")
    qua_price_standardised: float = pa.Field(
        nullable=True, ge=0, le=1, description="Value-weighted mean of unit value between the bounds of its product"
    )
    flows: int = pa.Field(gt=0, description="Flows with quality")
    export_value_usd: float = pa.Field(gt=0, description="Value of the flows with quality, current USD")

    _key: ClassVar[list[str]] = ["company_id", "year"]
    _made_from: ClassVar[dict[str, str]] = {
        "qua": "product_quality.rquality product_quality.export_value_usd",
        "ln_quality": "product_quality.ln_quality product_quality.export_value_usd",
        "qua_price": "product_quality.ln_unit_value product_quality.export_value_usd",
        "qua_sub": "product_quality.rquality_sub product_quality.export_value_usd",
        "qua_sub_imposed": "product_quality.rquality_sub_imposed product_quality.export_value_usd",
        "qua_price_standardised": "product_quality.runit_value product_quality.export_value_usd",
        "flows": "product_quality.hs6_2007_code product_quality.destination_iso3",
    }
