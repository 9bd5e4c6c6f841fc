"""The tables of this chapter: the estimation sample, its description, and tidy estimates."""

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from egov_assets.paper.study import NEIGHBOUR_COUNTS, SCORE_FIELDS
from egov_assets.platform.contract import Table


def _score(name: str) -> float:
    return pa.Field(nullable=True, ge=0, le=1, description=f"Score of {SCORE_FIELDS[name]}, 0 to 1")


def _log(description: str) -> float:
    return pa.Field(nullable=True, description=f"Log of {description}; missing unless positive")


def _dummy(description: str) -> pl.Int32:
    return pa.Field(nullable=True, isin=(0, 1), description=f"1 = {description}, else 0")


def _exit_rate(of: str) -> float:
    described = f"Share of the {of}'s exporters of the year before that export no more; missing in the first year"
    return pa.Field(nullable=True, ge=0, le=1, description=described)


def _neighbours(count: int) -> float:
    return pa.Field(nullable=True, description=f"Instrument: log mean score of the {count} nearest cities in GDP")


class FirmPanel(Table):
    """One matched exporter in a year, in the paper's names."""

    firm_id: str = pa.Field(description="The firm of the fixed effects: its chain in the survey, or its customs number")
    company_id: str = pa.Field(description="Customs registration number of the year")
    survey_firm_id: str = pa.Field(description="Organisation code of the firm survey")
    year: pl.Int32 = pa.Field(description="Year")
    city_code: str = pa.Field(nullable=True, description="City of the survey record, GB/T 2260, 6 digits")
    province_code: str = pa.Field(nullable=True, description="Province of the survey record, 6 digits")
    industry_2002_code: str = pa.Field(nullable=True, description="Industry, GB/T 4754-2002, 4 digits")
    qua: float = pa.Field(ge=0, le=1, description="Export quality, 0 to 1")
    ln_quality: float = pa.Field(description="Log export quality within product and market; free of scale")
    qua_price: float = pa.Field(description="Value-weighted mean of log unit value, USD per statutory unit")
    qua_sub: float = pa.Field(nullable=True, ge=0, le=1, description="As qua, by least squares without provincial GDP")
    qua_sub_imposed: float = pa.Field(nullable=True, ge=0, le=1, description="As qua, with an imposed sigma")
    qua_price_standardised: float = pa.Field(nullable=True, ge=0, le=1, description="Unit value, 0 to 1 by product")
    egscore: float = pa.Field(
        nullable=True, ge=0, le=len(SCORE_FIELDS), description="Digital-government score of the city, 0 to 1 as a mean"
    )
    egscore_idf: float = _score("egscore_idf")
    egscore_enp: float = _score("egscore_enp")
    egscore_tax: float = _score("egscore_tax")
    egscore_int: float = _score("egscore_int")
    egscore_emp: float = _score("egscore_emp")
    egscore_doc: float = _score("egscore_doc")
    egscore_tra: float = _score("egscore_tra")
    egscore_hou: float = _score("egscore_hou")
    egscore_dis: float = _score("egscore_dis")
    egscore_entropy: float = pa.Field(nullable=True, description="The score under entropy weights")
    egscore_principal_component: float = pa.Field(
        nullable=True, description="The score under weights of the first principal component"
    )
    Con_wag: float = _log("wages per employee, thousand CNY")
    Con_inc: float = _log("firm revenue, thousand CNY")
    Con_exp: float = _log("export delivery value, thousand CNY")
    Con_gdp: float = _log("GDP per head of the city, CNY")
    Con_num: float = _log("number of industrial enterprises of the city")
    Con_inf: float = _log("urban broadband subscribers of the province, 10,000 households")
    egscore_size5: float = _neighbours(5)
    egscore_size7: float = _neighbours(7)
    egscore_size10: float = _neighbours(10)
    IV_gov: float = pa.Field(nullable=True, ge=0, description="Instrument: keywords in the city's work report")
    report_keyword_share: float = pa.Field(nullable=True, ge=0, le=1, description="The same per word of the report")
    ln_1_plus_keywords: float = pa.Field(nullable=True, ge=0, description="The same as ln(1 + keywords)")
    IV_int: float = pa.Field(nullable=True, description="Instrument: terrain relief x ln domain names of the province")
    ln_students: float = _log("students of regular colleges of the city, persons")
    input_tariff: float = pa.Field(nullable=True, ge=0, description="Mean tariff on imported inputs, percent")
    ln_age: float = _log("age of the firm, years")
    asset_firm: float = _log("total assets, thousand CNY")
    SA_firm: float = pa.Field(nullable=True, description="SA index of assets and age; unit and sign by moderators")
    state_firm: pl.Int32 = _dummy("state-owned by registration type")
    pri_firm: pl.Int32 = _dummy("private by registration type")
    foreign_firm: pl.Int32 = _dummy("foreign or Hong Kong, Macao, Taiwan by registration type")
    eastern: pl.Int32 = _dummy("city in the eastern region")
    coa_city: pl.Int32 = _dummy("coastal city")
    ftz_prov: pl.Int32 = _dummy("province with a free-trade zone opened by 2016, after the sample")
    inf_dum: pl.Int32 = _dummy("urban broadband of the province at or above the mean of the year's provinces")
    ind_type: pl.Int32 = _dummy("labour-intensive industry, of manufacturing")
    ind_tech: pl.Int32 = _dummy("high-tech industry")
    trade_firm: pl.Int32 = _dummy("exports mostly under ordinary trade")
    exit: float = _exit_rate("industry division")
    exit_city: float = _exit_rate("city")
    exit_firm: pl.Int32 = _dummy("last year with exports; missing in the last year of the study")
    imp: float = _log("number of exported HS6 products")
    imp_pairs: float = _log("number of exported product-destination pairs")
    upstreamness: float = pa.Field(nullable=True, ge=1, description="Stages to final use, mean over the firm's exports")
    gvc_firm: pl.Int32 = _dummy("upstreamness in the highest share of exporters, a tenth by default")
    fdi: float = _log("foreign capital used by the city, 10,000 USD")
    sma_city: pl.Int32 = _dummy("city with an e-government document in the years of the study")
    sma_city_dated: pl.Int32 = _dummy("city from the year of its first e-government document on")
    innov: float = pa.Field(nullable=True, ge=0, le=100, description="Innovation index of the city, 0 to 100")

    _key: ClassVar[list[str]] = ["firm_id", "year"]
    _made_from: ClassVar[dict[str, str]] = {
        "year": "firm_quality.year",
        "firm_id": "firm_panel_ids.panel_id firm_match.company_id",
        "company_id": "firm_match.company_id",
        "survey_firm_id": "firm_match.survey_firm_id",
        "city_code": "clean_firms.city_code",
        "province_code": "clean_firms.province_code",
        "Con_wag": "clean_firms.wages_thousand_cny clean_firms.employees_persons",
        "Con_inc": "clean_firms.revenue_thousand_cny",
        "Con_exp": "clean_firms.export_delivery_thousand_cny",
        "Con_gdp": "clean_cities.gdp_per_head_cny",
        "Con_num": "clean_cities.industrial_firms",
        "Con_inf": "clean_provinces.urban_broadband_10k_households",
        **{f"egscore_size{count}": f"iv_instruments.ln_egscore_size{count}" for count in NEIGHBOUR_COUNTS},
        "ln_students": "clean_cities.students_persons",
        "ln_age": "clean_firms.opening_year",
        "asset_firm": "clean_firms.total_assets_thousand_cny",
        "SA_firm": "clean_firms.total_assets_thousand_cny clean_firms.opening_year",
        **dict.fromkeys(("state_firm", "pri_firm", "foreign_firm"), "clean_firms.registration_type_code"),
        **dict.fromkeys(("eastern", "coa_city", "ftz_prov"), "clean_firms.city_code reference/prefectures.code"),
        "inf_dum": "clean_provinces.urban_broadband_10k_households",
        **dict.fromkeys(("ind_type", "ind_tech"), "clean_firms.industry_2002_code"),
        "exit": "clean_exports.company_id clean_firms.industry_2002_code",
        "exit_city": "clean_exports.company_id clean_firms.city_code",
        "exit_firm": "clean_exports.company_id clean_exports.year",
        "imp": "clean_exports.hs6_2007_code",
        "imp_pairs": "clean_exports.hs6_2007_code clean_exports.destination_iso3",
        **dict.fromkeys(
            ("upstreamness", "gvc_firm"),
            "clean_exports.export_value_usd sector_stages.upstreamness_open sector_stages.upstreamness_closed",
        ),
        "fdi": "clean_cities.fdi_10k_usd",
    }

    @pa.dataframe_check
    @classmethod
    def a_survey_firm_is_one_exporter(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """No survey firm stands for two exporters of a year."""
        return data.lazyframe.select(pl.len().over("survey_firm_id", "year") == 1)


class PanelCoverage(Table):
    """Firm-years that have a variable, by year."""

    variable: str = pa.Field(description="Column of firm_panel")
    year: pl.Int32 = pa.Field(description="Calendar year")
    firm_years: pl.Int64 = pa.Field(ge=1, description="Firm-years of the panel in the year")
    observed: pl.Int64 = pa.Field(ge=0, description="Of these with a value")
    share: float = pa.Field(ge=0, le=1, description="observed over firm_years")

    _key: ClassVar[list[str]] = ["variable", "year"]


class CitiesUnmatched(Table):
    """A city whose rows found no partner in a year."""

    problem: str = pa.Field(description="An unknown name in a source's files, or firms without score or yearbook")
    year: pl.Int32 = pa.Field(description="Calendar year")
    city_name: str = pa.Field(description="As the file spells it, or the name of the firms' city; none if it has none")
    city_code: str = pa.Field(nullable=True, description="City of the firms, GB/T 2260, 6 digits")
    rows: pl.Int64 = pa.Field(ge=1, description="Rows of the files, or firm-years of the panel")
    nearest_known_name: str = pa.Field(nullable=True, description="For an unknown name, the known one most like it")

    _key: ClassVar[list[str]] = ["problem", "year", "city_name", "city_code"]


class Descriptives(Table):
    """Table 1: one variable on its own non-missing firm-years."""

    variable: str = pa.Field(description="Name in the paper")
    n: int = pa.Field(ge=0, description="Firm-years with the variable")
    mean: float = pa.Field(nullable=True, description="Mean")
    sd: float = pa.Field(nullable=True, ge=0, description="Standard deviation, divisor n - 1")
    min: float = pa.Field(nullable=True, description="Lowest value")
    max: float = pa.Field(nullable=True, description="Highest value")

    _key: ClassVar[list[str]] = ["variable"]


class Estimates(Table):
    """One term of one column under one variant of estimation and inference."""

    table: str = pa.Field(description="Table, by name: table_02")
    column: str = pa.Field(description="Printed number of the column, without brackets")
    variant: str = pa.Field(
        description="Reading of the column, clusters of the errors, their rule where it is not the study's"
    )
    term: str = pa.Field(description="Regressor; _cons is the constant, a:b a product, D.x a change on the year before")
    estimate: float = pa.Field(nullable=True, description="Coefficient; missing if there is none, see reason")
    std_error: float = pa.Field(nullable=True, ge=0, description="Clustered standard error, by section inference")
    statistic: float = pa.Field(nullable=True, description="t statistic")
    p_value: float = pa.Field(
        nullable=True, ge=0, le=1, description="Two-sided, t with clusters - 1 degrees of freedom"
    )
    ci_low: float = pa.Field(nullable=True, description="Lower end of the 95 % interval")
    ci_high: float = pa.Field(nullable=True, description="Upper end of the 95 % interval")
    wild_p_value: float = pa.Field(
        nullable=True,
        ge=0,
        le=1,
        description="p-value by wild cluster bootstrap, if effective clusters are below 50",
    )
    wild_low: float = pa.Field(nullable=True, description="Lower end of the bootstrap's 95 % interval; may be infinite")
    wild_high: float = pa.Field(nullable=True, description="Upper end of the bootstrap's 95 % interval")
    robust_p_value: float = pa.Field(
        nullable=True, ge=0, le=1, description="p_value, but Anderson-Rubin's for an instrumented treatment"
    )
    n: int = pa.Field(ge=0, description="Observations used; 0 if the column cannot be estimated")
    n_clusters: int = pa.Field(ge=0, description="Clusters")
    effective_clusters: float = pa.Field(
        nullable=True, ge=1 - 1e-9, description="Equal clusters that would tell as much of the term"
    )
    r2_within: float = pa.Field(
        nullable=True, le=1, description="R2 after the effects are taken out; missing without effects"
    )
    r2: float = pa.Field(nullable=True, le=1, description="Overall R2; missing with an instrument")
    effective_f: float = pa.Field(
        nullable=True, ge=0, description="First-stage F by city clusters (Montiel Olea-Pflueger = Kleibergen-Paap here)"
    )
    tf_low: float = pa.Field(nullable=True, description="Lower end of the tF interval; infinite where F is at most 4")
    tf_high: float = pa.Field(nullable=True, description="Upper end of the tF interval")
    ar_p_value: float = pa.Field(nullable=True, ge=0, le=1, description="Anderson-Rubin p-value of no effect")
    moderator: float = pa.Field(
        nullable=True, description="Value of the moderator at which the effect is, in variants named at_..."
    )
    years: str = pa.Field(nullable=True, description="Years of the observations, in the variant that is printed")
    firms: int = pa.Field(nullable=True, ge=1, description="Firms, as years")
    firms_seen_again: int = pa.Field(
        nullable=True, ge=0, description="Firms in two years or more, which tell an effect within firms; as years"
    )
    singletons: int = pa.Field(
        nullable=True, ge=0, description="Observations alone in the absorbed effect, which tell nothing; as years"
    )
    outcome_mean: float = pa.Field(nullable=True, description="Mean of the outcome; as years")
    outcome_sd: float = pa.Field(nullable=True, ge=0, description="Standard deviation of the outcome; as years")
    ar_shape: str = pa.Field(
        nullable=True,
        isin=("interval", "two rays", "line"),
        description="Shape of the Anderson-Rubin 95 % set; two rays: all but what lies between the ends",
    )
    ar_low: float = pa.Field(nullable=True, description="Lower end of the Anderson-Rubin set")
    ar_high: float = pa.Field(nullable=True, description="Upper end of the Anderson-Rubin set")
    reason: str = pa.Field(
        nullable=True,
        description="Why there is no estimate: an id of regression_tables/words.yml, with its values as JSON",
    )

    _key: ClassVar[list[str]] = ["table", "column", "variant", "term"]


class RobustInference(Table):
    """One method of inference for one term of a headline column, or of a table's products."""

    table: str = pa.Field(description="Table, by name: table_02")
    column: str = pa.Field(description="Printed number of the column, without brackets")
    term: str = pa.Field(description="Regressor; a:b a product")
    method: str = pa.Field(description="As in docs/inference.md")
    estimate: float = pa.Field(nullable=True, description="Coefficient; of oster what is left of it")
    std_error: float = pa.Field(nullable=True, ge=0, description="Standard error; missing if its square is negative")
    p_value: float = pa.Field(nullable=True, ge=0, le=1, description="Two-sided; of romano_wolf for the whole table")
    low: float = pa.Field(nullable=True, description="Lower end of the 95 % interval, or the lowest estimate")
    high: float = pa.Field(nullable=True, description="Upper end of the 95 % interval, or the highest estimate")
    value: float = pa.Field(nullable=True, description="Robustness value, or Oster's delta")
    detail: str = pa.Field(
        nullable=True, description="Provinces without which the estimate is lowest and highest, 6 digits each"
    )

    _key: ClassVar[list[str]] = ["table", "column", "term", "method"]


class SpecificationCurve(Table):
    """The effect of the score under one combination of open choices, with firm and year effects."""

    outcome: str = pa.Field(description="Variable of firm_panel that is explained")
    controls: str = pa.Field(description="Which controls: none, firm, place, all")
    sample: str = pa.Field(description="Which firm-years, see samples.py")
    estimator: str = pa.Field(description="least_squares, or the instrument used")
    cluster: str = pa.Field(description="Clusters of the errors")
    estimate: float = pa.Field(description="Standard deviations of the outcome per unit of the score")
    std_error: float = pa.Field(ge=0, description="Clustered standard error, same unit")
    p_value: float = pa.Field(ge=0, le=1, description="Two-sided")
    ci_low: float = pa.Field(description="Lower end of the 95 % interval")
    ci_high: float = pa.Field(description="Upper end of the 95 % interval")
    n: int = pa.Field(gt=0, description="Observations")
    combinations: int = pa.Field(ge=1, description="Combinations of controls and samples that are this regression")

    _key: ClassVar[list[str]] = ["outcome", "controls", "sample", "estimator", "cluster"]
