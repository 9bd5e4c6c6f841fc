"""What the oracle's regressions should find: planted effects, seen through the score's errors and the min-max ranges.

What belongs here: expected coefficients, worked out without regressing any realised outcome. Not: the regressions.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from egov_assets.demo_economy.government import Geography, draw_government
from egov_assets.demo_economy.random_streams import stream
from egov_assets.demo_economy.truth import Truth
from egov_assets.paper.study import CONTROLS, NEIGHBOUR_COUNTS

WORLDS = 200  # drawn governments over which attenuation is averaged: its own error is then below 1 %
TABLE_01 = {  # paper Table 1, mean and sd over matched firm-years: what the shipped truth is calibrated to
    "qua": (0.734, 0.114),
    "egscore": (0.533, 0.155),
    "Con_wag": (3.302, 0.978),
    "Con_inc": (11.397, 1.332),
    "Con_exp": (10.337, 1.829),
    "Con_gdp": (10.977, 0.502),
    "Con_num": (8.123, 0.882),
    "Con_inf": (6.558, 0.468),
}


@dataclass(frozen=True)
class ExpectedScore:
    """Expected coefficients on the observed score within firms: by least squares, and with the neighbour instrument."""

    least_squares: float
    instrumented: float


def planted_estimates(truth: Truth, places: Geography, moderators: pl.DataFrame, panel: pl.DataFrame) -> pl.DataFrame:
    """table, column, term, planted: what the oracle finds on average at this scale.

    Firms seen once carry no weight: firm effects absorb them. Table 2 (1) has no planted value, it compares firms whose
    levels the score does not cause.

    moderators: firm, year, effect_on_ln_quality; panel: `oracle_panel`
    """
    panel = panel.join(moderators.select("firm", "year", "effect_on_ln_quality"), on=["firm", "year"])
    baseline = seen_again(panel.drop_nulls(list(CONTROLS)))
    instrumented = seen_again(baseline.filter(~pl.col("is_capital_or_municipality")).drop_nulls("ln_egscore_size5"))
    rows = []
    for column, sample in (("2", seen_again(panel)), ("3", baseline)):
        for table, expected in _expected(truth, places, sample, with_controls=column == "3").items():
            rows.append((f"table_02{table}", column, "egscore", expected.least_squares))
    per_qua = _mean(baseline, pl.col("per_range")) * truth.effect.ln_quality_per_qua
    rows += [("table_02", "3", name, getattr(truth.effect.controls, name) * per_qua) for name in CONTROLS]
    for table, expected in _expected(truth, places, instrumented, with_controls=True).items():
        rows.append((f"table_06{table}", "1", "egscore", expected.instrumented))
    rows.append(("structural ln_quality", "", "digital_government", truth.effect.on_ln_quality))
    for name, moments in TABLE_01.items():
        rows += [("table_01", statistic, name, value) for statistic, value in zip(("mean", "sd"), moments, strict=True)]
    schema = {"table": pl.String, "column": pl.String, "term": pl.String, "planted": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _expected(truth: Truth, places: Geography, sample: pl.DataFrame, with_controls: bool) -> dict[str, ExpectedScore]:
    """By outcome (suffix of the table's name: none for `qua`): averages over WORLDS freshly drawn governments, at the
    sample's distribution of firms over cities and years.

    Cities with a high score vary less, because scores are bounded, and are those where the effect is strong; so the
    effect enters city by city. with_controls: net of the controls that vary by city or province, whose few movements
    overlap with the score's.
    """
    weights = _by_place(places, sample, pl.len())
    used = weights.sum(axis=0) > 0
    outcomes = {
        "": (pl.col("effect_on_ln_quality") * pl.col("per_range"), pl.col("per_range")),
        " ln_quality": (pl.col("effect_on_ln_quality"), pl.col("per_range") * 0 + 1),
    }
    if not used.any():
        return {outcome: ExpectedScore(np.nan, np.nan) for outcome in outcomes}
    firms = weights.sum(axis=1, keepdims=True)
    weights = weights[:, used]
    controls = [places.ln_gdp_per_head, places.ln_industrial_firms, places.ln_broadband[places.province]]
    controls = [_within(values[:, used], weights) for values in controls] if with_controls else []

    def net(values: np.ndarray) -> np.ndarray:
        return _less_projection(_within(values[..., used], weights), controls, weights)

    drawn = draw_government(truth, places, stream(truth.seed, "score response"), worlds=WORLDS)
    observed, instrument = net(drawn.observed), net(_ln_neighbour_scores(places, drawn.observed))

    def product(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        return (weights * one * other).sum(axis=(1, 2))

    expected = {}
    for outcome, quantities in outcomes.items():
        effect, shock = (
            _by_place(places, sample, each.sum()).sum(axis=1, keepdims=True) / np.maximum(firms, 1)
            for each in quantities
        )
        quality = net(effect * drawn.latent + shock * drawn.quality_shock)
        expected[outcome] = ExpectedScore(
            # Mean of the worlds' ratios: what least squares finds on average; with IV a world's ratio has no mean.
            least_squares=float((product(quality, observed) / product(observed, observed)).mean()),
            instrumented=float(product(instrument, quality).sum() / product(instrument, observed).sum()),
        )
    return expected


def seen_again(sample: pl.DataFrame) -> pl.DataFrame:
    """The rows of firms that the sample holds in more than one year."""
    return sample.filter(pl.len().over("firm") > 1)


def _by_place(places: Geography, sample: pl.DataFrame, quantity: pl.Expr) -> np.ndarray:
    """(U, T) aggregate of the sample's firm-years."""
    found = sample.sort("firm", "year").group_by("city_code", "year", maintain_order=True).agg(quantity)
    values = np.zeros(places.codes.shape)
    place = {(code, year): (u, t) for t, year in enumerate(places.years) for u, code in enumerate(places.codes[:, t])}
    for code, year, value in found.iter_rows():
        values[place[code, year]] = value
    return values


def _within(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(..., U, T) less place and year means, weighted; three rounds bring unbalanced weights close enough."""
    for _ in range(3):
        by_place = (weights * values).sum(axis=-1, keepdims=True) / np.maximum(
            weights.sum(axis=1, keepdims=True), 1e-12
        )
        values = values - by_place
        values = values - (weights * values).sum(axis=-2, keepdims=True) / weights.sum(axis=0)
    return values


def _less_projection(values: np.ndarray, controls: list[np.ndarray], weights: np.ndarray) -> np.ndarray:
    """(W, U, T) less its weighted projection on (U, T) controls."""
    if not controls:
        return values
    root = np.sqrt(weights).ravel()
    basis, _ = np.linalg.qr(np.stack([root * each.ravel() for each in controls], axis=1))
    scaled = root * values.reshape(len(values), -1)
    fitted = (scaled @ basis) @ basis.T
    return values - (fitted / np.maximum(root, 1e-12)).reshape(values.shape)


def _ln_neighbour_scores(places: Geography, observed: np.ndarray) -> np.ndarray:
    """(..., U, T) ln mean score of the five same-province places nearest in GDP; zero where there is no pool."""
    units = places.units
    large = units["is_municipality"].eq("1") | units["is_provincial_capital"].eq("1")
    pool = np.flatnonzero((~large & units["in_yearbook"]).to_numpy())
    near = np.zeros((len(units), len(units)))
    gdp = places.ln_gdp.mean(axis=1)
    for place in pool:
        others = pool[(places.province[pool] == places.province[place]) & (pool != place)]
        nearest = others[np.argsort(np.abs(np.exp(gdp[others]) - np.exp(gdp[place])), kind="stable")][
            : NEIGHBOUR_COUNTS[0]
        ]
        near[place, nearest] = 1 / max(len(nearest), 1)
    mean = np.einsum("ij,...jt->...it", near, observed)
    return np.log(np.where(mean > 0, mean, 1.0))


def _mean(sample: pl.DataFrame, quantity: pl.Expr) -> float:
    values = sample.select(quantity).to_series().to_numpy()  # numpy adds in a fixed order, polars does not
    return float(values.mean()) if len(values) else np.nan
