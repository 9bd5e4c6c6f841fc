"""The simulated economy: its tables, their columns, and the one function that makes them.

What belongs here: the shape of the economy and the order in which its parts are drawn. What does not: behaviour.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from egov_assets.demo_economy.capability import QualityPaths, moderator_table, quality_paths
from egov_assets.demo_economy.demand import Exporters, flow_blocks
from egov_assets.demo_economy.firms import INTERMEDIARY, LARGE, Population, firm_year_table, population
from egov_assets.demo_economy.government import Geography, city_tables, draw_government, geography
from egov_assets.demo_economy.markets import Markets, markets
from egov_assets.demo_economy.random_streams import stream
from egov_assets.demo_economy.truth import Truth, read_truth
from egov_assets.platform.settings_file import SettingsError

CNY_PER_USD = {  # yearly means, National Bureau of Statistics; 2010-2012: domain.md 5.3
    2000: 8.2784, 2001: 8.2770, 2002: 8.2770, 2003: 8.2770, 2004: 8.2768, 2005: 8.1917, 2006: 7.9718, 2007: 7.6040,
    2008: 6.9451, 2009: 6.8310, 2010: 6.7703, 2011: 6.4615, 2012: 6.3123, 2013: 6.1932,
}  # fmt: skip
WITHOUT_WAGES, WITHOUT_EXPORTS = (2008, 2009, 2010), 2010  # years of the survey, domain.md 2.3
TRADER_PAIRS = 0.6  # of a maker of equal exports: traders ship larger lots
MOST_PAIRS = 600  # product-destination pairs of the largest traders

CITIES = {  # one row per prefecture-level unit; prefectures.csv gives the years in which a unit exists
    "city_code": pl.String,
    "province_code": pl.String,
    "is_eastern": pl.Boolean,
    "is_coastal": pl.Boolean,
    "is_capital_or_municipality": pl.Boolean,
    "terrain_relief": pl.Float64,  # relief_index_proxy of terrain_proxy.csv, 0 flat .. about 6
    "in_yearbook": pl.Boolean,  # false: the yearbook has no GDP, firms, FDI, students of this city
    "ftz_province": pl.Boolean,  # province of the later pilot free-trade zones (first four)
}
CITY_YEARS = {  # one row per city and year in which the unit exists
    "city_code": pl.String,
    "year": pl.Int32,
    "digital_government": pl.Float64,  # latent, 0..1
    "egscore_idf": pl.Float64,  # nine observed fields, 0..1, two decimals
    "egscore_enp": pl.Float64,
    "egscore_tax": pl.Float64,
    "egscore_int": pl.Float64,
    "egscore_emp": pl.Float64,
    "egscore_doc": pl.Float64,
    "egscore_tra": pl.Float64,
    "egscore_hou": pl.Float64,
    "egscore_dis": pl.Float64,
    "gdp_10k_cny": pl.Float64,
    "gdp_per_head_cny": pl.Float64,
    "industrial_firms": pl.Int64,
    "fdi_10k_usd": pl.Float64,
    "students_persons": pl.Int64,
    "report_keyword_count": pl.Int64,
    "report_tokens": pl.Int64,
    "innovation_score": pl.Float64,  # 0..100
    "has_policy": pl.Boolean,  # an e-government policy document exists by the end of the year
}
PROVINCE_YEARS = {
    "province_code": pl.String,
    "year": pl.Int32,
    "gdp_100m_cny": pl.Float64,  # province_year_facts.csv; years before 2004 carried back
    "urban_broadband_10k_households": pl.Float64,  # the same; null until 2010
    "domain_names_10k": pl.Float64,  # the same; years before carried back from 2011
}
FIRM_YEARS = {  # one row per firm and year alive; true values in all years
    "firm": pl.Int64,
    "year": pl.Int32,
    "city_code": pl.String,
    "industry_2002_code": pl.String,  # four digits of GB/T 4754-2002
    "registration_type_code": pl.String,  # survey, three digits
    "ownership_code": pl.String,  # customs, one digit, 1-7
    "is_intermediary": pl.Boolean,
    "is_exporter": pl.Boolean,
    "in_survey": pl.Boolean,
    "in_customs": pl.Boolean,
    "name_version": pl.Int32,
    "id_version": pl.Int32,
    "group": pl.Int64,  # null: no group
    "is_branch": pl.Boolean,
    "opening_year": pl.Int32,
    "employees_persons": pl.Int64,
    "revenue_thousand_cny": pl.Float64,
    "wages_thousand_cny": pl.Float64,
    "export_delivery_thousand_cny": pl.Float64,  # null: not an exporter; 0: exports, reports none
    "total_assets_thousand_cny": pl.Float64,
    "current_assets_thousand_cny": pl.Float64,
    "fixed_assets_thousand_cny": pl.Float64,
    "paid_in_capital_thousand_cny": pl.Float64,
}
FLOWS = {  # one row per firm, HS6, destination and year
    "firm": pl.Int64,
    "hs6_2007_code": pl.String,
    "destination_iso3": pl.String,
    "year": pl.Int32,
    "value_usd": pl.Float64,  # whole dollars
    "quantity": pl.Float64,  # true, in the statutory unit, two decimals
    "is_processing": pl.Boolean,
    "ln_quality": pl.Float64,  # true ln lambda, relative to the product's reference
    "ln_price": pl.Float64,  # true ln USD per unit, before rounding
    "demand_noise": pl.Float64,
    "market_term": pl.Float64,  # ln expenditure less price index of product, destination and year
    "sigma": pl.Float64,
    "unit_slip": pl.Float64,  # declared quantity over the true one: 1, or a power of ten between 0.001 and 1000
}


@dataclass(frozen=True)
class Economy:
    """One simulated world. Every table is sorted by its key (`firm, year`, `city_code, year`, ...)."""

    parameters: Truth
    cities: pl.DataFrame  # CITIES
    city_years: pl.DataFrame  # CITY_YEARS
    province_years: pl.DataFrame  # PROVINCE_YEARS
    firm_years: pl.DataFrame  # FIRM_YEARS
    moderators: pl.DataFrame  # firm, year, effect_on_ln_quality and the moderators of `Interactions`
    places: Geography
    world: Markets
    exporters: Exporters

    def flows(self, year: int) -> Iterator[pl.DataFrame]:
        """The year's export flows (FLOWS), in blocks of firms ascending; a block depends on seed, year, firms only."""
        return flow_blocks(self.parameters, self.world, self.exporters, self.parameters.years.index(year))


