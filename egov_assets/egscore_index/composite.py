"""The composite score of a city and year."""

from math import fsum

import polars as pl

from egov_assets.egscore_index.settings import ScoreSettings
from egov_assets.paper.study import SCORE_FIELDS
from egov_assets.platform.exact_sums import sum_across


def composite_score(scores: pl.DataFrame, settings: ScoreSettings) -> pl.DataFrame:
    """One row per city and year of one producer, sorted: nine fields, all 0 to 1, and egscore.

    egscore   weighted mean of the nine, 0 to 1; as a sum nine times that, 0 to 9
    scores    city_code, year, producer and nine egscore_* fields
    settings  the producer, the weights of the fields (by default equal), mean or sum
    A city-year that lacks a field has no egscore: fields differ in level, so a mean over the others would not compare.
    Raises  UnknownProducer naming the producers that the scores come from, when rows exist but none is of this producer
    Source  method.md section 6 (mean, not the printed sum: EQ-02); domain.md 5.5
    """
    producer = settings.producer
    chosen = scores.filter(pl.col("producer") == producer)
    if chosen.is_empty() and not scores.is_empty():
        found = ", ".join(sorted(scores["producer"].drop_nulls().unique()))
        raise UnknownProducer(
            f"clean_egov_scores: no row of producer {producer}; the files name {found or 'none'}. "
            "Correct the producer column (评测机构) of the score files, or name one of them as score.producer."
        )
    total = fsum(settings.weights.values())
    weighted = [pl.col(field) * settings.weights[field] for field in SCORE_FIELDS]
    # The sum of rounded products may pass 1 by one unit in the last place.
    score = (sum_across(weighted) / total).clip(0, 1)
    if settings.composite == "sum":
        score = score * len(SCORE_FIELDS)
    return chosen.select("city_code", "year", *SCORE_FIELDS, egscore=score).sort("city_code", "year")


class UnknownProducer(ValueError):
    """The scores hold no row of the producer that the study uses."""
