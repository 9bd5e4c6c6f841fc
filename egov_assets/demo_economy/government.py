"""Cities and provinces: their economy, their digital government, and how raters see it.

What belongs here: geography, city and province series, scores, instruments. Not: firms.
Digital government of city k in year t is a bounded sum of a persistent level, a movement shared by same-province cities
of similar GDP, the movement announced in the work report, terrain relief x ln domain names, the city's own movement,
and a response to the city's quality shock (reverse causality). In the crisis year a shock of its own lowers quality in
the cities that turn to digital government; columns with all controls do not see that year. Raters see it with an error.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import expit

from egov_assets.demo_economy.random_streams import stream
from egov_assets.demo_economy.truth import Truth
from egov_assets.paper.study import SCORE_FIELDS
from egov_assets.platform.reference import table

# Regions turned into cities in 2011 keep their place under a new code; Chaohu was dissolved, mostly into Hefei.
GIVEN_UP = ("522200", "522400")
DISSOLVED = {"341400": "340100"}
YEARBOOK_SHARE = 0.89  # of exporters, domain.md section 10: GDP observed for 88.4 % of firm-years
DOMAINS_2010_TO_2011 = 866 / 775  # CNNIC: national domain names, 10,000, end of 2010 and of 2011
BROADBAND_GROWTH = 0.15  # national growth of urban broadband, to give years to 2010 a value that only the firms see
FIRST_YEARS_OF_SERIES = (2004, 2011)  # provincial GDP; broadband and domain names
GDP_GROWTH = 0.12  # about the national growth of 2000-2004 at current prices
CRISIS_YEAR = 2010  # the survey has neither wages nor exports then: only columns without controls hold the year
MOST_LOGIT, HALVINGS = 60.0, 40  # of the shift that nine fields share: far beyond any profile; 1e-10 of precision
FTZ_BEFORE = 2017  # the pilot zones nearest to the sample: Shanghai 2013, Guangdong, Tianjin, Fujian 2015
POLICY_SHARES = {2010: 0.22, 2011: 0.18, 2012: 0.14}  # paper 4.3(1): 177 cities by 2012, taken up over 2010-2012
EXPORTERS_BY_PROVINCE = {  # share of exporting industrial firms, after the provinces' shares in exports
    "440000": 0.25, "330000": 0.19, "320000": 0.175, "370000": 0.11, "310000": 0.045, "350000": 0.055,
    "210000": 0.030, "110000": 0.020, "120000": 0.022, "130000": 0.020, "340000": 0.013, "410000": 0.012,
    "420000": 0.010, "430000": 0.009, "360000": 0.009, "510000": 0.008, "500000": 0.005, "450000": 0.004,
    "610000": 0.004, "220000": 0.003, "230000": 0.003, "140000": 0.002, "530000": 0.002, "150000": 0.001,
    "650000": 0.001, "520000": 0.001, "640000": 0.001, "460000": 0.001, "620000": 0.0005, "630000": 0.0002,
    "540000": 0.0001,
}  # fmt: skip


@dataclass(frozen=True)
class Geography:
    """Prefecture-level units (U of them, one per place even if its code changes) and provinces (P), as arrays.

    codes (U, T) text, empty where the unit does not exist; province (U,) index; ln_gdp, ln_gdp_per_head,
    ln_industrial_firms, ln_fdi (U, T); innovation (U, T); gdp, ln_broadband, ln_domains (P, T); exporter_share (U,)
    """

    years: tuple[int, ...]
    units: pl.DataFrame
    codes: np.ndarray
    provinces: list[str]
    province: np.ndarray
    exporter_share: np.ndarray
    ln_gdp: np.ndarray
    ln_gdp_per_head: np.ndarray
    ln_industrial_firms: np.ndarray
    ln_fdi: np.ndarray
    innovation: np.ndarray
    province_gdp: np.ndarray
    ln_broadband: np.ndarray
    ln_domains: np.ndarray
    policy_year: np.ndarray

    @property
    def unit_codes(self) -> list[str]:
        return self.units["city_code"].to_list()


@dataclass(frozen=True)
class DigitalGovernment:
    """Latent and observed scores of one or many drawn worlds: arrays (..., U, T); fields (..., U, T, 9)."""

    latent: np.ndarray
    observed: np.ndarray
    quality_shock: np.ndarray
    announced: np.ndarray


def geography(truth: Truth) -> Geography:
    """Real places and provincial series with invented city series that add up to them."""
    rng = stream(truth.seed, "geography")
    years = truth.years
    units = _units()
    count, periods = len(units), len(years)
    provinces = sorted(units["province_code"].unique())
    province = np.searchsorted(provinces, units["province_code"].to_numpy())
    flags = {name: (units[name] == "1").to_numpy().astype(float) for name in _SIZE_BY_FLAG}
    size = np.exp(
        sum(weight * flags[name] for name, weight in _SIZE_BY_FLAG.items()) + 0.5 * rng.standard_normal(count)
    )
    size *= np.where(units["level"].is_in(["prefecture_city", "municipality"]).to_numpy(), 1.0, 0.35)
    size[units["city_code"].to_numpy() == "460300"] = 1e-4  # Sansha: islands without industry
    size_share = size / np.bincount(province, size)[province]
    facts = _province_facts(provinces, years)
    openness = size**0.3 * np.exp(0.5 * flags["is_coastal"] + 0.2 * rng.standard_normal(count))
    exporters = np.array([EXPORTERS_BY_PROVINCE[code] for code in provinces])
    exporter_share = exporters[province] * openness / np.bincount(province, openness)[province]

    city_growth = np.cumsum(0.03 * rng.standard_normal((count, periods)), axis=1)
    ln_gdp = np.log(facts["gdp"][province] * 1e4 * size_share[:, None]) + city_growth
    lead = np.log(size) - np.log(size).mean()
    rich = 0.16 * lead + 0.34 * rng.standard_normal(count)
    ln_gdp_per_head = np.log(facts["gdp_per_head"])[province] + np.clip(rich, -1.0, 0.80)[:, None] + city_growth
    threshold_rise = np.where(np.array(years) >= 2011, -0.25, 0.0)
    industry = 0.65 * (ln_gdp - 16.6) + 0.20 * np.log(exporter_share * count)[:, None]
    ln_firms = 7.58 + industry + 0.25 * rng.standard_normal((count, 1)) + 0.05 * rng.standard_normal((count, periods))
    ln_fdi = ln_gdp - 5.9 + 0.7 * rng.standard_normal((count, 1)) + 0.15 * rng.standard_normal((count, periods))
    rank = np.argsort(np.argsort(lead + 0.5 * rng.standard_normal(count))) / max(count - 1, 1)
    innovation = np.clip(100 * rank[:, None] + 2 * rng.standard_normal((count, periods)), 0, 100)
    draw = rng.random(count)
    steps = np.cumsum(list(POLICY_SHARES.values()))
    policy_year = np.array([*POLICY_SHARES, 9999])[np.searchsorted(steps, draw)]
    in_yearbook = _in_yearbook(units, exporter_share, rng)
    return Geography(
        years=years,
        units=units.with_columns(in_yearbook=pl.Series(in_yearbook)),
        codes=_codes(units, years),
        provinces=provinces,
        province=province,
        exporter_share=exporter_share / exporter_share.sum(),
        ln_gdp=ln_gdp,
        ln_gdp_per_head=ln_gdp_per_head,
        ln_industrial_firms=ln_firms + threshold_rise,
        ln_fdi=ln_fdi,
        innovation=innovation.round(1),
        province_gdp=facts["gdp"],
        ln_broadband=np.log(facts["broadband"]),
        ln_domains=np.log(facts["domains"]),
        policy_year=policy_year,
    )


def draw_government(
    truth: Truth, places: Geography, rng: np.random.Generator, worlds: int | None = None
) -> DigitalGovernment:
    """Digital government and its rating in one world, or in `worlds` independent worlds (leading axis).

    The persistent levels are drawn first; everything else is fresh by city and year.
    """
    government, instruments, effect = truth.government, truth.instruments, truth.effect
    shape = (*(() if worlds is None else (worlds,)), *places.ln_gdp.shape)
    income = places.ln_gdp_per_head.mean(axis=1)
    income = income - np.average(income, weights=places.exporter_share)
    level = government.level_on_ln_gdp_per_head * income[:, None]
    own_level = government.level_sd * _spread_evenly(rng, (*shape[:-1], 1))
    # Centred at exporters, so that the declared mean score does not depend on which large city drew a high level.
    level = level + own_level - np.average(own_level, axis=-2, weights=places.exporter_share)[..., None, :]
    years = np.arange(shape[-1]) - (shape[-1] - 1) / 2
    shock = effect.city_shock_sd * rng.standard_normal(shape)
    crisis = effect.crisis_shock_sd * rng.standard_normal(shape) * (np.array(places.years) == CRISIS_YEAR)
    announced = _shared_movement(places, instruments.shared_rank_correlation, rng, shape)
    domains = places.ln_domains - places.ln_domains.mean(axis=1, keepdims=True)
    relief = places.units["terrain_relief"].to_numpy()
    movement = (
        instruments.shared_sd * _shared_movement(places, instruments.shared_rank_correlation, rng, shape)
        + instruments.report_sd * announced
        + instruments.terrain_response * relief[:, None] * domains[places.province]
        + government.own_sd * rng.standard_normal(shape)
        + effect.reverse_causality * shock
        + effect.crisis_response * crisis
    )
    position = government.mean_score + level + government.yearly_gain * years + movement
    error = government.error_sd * _spread_evenly(rng, shape)
    return DigitalGovernment(
        latent=_bounded(position, government.middle, government.reach),
        observed=_bounded(position + error, government.middle, government.reach),
        quality_shock=shock + crisis,
        announced=announced,
    )


def field_scores(truth: Truth, observed: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(U, T) rating -> (U, T, 9) fields with two decimals within 0..1, whose mean is the rating but for rounding.

    A field is the logistic function of its city's profile, the year's noise and a shift that all nine share.
    """
    shape = (*observed.shape, len(SCORE_FIELDS))
    lasting = truth.government.field_profile_sd * rng.standard_normal((shape[0], 1, shape[2]))
    logits = lasting + truth.government.field_noise_sd * rng.standard_normal(shape)
    low = np.full((*observed.shape, 1), -MOST_LOGIT)
    high = -low
    for _ in range(HALVINGS):  # the mean rises with the shift
        shift = (low + high) / 2
        is_below = expit(logits + shift).mean(axis=2, keepdims=True) < observed[..., None]
        low, high = np.where(is_below, shift, low), np.where(is_below, high, shift)
    return expit(logits + low).round(2)


