"""Hand-made customs and survey firms, matched as the assets match them."""

import polars as pl

from egov_assets.firm_match.identities import firm_identities
from egov_assets.firm_match.match import accepted_pairs, match_candidates
from egov_assets.firm_match.panel_ids import firm_panel_ids
from egov_assets.firm_match.schema import FirmIdentities, FirmMatch, FirmMatchCandidates
from egov_assets.firm_match.settings import FirmMatchSettings

CUSTOMS = {
    "company_id": pl.String, "company_name": pl.String, "zip_code": pl.String, "phone": pl.String,
    "city_code": pl.String, "year": pl.Int32, "ownership_code": pl.String, "export_value_usd": pl.Float64,
}  # fmt: skip
SURVEY = {
    "survey_firm_id": pl.String, "firm_name": pl.String, "zip_code": pl.String, "phone": pl.String,
    "city_code": pl.String, "year": pl.Int32, "registration_type_code": pl.String, "revenue_thousand_cny": pl.Float64,
    "legal_person": pl.String, "region_code": pl.String, "industry_2002_code": pl.String, "opening_year": pl.Int32,
}  # fmt: skip


def customs(*rows: tuple, year: int = 2011, ownership: str = "6", value: float = 1e6) -> pl.DataFrame:
    """company_id, name, zip, phone, city; the other columns are the same for all rows."""
    return _frame([(*row, year, ownership, value) for row in rows], CUSTOMS)


def survey(*rows: tuple, year: int = 2011, registration: str = "173", revenue: float = 1e5) -> pl.DataFrame:
    """survey_firm_id, name, zip, phone, city; nothing in common between years but id and name."""
    return _frame([(*row, year, registration, revenue, None, None, None, None) for row in rows], SURVEY)


def candidates(
    customs_firms: pl.DataFrame, survey_firms: pl.DataFrame, year: int = 2011, **switches: object
) -> pl.DataFrame:
    """What was considered in the year, by valid tables."""
    settings = FirmMatchSettings(**switches)
    identities = firm_identities(customs_firms, survey_firms, firm_panel_ids(survey_firms), settings)
    FirmIdentities.validate(identities)
    found = match_candidates(identities, year, settings)
    FirmMatchCandidates.validate(found)
    FirmMatch.validate(accepted_pairs(found))
    return found


def pairs(customs_firms: pl.DataFrame, survey_firms: pl.DataFrame, year: int = 2011, **switches: object) -> list[tuple]:
    """company_id, survey_firm_id and step of the accepted pairs."""
    found = accepted_pairs(candidates(customs_firms, survey_firms, year, **switches))
    return found.select("company_id", "survey_firm_id", "method").rows()


def refused(
    customs_firms: pl.DataFrame, survey_firms: pl.DataFrame, year: int = 2011, **switches: object
) -> list[tuple]:
    """company_id and outcome of the pairs that were not accepted."""
    found = candidates(customs_firms, survey_firms, year, **switches)
    return found.filter(pl.col("outcome") != "accepted").select("company_id", "outcome").rows()


def _frame(rows: list[tuple], schema: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")