def simulate(truth: Truth | None = None) -> Economy:
    """The economy that a truth describes; None: the shipped truth.

    Raises  SettingsError if nobody exports
    """
    truth = truth or read_truth()
    places = geography(truth)
    government = draw_government(truth, places, stream(truth.seed, "government"))
    cities, city_years, province_years = city_tables(truth, places, government)
    firms = population(truth, places)
    traits = _export_traits(truth, firms)
    paths = quality_paths(truth, places, government, firms, np.log(traits["pairs"]))
    return Economy(
        parameters=truth,
        cities=cities,
        city_years=city_years,
        province_years=province_years,
        firm_years=firm_year_table(truth, places, firms),
        moderators=moderator_table(truth, firms, paths),
        places=places,
        world=markets(truth),
        exporters=_exporters(truth, places, firms, traits, paths),
    )


def _export_traits(truth: Truth, firms: Population) -> dict[str, np.ndarray]:
    """What lasts about a firm as an exporter, (N,) each."""
    rng = stream(truth.seed, "export traits")
    count = len(firms.firm)
    mean_exports = firms.ln_exports[firms.kind == LARGE].mean()
    lasting = firms.ln_exports.mean(axis=1) - mean_exports
    pairs = truth.firms.pairs_at_mean_exports * np.exp(
        truth.firms.pairs_elasticity * lasting + 0.4 * rng.standard_normal(count)
    )
    trades = firms.kind == INTERMEDIARY
    return {
        "pairs": np.clip(np.where(trades, TRADER_PAIRS * pairs, pairs), 1.5, MOST_PAIRS),
        "single_destination": rng.random(count) < truth.firms.single_destination,
        "ln_efficiency": truth.capability.process_sd * rng.standard_normal(count),
        "capability": truth.capability.gamma_scale
        * (truth.capability.firm_shape - rng.standard_gamma(truth.capability.firm_shape, count)),
    }


def _exporters(
    truth: Truth, places: Geography, firms: Population, traits: dict[str, np.ndarray], paths: QualityPaths
) -> Exporters:
    periods = len(truth.years)
    ever = firms.exports[:, :periods].any(axis=1)
    if not ever.any():
        raise SettingsError("no firm of this economy exports; raise scale, firms.large_exporters or exports_in_year.")
    province = places.province[firms.unit[ever, :periods]]
    rates = np.array([CNY_PER_USD[year] for year in truth.years])
    return Exporters(
        firm=firms.firm[ever],
        division=firms.division[ever],
        ordinary_trade_share=firms.ordinary_trade_share[ever],
        exports=firms.exports[ever, :periods],
        ln_target_usd=firms.ln_exports[ever, :periods] + np.log(1000 / rates),
        ln_quality=paths.common[ever],
        ln_province_gdp=np.log(places.province_gdp[province, np.arange(periods)]),
        **{name: values[ever] for name, values in traits.items()},
    )
