"""The demo's two registers without the defects of single rows, and the true links: what matching is judged by."""

from dataclasses import dataclass

import polars as pl

from egov_assets.demo_economy.economy import simulate
from egov_assets.demo_economy.raw_files.registers import registers_of
from egov_assets.demo_economy.truth import read_truth
from egov_assets.firm_match.chinese_names import normalised_name
from egov_assets.firm_match.identities import firm_identities
from egov_assets.firm_match.match import accepted_pairs, match_candidates
from egov_assets.firm_match.panel_ids import firm_panel_ids
from egov_assets.firm_match.settings import FirmMatchSettings
from egov_assets.study import YEARS

LINK = ["company_id", "survey_firm_id", "year"]
LAST_YEAR_WITH_CUSTOMS_PHONES = 2011


@dataclass(frozen=True)
class Scored:
    """Share of matched pairs that are true, and share of true links that are matched."""

    precision: float
    recall: float


@dataclass(frozen=True)
class DemoRegisters:
    """customs and survey as the clean tables are, without intermediaries; links: LINK, the pairs in both registers."""

    customs: pl.DataFrame
    survey: pl.DataFrame
    links: pl.DataFrame

    def candidates(self, **switches: object) -> pl.DataFrame:
        settings = FirmMatchSettings(**switches)
        identities = firm_identities(self.customs, self.survey, firm_panel_ids(self.survey), settings)
        return pl.concat([match_candidates(identities, year, settings) for year in YEARS])

    def scored(self, **switches: object) -> Scored:
        return self.score(accepted_pairs(self.candidates(**switches)))

    def scored_by_name_alone(self) -> Scored:
        """The first published step: one cleaned name on each side, in one year."""
        sides = [
            frame.with_columns(name=normalised_name(pl.col(name))).drop_nulls("name")
            .filter(pl.len().over("name", "year") == 1)
            for frame, name in ((self.customs, "company_name"), (self.survey, "firm_name"))
        ]  # fmt: skip
        return self.score(sides[0].join(sides[1], on=["name", "year"]))

    def score(self, matched: pl.DataFrame) -> Scored:
        true = matched.join(self.links, on=LINK, how="semi").height
        return Scored(precision=true / matched.height, recall=true / self.links.height)


def demo_registers(noise_factor: float = 1.0, **changes: object) -> DemoRegisters:
    """The registers of the shipped demo, or of one that differs from it by `changes` and more noise."""
    truth = read_truth().with_changes(**changes)
    registers = registers_of(simulate(truth), truth.seed, truth.match_noise.times(noise_factor))
    firms = pl.concat([registers.of_year(year) for year in YEARS]).filter(~pl.col("is_intermediary"))
    has_phones = pl.col("year") <= LAST_YEAR_WITH_CUSTOMS_PHONES
    customs = firms.drop_nulls("company_id").select(
        "company_id", "year", "city_code", "ownership_code", company_name="customs_name", zip_code="customs_zip",
        phone=pl.when(has_phones).then("customs_phone"), export_value_usd=pl.lit(1e6),
    )  # fmt: skip
    survey = firms.filter("in_survey").select(
        "survey_firm_id", "year", "city_code", "legal_person", "industry_2002_code", "registration_type_code",
        "opening_year", "revenue_thousand_cny", firm_name="survey_name", zip_code="survey_zip", phone="survey_phone",
        region_code="city_code",
    )  # fmt: skip
    links = firms.filter("in_survey").drop_nulls("company_id").select(LINK)
    return DemoRegisters(customs, survey, links)
