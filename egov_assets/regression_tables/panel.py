"""The estimation sample: matched firm-years with every variable of the tables, in the paper's names."""

from typing import cast

import polars as pl

from egov_assets.firm_match.settings import FirmMatchSettings
from egov_assets.moderators.exits import exit_rates, last_years, years_of_exports
from egov_assets.moderators.exports import export_kinds
from egov_assets.moderators.firms import firm_kinds
from egov_assets.moderators.industries import industry_kinds
from egov_assets.moderators.places import broadband_dummy, city_kinds
from egov_assets.moderators.settings import ModeratorSettings
from egov_assets.paper.study import CONTROLS, NEIGHBOUR_COUNTS, SCORE_FIELDS
from egov_assets.platform.reference import table

OUTCOMES = ("qua", "ln_quality", "qua_price", "qua_sub", "qua_sub_imposed", "qua_price_standardised")
OTHER_SCORES = ("egscore_entropy", "egscore_principal_component")
OTHER_INSTRUMENTS = ("IV_gov", "report_keyword_share", "ln_1_plus_keywords", "IV_int")
MODERATORS_OF_PLACES = ("eastern", "coa_city", "ftz_prov", "inf_dum")
MODERATORS_OF_INDUSTRIES = ("ind_type", "ind_tech")
TRAITS_OF_FIRMS = ("ln_age", "asset_firm", "SA_firm", "state_firm", "pri_firm", "foreign_firm")
LISTED_CITIES = ("sma_city", "sma_city_dated", "innov")
TRAITS_OF_EXPORTS = ("trade_firm", "exit", "exit_city", "exit_firm", "imp", "imp_pairs", "upstreamness", "gvc_firm")

COMPANY_YEAR = ["company_id", "year"]
RECORD = ["survey_firm_id", "year"]
FIRM_YEAR = ["firm_id", "year"]
CITY_YEAR = ["city_code", "year"]
PROVINCE_YEAR = ["province_code", "year"]


