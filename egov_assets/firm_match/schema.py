"""The tables of this chapter: who is who inside the survey, what is compared, what was considered, what was matched."""

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from egov_assets.firm_match.match import STEPS
from egov_assets.firm_match.name_parts import PARTS
from egov_assets.firm_match.panel_ids import STEPS as PANEL_STEPS
from egov_assets.platform.contract import Table

_COMPANY_ID = "Customs registration number, 10 characters"
_SURVEY_FIRM_ID = "Organisation code of the firm survey"
_PROBABILITY = "Probability of the pair by the probabilistic step, 0 to 1; missing for the exact steps"
_EVIDENCE = "What agreed: the name, or postal code and telephone"
_NAMES = "clean_export_firms.company_name clean_firms.firm_name clean_firms.legal_person"  # two are swapped in a copy

_COMPARED = ("core", "zip", "city", "trade", "form", "unit", "phone7", "is_foreign")  # by the probabilistic step


def _identities(*columns: str) -> str:
    return " ".join(f"firm_identities.{column}" for column in columns)


class FirmPanelIds(Table):
    """One survey record and the id its firm keeps through all years."""

    survey_firm_id: str = pa.Field(description=_SURVEY_FIRM_ID)
    year: pl.Int32 = pa.Field(description="Year of the record")
    panel_id: str = pa.Field(description="Organisation code and year of the chain's first record")
    linked_by: str = pa.Field(
        nullable=True,
        isin=list(PANEL_STEPS),
        description="Key that linked the record to an earlier year; none if first",
    )
    linked_year: pl.Int32 = pa.Field(nullable=True, description="Year of the record before in the chain")
    is_contradicted: bool = pa.Field(
        nullable=True,
        description="The link rests on its key alone: of three or more other traits known of both records none agrees",
    )

    _key: ClassVar[list[str]] = ["survey_firm_id", "year"]
    _made_from: ClassVar[dict[str, str]] = {
        "panel_id": "clean_firms.survey_firm_id clean_firms.year",
        "linked_year": "clean_firms.year",
        "is_contradicted": " ".join(
            f"clean_firms.{column}"
            for column in (
                "survey_firm_id",
                "firm_name",
                "legal_person",
                "phone",
                "region_code",
                "opening_year",
                "zip_code",
            )
        ),
    }

    @pa.dataframe_check
    @classmethod
    def a_panel_firm_has_one_record_a_year(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """No chain passes through one year twice."""
        return data.lazyframe.select(pl.len().over("panel_id", "year") == 1)


class FirmIdentities(Table):
    """One firm of one register in a year, with all by which it can be recognised."""

    register: str = pa.Field(isin=["customs", "survey"], description="Register of the record")
    firm_id: str = pa.Field(description="company_id in customs, survey_firm_id in the survey")
    entity: str = pa.Field(description="What the firm keeps through the years: company_id, or panel_id of the survey")
    year: pl.Int32 = pa.Field(description="Year of the record")
    printed_name: str = pa.Field(nullable=True, description="Name as the register has it")
    name: str = pa.Field(nullable=True, description="Name in one spelling and one wording of its place")
    place: str = pa.Field(nullable=True, description="Prefecture or province in the name; empty if none")
    county: str = pa.Field(nullable=True, description="District, county or town in the name; empty if none")
    core: str = pa.Field(nullable=True, description="What is left of the name: its own part")
    trade: str = pa.Field(nullable=True, description="Trade words of the name; empty if none")
    form: str = pa.Field(nullable=True, description="Legal form in the name; empty if none")
    unit: str = pa.Field(nullable=True, description="Branch or numbered plant in the name; empty if none")
    zip: str = pa.Field(nullable=True, description="Postal code, 6 digits")
    phone7: str = pa.Field(
        nullable=True, description="Last seven digits of the telephone, of an earlier year if needed"
    )
    phone_fault: str = pa.Field(
        nullable=True, isin=["placeholder", "shared"], description="Why the telephone identifies nobody"
    )
    city: str = pa.Field(nullable=True, description="Prefecture, first 4 digits of GB/T 2260")
    is_foreign: bool = pa.Field(nullable=True, description="Capital from abroad, Hong Kong, Macao or Taiwan")
    export_value_usd: float = pa.Field(nullable=True, ge=0, description="Customs exports of the year, USD")
    revenue_thousand_cny: float = pa.Field(nullable=True, description="Survey revenue, thousand CNY")

    _key: ClassVar[list[str]] = ["register", "year", "firm_id"]
    _made_from: ClassVar[dict[str, str]] = {
        "firm_id": "clean_export_firms.company_id clean_firms.survey_firm_id",
        "entity": "clean_export_firms.company_id firm_panel_ids.panel_id",
        **dict.fromkeys(("printed_name", "name", *PARTS), _NAMES),
        "zip": "clean_export_firms.zip_code clean_firms.zip_code",
        "phone7": "clean_export_firms.phone clean_firms.phone",
        "phone_fault": f"clean_export_firms.phone clean_firms.phone {_NAMES}",
        "city": "clean_export_firms.city_code clean_firms.city_code",
        "is_foreign": "clean_export_firms.ownership_code clean_firms.registration_type_code "
        "reference/firm_ownership_codes.domestic_foreign",
    }


class FirmMatchCandidates(Table):
    """One pair that a step considered, and its verdict."""

    year: pl.Int32 = pa.Field(description="Year of both records")
    step: str = pa.Field(isin=STEPS, description="Step that found the pair")
    company_id: str = pa.Field(description=_COMPANY_ID)
    survey_firm_id: str = pa.Field(
        nullable=True, description=f"{_SURVEY_FIRM_ID}; missing where the key leads to several"
    )
    outcome: str = pa.Field(description="accepted, or the guard that refused the pair")
    evidence: str = pa.Field(nullable=True, description=_EVIDENCE)
    probability: float = pa.Field(nullable=True, ge=0, le=1, description=_PROBABILITY)
    customs_name: str = pa.Field(nullable=True, description="Name as the customs record has it")
    survey_name: str = pa.Field(nullable=True, description="Name as the survey has it")
    export_value_usd: float = pa.Field(ge=0, description="Customs exports of the firm in the year, USD")

    _key: ClassVar[list[str]] = ["year", "step", "company_id", "survey_firm_id"]
    _made_from: ClassVar[dict[str, str]] = {
        "company_id": "firm_identities.firm_id",
        "survey_firm_id": "firm_identities.firm_id",
        "outcome": _identities(
            "city", "place", "core", "unit", "is_foreign", "phone_fault", "export_value_usd", "revenue_thousand_cny"
        ),
        "evidence": _identities("name", *_COMPARED),
        "probability": _identities(*_COMPARED),
        "customs_name": "firm_identities.printed_name",
        "survey_name": "firm_identities.printed_name",
    }


class FirmMatch(Table):
    """One customs firm and one survey firm that are the same firm in a year."""

    company_id: str = pa.Field(description=_COMPANY_ID)
    survey_firm_id: str = pa.Field(description=_SURVEY_FIRM_ID)
    year: pl.Int32 = pa.Field(description="Year of both records")
    method: str = pa.Field(isin=STEPS, description="Step that found the pair")
    evidence: str = pa.Field(nullable=True, description=_EVIDENCE)
    probability: float = pa.Field(nullable=True, ge=0, le=1, description=_PROBABILITY)
    customs_name: str = pa.Field(nullable=True, description="Name as the customs record has it")
    survey_name: str = pa.Field(nullable=True, description="Name as the survey has it")

    _key: ClassVar[list[str]] = ["company_id", "year"]
    _made_from: ClassVar[dict[str, str]] = {"method": "firm_match_candidates.step"}

    @pa.dataframe_check
    @classmethod
    def a_survey_firm_has_one_customs_firm(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """One-to-one: no survey firm stands in two pairs of a year."""
        return data.lazyframe.select(pl.len().over("survey_firm_id", "year") == 1)


class FirmMatchReport(Table):
    """One outcome of one step, or of one class of customs firms, in a year."""

    year: pl.Int32 = pa.Field(description="Year")
    section: str = pa.Field(
        isin=["step", "all", "matched by size", "matched by ownership", "matched by city"],
        description="What the rows of a section are split by",
    )
    item: str = pa.Field(description="Step, or class of the customs firm (exports in USD, ownership, city code)")
    outcome: str = pa.Field(
        description="By step: candidates, accepted or what refused; else the matching step, unmatched"
    )
    pairs: int = pa.Field(ge=1, description="Pairs considered; for classes of firms, firms")
    firms: int = pa.Field(ge=1, description="Distinct customs firms")
    export_value_usd: float = pa.Field(ge=0, description="Exports of these firms in the year, USD")
    value_share: float = pa.Field(ge=0, le=1, description="Their share of the year's customs exports")

    _key: ClassVar[list[str]] = ["year", "section", "item", "outcome"]
    _made_from: ClassVar[dict[str, str]] = {
        "item": "firm_match_candidates.step clean_export_firms.export_value_usd clean_export_firms.city_code "
        "clean_export_firms.ownership_code reference/firm_ownership_codes.name_en",
        "outcome": "firm_match_candidates.outcome firm_match_candidates.step",
        "value_share": "clean_export_firms.export_value_usd firm_match_candidates.export_value_usd",
    }

    @pa.dataframe_check
    @classmethod
    def no_firm_is_lost(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """Every way to split the firms of a year adds up to the same firms."""
        split = data.lazyframe.with_columns(
            in_section=pl.col("firms").sum().over("year", "section"),
            in_all=pl.col("firms").filter(pl.col("section") == "all").sum().over("year"),
        )
        return split.select((pl.col("section") == "step") | (pl.col("in_section") == pl.col("in_all")))
