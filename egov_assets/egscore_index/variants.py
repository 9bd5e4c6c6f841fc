"""How much the ranking of cities depends on the weights of the fields and on who rated.

What belongs here: weights that the data suggest, and rank correlations. Not here: the score of the study.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from egov_assets.egscore_index.composite import composite_score
from egov_assets.egscore_index.settings import EQUAL_WEIGHTS, ScoreSettings
from egov_assets.paper.study import SCORE_FIELDS

FIELDS = list(SCORE_FIELDS)
RANKED_DECIMALS = 12


def entropy_weights(fields: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, k) scores -> (k,) weights that sum to 1: a field counts the more, the less evenly its scores are spread.

    Each field is put between its minimum and maximum first; a constant field gets no weight. All constant: equal ones.
    Source  Shannon's entropy of the shares of the cities in a field, as usual in Chinese index work (熵值法)
    """
    span = np.ptp(fields, axis=0)
    scaled = (fields - fields.min(axis=0)) / np.where(span > 0, span, 1)
    shares = scaled / np.where(span > 0, scaled.sum(axis=0), 1)
    information = shares * np.log(np.where(shares > 0, shares, 1))
    spread = np.where(span > 0, 1 + information.sum(axis=0) / np.log(len(fields)), 0.0)
    return spread / spread.sum() if spread.sum() else np.full(fields.shape[1], 1 / fields.shape[1])


def principal_component_weights(fields: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, k) scores -> (k,) weights that sum to 1 and rank as the first principal component of the correlations does.

    A field that moves against the others has a negative weight; a constant field has none.
    """
    deviation = fields.std(axis=0)
    standard = (fields - fields.mean(axis=0)) / np.where(deviation > 0, deviation, 1)
    first = np.linalg.eigh(standard.T @ standard / len(fields))[1][:, -1]
    weights = np.where(deviation > 0, first / np.where(deviation > 0, deviation, 1), 0)
    return weights / weights.sum()


def data_weights(mine: pl.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Weights of the nine fields, which sum to 1, by the names of the readings: equal, and two that the data suggest.

    mine  the nine fields of one producer in all years, without gaps
    """
    values = mine.select(FIELDS).to_numpy()
    return {
        "equal": np.array(list(EQUAL_WEIGHTS.values())) / len(FIELDS),
        "entropy": entropy_weights(values),
        "principal_component": principal_component_weights(values),
    }


def score_variants(scores: pl.DataFrame, settings: ScoreSettings) -> pl.DataFrame:
    """One row per city and year of the study's producer, sorted: egscore_entropy, egscore_principal_component.

    scores    clean_egov_scores of all years; a city-year that lacks a field has no row
    Scores are means under weights estimated over all years: 0 to 1 as long as no weight is negative.
    """
    mine = _of_producer(scores.drop_nulls(FIELDS), settings)
    weights = data_weights(mine)
    return mine.select(
        "city_code",
        "year",
        **{f"egscore_{name}": _weighted(weights[name]) for name in ("entropy", "principal_component")},
    )


def _of_producer(complete: pl.DataFrame, settings: ScoreSettings) -> pl.DataFrame:
    return complete.filter(pl.col("producer") == settings.producer).sort("city_code", "year")


def _weighted(weights: NDArray[np.float64]) -> pl.Expr:
    return sum(pl.col(field) * weight for field, weight in zip(FIELDS, weights.tolist(), strict=True))


def score_readings(scores: pl.DataFrame, settings: ScoreSettings) -> pl.DataFrame:
    """One row per reading: its weights, city-years shared with the study's score, and the correlations of both.

    scores   clean_egov_scores of all years; those that lack a field do not count
    Reading  equal, entropy, principal_component of the study's producer; `producer <name>`: equal weights of another.
             The printed sum (EQ-02) is nine times `equal`: ranks as equal does, its slopes are a ninth
    Columns  reading, city_years, rank_correlation (Spearman), correlation (Pearson), weight_<field>
    """
    complete = scores.drop_nulls(FIELDS)
    mine = _of_producer(complete, settings)
    base = composite_score(complete, settings).select("city_code", "year", base="egscore")
    weights = data_weights(mine)
    readings = {name: (mine, each) for name, each in weights.items()}
    for producer in sorted(set(complete["producer"]) - {settings.producer}):
        readings[f"producer {producer}"] = (complete.filter(pl.col("producer") == producer), weights["equal"])
    return pl.DataFrame([_compared(name, rows, each, base) for name, (rows, each) in readings.items()])


def _compared(name: str, rows: pl.DataFrame, weights: NDArray, base: pl.DataFrame) -> dict[str, str | int | float]:
    both = rows.select("city_code", "year", score=_weighted(weights)).join(
        base, on=["city_code", "year"], validate="1:1"
    )
    # Cities with the same score differ in the last bits of another sum, which is no difference in rank.
    both = both.with_columns(pl.col("score", "base").round(RANKED_DECIMALS))
    rank, linear = both.select(
        pl.corr("score", "base", method="spearman").alias("rank"), pl.corr("score", "base").alias("linear")
    ).row(0)
    return {
        "reading": name,
        "city_years": both.height,
        "rank_correlation": rank,
        "correlation": linear,
        **{f"weight_{field.removeprefix('egscore_')}": weight for field, weight in zip(FIELDS, weights, strict=True)},
    }
