"""What a firm chooses: the quality of method.md section 2, equation (5), and how digital government enters it.

What belongs here: the quality choice, the paths of craft capability and of the fixed cost. Not: prices and demand.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from egov_assets.demo_economy.firms import DIVISIONS, PRIVATE_REGISTRATIONS, Population
from egov_assets.demo_economy.government import DigitalGovernment, Geography, early_zones
from egov_assets.demo_economy.truth import Truth
from egov_assets.platform.exact_sums import exact_sum
from egov_assets.platform.reference import table

SA_SIZE, SA_SIZE_SQUARED, SA_AGE = -0.737, 0.043, -0.040  # paper 4.3(3), footnote 5; assets in million CNY


def relative_ln_quality(
    sigma: np.ndarray | float,
    curvature: float,
    ln_efficiency: np.ndarray | float = 0.0,
    ln_craft: np.ndarray | float = 0.0,
    ln_fixed_labour: np.ndarray | float = 0.0,
) -> np.ndarray:
    """Optimal ln lambda of equation (5), relative to a firm of the same product with phi = w and f = F0 = 1.

    ln_efficiency  ln(phi/w); curvature D = alpha - (1-beta)(sigma-1) > 0. The product's own constants (alpha, P, L and
    the markup) are the same for both firms and drop out. alpha differs by product so that D is common to all: a given
    fall of ln F0 then moves ln lambda by the same amount whatever is sold.
    Source  method.md 2.2 (5) and its comparative statics
    """
    return ((np.asarray(sigma) - 1.0) * ln_efficiency + ln_craft - ln_fixed_labour) / curvature


@dataclass(frozen=True)
class QualityPaths:
    """(N, T) arrays of a firm's year: `common` is ln lambda before the firm's own and the product's capability;
    `effect` is d ln lambda / d digital government; `moderators` maps names of Interactions to (N, T) arrays."""

    common: np.ndarray
    effect: np.ndarray
    moderators: dict[str, np.ndarray]


def quality_paths(
    truth: Truth, places: Geography, government: DigitalGovernment, firms: Population, ln_pairs: np.ndarray
) -> QualityPaths:
    """How quality moves over the years, firm by firm.

    Digital government lowers the fixed labour requirement; the six controls, the mechanisms and the city's shock move
    craft capability. Moderators act as deviations from their mean over firm-years that are in customs and survey, so
    the average effect of digital government stays `effect.on_ln_quality`.
    """
    effect, curvature = truth.effect, truth.capability.curvature
    periods = len(truth.years)
    unit = firms.unit[:, :periods]
    year = np.arange(periods)[None, :]
    matched = firms.exports[:, :periods] & firms.in_survey[:, :periods]
    moderators = _moderators(truth, places, firms, ln_pairs)
    strength = np.ones((len(firms.firm), periods))
    for name, values in moderators.items():
        strength = strength + getattr(truth.interactions, name) / truth.interactions.baseline * _centred(
            values, matched
        )
    on_quality = effect.on_ln_quality * strength
    ln_fixed_labour = -curvature * on_quality * government.latent[unit, year]

    controls = control_paths(places, firms, periods)
    path = sum(getattr(effect.controls, name) * _centred(values, matched) for name, values in controls.items())
    path = path + sum(
        getattr(effect.mechanisms, name) * _centred(moderators[name], matched)
        for name in type(effect.mechanisms).model_fields
    )
    craft = curvature * (effect.ln_quality_per_qua * path + government.quality_shock[unit, year])
    return QualityPaths(
        common=relative_ln_quality(1.0, curvature, ln_craft=craft, ln_fixed_labour=ln_fixed_labour),
        effect=on_quality,
        moderators=moderators,
    )


def control_paths(places: Geography, firms: Population, periods: int) -> dict[str, np.ndarray]:
    """The six controls of method.md section 7 as the firm knows them, (N, T) each, without gaps."""
    unit, year = firms.unit[:, :periods], np.arange(periods)[None, :]
    return {
        "Con_wag": firms.ln_wage[:, :periods],
        "Con_inc": firms.ln_revenue[:, :periods],
        "Con_exp": firms.ln_exports[:, :periods],
        "Con_gdp": places.ln_gdp_per_head[unit, year],
        "Con_num": places.ln_industrial_firms[unit, year],
        "Con_inf": places.ln_broadband[places.province[unit], year],
    }


def moderator_table(truth: Truth, firms: Population, paths: QualityPaths) -> pl.DataFrame:
    """firm, year and the moderators of every live firm-year, sorted by key; names as in `Interactions`."""
    row, period = np.nonzero(firms.alive[:, : len(truth.years)])
    return pl.DataFrame(
        {
            "firm": firms.firm[row],
            "year": np.array(truth.years, dtype=np.int32)[period],
            "effect_on_ln_quality": paths.effect[row, period],
            **{name: values[row, period] for name, values in paths.moderators.items()},
        }
    )


def _moderators(truth: Truth, places: Geography, firms: Population, ln_pairs: np.ndarray) -> dict[str, np.ndarray]:
    periods = len(truth.years)
    unit, year = firms.unit[:, :periods], np.arange(periods)[None, :]
    shape = unit.shape
    units = places.units
    division = firms.industry[:, :periods].astype("U2")
    labour, high_tech, upstreamness = _industry_classes()
    assets = firms.ln_assets[:, :periods]
    size = np.maximum(assets - np.log(1000), 0.0)
    age = np.array(truth.years)[None, :] - firms.opening_year[:, None] + 1
    exports_later = np.logical_or.accumulate(firms.exports[:, ::-1], axis=1)[:, ::-1][:, 1:]
    leaves = firms.exports[:, :periods] & ~exports_later
    flags = {
        "eastern": units["region4"].eq("eastern").to_numpy()[unit],
        "coastal": units["is_coastal"].eq("1").to_numpy()[unit],
        "policy_city": (places.policy_year <= truth.years[-1])[unit],
        "ftz_province": units["province_code"].is_in(early_zones()).to_numpy()[unit],
        "labour_intensive": np.isin(division, labour),
        "high_tech": np.isin(division, high_tech),
        "private": np.isin(firms.registration[:, :periods], PRIVATE_REGISTRATIONS),
        "ordinary_trade": np.broadcast_to((firms.ordinary_trade_share > 0.5)[:, None], shape),
        "exit": leaves,
    }
    return {name: flag.astype(float) for name, flag in flags.items()} | {
        "broadband": places.ln_broadband[places.province[unit], year],
        "assets": assets,
        "sa_index": SA_SIZE * size + SA_SIZE_SQUARED * size**2 + SA_AGE * age,
        "upstreamness": np.vectorize(upstreamness.get, otypes=[float])(division),
        "varieties": np.broadcast_to(ln_pairs[:, None], shape),
        "fdi": places.ln_fdi[unit, year],
        "innovation": places.innovation[unit, year],
    }


def _industry_classes() -> tuple[list[str], list[str], dict[str, float]]:
    """Labour-intensive divisions, high-tech divisions, and mean upstreamness of what each division makes."""
    divisions = table("gbt4754_2002").filter((pl.col("level") == "2") & pl.col("code").is_in(list(DIVISIONS)))
    labour = divisions.filter(pl.col("factor_intensity") == "labour")["code"].to_list()
    high_tech = divisions.filter(pl.col("is_hightech_2002") == "1")["code"].to_list()
    sectors = table("io_china_2012_sectors").select("io_code", "upstreamness_closed")
    made = table("hs6_to_gbt4754").filter(pl.col("gbt4754_2002_2d").is_in(list(DIVISIONS)))
    means = (
        made.join(sectors, left_on="io2012_code", right_on="io_code")
        .group_by("gbt4754_2002_2d")
        .agg(exact_sum(pl.col("upstreamness_closed")) / pl.len())
        .sort("gbt4754_2002_2d")
    )
    return labour, high_tech, dict(means.rows())


def _centred(values: np.ndarray, matched: np.ndarray) -> np.ndarray:
    return values - (values[matched].mean() if matched.any() else 0.0)
