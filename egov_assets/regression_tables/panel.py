"""The estimation sample: matched firm-years with quality, score, controls and instruments, in the paper's names."""

import polars as pl

from egov_assets.study import CONTROLS, NEIGHBOUR_COUNTS, SCORE_FIELDS

FIRM_YEAR = ["company_id", "year"]
CITY_YEAR = ["city_code", "year"]
PROVINCE_YEAR = ["province_code", "year"]


def firm_panel_of(
    match: pl.DataFrame,
    quality: pl.DataFrame,
    firms: pl.DataFrame,
    cities: pl.DataFrame,
    provinces: pl.DataFrame,
    index: pl.DataFrame,
    instruments: pl.DataFrame,
) -> pl.DataFrame:
    """One row per matched firm and year with a quality, sorted by company_id and year.

    match, quality, firms, cities, provinces, index, instruments  the lake tables of all years
    Logs     ln(x) of x > 0, missing otherwise: a minimum of 0.000 in table 1 is x = 1 (N-11)
    City     the survey's city, where the firm works; the customs city is where it registered
    Missing  score, controls and instruments are null where their source has no row; no row is dropped for it
    Source   method.md sections 4, 6 and 7
    """
    scores = index.select(*CITY_YEAR, "egscore", *SCORE_FIELDS)
    names = {f"ln_egscore_size{k}": f"egscore_size{k}" for k in NEIGHBOUR_COUNTS}
    return (
        quality.join(match, on=FIRM_YEAR, validate="1:1")
        .join(firms, on=["survey_firm_id", "year"], validate="m:1")
        .join(scores, on=CITY_YEAR, how="left", validate="m:1")
        .join(cities, on=CITY_YEAR, how="left", validate="m:1")
        .join(provinces, on=PROVINCE_YEAR, how="left", validate="m:1")
        .join(instruments.rename(names), on=CITY_YEAR, how="left", validate="m:1")
        .select(
            "company_id",
            "survey_firm_id",
            "year",
            "city_code",
            "province_code",
            "industry_2002_code",
            "qua",
            "ln_quality",
            "egscore",
            *SCORE_FIELDS,
            Con_wag=_ln(pl.col("wages_thousand_cny")) - _ln(pl.col("employees_persons")),
            Con_inc=_ln(pl.col("revenue_thousand_cny")),
            Con_exp=_ln(pl.col("export_delivery_thousand_cny")),
            Con_gdp=_ln(pl.col("gdp_per_head_cny")),
            Con_num=_ln(pl.col("industrial_firms")),
            Con_inf=_ln(pl.col("urban_broadband_10k_households")),
            **{name: name for name in names.values()},
        )
        .sort(FIRM_YEAR)
    )


def _ln(amount: pl.Expr) -> pl.Expr:
    """Natural log of a positive amount; missing for zero, negative and missing amounts."""
    return pl.when(amount > 0).then(amount.cast(pl.Float64).log())


def panel_summary(panel: pl.DataFrame) -> dict[str, int]:
    """Firm-years, firms and cities, and the firm-years with score and all controls, overall and by year."""
    complete = panel.drop_nulls(["egscore", *CONTROLS])
    by_year = complete.group_by("year").len().sort("year")
    return {
        "firms": panel["company_id"].n_unique(),
        "cities": panel["city_code"].n_unique(),
        "firm_years_with_score": panel["egscore"].count(),
        "firm_years_complete": complete.height,
        **{f"firm_years_complete_{year}": count for year, count in by_year.iter_rows()},
    }