def firm_panel_of(
    match: pl.DataFrame,
    panel_ids: pl.DataFrame,
    quality: pl.DataFrame,
    firms: pl.DataFrame,
    cities: pl.DataFrame,
    provinces: pl.DataFrame,
    index: pl.DataFrame,
    score_variants: pl.DataFrame,
    instruments: pl.DataFrame,
    exports: pl.LazyFrame,
    city_lists: pl.DataFrame,
    trade_modes: pl.DataFrame,
    product_upstreamness: pl.DataFrame,
    tariffs: pl.DataFrame,
    matching: FirmMatchSettings,
    settings: ModeratorSettings,
) -> pl.DataFrame:
    """One row per matched firm and year with a quality, sorted by firm_id and year.

    All frames     the lake tables of all years; panel_ids is firm_panel_ids, score_variants egscore_variants,
                   city_lists city_moderators, trade_modes exporter_trade_modes, tariffs importer_tariffs;
                   product_upstreamness as `upstreamness_of_products` gives
    Firm     by `matching` the chain of survey records (panel_id), which a move to another city does not break, or the
             customs number
    Logs     ln(x) of x > 0, missing otherwise: a minimum of 0.000 in table 1 is x = 1 (N-11)
    City     the survey's city, where the firm works; the customs city is where it registered
    Missing  what comes from another table is null where that table has no row; no row is dropped for it
    Source   method.md sections 4, 6, 7, 9, 11 and 12
    """
    scores = index.select(*CITY_YEAR, "egscore", *SCORE_FIELDS)
    names = {f"ln_egscore_size{k}": f"egscore_size{k}" for k in NEIGHBOUR_COUNTS}
    industries = industry_kinds(table("gbt4754_2002"))
    kinds = export_kinds(exports, product_upstreamness, settings.gvc_top_share)
    places = city_kinds(table("prefectures"), table("ftz_provinces"), settings)
    firm_years = (
        quality.select(*COMPANY_YEAR, *OUTCOMES)
        .join(match, on=COMPANY_YEAR, validate="1:1")
        .join(panel_ids.select(*RECORD, "panel_id"), on=RECORD, validate="m:1")
        .with_columns(firm_id="panel_id" if matching.firm == "survey_chain" else "company_id")
        .join(firms, on=RECORD, validate="m:1")
        .join(firm_kinds(firms, settings), on=RECORD, validate="m:1")
        .join(kinds, on=COMPANY_YEAR, how="left", validate="1:1")
        .with_columns(division_2002_code=pl.col("industry_2002_code").str.slice(0, 2))
        .join(industries, on="division_2002_code", how="left", validate="m:1")
        .join(places, on="city_code", how="left", validate="m:1")
        .join(scores, on=CITY_YEAR, how="left", validate="m:1")
        .join(score_variants, on=CITY_YEAR, how="left", validate="m:1")
        .join(cities, on=CITY_YEAR, how="left", validate="m:1")
        .join(provinces, on=PROVINCE_YEAR, how="left", validate="m:1")
        .join(city_lists, on=CITY_YEAR, how="left", validate="m:1")
        .join(trade_modes, on=COMPANY_YEAR, how="left", validate="1:1")
        .join(broadband_dummy(provinces), on=PROVINCE_YEAR, how="left", validate="m:1")
        .join(instruments.rename(names), on=CITY_YEAR, how="left", validate="m:1")
        .join(tariffs.select(*COMPANY_YEAR, "input_tariff"), on=COMPANY_YEAR, how="left", validate="1:1")
    )
    exporting = years_of_exports(firm_years, kinds.select(COMPANY_YEAR))
    last_year = cast("int | None", kinds["year"].max())
    firm_years = firm_years.join(last_years(exporting, last_year), on=FIRM_YEAR, how="left", validate="m:1")
    for name, group in (("exit", "division_2002_code"), ("exit_city", "city_code")):
        rates = exit_rates(firm_years.select(*FIRM_YEAR, group), exporting, group, last_year).rename({"rate": name})
        firm_years = firm_years.join(rates, on=[group, "year"], how="left", validate="m:1")
    return firm_years.select(
        "firm_id",
        "company_id",
        "survey_firm_id",
        "year",
        "city_code",
        "province_code",
        "industry_2002_code",
        *OUTCOMES,
        "egscore",
        *SCORE_FIELDS,
        *OTHER_SCORES,
        Con_wag=_ln(pl.col("wages_thousand_cny")) - _ln(pl.col("employees_persons")),
        Con_inc=_ln(pl.col("revenue_thousand_cny")),
        Con_exp=_ln(pl.col("export_delivery_thousand_cny")),
        Con_gdp=_ln(pl.col("gdp_per_head_cny")),
        Con_num=_ln(pl.col("industrial_firms")),
        Con_inf=_ln(pl.col("urban_broadband_10k_households")),
        **{name: name for name in (*names.values(), *OTHER_INSTRUMENTS)},
        ln_students=_ln(pl.col("students_persons")),
        input_tariff="input_tariff",
        **{name: name for name in (*TRAITS_OF_FIRMS, *MODERATORS_OF_PLACES, *MODERATORS_OF_INDUSTRIES)},
        **{name: name for name in (*TRAITS_OF_EXPORTS, *LISTED_CITIES)},
        fdi=_ln(pl.col("fdi_10k_usd")),
    ).sort(FIRM_YEAR)


def _ln(amount: pl.Expr) -> pl.Expr:
    """Natural log of a positive amount; missing for zero, negative and missing amounts."""
    return pl.when(amount > 0).then(amount.cast(pl.Float64).log())


def panel_summary(panel: pl.DataFrame) -> dict[str, int]:
    """Firms and cities, firm-years with score, and with all controls by year."""
    complete = panel.drop_nulls(["egscore", *CONTROLS])
    by_year = complete.group_by("year").len().sort("year")
    return {
        "firms": panel["firm_id"].n_unique(),
        "cities": panel["city_code"].n_unique(),
        "firm_years_with_score": panel["egscore"].count(),
        "firm_years_complete": complete.height,
        **{f"firm_years_complete_{year}": count for year, count in by_year.iter_rows()},
    }
