"""Neighbours and work reports move the score where that is planted, and do not where it is not."""

import polars as pl
from pytest import approx, fixture

from egov_assets.demo_economy.government import DigitalGovernment, city_tables, draw_government, geography
from egov_assets.demo_economy.random_streams import stream
from egov_assets.demo_economy.truth import Truth, read_truth
from egov_assets.egscore_index.composite import composite_score
from egov_assets.egscore_index.settings import ScoreSettings
from egov_assets.iv_instruments.keywords import report_instruments
from egov_assets.iv_instruments.neighbours import neighbour_instruments
from egov_assets.iv_instruments.relevance import first_stages
from egov_assets.iv_instruments.settings import InstrumentSettings
from egov_assets.paper.study import SCORE_PRODUCER
from egov_assets.platform.reference import table

WORLDS = 8  # some 2,700 cities: the standard error of a first stage is a third of one study's
NOTHING_PLANTED = {"shared_sd": 0.0, "report_sd": 0.0, "terrain_response": 0.0}
STRONG = 100.0  # F over eight worlds; one study has an eighth of the cities


def one_world(truth: Truth, number: int) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Score, instruments, and the announcement behind the reports: by city and year, cities named by world too."""
    places = geography(truth)
    drawn: DigitalGovernment = draw_government(truth, places, stream(1, "planted strength", number))
    _, city_years, _ = city_tables(truth, places, drawn)
    scores = composite_score(city_years.with_columns(producer=pl.lit(SCORE_PRODUCER)), ScoreSettings())
    neighbours = neighbour_instruments(scores, city_years, table("prefectures"), InstrumentSettings())
    reports = report_instruments(
        city_years.select("city_code", "year", words="report_tokens", keywords="report_keyword_count")
    )
    instruments = neighbours.join(reports, on=["city_code", "year"]).with_columns(IV_int=pl.lit(None, pl.Float64))
    announced = pl.DataFrame(
        {
            "city_code": places.codes.ravel(),
            "year": pl.Series([*places.years] * len(places.units), dtype=pl.Int32),
            "announced": drawn.announced.ravel(),
        }
    ).filter(pl.col("city_code") != "")
    named = pl.format("{} {}", "city_code", pl.lit(number)).alias("city_code")
    return tuple(frame.with_columns(named) for frame in (scores, instruments, announced))


def worlds(**instruments: float) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    truth = read_truth().with_changes(instruments=instruments)
    return tuple(pl.concat(frames) for frames in zip(*(one_world(truth, n) for n in range(WORLDS)), strict=True))


@fixture(scope="module")
def planted():
    return worlds()


def test_planted_instruments_are_strong_and_of_the_expected_sign(planted):
    stages = first_stages(*planted[:2]).filter(pl.col("instrument") != "IV_int")
    assert (stages["slope"] * stages["expected_sign"]).min() > 0
    assert stages["f_statistic"].min() > STRONG, stages


def test_nothing_planted_nothing_found():
    scores, instruments, _ = worlds(**NOTHING_PLANTED)
    stages = first_stages(scores, instruments).filter(pl.col("instrument") != "IV_int")
    assert stages["f_statistic"].max() < 9, stages  # three standard errors


def test_a_word_more_stands_for_the_announcement_behind_it(planted):
    """Reports touch the score only by what was announced, report_sd per standard deviation: so the slope on a word is
    that, times what a word tells of the announcement; a little less, because scores are bounded."""
    scores, instruments, announced = planted
    told = instruments.join(announced.rename({"announced": "egscore"}), on=["city_code", "year"])
    told_by_a_word = first_stages(told.select("city_code", "year", "egscore"), instruments)
    found = first_stages(scores, instruments)
    for name in ("IV_gov", "ln_1_plus_keywords"):
        slope, told_slope = (
            each.filter(pl.col("instrument") == name)["slope"].item() for each in (found, told_by_a_word)
        )
        assert slope / told_slope == approx(read_truth().instruments.report_sd, rel=0.25), name
