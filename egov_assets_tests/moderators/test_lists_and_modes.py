"""Lists of cities kept by hand, and the trade mode of a company, on cases computed by hand."""

import polars as pl
from pytest import approx, fixture, raises

from egov_assets.moderators.city_lists import city_years
from egov_assets.moderators.trade_mode import trade_modes
from egov_assets.raw.city_lists import BadCityList, read_city_list, unknown_cities

PREFECTURES = pl.DataFrame({"code": ["330100", "330200"], "name_zh": ["杭州市", "宁波市"]})
POLICY_HEADER, INDEX_HEADER = "年份,行政区划代码,城市,文件名称\n", "年份,行政区划代码,城市,创新指数\n"


@fixture
def raw(tmp_path):
    for name in ("policies", "innovation"):
        (tmp_path / name).mkdir()
    return tmp_path


def write(raw, name, text):
    (raw / name / "list.csv").write_text(text, encoding="utf-8-sig")


def test_a_city_counts_always_or_from_its_first_e_government_document(raw):
    write(raw, "policies", POLICY_HEADER + "2011,330100,杭州市,电子政务办法\n2010,330200,宁波市,园林办法\n")
    cities = city_years(read_city_list(raw, "policies"), None, PREFECTURES, (2010, 2011, 2012), "电子政务")
    assert cities["sma_city"].to_list() == [1, 1, 1, 0, 0, 0]
    assert cities["sma_city_dated"].to_list() == [0, 1, 1, 0, 0, 0]
    assert cities["innov"].null_count() == 6


def test_a_study_may_go_by_a_list_of_smart_cities_instead(raw):
    write(raw, "policies", POLICY_HEADER + "2011,330100,杭州市,电子政务办法\n2012,330200,宁波市,国家智慧城市试点\n")
    cities = city_years(read_city_list(raw, "policies"), None, PREFECTURES, (2011, 2012), "智慧城市")
    assert cities["sma_city"].to_list() == [0, 0, 1, 1]
    assert cities["sma_city_dated"].to_list() == [0, 0, 0, 1]


def test_without_a_list_nothing_is_known(raw):
    assert read_city_list(raw, "policies") is None
    cities = city_years(None, None, PREFECTURES, (2010,), "电子政务")
    assert cities["sma_city"].null_count() == cities["sma_city_dated"].null_count() == 2


def test_an_unreadable_index_value_is_missing_and_two_values_are_refused(raw):
    write(raw, "innovation", INDEX_HEADER + "2010,330100,杭州市,81.5\n2010,330200,宁波市,无\n")
    index = read_city_list(raw, "innovation")
    assert city_years(None, index, PREFECTURES, (2010,), "电子政务")["innov"].to_list() == [81.5, None]
    write(raw, "innovation", INDEX_HEADER + "2010,330100,杭州市,81.5\n2010,330100,杭州市,18.5\n")
    with raises(BadCityList, match="330100 2010"):
        city_years(None, read_city_list(raw, "innovation"), PREFECTURES, (2010,), "电子政务")


def test_years_and_numbers_of_lists_are_read_as_those_of_tables(raw):
    """In any file format and encoding, with the ending in capitals, dates and percent signs."""
    (raw / "policies" / "B.CSV").write_bytes((POLICY_HEADER + "2010年,330200,宁波市,电子政务\n").encode("gb18030"))
    write(raw, "policies", POLICY_HEADER + "2011-05-01,330100.0,杭州市,电子政务\n２０１２,330200,宁波市,电子政务\n")
    policies = read_city_list(raw, "policies")
    assert policies.select("year", "city_code").rows() == [(2010, "330200"), (2011, "330100"), (2012, "330200")]
    write(raw, "innovation", INDEX_HEADER + "2010,330100,杭州市,60.6%\n2010,330200,宁波市,—\n2011年,330100,杭州市,61\n")
    assert read_city_list(raw, "innovation")["innov"].to_list() == [60.6, None, 61.0]
    assert read_city_list(raw, "innovation")["year"].to_list() == [2010, 2010, 2011]
    write(raw, "innovation", INDEX_HEADER + '2010,330100,杭州市,"60,6"\n2010,330200,宁波市,"70,25"\n')
    assert read_city_list(raw, "innovation")["innov"].to_list() == [60.6, 70.25]


def test_a_value_of_a_list_that_is_there_and_cannot_be_read_is_refused_with_its_place(raw):
    write(raw, "innovation", INDEX_HEADER + "2010,330100,杭州市,约60\n去年,330200,宁波市,7\n")
    with raises(BadCityList) as refused:
        read_city_list(raw, "innovation")
    assert str(refused.value).splitlines() == [
        "innovation/list.csv row 2: year '去年' cannot be read",
        "innovation/list.csv row 1: innov '约60' cannot be read",
    ]


def test_a_list_without_its_column_is_refused_by_name(raw):
    write(raw, "innovation", "年份,行政区划代码,城市,得分\n")
    with raises(BadCityList, match=r"list\.csv: column innov is missing \(`得分` looks like it|known as 创新指数"):
        read_city_list(raw, "innovation")


def test_a_city_of_no_known_code_is_listed_with_the_nearest_name(raw):
    write(raw, "policies", POLICY_HEADER + "2011,339999,宁坡市,电子政务办法\n")
    assert unknown_cities(read_city_list(raw, "policies"), PREFECTURES) == [
        "宁坡市 (339999), nearest known name 宁波市"
    ]


def test_trade_mode_is_by_value_of_the_exports_whose_mode_is_known():
    """Ordinary 300 of 400 USD; exports without a known mode do not count, and a firm without any has no row."""
    exports = pl.LazyFrame(
        {
            "company_id": ["A1", "A1", "A1", "B2", "C3"],
            "year": [2010] * 5,
            "trade_mode_code": ["10", "14", "unknown", "processing", "unknown"],
            "export_value_usd": [300.0, 100.0, 9000.0, 5.0, 7.0],
        }
    )
    assert trade_modes(exports).rows() == [("A1", 2010, approx(0.75), 1), ("B2", 2010, 0.0, 0)]
