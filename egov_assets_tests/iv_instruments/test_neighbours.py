"""The neighbours of a city are the cities of its province nearest in GDP."""

from math import log

import polars as pl
from pytest import approx, fixture

from egov_assets.iv_instruments.neighbours import excluded_cities, neighbour_instruments
from egov_assets.iv_instruments.schema import IvInstruments
from egov_assets.reference import table

# An invented province 990000: capital 990100 and seven cities; province 980000 has one city, 970000 is a municipality.
GDP = {
    "990100": 900.0,
    "990200": 100.0,
    "990300": 110.0,
    "990400": 90.0,
    "990500": 130.0,
    "990600": 200.0,
    "990700": 300.0,
    "990800": None,
    "980200": 100.0,
    "970000": 100.0,
}
SCORE = {
    "990100": 0.99,
    "990200": 0.10,
    "990300": 0.20,
    "990400": 0.30,
    "990500": 0.40,
    "990600": 0.50,
    "990700": 0.60,
    "990800": 0.70,
    "980200": 0.80,
    "970000": 0.90,
}
CAPITAL, MUNICIPALITY = "990100", "970000"


@fixture
def instruments():
    year = pl.lit(2011, pl.Int32)
    index = pl.DataFrame({"city_code": list(SCORE), "egscore": list(SCORE.values())}).with_columns(year=year)
    cities = pl.DataFrame({"city_code": list(GDP), "gdp_10k_cny": list(GDP.values())}).with_columns(year=year)
    prefectures = pl.DataFrame({"code": list(GDP)}).with_columns(
        province_code=pl.col("code").str.head(2) + "0000",
        is_municipality=pl.when(pl.col("code") == MUNICIPALITY).then(pl.lit("1")).otherwise(pl.lit("0")),
        is_provincial_capital=pl.when(pl.col("code") == CAPITAL).then(pl.lit("1")).otherwise(pl.lit("0")),
    )
    result = neighbour_instruments(index, cities, prefectures, counts=(2, 3, 10))
    return {row["city_code"]: row for row in result.to_dicts()}


def test_ties_in_distance_go_to_the_lower_city_code(instruments):
    """Both 990300 (110) and 990400 (90) are 10 from 990200 (100); then 990500 (130) is 30 away."""
    assert instruments["990200"]["ln_egscore_size2"] == approx(log((0.2 + 0.3) / 2))
    assert instruments["990200"]["ln_egscore_size3"] == approx(log((0.2 + 0.3 + 0.4) / 3))
    # From 990300: 990200 at 10, then 990400 and 990500 both at 20.
    assert instruments["990300"]["ln_egscore_size2"] == approx(log((0.1 + 0.3) / 2))


def test_fewer_than_ten_neighbours_are_all_used(instruments):
    assert instruments["990200"]["neighbours"] == 5
    assert instruments["990200"]["ln_egscore_size10"] == approx(log((0.2 + 0.3 + 0.4 + 0.5 + 0.6) / 5))


def test_the_capital_and_the_municipality_are_neither_instrumented_nor_neighbours(instruments):
    for city in (CAPITAL, MUNICIPALITY):
        assert instruments[city]["is_excluded"]
        assert instruments[city]["ln_egscore_size2"] is None
    # 990700 (300) would have the capital (900) among ten neighbours.
    assert instruments["990700"]["ln_egscore_size10"] == approx(log((0.1 + 0.2 + 0.3 + 0.4 + 0.5) / 5))


def test_a_city_without_gdp_or_without_neighbours_has_no_instrument(instruments):
    for city in ("990800", "980200"):
        assert instruments[city]["ln_egscore_size2"] is None
        assert instruments[city]["neighbours"] == 0


def test_the_study_leaves_out_four_municipalities_and_twenty_seven_capitals():
    assert len(excluded_cities(table("prefectures"))) == 31


def test_the_table_keeps_to_its_schema():
    index = pl.DataFrame({"city_code": ["330200", "330300", "330100"], "egscore": [0.5, 0.25, 0.9]})
    cities = pl.DataFrame({"city_code": ["330200", "330300", "330100"], "gdp_10k_cny": [5.0, 6.0, 7.0]})
    year = pl.lit(2011, pl.Int32)
    result = neighbour_instruments(index.with_columns(year=year), cities.with_columns(year=year), table("prefectures"))
    IvInstruments.validate(result)
    assert result["ln_egscore_size5"].to_list() == approx([None, log(0.25), log(0.5)])
