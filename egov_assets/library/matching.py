"""Firms of two registers paired by name, postal code and telephone, with a verdict on every pair considered."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from egov_assets.firm_match.identities import firm_identities
from egov_assets.firm_match.match import accepted_pairs, match_candidates
from egov_assets.firm_match.settings import FirmMatchSettings
from egov_assets.library.frames import Columns, taken


@dataclass(frozen=True)
class FirmMatches:
    """pairs: as `accepted_pairs` gives; candidates: as `match_candidates`; report: pairs by year, step and outcome."""

    pairs: pl.DataFrame
    candidates: pl.DataFrame
    report: pl.DataFrame


def match_firms(
    customs: Any,
    survey: Any,
    *,
    customs_id: str = "company_id",
    survey_id: str = "survey_firm_id",
    year: str = "year",
    name: str = "name",
    zip_code: str | None = None,
    phone: str | None = None,
    city: str | None = None,
    exports_usd: str | None = None,
    revenue_thousand_cny: str | None = None,
    settings: FirmMatchSettings | None = None,
) -> FirmMatches:
    """One-to-one pairs of each year, by steps; a guard whose column is not given refuses nothing.

    customs, survey  one row per firm and year; what both have goes by one name in both; an id is kept through years
    city             GB/T 2260 code
    settings         steps and guards (docs/firm_match.md), by default those of the platform
    Raises           UnusableFrame listing every problem
    Source           Tian & Yu 2013; domain.md 3.2 to 3.5
    """
    settings = settings or FirmMatchSettings()
    both: Columns = {
        "year": (year, "year"),
        "zip_code": (zip_code, "code"),
        "phone": (phone, "code"),
        "city_code": (city, "code"),
    }
    of_trader: Columns = {
        "company_id": (customs_id, "code"),
        "company_name": (name, "code"),
        "ownership_code": (None, "code"),
        "export_value_usd": (exports_usd, "number"),
    }
    of_firm: Columns = {
        "survey_firm_id": (survey_id, "code"),
        "firm_name": (name, "code"),
        "legal_person": (None, "code"),
        "registration_type_code": (None, "code"),
        "revenue_thousand_cny": (revenue_thousand_cny, "number"),
    }
    traders = taken(customs, "customs", {**of_trader, **both}, key=("company_id", "year"))
    firms = taken(survey, "survey", {**of_firm, **both}, key=("survey_firm_id", "year"))
    own_ids = firms.select("survey_firm_id", "year", panel_id="survey_firm_id")
    identities = firm_identities(traders, firms, own_ids, settings)
    years = identities["year"].unique().sort()
    candidates = pl.concat(match_candidates(identities, each, settings) for each in years)
    report = candidates.group_by("year", "step", "outcome").agg(pairs=pl.len()).sort("year", "step", "outcome")
    return FirmMatches(accepted_pairs(candidates), candidates, report)
