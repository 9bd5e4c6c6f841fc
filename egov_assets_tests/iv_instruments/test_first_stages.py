"""What the demo economy plants is found: the terrain response in the scores, the keywords in the texts."""

import numpy as np
import polars as pl
from pytest import approx, fixture, mark

from egov_assets.demo_economy.government import draw_government, geography
from egov_assets.demo_economy.random_streams import stream
from egov_assets.demo_economy.raw_files.work_reports import report_text
from egov_assets.demo_economy.truth import read_truth
from egov_assets.iv_instruments.keywords import count_keywords, read_lexicon
from egov_assets.iv_instruments.relevance import EXPECTED_SIGN, first_stages
from egov_assets.iv_instruments.terrain import terrain_instrument
from egov_assets.raw.work_reports import running_text

WORLDS = 400


@fixture(scope="module")
def economy():
    """Truth, places, the mean rating of WORLDS worlds, in which all but the common terrain response averages out, and
    how far a rating gives way to what moves it: less towards its bounds, as the derivative of tanh says.
    """
    truth = read_truth()
    places = geography(truth)
    ratings = draw_government(truth, places, stream(1, "first stages"), WORLDS).observed
    gives_way = 1 - ((ratings - truth.government.middle) / truth.government.reach) ** 2
    return truth, places, ratings.mean(axis=0), gives_way.mean()


def test_the_planted_terrain_response_is_the_slope_on_the_instrument(economy):
    """The rating is bounded, so that a movement of 1 shows as somewhat less; its sign and size must stand."""
    truth, places, rating, gives_way = economy
    units, periods = rating.shape
    cities = pl.DataFrame(
        {
            "city_code": np.repeat(places.unit_codes, periods),
            "year": np.tile(places.years, units),
            "province_code": np.repeat(np.array(places.provinces)[places.province], periods),
            "egscore": rating.ravel(),
        }
    )
    relief = places.units.select("city_code", relief_index="terrain_relief")
    domains = pl.DataFrame(
        {
            "province_code": np.repeat(places.provinces, periods),
            "year": np.tile(places.years, len(places.provinces)),
            "domain_names_10k": np.exp(places.ln_domains).ravel(),
        }
    )
    instrument = terrain_instrument(cities, relief, domains)
    others = ["ln_egscore_size5", "ln_egscore_size7", "ln_egscore_size10"]
    others += ["IV_gov", "report_keyword_share", "ln_1_plus_keywords"]
    stages = first_stages(cities, instrument.with_columns(pl.lit(None, pl.Float64).alias(name) for name in others))
    found = stages.row(by_predicate=pl.col("instrument") == "IV_int", named=True)
    assert (found["cities"], found["city_years"]) == (units, units * periods)
    assert found["slope"] == approx(truth.instruments.terrain_response * gives_way, abs=0.02)
    assert found["f_statistic"] > 10
    assert stages.filter(pl.col("instrument") == "IV_gov")["slope"].to_list() == [None]


@mark.parametrize(
    ("score", "instrument"),
    [
        ("0.4", "n"),  # one score for all
        ("city / 10", "n"),  # none that changes
        ("n", "city"),  # an instrument that the cities' effects absorb
        ("n", "year"),  # or the years'
        ("n / 100", "n"),  # the score itself
    ],
)
def test_a_first_stage_that_cannot_be_told_is_missing_and_stops_nothing(score: str, instrument: str):
    rows = pl.DataFrame({"city": np.repeat(range(1, 6), 3), "year": np.tile([2010, 2011, 2012], 5)})
    rows = rows.with_columns(n=pl.Series([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9], dtype=pl.Float64))
    rows = rows.with_columns(
        pl.col("city").cast(pl.String).alias("city_code"), egscore=pl.sql_expr(score).cast(pl.Float64)
    )
    instruments = rows.select(
        "city_code", "year", *(pl.sql_expr(instrument).cast(pl.Float64).alias(name) for name in EXPECTED_SIGN)
    )
    stages = first_stages(rows.select("city_code", "year", "egscore"), instruments)
    assert stages["city_years"].to_list() == [15] * len(EXPECTED_SIGN)
    assert stages["slope"].null_count() == stages["f_statistic"].null_count() == len(EXPECTED_SIGN)


def test_the_planted_keywords_are_counted_in_paged_and_wrapped_texts(tmp_path):
    planted = {"甲": 0, "乙": 7, "丙": 40}
    printed = {city: report_text(city, 2011, n, 3000, stream(1, "report", n)) for city, n in planted.items()}
    texts = pl.DataFrame({"source_file": list(printed), "text": [running_text(text) for text in printed.values()]})
    counts = count_keywords(texts, read_lexicon(tmp_path))
    assert dict(counts.select("source_file", "keywords").iter_rows()) == planted