def city_tables(
    truth: Truth, places: Geography, drawn: DigitalGovernment
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The economy's `cities`, `city_years` and `province_years` (columns in economy.py), sorted by key."""
    rng = stream(truth.seed, "city tables")
    fields = field_scores(truth, drawn.observed, rng)
    count, periods = drawn.latent.shape
    instruments = truth.instruments
    expected_words = instruments.report_words_mean * np.exp(
        instruments.report_words_response * drawn.announced - instruments.report_words_response**2 / 2
    )
    words = rng.poisson(expected_words)
    tokens = (
        (instruments.report_tokens_mean * np.exp(0.12 * rng.standard_normal((count, periods)))).round().astype(np.int64)
    )
    students = np.exp(0.9 * (places.ln_gdp - 16.5) + 10.6 + 0.5 * rng.standard_normal((count, 1)))
    has_policy = places.policy_year[:, None] <= np.array(places.years)[None, :]
    code = places.codes.ravel()
    city_years = pl.DataFrame(
        {
            "city_code": code,
            "year": np.tile(np.array(places.years, dtype=np.int32), count),
            "digital_government": drawn.latent.ravel(),
            **{name: fields[:, :, place].ravel() for place, name in enumerate(SCORE_FIELDS)},
            "gdp_10k_cny": np.exp(places.ln_gdp).round().ravel(),
            "gdp_per_head_cny": np.exp(places.ln_gdp_per_head).round().ravel(),
            "industrial_firms": np.maximum(np.exp(places.ln_industrial_firms).round(), 5).astype(np.int64).ravel(),
            "fdi_10k_usd": np.exp(places.ln_fdi).round().ravel(),
            "students_persons": students.round().astype(np.int64).ravel(),
            "report_keyword_count": words.ravel().astype(np.int64),
            "report_tokens": tokens.ravel(),
            "innovation_score": places.innovation.ravel(),
            "has_policy": has_policy.ravel(),
        }
    )
    cities = places.units.select(
        "city_code",
        "province_code",
        pl.col("region4").eq("eastern").alias("is_eastern"),
        pl.col("is_coastal").eq("1"),
        (pl.col("is_municipality").eq("1") | pl.col("is_provincial_capital").eq("1")).alias(
            "is_capital_or_municipality"
        ),
        "terrain_relief",
        "in_yearbook",
        pl.col("province_code").is_in(early_zones()).alias("ftz_province"),
    )
    own_codes = pl.Series(np.repeat(cities["city_code"].to_numpy(), periods))
    other = pl.col("code") != pl.col("city_code")
    renamed = pl.DataFrame({"city_code": own_codes, "code": code}).unique().filter(other, pl.col("code") != "")
    old = cities.join(renamed, on="city_code").drop("city_code").rename({"code": "city_code"}).select(cities.columns)
    province_years = pl.DataFrame(
        {
            "province_code": np.repeat(places.provinces, periods),
            "year": np.tile(np.array(places.years, dtype=np.int32), len(places.provinces)),
            "gdp_100m_cny": places.province_gdp.ravel(),
            "urban_broadband_10k_households": np.exp(places.ln_broadband).round(1).ravel(),
            "domain_names_10k": np.exp(places.ln_domains).round(2).ravel(),
        }
    ).with_columns(pl.when(pl.col("year") > 2010).then("urban_broadband_10k_households"))
    exists = pl.col("city_code") != ""
    valid = set(places.codes.ravel())
    cities = pl.concat([cities, old]).filter(pl.col("city_code").is_in(valid))
    return (
        cities.sort("city_code"),
        city_years.filter(exists).sort("city_code", "year"),
        province_years.sort("province_code", "year"),
    )


_SIZE_BY_FLAG = {
    "is_municipality": 0.5,
    "is_provincial_capital": 0.7,
    "is_sub_provincial": 0.6,
    "is_coastal": 0.35,
    "is_coastal_open_1984": 0.2,
    "is_sez": 0.3,
}


def _units() -> pl.DataFrame:
    """One row per place: prefectures of the reference list without county-level units and codes given up in 2011."""
    relief = table("terrain_proxy").select("code", terrain_relief="relief_index_proxy")
    prefectures = table("prefectures").join(relief, on="code", how="left", maintain_order="left")
    keeps_own_row = (pl.col("level") != "province_direct_county") & ~pl.col("code").is_in(GIVEN_UP)
    return (
        prefectures.filter(keeps_own_row)
        .with_columns(pl.col("terrain_relief").fill_null(0.0))
        .rename({"code": "city_code"})
        .sort("city_code")
    )


def _codes(units: pl.DataFrame, years: tuple[int, ...]) -> np.ndarray:
    """(U, T) the code of each place in the list of each year; empty where the list has none of it."""
    listed = (
        table("place_codes").filter(pl.col("level") != "county").cast({"first_year": pl.Int32, "last_year": pl.Int32})
    )
    columns = []
    for year in years:
        of_year = listed.filter(pl.lit(year).is_between("first_year", "last_year")).sort("code", descending=True)
        codes = dict(of_year.select("city_code", "code").rows())
        columns.append([codes.get(own, "") for own in units["city_code"]])
    return np.array(columns).T


def _province_facts(provinces: list[str], years: tuple[int, ...]) -> dict[str, np.ndarray]:
    """(P, T) arrays of published series; years before a series starts are carried back at national growth."""
    facts = table("province_year_facts").with_columns(pl.col("gdp_per_capita_cny").cast(pl.Float64))
    columns = {
        "gdp": "gdp_100m_cny",
        "gdp_per_head": "gdp_per_capita_cny",
        "broadband": "broadband_subscribers_urban_10k",
        "domains": "domain_names_10k",
    }
    kept_years = sorted({*years, *FIRST_YEARS_OF_SERIES})
    keys = pl.DataFrame({"province_code": provinces}).join(
        pl.DataFrame({"year": kept_years}, schema={"year": pl.Int32}), how="cross"
    )
    found = keys.join(facts, on=["province_code", "year"], how="left", maintain_order="left")
    wide = {name: found[column].to_numpy().reshape(len(provinces), -1) for name, column in columns.items()}
    backwards = (
        ("broadband", np.exp(-BROADBAND_GROWTH), 2011), ("domains", DOMAINS_2010_TO_2011, 2011),
        ("gdp", np.exp(-GDP_GROWTH), 2004), ("gdp_per_head", np.exp(-GDP_GROWTH), 2004),
    )  # fmt: skip
    for name, change, start in backwards:
        values, first = wide[name].copy(), kept_years.index(start)
        steps = np.array([start - year for year in kept_years[:first]])
        values[:, :first] = values[:, [first]] * change**steps
        wide[name] = values
    return {name: values[:, [kept_years.index(year) for year in years]] for name, values in wide.items()}


def _in_yearbook(units: pl.DataFrame, exporter_share: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Autonomous prefectures and the like are outside, and cities at random until the exporters' share is reached."""
    inside = units["level"].is_in(["prefecture_city", "municipality"]).to_numpy().copy()
    capital = (units["is_provincial_capital"] == "1").to_numpy() | (units["is_municipality"] == "1").to_numpy()
    share = exporter_share / exporter_share.sum()
    for place in rng.permutation(len(units)):
        missing = share[~inside].sum()
        if inside[place] and not capital[place] and missing + share[place] <= 1 - YEARBOOK_SHARE:
            inside[place] = False
    return inside


def early_zones() -> list[str]:
    zones = table("ftz_provinces")
    return zones.filter(pl.col("ftz_start_year").cast(pl.Int32) < FTZ_BEFORE)["province_code"].to_list()


def _shared_movement(
    places: Geography, correlation: float, rng: np.random.Generator, shape: tuple[int, ...]
) -> np.ndarray:
    """Unit-variance movement, an AR(1) along each province's GDP ranking: near neighbours in GDP move together."""
    fresh = rng.standard_normal(shape)
    shared = np.empty(shape)
    order = np.lexsort((places.ln_gdp[:, 0], places.province))
    for before, place in zip([None, *order[:-1]], order, strict=True):
        starts = before is None or places.province[before] != places.province[place]
        if starts:
            shared[..., place, :] = fresh[..., place, :]
        else:
            shared[..., place, :] = (
                correlation * shared[..., before, :] + np.sqrt(1 - correlation**2) * fresh[..., place, :]
            )
    return shared


def _spread_evenly(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Uniform of unit variance: city levels spread without extremes, so that scores seldom come near their bounds."""
    return rng.uniform(-np.sqrt(3), np.sqrt(3), shape)


def _bounded(position: np.ndarray, middle: float, reach: float) -> np.ndarray:
    return middle + reach * np.tanh((position - middle) / reach)
