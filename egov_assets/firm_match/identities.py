"""Everything by which a firm can be recognised, in one form for both registers.

What belongs here: one row per register, firm and year with its name, keys and traits. Names and telephones are made
comparable here once, so that the steps compare columns only.
"""

import polars as pl

from egov_assets.firm_match.chinese_names import normalised_name
from egov_assets.firm_match.contacts import carried_forward, last_seven_digits, phone_fault, postal_code
from egov_assets.firm_match.name_parts import PARTS, name_key, name_parts
from egov_assets.firm_match.settings import FirmMatchSettings
from egov_assets.firm_match.swapped_names import firm_name
from egov_assets.platform.reference import table

CITY_DIGITS = 4  # GB/T 2260: the first four digits are the prefecture
FOREIGN_REGISTRATION = ("2", "3")  # first digit of the survey's registration type: Hong Kong, Macao, Taiwan; foreign
COLUMNS = (
    "register", "firm_id", "entity", "year", "printed_name", "name", *PARTS, "zip", "phone7", "phone_fault",
    "city", "is_foreign", "export_value_usd", "revenue_thousand_cny",
)  # fmt: skip


def firm_identities(
    customs: pl.DataFrame, survey: pl.DataFrame, panel_ids: pl.DataFrame, settings: FirmMatchSettings
) -> pl.DataFrame:
    """One row per register, firm and year (COLUMNS), sorted by register, year, firm_id.

    customs    clean_export_firms of all years; entity is the company_id
    survey     clean_firms of all years; entity is the panel_id
    panel_ids  as `firm_panel_ids` gives: survey_firm_id, year, panel_id
    name       what exact matching compares; phone7 of customs is carried forward to years that have none
    is_foreign with foreign, Hong Kong, Macao or Taiwan capital; null where the code says neither
    """
    foreign = table("firm_ownership_codes").filter(pl.col("domestic_foreign") == "foreign")["code"]
    domestic = table("firm_ownership_codes").filter(pl.col("domestic_foreign") == "domestic")["code"]
    ownership, registration = pl.col("ownership_code"), pl.col("registration_type_code").str.head(1)
    of_customs = customs.select(
        "year", "export_value_usd", "zip_code", "phone", "city_code",
        register=pl.lit("customs"), firm_id="company_id", entity="company_id", printed_name="company_name",
        is_foreign=pl.when(ownership.is_in(foreign.implode())).then(True)
        .when(ownership.is_in(domestic.implode())).then(False),
        revenue_thousand_cny=pl.lit(None, pl.Float64),
    )  # fmt: skip
    of_survey = survey.join(panel_ids, on=["survey_firm_id", "year"], how="left", validate="1:1").select(
        "year", "zip_code", "phone", "city_code", "revenue_thousand_cny",
        register=pl.lit("survey"), firm_id="survey_firm_id", entity="panel_id", printed_name=firm_name(),
        is_foreign=registration.is_in(FOREIGN_REGISTRATION), export_value_usd=pl.lit(None, pl.Float64),
    )  # fmt: skip
    both = pl.concat([of_customs, of_survey], how="diagonal").with_columns(
        spelled=normalised_name(pl.col("printed_name")),
        zip=postal_code(pl.col("zip_code")),
        phone7=last_seven_digits(pl.col("phone")),
        city=pl.col("city_code").str.head(CITY_DIGITS),
    )
    if settings.carry_phones:
        of_firm = pl.struct("register", "entity").alias("of_firm")
        both = both.with_columns(of_firm).with_columns(phone7=carried_forward("phone7", "of_firm"))
    distinct = both.select("spelled").unique().with_columns(parts=name_parts(pl.col("spelled")))
    named = both.join(distinct, on="spelled", how="left", nulls_equal=True)
    return (
        named.with_columns(
            name=name_key(pl.col("spelled"), pl.col("parts")),
            phone_fault=phone_fault("spelled", "phone7", "register", "year", "city"),
        )
        .unnest("parts")
        .select(COLUMNS)
        .sort("register", "year", "firm_id")
    )
