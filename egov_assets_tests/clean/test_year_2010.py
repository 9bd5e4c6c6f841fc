"""Every cut of the cleaning on hand-made rows of 2010: what goes and why, and what stays with which figures."""

import random
from pathlib import Path

import polars as pl
import pytest

from egov_assets_tests.clean.one_year import CleanYear, clean
from egov_assets_tests.raw import tiny_files as files

pytestmark = pytest.mark.slow

PUBLISHED = {
    "clean_cities",
    "clean_egov_scores",
    "clean_export_firms",
    "clean_export_modes",
    "clean_exports",
    "clean_firms",
    "clean_imports",
    "clean_product_units",
    "clean_provinces",
    "column_readings",
    "rejected_rows",
    "sample_flow",
}
PART_1 = [
    {"_金额": "1200.50"},  # 1 sound
    {"_金额": "30.25", "_数量": "2", "_海关口岸": "宁波海关"},  # 2 a small line of the same flow
    {"_金额": "30.25", "_数量": "2", "_海关口岸": "宁波海关"},  # 3 row 2 once more
    {"_进口或出口": "1"},  # 4
    {"_企业编码": ""},  # 5
    {"_金额": "0"},  # 6
    {"_金额": ""},  # 7
    {"_金额": "壹佰"},  # 8
    {"_数量": "0"},  # 9
    {"_税号编码": "3019999"},  # 10 live fish, leading zero lost: no manufacture
    {"_起运国或目的国": "142"},  # 11
    {"_起运国或目的国": "888"},  # 12
    {"_税号编码": "93020000"},  # 13
    {"_税号编码": "39011000"},  # 14 polyethylene: a manufacture with reference prices
    {"_企业编码": "3301965678", "_经营单位": "杭州示例进出口有限公司"},  # 15
    {"_企业编码": "3301965678", "_经营单位": "", "_起运国或目的国": "110"},  # 16 nameless line of the same id
    {"_企业编码": "3301967777", "_金额": "49.99", "_起运国或目的国": "116"},  # 17
    {"_企业编码": "3301967777", "_数量": "0.5", "_起运国或目的国": "133"},  # 18
    {"_企业编码": "3301967777", "_经营单位": "杭州甲厂", "_邮编": "310000", "_金额": "１，０００"},  # 19 full width
    {"_企业编码": "3301967777", "_经营单位": "杭州甲厂\t", "_起运国或目的国": "304"},  # 20
    {"_日期": "2009"},  # 21
    {"_税号编码": "999"},  # 22
    {"_企业编码": "5224961234", "_金额": "70"},  # 23 Bijie
    {"_企业编码": "1105961234", "_金额": "80"},  # 24 a district of Beijing
    {"_金额": "-5"},  # 25
    {"_金额": "1e18"},  # 26
    {"_金额": "1000000000000000000"},  # 27
    {"_数量": "NULL"},  # 28
    {"_日期": "201013"},  # 29
    {
        "_企业编码": "3301967777",
        "_经营单位": "'; drop table raw_customs; --",
        "_起运国或目的国": "601",
    },  # 30 a name, no more
    {"_数量": "abc"},  # 31
    {"_日期": "2003年5月"},  # 32
]
PART_3 = [{"_企业编码": "4420961111", "_金额": "90"}, {"_企业编码": "4420961111", "_金额": "91"}]
IDENTITY = [
    {},  # 1 sound
    {"组织机构代码": "a2345678x"},  # 2 lower case
    {"组织机构代码": "A2345678X", "企业名称": "另一家"},  # 3 the same firm in upper case
    {"组织机构代码": ""},  # 4
    {"组织机构代码": "E00000005", "年末从业人员合计_总计": "7"},  # 5
    {"组织机构代码": "F00000006", "开业月": "13"},  # 6
    {"组织机构代码": "G00000007", "开业年": "2011"},  # 7
    {"组织机构代码": "H00000008"},  # 8 no figures row
    {"组织机构代码": "I00000009"},  # 9 current assets above total
    {"组织机构代码": "J00000010"},  # 10 revenue zero
    {"组织机构代码": "K00000011", "企业名称": "李示例", "法人代表": "杭州示例机械厂"},  # 11 exchanged
    {"组织机构代码": "L00000012", "省地县码": "522401000000"},  # 12 twelve digits, Bijie
    {},  # 13 row 1 once more
    {"组织机构代码": "M00000013"},  # 14 text in a number
]
FIGURES = [
    {},  # 1
    {"组织机构代码": "A2345678X"},  # 2
    {"组织机构代码": "E00000005"},  # 3
    {"组织机构代码": "F00000006"},  # 4
    {"组织机构代码": "G00000007"},  # 5
    {"组织机构代码": "I00000009", "流动资产合计(千元)": "30001"},  # 6
    {"组织机构代码": "J00000010", "主营业务收入(千元)": "0"},  # 7
    {"组织机构代码": "K00000011"},  # 8
    {"组织机构代码": "L00000012"},  # 9
    {"组织机构代码": "Z00000099"},  # 10 nobody's figures
    {"组织机构代码": "K00000011", "主营业务收入(千元)": "26000", "实收资本(千元)": ""},  # 11 less complete
    {"组织机构代码": "M00000013", "主营业务收入(千元)": "很多"},  # 12
]


