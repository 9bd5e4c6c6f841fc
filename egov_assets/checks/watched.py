"""The tables whose years are compared, and what is followed in each."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from egov_assets.paper.study import SCORE_FIELDS
from egov_assets.raw.own_sources import OwnSource, declared_or_none


@dataclass(frozen=True)
class Watched:
    """What is compared of a table.

    totals, distinct  columns whose sum, and whose number of values, is compared
    unit      columns that name what is met again in other years: a firm, a city (which stands first)
    measures  numbers followed by unit, added up within it
    codes     coded columns followed by unit, the most frequent within it
    codes_counted_by  how often a row's codes occur, where a row is not one occurrence
    measures_are_shares  they run from 0 to 1 and are compared by difference, not by ratio
    units_are_places     few, known by name and there in every year: each place and cell is judged by itself
    is_profiled  its rows and distributions are compared, not its units alone
    not_profiled      columns that say where a row stands and how it is printed, which differ from year to year
    taken_every_year  column that tells the rows which every year takes; they alone are profiled
    """

    unit: tuple[str, ...]
    totals: tuple[str, ...] = ()
    distinct: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    codes_counted_by: str | None = None
    measures_are_shares: bool = False
    units_are_places: bool = False
    is_profiled: bool = True
    not_profiled: tuple[str, ...] = ()
    taken_every_year: str | None = None


FLOW_FIGURES = ("export_value_usd", "quantity")
WATCHED = {
    "clean_exports": Watched(
        unit=("company_id",),
        totals=("export_value_usd",),  # quantities add up pieces and kilograms
        distinct=("company_id", "hs6_2007_code", "destination_iso3"),
        measures=FLOW_FIGURES,
    ),
    "clean_export_firms": Watched(
        unit=("company_id",), distinct=("company_name",), codes=("city_code", "ownership_code")
    ),
    "clean_imports": Watched(
        unit=("company_id",),
        distinct=("company_id", "hs6_2007_code"),
        measures=("import_value_usd",),
    ),
    "clean_export_modes": Watched(
        unit=("company_id",), codes=("trade_mode_code",), codes_counted_by="lines", is_profiled=False
    ),
    "clean_firms": Watched(
        unit=("survey_firm_id",),
        distinct=("survey_firm_id", "firm_name"),
        measures=(
            "employees_persons",
            "revenue_thousand_cny",
            "wages_thousand_cny",
            "export_delivery_thousand_cny",
            "total_assets_thousand_cny",
        ),
        codes=("city_code", "industry_2002_code", "registration_type_code"),
        taken_every_year="is_above_threshold_of_2011",
    ),
    "clean_cities": Watched(
        unit=("city_code",),
        distinct=("city_code",),
        measures=("gdp_10k_cny", "gdp_per_head_cny", "industrial_firms", "fdi_10k_usd", "students_persons"),
        units_are_places=True,
    ),
    "clean_provinces": Watched(
        unit=("province_code",),
        distinct=("province_code",),
        measures=("gdp_100m_cny", "urban_broadband_10k_households", "domain_names_10k"),
        units_are_places=True,
    ),
    "clean_egov_scores": Watched(
        unit=("city_code", "producer"),
        distinct=("city_code",),
        measures=tuple(SCORE_FIELDS),
        measures_are_shares=True,
        units_are_places=True,
    ),
}


def watched_tables(study_file: Path | None) -> Mapping[str, Watched]:
    """The tables that a study watches: those of every study, and those of its own sources."""
    return WATCHED | {f"raw_{name}": _watched(own) for name, own in declared_or_none(study_file).items()}


def _watched(own: OwnSource) -> Watched:
    # Figures of any sign and scale have no ratio from year to year that would tell a fault: their distributions and
    # shares of missing ones are followed by the profile.
    as_printed = [name for name in own.headers if name not in own.columns]
    return Watched(
        unit=(own.code,),
        distinct=(own.code,),
        not_profiled=("source_file", "source_row", *as_printed, "rejected"),
    )
