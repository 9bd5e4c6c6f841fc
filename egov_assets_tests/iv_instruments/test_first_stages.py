"""What the demo economy plants is found: the terrain response in the scores, the keywords in the texts."""

import numpy as np
import polars as pl
from pytest import approx, fixture

from egov_assets.demo_economy.government import draw_government, geography
from egov_assets.demo_economy.random_streams import stream
from egov_assets.demo_economy.raw_files.work_reports import report_text
from egov_assets.demo_economy.truth import read_truth
from egov_assets.iv_instruments.keywords import count_keywords, read_lexicon
from egov_assets.iv_instruments.relevance import first_stages
from egov_assets.iv_instruments.terrain import terrain_instrument
from egov_assets.raw.work_reports import running_text

WORLDS = 400


@fixture(scope="module")
def economy():
    """Truth, places and the mean rating of WORLDS worlds, in which all but the common terrain response averages out."""
    truth = read_truth()
    places = geography(truth)
    return truth, places, draw_government(truth, places, stream(1, "first stages"), WORLDS).observed.mean(axis=0)


def test_the_planted_terrain_response_is_the_slope_on_the_instrument(economy):
    """The rating is bounded, so that a movement of 1 shows as somewhat less; its sign and size must stand."""
    truth, places, rating = economy
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
    assert found["slope"] == approx(truth.instruments.terrain_response, abs=0.01)
    assert found["f_statistic"] > 10
    assert stages.filter(pl.col("instrument") == "IV_gov")["slope"].to_list() == [None]


def test_the_planted_keywords_are_counted_in_paged_and_wrapped_texts(tmp_path):
    planted = {"甲": 0, "乙": 7, "丙": 40}
    printed = {city: report_text(city, 2011, n, 3000, stream(1, "report", n)) for city, n in planted.items()}
    texts = pl.DataFrame({"source_file": list(printed), "text": [running_text(text) for text in printed.values()]})
    counts = count_keywords(texts, read_lexicon(tmp_path))
    assert dict(counts.select("source_file", "keywords").iter_rows()) == planted