def write_2010(raw: Path, order: random.Random | None = None) -> None:
    """The files of the year; `order` writes them in another order, as another machine's folder might list them."""
    writers = [
        lambda: files.customs(raw, 2010, PART_1, part=1),
        lambda: files.customs(raw, 2010, PART_3, part=3),
        lambda: files.customs(raw, 2010, PART_3, part=12),
        lambda: files.survey_2010(raw, IDENTITY, FIGURES),
        lambda: files.scores(raw, 2010, SCORES),
        lambda: files.city_yearbook(raw, 2010, CITIES),
        lambda: files.province_yearbook(raw),
    ]
    if order:
        order.shuffle(writers)
    for write in writers:
        write()


SCORES = [
    files.SOUND_SCORES,
    (1, "襄樊市", files.PRODUCER, *[0.4] * 9, 40),  # 2 renamed in December 2010
    (3, "杭州市", files.PRODUCER, *[0.6] * 9, 60),  # 3 Hangzhou again
    (3, "杭州", "国脉互联", *[0.6] * 9, 60),  # 4 another producer
    (5, "不存在市", files.PRODUCER, *[0.6] * 9, 60),  # 5
    (6, "宁波", files.PRODUCER, 1.2, *[0.6] * 8, 60),  # 6
    (7, "温州", files.PRODUCER, "", *[0.6] * 8, 60),  # 7
    (8, "巢湖", files.PRODUCER, *[0.3] * 9, 30),  # 8 still a city in 2010
]
CITIES = [files.SOUND_CITY, ("巢湖", 60.0, 30.0, 14000, 800, 2, ""), ("毕节地区", 60.0, "", 8000, 300, "-", 15000)]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> CleanYear:
    folder = tmp_path_factory.mktemp("year")
    write_2010(folder / "raw")
    return clean(folder / "raw", folder / "outputs", 2010, with_unit_tests=True)


def test_every_customs_line_that_goes_has_its_reason(year: CleanYear):
    assert year.reasons("customs", "2010_1.csv") == {
        3: "exact duplicate of an earlier line",
        4: "import, no export flow",
        5: "company id missing",
        6: "value zero or negative",
        7: "value missing",
        8: "value not a number below 10^14",
        9: "quantity zero or negative",
        10: "no manufactured good (SITC rev. 2, 5 to 8)",
        11: "re-import, partner is China",
        12: "partner in no country list",
        13: "goods of chapter 93, 97, 98, 99",
        14: "not a differentiated good (Rauch, conservative)",
        15: "trading intermediary by its name",
        16: "trading intermediary by its name",
        17: "flow of the year below the minimum value",
        18: "flow of the year below the minimum quantity",
        21: "period is of another year",
        22: "no commodity code of 6, 8 or 10 digits",
        25: "value zero or negative",
        26: "value not a number below 10^14",
        27: "value not a number below 10^14",
        28: "quantity missing",
        29: "month outside 1 to 12",
        31: "quantity not a number below 10^14",
        32: "period is of another year",
    }


def test_of_a_doubled_part_file_the_later_number_goes_whole(year: CleanYear):
    assert year.reasons("customs", "2010_3.csv") == {}
    doubled = "every line of the file is in an earlier file"
    assert year.reasons("customs", "2010_12.csv") == {1: doubled, 2: doubled}


def test_a_flow_is_the_sum_of_its_lines_small_ones_included(year: CleanYear):
    hangzhou = year.table("clean_exports").row(by_predicate=pl.col("company_id") == "3301961234", named=True)
    assert hangzhou == {
        "company_id": "3301961234",
        "hs6_2007_code": "610910",
        "destination_iso3": "USA",
        "year": 2010,
        "province_code": "330000",
        "export_value_usd": 1230.75,
        "quantity": 102.0,
        "lines": 2,
    }


def test_a_firm_has_its_most_frequent_name_and_the_place_its_id_says(year: CleanYear):
    firms = {row["company_id"]: row for row in year.table("clean_export_firms").iter_rows(named=True)}
    assert firms["3301967777"]["company_name"] == "杭州甲厂"
    assert firms["3301967777"]["export_value_usd"] == 1000 + 2 * 1200.50
    assert {company: row["city_code"] for company, row in firms.items()} == {
        "1105961234": "110000",  # a district means the municipality
        "3301961234": "330100",
        "3301967777": "330100",
        "4420961111": "442000",
        "5224961234": "520500",  # Bijie keeps one code over the years
    }
    assert firms["3301961234"]["ownership_code"] == "6"


def test_every_survey_row_that_goes_has_its_reason(year: CleanYear):
    assert year.reasons("firm_survey", "identity") == {
        3: "another row of the same firm is more complete",
        4: "organisation code missing",
        5: "fewer than 8 employees",
        6: "opening month outside 1 to 12",
        7: "opening year after the survey or before 1900",
        8: "revenue missing",
        9: "current assets above total assets",
        10: "revenue zero or negative",
        13: "exact duplicate of an earlier row",
        14: "revenue is not a number",
    }


