"""Relief times the log of the province's domain names."""

from math import log

import polars as pl
from pytest import approx, raises

from egov_assets.iv_instruments.terrain import lagged_domain_names, terrain_instrument, terrain_relief
from egov_assets.platform.reference import table
from egov_assets.raw.city_lists import BadCityList

CITIES = pl.DataFrame(
    {
        "city_code": ["330200", "330300", "330400", "460200"],
        "year": [2011] * 4,
        "province_code": ["330000", "330000", "330000", "460000"],
    }
)


def test_it_is_relief_times_ln_domain_names_and_missing_where_either_is():
    relief = pl.DataFrame({"city_code": ["330200", "330300", "460200"], "relief_index": [0.5, 2.0, 1.0]})
    domains = pl.DataFrame(
        {"province_code": ["330000", "460000"], "year": [2011, 2011], "domain_names_10k": [70.0, None]}
    )
    found = terrain_instrument(CITIES, relief, domains)
    assert found["city_code"].to_list() == CITIES["city_code"].to_list()
    assert found["IV_int"].to_list() == approx([0.5 * log(70), 2 * log(70), None, None])


def test_no_domain_name_has_no_log():
    relief = pl.DataFrame({"city_code": ["330200"], "relief_index": [0.5]})
    domains = pl.DataFrame({"province_code": ["330000"], "year": [2011], "domain_names_10k": [0.0]})
    assert terrain_instrument(CITIES.head(1), relief, domains)["IV_int"].to_list() == [None]


def test_a_lag_takes_the_published_figure_of_the_year_before():
    facts = table("province_year_facts")
    found = lagged_domain_names(facts, 2012, 1)
    published = facts.filter(pl.col("year") == 2011)
    assert found["domain_names_10k"].to_list() == published["domain_names_10k"].to_list()
    assert found["year"].unique().to_list() == [2012]
    assert lagged_domain_names(facts, 2011, 1)["domain_names_10k"].null_count() == 31  # published from 2011 on


def write_relief(raw, *lines: str) -> None:
    (raw / "terrain").mkdir()
    text = "\n".join(["行政区划代码,城市,地形起伏度", *lines])
    (raw / "terrain" / "rdls.csv").write_text(text, encoding="utf-8-sig")


def test_a_published_relief_replaces_the_shipped_proxy(tmp_path):
    shipped = terrain_relief(tmp_path)
    assert shipped.height == table("terrain_proxy").height
    write_relief(tmp_path, "330200,宁波市,0.61", "330300,温州市,1.7", "330300,温州市,1.7")
    assert terrain_relief(tmp_path).rows() == [("330200", 0.61), ("330300", 1.7)]


def test_a_relief_that_is_no_number_or_two_is_refused_with_every_city(tmp_path):
    write_relief(tmp_path, "330200,宁波市,高", "330100,杭州市,低")
    with raises(BadCityList, match=r"row 1: relief_index '高' cannot be read\n.*row 2: relief_index '低'"):
        terrain_relief(tmp_path)
    (tmp_path / "terrain" / "rdls.csv").unlink()
    (tmp_path / "terrain").rmdir()
    write_relief(tmp_path, "330200,宁波市,", "330300,温州市,1.7", "330300,温州市,2.7")
    with raises(BadCityList, match="for 330200, 330300"):
        terrain_relief(tmp_path)
