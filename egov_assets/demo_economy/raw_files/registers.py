"""Who a firm is in the two registers, year by year: its names, ids, phones, zips in customs and in the survey.

What belongs here: everything that identifies a firm and the noise between the two registers. Not: defects of single
rows, which the printers of the files plant.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from egov_assets.demo_economy.economy import Economy
from egov_assets.demo_economy.raw_files import codes
from egov_assets.demo_economy.raw_files.draws import below, pick, uniform
from egov_assets.demo_economy.raw_files.names import (
    company_names,
    legal_persons,
    misspelt_core,
    spelled_differently,
    worded_differently,
)
from egov_assets.demo_economy.raw_files.places import city_names
from egov_assets.demo_economy.raw_files.rates import MatchNoise

LARGE_CITY = "is_capital_or_municipality"
AGENT_LINES_PER_CITY = 2


@dataclass(frozen=True)
class Registers:
    """The parts of a firm's identity that last longer than a year; `of_year` puts them together.

    names      firm, name_version, before_core, core, after_core, name, sister_of
    survey_ids firm, id_version, survey_firm_id
    company_ids firm, city_code, company_id
    """

    economy: Economy
    seed: int
    noise: MatchNoise
    names: pl.DataFrame
    survey_ids: pl.DataFrame
    company_ids: pl.DataFrame

    def of_year(self, year: int) -> pl.DataFrame:
        """One row per firm alive in the year, sorted by firm: firm_years' columns and the identity columns.

        company_id (null outside customs), survey_firm_id, customs_name, survey_name, legal_person, customs_zip,
        survey_zip, customs_phone (null where customs has none), survey_phone, city_name, city_short_name
        """
        large = self.economy.cities.select("city_code", LARGE_CITY)
        firms = (
            self.economy.firm_years.filter(pl.col("year") == year)
            .sort("firm")
            .join(self.names.drop("sister_of"), on=["firm", "name_version"], how="left", maintain_order="left")
            .join(self.sisters, on="firm", how="left", maintain_order="left")
            .join(self._names_before(year), on="firm", how="left", maintain_order="left")
            .join(self.survey_ids, on=["firm", "id_version"], how="left", maintain_order="left")
            .join(self.company_ids, on=["firm", "city_code"], how="left", maintain_order="left")
            .join(large, on="city_code", how="left", maintain_order="left")
            .join(city_names(year), on="city_code", how="left", maintain_order="left")
            .with_columns(company_id=pl.when("in_customs").then("company_id"))
        )
        return firms.with_columns(*self._names_in_registers(firms), *self._contacts(firms)).drop(
            "before_core", "core", "after_core", "name", "name_before", "sister_of", LARGE_CITY
        )

    @property
    def sisters(self) -> pl.DataFrame:
        """firm, sister_of: a sister keeps line and district also under a later name."""
        return self.names.drop_nulls("sister_of").select("firm", "sister_of")

    def links(self) -> pl.DataFrame:
        """The true link: firm, year, company_id, survey_firm_id, city_code; null ids outside a register."""
        years = self.economy.firm_years.join(self.survey_ids, on=["firm", "id_version"], how="left").join(
            self.company_ids, on=["firm", "city_code"], how="left"
        )
        return years.select(
            "firm",
            "year",
            pl.when("in_customs").then("company_id").alias("company_id"),
            pl.when("in_survey").then("survey_firm_id").alias("survey_firm_id"),
            "city_code",
        ).sort("firm", "year")

    def _names_before(self, year: int) -> pl.DataFrame:
        """The earlier name of firms in the first year of a new one: firm, name_before."""
        firm_years = self.economy.firm_years
        now = firm_years.filter(pl.col("year") == year).select("firm", "name_version")
        last = firm_years.filter(pl.col("year") == year - 1).select("firm", old_version="name_version")
        renamed = now.join(last, on="firm").filter(pl.col("name_version") > pl.col("old_version"))
        before = self.names.select("firm", old_version="name_version", name_before="name")
        return renamed.join(before, on=["firm", "old_version"]).select("firm", "name_before")

    def _names_in_registers(self, firms: pl.DataFrame) -> list[pl.Expr]:
        seed, noise = self.seed, self.noise
        number = firms["firm"].to_numpy()
        firm_year = number * 10_000 + firms["year"].to_numpy()
        draw = uniform(number, seed, "spelling")
        steps = np.cumsum([noise.typo, noise.wording_differs, noise.spelling_differs])
        keeps_old = pl.Series(uniform(number, seed, "old name kept") < noise.old_name_kept)
        customs_name = (
            pl.when(pl.lit(keeps_old) & pl.col("name_before").is_not_null()).then("name_before")
            .when(pl.lit(pl.Series(draw < steps[0]))).then(_misspelt(firms, number, seed))
            .when(pl.lit(pl.Series(draw < steps[1])))
            .then(worded_differently(pl.lit(pl.Series(below(number, seed, "wording kind", 3)))))
            .when(pl.lit(pl.Series(draw < steps[2])))
            .then(spelled_differently(pl.col("name"), pl.lit(pl.Series(below(number, seed, "spelling kind", 6)))))
            .otherwise("name")
        )  # fmt: skip
        is_misspelt = pl.Series(uniform(firm_year, seed, "survey typo") < noise.survey_typo_in_year)
        survey_name = pl.when(pl.lit(is_misspelt)).then(_misspelt(firms, firm_year, seed)).otherwise("name")
        return [
            customs_name.alias("customs_name"),
            survey_name.alias("survey_name"),
            pl.lit(legal_persons(number, seed)).alias("legal_person"),
        ]

    def _contacts(self, firms: pl.DataFrame) -> list[pl.Expr | pl.Series]:
        seed, noise = self.seed, self.noise
        number = firms["firm"].to_numpy()
        # Members of a group, and sisters, share line and district: a number above 10^9 stands for a group.
        entity = firms.select(pl.coalesce(pl.col("group") + 10**9, "sister_of", "firm"))["group"].to_numpy()
        city, is_large = firms["city_code"], firms[LARGE_CITY]
        line = codes.phone_lines(is_large, entity, seed, "phone line")
        other_line = codes.phone_lines(is_large, number, seed, "other line")
        agent = city.cast(pl.Int64).to_numpy() * 10 + below(number, seed, "agent", AGENT_LINES_PER_CITY)
        agent_line = codes.phone_lines(is_large, agent, seed, "agent line")
        placeholder = pick(codes.PLACEHOLDER_PHONES, below(number, seed, "placeholder", len(codes.PLACEHOLDER_PHONES)))
        draw = uniform(number, seed, "phone noise")
        steps = np.cumsum([noise.phone_placeholder, noise.phone_missing, noise.phone_of_agent, noise.phone_differs])
        is_placeholder = pl.lit(pl.Series(draw < steps[0]))
        survey_line = pl.when(is_placeholder).then(pl.lit(placeholder)).otherwise(pl.lit(line))
        customs_line = (
            pl.when(is_placeholder).then(pl.lit(placeholder))
            .when(pl.lit(pl.Series(draw < steps[1]))).then(pl.lit(None, dtype=pl.String))
            .when(pl.lit(pl.Series(draw < steps[2]))).then(pl.lit(agent_line))
            .when(pl.lit(pl.Series(draw < steps[3]))).then(pl.lit(other_line))
            .otherwise(pl.lit(line))
        )  # fmt: skip
        zip_code = codes.zips(city, entity, seed, "district")
        other_zip = codes.zips(city, number, seed, "other district")
        zip_differs = pl.Series(uniform(number, seed, "zip noise") < noise.zip_differs)
        return [
            _with_area_code(survey_line, city, number, seed, share=0.2).alias("survey_phone"),
            _with_area_code(customs_line, city, number, seed, share=0.5).alias("customs_phone"),
            zip_code.alias("survey_zip"),
            other_zip.zip_with(zip_differs, zip_code).alias("customs_zip"),
        ]


def registers_of(economy: Economy, seed: int, noise: MatchNoise) -> Registers:
    """Names and ids for every firm of the economy; see `Registers`."""
    firm_years = economy.firm_years.sort("firm", "year")
    last_year = int(firm_years.select(pl.max("year")).item())
    names = company_names(firm_years, city_names(last_year).rename({"city_short_name": "short_name"}), seed, noise)
    versions = firm_years.select("firm", "id_version").unique().sort("firm", "id_version")
    ranks = np.arange(len(versions))
    survey_ids = versions.with_columns(survey_firm_id=codes.organisation_codes(ranks, seed))
    registrations = (
        firm_years.filter("in_customs")
        .unique(["firm", "city_code"], keep="first", maintain_order=True)
        .select("firm", "city_code", "ownership_code")
        .sort("firm", "city_code")
    )
    return Registers(economy, seed, noise, names, survey_ids, codes.company_ids(registrations, seed))


def _misspelt(firms: pl.DataFrame, entities: np.ndarray, seed: int) -> pl.Expr:
    return pl.lit(firms["before_core"] + misspelt_core(firms["core"], entities, seed) + firms["after_core"])


def _with_area_code(line: pl.Expr, city: pl.Series, number: np.ndarray, seed: int, share: float) -> pl.Expr:
    """The line as it is, or for `share` of the firms behind the area code, with or without a hyphen."""
    draw = pl.Series(uniform(number, seed, f"area code {share}"))
    area = codes.area_codes(city)
    return (
        pl.when(pl.lit(draw < share / 2)).then(pl.lit(area) + line)
        .when(pl.lit(draw < share)).then(pl.lit(area) + "-" + line)
        .otherwise(line)
    )  # fmt: skip
