"""The neighbours of a city are the cities of its province nearest in GDP."""

from math import log

import polars as pl
from pytest import approx, fixture, raises

from egov_assets.iv_instruments.neighbours import (
    excluded_cities,
    gdp_to_compare,
    neighbour_instruments,
    provinces_with_few_candidates,
)
from egov_assets.iv_instruments.settings import InstrumentSettings, read_instrument_settings
from egov_assets.platform.reference import table
from egov_assets.platform.settings_file import SettingsError
from egov_assets_tests.study_file import write_section

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


def instruments_under(settings: InstrumentSettings, counts=(2, 3, 10)):
    year = pl.lit(2011, pl.Int32)
    index = pl.DataFrame({"city_code": list(SCORE), "egscore": list(SCORE.values())}).with_columns(year=year)
    cities = pl.DataFrame({"city_code": list(GDP), "gdp_10k_cny": list(GDP.values())}).with_columns(year=year)
    prefectures = pl.DataFrame({"code": list(GDP)}).with_columns(
        province_code=pl.col("code").str.head(2) + "0000",
        is_municipality=pl.when(pl.col("code") == MUNICIPALITY).then(pl.lit("1")).otherwise(pl.lit("0")),
        is_provincial_capital=pl.when(pl.col("code") == CAPITAL).then(pl.lit("1")).otherwise(pl.lit("0")),
    )
    result = neighbour_instruments(index, cities, prefectures, settings, counts)
    return {row["city_code"]: row for row in result.to_dicts()}


@fixture
def instruments():
    return instruments_under(InstrumentSettings())


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


def test_capitals_can_be_neighbours_without_being_instrumented():
    found = instruments_under(InstrumentSettings(large_cities="only_neighbours"))
    assert found["990700"]["ln_egscore_size10"] == approx(log((0.1 + 0.2 + 0.3 + 0.4 + 0.5 + 0.99) / 6))
    assert found[CAPITAL]["ln_egscore_size2"] is None
    everyone = instruments_under(InstrumentSettings(large_cities="included"))
    assert everyone[CAPITAL]["ln_egscore_size2"] == approx(log((0.5 + 0.6) / 2))


def test_distance_in_logs_finds_larger_neighbours():
    """From 200: 130 is nearest in levels (70 against 100 to 300), 300 in logs (0.41 against 0.43 to 130)."""
    levels = instruments_under(InstrumentSettings(), counts=(1,))["990600"]["ln_egscore_size1"]
    logs = instruments_under(InstrumentSettings(gdp_distance="logarithmic"), counts=(1,))["990600"]["ln_egscore_size1"]
    assert (levels, logs) == (approx(log(0.4)), approx(log(0.6)))


def test_a_base_year_fixes_who_is_near_whatever_grows_later():
    """330200 grows past 330300 to 330400; compared in 2011 by the GDP of 2010 it is where it was."""
    gdp = {"330200": (100.0, 300.0), "330300": (110.0, 120.0), "330400": (290.0, 310.0), "330500": (None, 305.0)}
    cities = pl.DataFrame(
        [(city, year, each) for city, both in gdp.items() for year, each in zip((2010, 2011), both, strict=True)],
        schema={"city_code": pl.String, "year": pl.Int32, "gdp_10k_cny": pl.Float64},
        orient="row",
    )
    index = pl.DataFrame({"city_code": list(gdp), "egscore": [0.1, 0.2, 0.3, 0.4]}).with_columns(
        year=pl.lit(2011, pl.Int32)
    )

    def nearest(settings: InstrumentSettings) -> dict[str, float]:
        compared = gdp_to_compare(cities, 2011, settings)
        found = neighbour_instruments(index, compared, table("prefectures"), settings, (1,))
        return dict(found.select("city_code", "ln_egscore_size1").iter_rows())

    assert nearest(InstrumentSettings())["330200"] == approx(log(0.4))  # 5 away
    fixed = nearest(InstrumentSettings(gdp_base_year=2010))
    assert fixed["330200"] == approx(log(0.2))  # 10 away in 2010
    assert fixed["330500"] is None  # no city yet in the base year


def test_a_base_year_outside_the_study_is_refused(tmp_path):
    study_file = write_section(tmp_path, "instruments", "gdp_base_year: 2009")
    with raises(SettingsError, match="2009 is no year of the study; its years are 2010, 2011, 2012"):
        read_instrument_settings(study_file)


def test_a_city_with_too_few_candidates_can_be_left_without_instrument():
    found = instruments_under(InstrumentSettings(too_few_neighbours="no_instrument"))["990200"]
    assert found["ln_egscore_size10"] is None
    assert found["ln_egscore_size3"] == approx(log((0.2 + 0.3 + 0.4) / 3))


def test_provinces_with_too_few_candidates_are_named():
    """330300 has no GDP: that is why it has no neighbour, not its province."""
    codes = ["460200", "330200", "330100", "330300"]
    few = pl.DataFrame({"city_code": codes, "neighbours": [1, 9, 0, 0], "is_excluded": [False, False, True, False]})
    cities = pl.DataFrame({"city_code": codes, "gdp_10k_cny": [5.0, 5.0, 5.0, None]})
    assert provinces_with_few_candidates(few, cities, table("prefectures"), 5) == ["海南省"]
    assert provinces_with_few_candidates(few, cities, table("prefectures"), 10) == ["浙江省", "海南省"]
