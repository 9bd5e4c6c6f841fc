"""The composite score of a city and year."""

import polars as pl

from egov_assets.study import SCORE_FIELDS, SCORE_PRODUCER


def composite_score(scores: pl.DataFrame, producer: str = SCORE_PRODUCER) -> pl.DataFrame:
    """One row per city and year of one producer, sorted: the nine fields and egscore, their mean, all between 0 and 1.

    scores  city_code, year, producer and nine egscore_* fields
    A city-year that lacks a field has no egscore: fields differ in level, so a mean over the others would not compare.
    Raises  UnknownProducer naming the producers that the scores come from, when rows exist but none is of this producer
    Source  method.md section 6 (mean, not the printed sum: EQ-02); domain.md 5.5
    """
    chosen = scores.filter(pl.col("producer") == producer)
    if chosen.is_empty() and not scores.is_empty():
        found = ", ".join(sorted(scores["producer"].drop_nulls().unique()))
        raise UnknownProducer(
            f"clean_egov_scores: no row of producer {producer}; the files name {found or 'none'}. "
            "Correct the producer column (评测机构) of the score files, or SCORE_PRODUCER in egov_assets/study.py."
        )
    fields = list(SCORE_FIELDS)
    return chosen.select("city_code", "year", *fields, egscore=pl.mean_horizontal(fields, ignore_nulls=False)).sort(
        "city_code", "year"
    )


class UnknownProducer(ValueError):
    """The scores hold no row of the producer that the study uses."""
