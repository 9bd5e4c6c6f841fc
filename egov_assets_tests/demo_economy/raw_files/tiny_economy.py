"""A hand-made economy of the contract's columns, a few hundred firms with random flows: fast, no behaviour."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from egov_assets.demo_economy.economy import CITIES, CITY_YEARS, FIRM_YEARS, FLOWS, PROVINCE_YEARS
from egov_assets.demo_economy.truth import Truth, read_truth
from egov_assets.paper.study import SCORE_FIELDS

CITY_CODES = ("110000", "130100", "330100", "330200", "420600", "440300")
PRODUCTS = ("610910", "640399", "847130", "852872", "871200", "940360", "392690", "291636")
DESTINATIONS = ("USA", "JPN", "DEU", "HKG", "KAZ", "ARE", "AUS")


@dataclass(frozen=True)
class TinyEconomy:
    """What the raw file writer reads of an `Economy`; flows are drawn at random, two blocks a year."""

    parameters: Truth
    cities: pl.DataFrame
    city_years: pl.DataFrame
    province_years: pl.DataFrame
    firm_years: pl.DataFrame

    def flows(self, year: int) -> Iterator[pl.DataFrame]:
        exporters = self.firm_years.filter((pl.col("year") == year) & pl.col("is_exporter"))["firm"].to_numpy()
        rng = np.random.default_rng([self.parameters.seed, year])
        for firms in np.array_split(exporters, 2):
            yield _flows(firms, year, rng)


def tiny_economy(firms: int = 300, seed: int = 1, truth: Truth | None = None) -> TinyEconomy:
    """`firms` firms alive in all years; one in six is an intermediary, one in ten renamed, moved or re-registered."""
    rng = np.random.default_rng(seed)
    parameters = (truth or read_truth()).model_copy(update={"seed": seed})
    cities = pl.DataFrame(
        {
            "city_code": CITY_CODES,
            "province_code": [code[:2] + "0000" for code in CITY_CODES],
            "is_eastern": True,
            "is_coastal": False,
            "is_capital_or_municipality": [code in ("110000", "130100", "330100") for code in CITY_CODES],
            "terrain_relief": np.round(rng.uniform(0, 4, len(CITY_CODES)), 3),
            "in_yearbook": True,
            "ftz_province": False,
        },
        schema_overrides=CITIES,
    )
    years = parameters.years
    return TinyEconomy(
        parameters, cities, _city_years(years, rng), _province_years(years), _firm_years(firms, years, rng)
    )


def _city_years(years: tuple[int, ...], rng: np.random.Generator) -> pl.DataFrame:
    keys = [(code, year) for code in CITY_CODES for year in years]
    count = len(keys)
    columns = {"city_code": [key[0] for key in keys], "year": [key[1] for key in keys]}
    columns |= {"digital_government": rng.random(count)}
    columns |= {field: np.round(rng.choice([0.2, 0.5, 0.8], count), 2) for field in SCORE_FIELDS}
    columns |= {
        "gdp_10k_cny": rng.uniform(1e6, 1e8, count),
        "gdp_per_head_cny": rng.uniform(5e3, 1e5, count),
        "industrial_firms": rng.integers(100, 9000, count),
        "fdi_10k_usd": rng.uniform(100, 1e5, count),
        "students_persons": rng.integers(1000, 90000, count),
        "report_keyword_count": rng.integers(0, 20, count),
        "report_tokens": rng.integers(400, 900, count),
        "innovation_score": rng.uniform(0, 100, count),
        "has_policy": rng.random(count) < 0.5,
    }
    return pl.DataFrame(columns, schema=CITY_YEARS)


def _province_years(years: tuple[int, ...]) -> pl.DataFrame:
    keys = [(code, year) for code in sorted({code[:2] + "0000" for code in CITY_CODES}) for year in years]
    return pl.DataFrame(
        {
            "province_code": [key[0] for key in keys],
            "year": [key[1] for key in keys],
            "gdp_100m_cny": [1000.5 + place for place in range(len(keys))],
            "urban_broadband_10k_households": [None if key[1] == 2010 else 300.0 for key in keys],
            "domain_names_10k": 12.5,
        },
        schema=PROVINCE_YEARS,
    )


def _firm_years(firms: int, years: tuple[int, ...], rng: np.random.Generator) -> pl.DataFrame:
    number = np.arange(1, firms + 1)
    city = rng.integers(0, len(CITY_CODES), firms)
    base = pl.DataFrame(
        {
            "firm": number,
            "industry_2002_code": rng.choice(["1751", "1810", "3011", "3511", "4041"], firms),
            "registration_type_code": rng.choice(["110", "173", "310"], firms),
            "ownership_code": rng.choice(["1", "3", "4", "6"], firms),
            "is_intermediary": number % 6 == 0,
            "is_exporter": number % 4 != 0,
            "group": [int(n // 10) if n % 10 < 2 else None for n in number],
            "is_branch": number % 50 == 1,
            "opening_year": rng.integers(1980, 2009, firms),
            "employees_persons": rng.integers(20, 3000, firms),
            "revenue_thousand_cny": rng.lognormal(11.4, 1.0, firms),
            "total_assets_thousand_cny": rng.lognormal(11.0, 1.0, firms),
        }
    )
    of_years = []
    for place, year in enumerate(years):
        later = place > 0
        moved = np.where((number % 10 == 3) & later, (city + 1) % len(CITY_CODES), city)
        of_years.append(
            base.with_columns(
                pl.lit(year, dtype=pl.Int32).alias("year"),
                city_code=pl.Series(np.array(CITY_CODES)[moved]),
                in_survey=~pl.col("is_intermediary") & (pl.col("firm") % 7 != 0),
                in_customs=pl.col("is_exporter"),
                name_version=pl.when(pl.col("firm") % 10 == 4).then(int(later)).otherwise(0),
                id_version=pl.when(pl.col("firm") % 10 == 5).then(int(later)).otherwise(0),
                wages_thousand_cny=pl.col("employees_persons") * 27.2,
                export_delivery_thousand_cny=pl.when("is_exporter").then(pl.col("revenue_thousand_cny") * 0.3),
                current_assets_thousand_cny=pl.col("total_assets_thousand_cny") * 0.5,
                fixed_assets_thousand_cny=pl.col("total_assets_thousand_cny") * 0.4,
                paid_in_capital_thousand_cny=pl.col("total_assets_thousand_cny") * 0.2,
            )
        )
    return pl.concat(of_years).select(*FIRM_YEARS).cast(FIRM_YEARS).sort("firm", "year")


def _flows(firms: np.ndarray, year: int, rng: np.random.Generator) -> pl.DataFrame:
    keys = pl.DataFrame({"firm": firms}).join(pl.DataFrame({"hs6_2007_code": PRODUCTS}), how="cross")
    keys = keys.join(pl.DataFrame({"destination_iso3": DESTINATIONS}), how="cross")
    kept = keys.filter(pl.Series(rng.random(len(keys)) < 0.3))
    count = len(kept)
    quantity = np.round(rng.lognormal(5, 1.5, count), 2) + 1
    return (
        kept.with_columns(
            year=pl.lit(year),
            value_usd=pl.Series(np.round(quantity * rng.lognormal(2, 0.7, count)) + 50),
            quantity=pl.Series(quantity),
            is_processing=pl.Series(rng.random(count) < 0.3),
            ln_quality=0.0,
            ln_price=0.0,
            demand_noise=0.0,
            market_term=0.0,
            sigma=3.0,
            unit_slip=1.0,
        )
        .select(*FLOWS)
        .cast(FLOWS)
    )