def test_a_figures_row_shares_the_fate_of_its_identity_row(year: CleanYear):
    assert year.reasons("firm_survey", "finance") == {
        3: "fewer than 8 employees",
        4: "opening month outside 1 to 12",
        5: "opening year after the survey or before 1900",
        6: "current assets above total assets",
        7: "revenue zero or negative",
        10: "figures without an identity row",
        11: "second figures row of the same firm",
        12: "revenue is not a number",
    }


def test_a_firm_has_who_it_is_from_one_file_and_its_figures_from_the_other(year: CleanYear):
    firms = {row["survey_firm_id"]: row for row in year.table("clean_firms").iter_rows(named=True)}
    assert sorted(firms) == ["712345678", "A2345678X", "K00000011", "L00000012"]
    sound = firms["712345678"]
    assert (sound["firm_name"], sound["legal_person"]) == ("杭州示例针织有限公司", "王示例")
    assert (sound["revenue_thousand_cny"], sound["opening_year"]) == (25000.0, 1999)
    assert (sound["city_code"], sound["province_code"], sound["industry_2002_code"]) == ("330100", "330000", "1761")
    assert sound["wages_thousand_cny"] is None and sound["export_delivery_thousand_cny"] is None
    assert (firms["L00000012"]["region_code"], firms["L00000012"]["city_code"]) == ("522401", "520500")


def test_name_and_legal_person_in_each_others_column_are_put_right(year: CleanYear):
    firm = year.table("clean_firms").row(by_predicate=pl.col("survey_firm_id") == "K00000011", named=True)
    assert (firm["firm_name"], firm["legal_person"]) == ("杭州示例机械厂", "李示例")


def test_scores_find_their_city_under_every_name_of_it(year: CleanYear):
    assert year.table("clean_egov_scores").select("city_code", "producer", "egscore_idf").rows() == [
        ("330100", files.PRODUCER, 0.5),
        ("330100", "国脉互联", 0.6),
        ("341400", files.PRODUCER, 0.3),
        ("420600", files.PRODUCER, 0.4),
    ]
    assert year.reasons("egov_scores") == {
        3: "city and producer occur in an earlier row",
        5: "city in no list of the year",
        6: "a field score is outside 0 to 1",
        7: "a field score is missing or not a number",
    }


def test_city_figures_are_those_of_the_whole_prefecture_in_the_columns_unit(year: CleanYear):
    assert year.table("clean_cities").rows() == [
        ("330100", 2010, 5_949_000.0, 81000.0, 9000.0, 43.0, 430000.0),
        ("341400", 2010, 600_000.0, 14000.0, 800.0, 2.0, None),
        ("520500", 2010, 600_000.0, 8000.0, 300.0, None, 15000.0),
    ]


def test_a_series_that_starts_later_is_missing_not_zero(year: CleanYear):
    assert year.table("clean_provinces").rows() == [("330000", 2010, 27722.31, None, None, 60.2)]


def test_rows_and_dollars_in_are_rows_and_dollars_out(year: CleanYear):
    """Independent of dbt: every raw line is counted here by hand."""
    flow = year.table("sample_flow").filter(pl.col("source") == "customs")
    read, out = flow.row(by_predicate=pl.col("step") == "00 read", named=True), flow.filter(pl.col("step") != "00 read")
    lines = [files.SOUND_LINE | row for row in [*PART_1, *PART_3, *PART_3]]
    assert read["rows"] == out["rows"].sum() == len(lines)
    odd = {"": 0.0, "壹佰": 0.0, "１，０００": 1000.0, "1e18": 0.0, "1000000000000000000": 0.0}
    dollars = sum(odd[line["_金额"]] if line["_金额"] in odd else float(line["_金额"]) for line in lines)
    assert read["value_usd"] == pytest.approx(dollars, abs=0.005)
    assert out["value_usd"].sum() == pytest.approx(dollars, abs=0.005)


def test_sample_flow_tells_the_story_in_the_order_of_the_cuts(year: CleanYear):
    flow = year.table("sample_flow").filter(pl.col("source") == "customs")
    assert flow["step"][0] == "00 read" and flow["step"][-1] == "99 clean"
    assert flow["step"].to_list() == sorted(flow["step"])
    clean_step = flow.row(-1, named=True)
    assert (clean_step["rows"], clean_step["firms"]) == (9, 5)


def test_the_same_files_give_the_same_bytes_in_any_order_and_with_any_number_of_threads(
    year: CleanYear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("EGOV_DUCKDB_THREADS", "1")
    write_2010(tmp_path / "raw", order=random.Random(1))
    again = clean(tmp_path / "raw", tmp_path / "outputs", 2010)
    assert set(again.versions) == PUBLISHED
    assert again.versions == year.versions


def test_the_unit_tests_of_the_models_ran(year: CleanYear):
    assert sum(result.unique_id.startswith("unit_test.") for result in year.results) >= 6
