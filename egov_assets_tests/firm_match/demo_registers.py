"""The demo's two registers without the defects of single rows, and the true links: what matching is judged by.

    python -m egov_assets_tests.firm_match.demo_registers

prints precision and recall of each way to match, with the shipped noise and with twice the noise.
"""

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
from egov_assets.platform.years import YEARS
from egov_assets.validation.match_scores import LINK, Score, score

LAST_YEAR_WITH_CUSTOMS_PHONES = 2011


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

    def scored(self, **switches: object) -> Score:
        return score(accepted_pairs(self.candidates(**switches)), self.links)

    def scored_by_name_alone(self) -> Score:
        """The first published step: one cleaned name on each side, in one year."""
        sides = [
            frame.with_columns(name=normalised_name(pl.col(name))).drop_nulls("name")
            .filter(pl.len().over("name", "year") == 1)
            for frame, name in ((self.customs, "company_name"), (self.survey, "firm_name"))
        ]  # fmt: skip
        return score(sides[0].join(sides[1], on=["name", "year"]), self.links)


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


def main() -> None:
    ways = {"name and year": None, "baseline": {}} | {
        f"with Splink at {least:.2f}": {"probabilistic": True, "least_probability": least}
        for least in (0.90, 0.95, 0.99)
    }
    print(f"{'noise':<8}{'way to match':<22}{'precision':>10}{'recall':>8}")
    for factor in (1, 2):
        demo = demo_registers(noise_factor=factor)
        for way, switches in ways.items():
            found = demo.scored_by_name_alone() if switches is None else demo.scored(**switches)
            print(f"x{factor:<7}{way:<22}{found.precision:>10.4f}{found.recall:>8.3f}")


if __name__ == "__main__":
    main()
