"""Weights that the data suggest, against hand-computed cases and another estimator."""

from math import log

import numpy as np
import polars as pl
from pytest import approx, fixture

from egov_assets.egscore_index.schema import EgscoreReadings, EgscoreVariants
from egov_assets.egscore_index.settings import ScoreSettings
from egov_assets.egscore_index.variants import (
    entropy_weights,
    principal_component_weights,
    score_readings,
    score_variants,
)
from egov_assets.paper.study import SCORE_FIELDS, SCORE_PRODUCER


def test_entropy_favours_the_field_in_which_few_cities_stand_out():
    """Shares (0, 1) have entropy 0, so divergence 1; (0, 1/2, 1/2) of three cities have ln 2 / ln 3."""
    scores = np.array([[0.2, 0.1, 0.5], [0.2, 0.9, 0.5], [0.6, 0.9, 0.5]])
    divergence = [1.0, 1 - log(2) / log(3), 0.0]
    assert entropy_weights(scores) == approx(np.array(divergence) / sum(divergence))


def test_entropy_of_constant_fields_weighs_them_equally():
    assert entropy_weights(np.full((3, 2), 0.5)) == approx(np.array([0.5, 0.5]))


def test_the_first_component_explains_more_than_any_weights_drawn_at_random():
    """Of all unit vectors on standardised fields the first component has the largest variance."""
    rng = np.random.default_rng(1)
    fields = rng.normal(size=(200, 4)) * [1, 2, 3, 4] + 2 * rng.normal(size=(200, 1))
    standard = (fields - fields.mean(axis=0)) / fields.std(axis=0)

    def variance(vector):
        return (standard @ (vector / np.linalg.norm(vector))).var()

    weights = principal_component_weights(fields)
    assert weights.sum() == approx(1)
    assert all(variance(weights * fields.std(axis=0)) >= variance(rng.normal(size=4)) for _ in range(200))


@fixture
def scores():
    rng = np.random.default_rng(2)
    level = rng.uniform(0.2, 0.8, 60)
    fields = np.clip(level[:, None] + rng.normal(0, 0.05, (60, len(SCORE_FIELDS))), 0, 1)
    mine = pl.DataFrame(fields, schema=list(SCORE_FIELDS)).with_columns(
        city_code=pl.Series([f"{330000 + n}" for n in range(60)]),
        year=pl.lit(2011, pl.Int32),
        producer=pl.lit(SCORE_PRODUCER),
    )
    reversed_ranks = mine.with_columns(
        *((1 - pl.col(field)).alias(field) for field in SCORE_FIELDS), producer=pl.lit("某大学")
    )
    return pl.concat([mine, reversed_ranks])


@fixture
def readings(scores):
    return score_readings(scores, ScoreSettings())


def test_the_studys_own_score_ranks_as_itself_and_a_reversed_producer_as_its_opposite(readings):
    EgscoreReadings.validate(readings)
    ranks = dict(readings.select("reading", "rank_correlation").iter_rows())
    assert ranks["equal"] == approx(1)
    assert ranks["producer 某大学"] == approx(-1)
    assert 0.9 < ranks["entropy"] < 1
    assert readings["city_years"].to_list() == [60] * 4


def test_every_readings_weights_sum_to_one(readings):
    weights = readings.select(pl.sum_horizontal(pl.col("^weight_.*$"))).to_series()
    assert weights.to_list() == approx([1.0] * 4)


def test_a_variant_is_the_score_under_the_weights_that_the_readings_print(scores, readings):
    """Only the study's producer counts; correlated with its equal weights, a variant gives the printed correlation."""
    variants = score_variants(scores, ScoreSettings())
    EgscoreVariants.validate(variants)
    mine = scores.filter(pl.col("producer") == SCORE_PRODUCER).sort("city_code", "year")
    assert variants.select("city_code", "year").equals(mine.select("city_code", "year"))
    fields = mine.select(*SCORE_FIELDS).to_numpy()
    for name in ("entropy", "principal_component"):
        printed = readings.row(by_predicate=pl.col("reading") == name, named=True)
        weights = np.array([printed[f"weight_{field.removeprefix('egscore_')}"] for field in SCORE_FIELDS])
        assert variants[f"egscore_{name}"].to_numpy() == approx(fields @ weights)
