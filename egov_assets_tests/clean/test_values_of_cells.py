"""Cells as other copies write them, through the readers and dbt: what each row becomes."""

import polars as pl
import pytest

from egov_assets_tests.clean.one_year import CleanYear, clean
from egov_assets_tests.raw import tiny_files as files

pytestmark = pytest.mark.slow

KILOGRAM = {"_税号编码": "61171000", "_金额": "10000"}
LINES = [
    {},  # 1 sound
    {"_日期": "05/2010", "_企业编码": "3301960002"},  # 2 to 7: another year than the folder's, or none that can be told
    {"_日期": "May 2010", "_企业编码": "3301960003"},
    {"_日期": "31.12.2010", "_企业编码": "3301960004"},
    {"_日期": "10-05", "_企业编码": "3301960005"},
    {"_日期": "民国99年", "_企业编码": "3301960006"},
    {"_日期": "二〇一〇", "_企业编码": "3301960007"},
    {"_日期": "2011.0", "_企业编码": "3301960008"},  # 8 a year that was a number
    {"_企业编码": "3.30196E+09"},  # 9 to 14: ids that a spreadsheet spoiled, marks of nothing, a total
    {"_企业编码": "'3301961234"},
    {"_企业编码": "0"},
    {"_企业编码": "无"},
    {"_企业编码": "合计"},
    {"_企业编码": "330196123"},
    *({"_企业编码": f"33019615{number}", "_税号编码": code} for number, code in (
        ("15", "8517.12.10"), ("16", "8517121000"), ("17", "85171210.0"), ("18", "8.51712e+07"),
        ("19", "851712"), ("20", "85 17 12 10"),
    )),  # 15 to 20: forms of one commodity
    *({"_企业编码": f"33019616{number}", "_起运国或目的国": partner} for number, partner in (
        ("21", "United States"), ("22", "USA"), ("23", "Germany"), ("24", "Hong Kong"), ("25", "Taiwan"),
        ("26", "Korea Rep."),
        ("27", "502.0"), ("28", "HKG"),
    )),  # 21 to 28: partners
    *({"_企业编码": f"33019617{number}", **KILOGRAM, "_数量单位": unit, "_数量": quantity}
      for number, unit, quantity in (
        ("29", "千克", "1000"), ("30", "公斤", "1000"), ("31", "KG", "1000"), ("32", "035", "1000"),
        ("33", "克", "1000000"), ("34", "吨", "1"),
    )),  # 29 to 34: one quantity in six spellings of unit
    *({"_企业编码": f"33019618{number}", "_税号编码": code, "_数量单位": unit, "_数量": quantity, "_金额": value}
      for number, code, unit, quantity, value in (
        ("35", "85176910", "台", "1000", "100000"), ("36", "85176990", "千克", "25000", "50000"),
    )),  # 35, 36: two commodities of one HS6 in different units; the one of more value stays
]  # fmt: skip
FIRMS = [
    {"frdm": "12345678-9", "qymc": "甲有限公司"},  # 1 organisation code with its hyphen
    {"frdm": "91330100712345678X", "qymc": "乙有限公司"},  # 2 credit code
    {"frdm": "20108", "qymc": "丙有限公司"},  # 3 a number without its zeros; the check character 8 agrees
    *({"frdm": f"30000000{number}", "bnyfgzze": mark} for number, mark in enumerate((
        ".", ".a", "无", "—", "\\N", "None", "#N/A", "*", "不知道",
    ))),  # 4 to 12 wages that nobody reports
    {"frdm": "500000001", "sdxm": "浙江省杭州市"},  # 13
    {"frdm": "500000002", "sdxm": "杭州市"},  # 14
    {"frdm": "500000003", "sdxm": "532701"},  # 15 Simao, Pu'er since 2007
    {"frdm": "500000004", "sdxm": "3.30102E+11"},  # 16 rounded
    {"frdm": "500000005", "hylb": "C1761"},  # 17
    {"frdm": "500000006", "djzclx": "私营有限责任公司"},  # 18
    {"frdm": "500000007", "djzclx": "0174"},  # 19
    {"frdm": "500000008", "sdxm": "140105", "yzbm": "30006"},  # 20 Shanxi
    {"frdm": "500000009", "bnyfgzze": "-1"},  # 21
    {"frdm": "500000010", "ckjhz": "2500001"},  # 22 a hundred times revenue
    {"frdm": "合计"},  # 23
    {"frdm": "70456789—X", "sdxm": "浙江省 杭州市 西湖区"},  # 24 a long dash; a county behind its city
    {"frdm": "500000012\u00a0", "sdxm": "海南州共和县", "hylb": "c1761"},  # 25 a no-break space; Qinghai's Hainan
    *({"frdm": f"60000000{number}", "bnyfgzze": mark} for number, mark in enumerate(("..", "暂无", "无数据", "n.d."))),
]  # fmt: skip


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> CleanYear:
    folder = tmp_path_factory.mktemp("year")
    raw = folder / "raw"
    files.city_yearbook(raw, 2011)
    files.province_yearbook(raw)
    sound = files.SOUND_LINE | {"_日期": "201103", "_数量单位": "件"}
    header = f"{files.UNDERSCORE_HEADER},_数量单位"
    files.write_text(raw / "customs/2011/tradedata_2011_1.csv", files.lines(header, [sound | line for line in LINES]))
    firms = [{name: str(value) for name, value in (files.SOUND_FIRM | firm).items()} for firm in FIRMS]
    files.write_text(raw / "firm_survey/2011/asif2011.csv", files.lines(",".join(files.SOUND_FIRM), firms))
    files.scores(raw, 2011, [files.SOUND_SCORES, (2, "海南", files.PRODUCER, *[0.4] * 9, 40)])
    return clean(raw, folder / "outputs", 2011)


def test_a_period_that_does_not_begin_with_the_year_is_read_or_rejected_for_itself(year: CleanYear):
    another = "period is of another year"
    assert {row: why for row, why in year.reasons("customs").items() if row <= 8} == {
        **dict.fromkeys((2, 3, 4, 6, 7), another),
        5: "period cannot be read",
    }


def test_what_can_be_no_company_id_merges_no_firms(year: CleanYear):
    none = "company id is none: spoiled, or not of 10 characters"
    assert {row: why for row, why in year.reasons("customs").items() if 9 <= row <= 14} == {
        **dict.fromkeys((9, 10, 11, 14), none),
        12: "company id missing",
        13: "a line that adds up others",
    }


def test_a_commodity_is_found_in_every_form_but_a_rounded_one(year: CleanYear):
    phones = year.table("clean_exports").filter(hs6_2007_code="851712")
    assert sorted(phones["company_id"]) == [f"33019615{number}" for number in (15, 16, 17, 19, 20)]
    assert year.reasons("customs")[18] == "commodity code rounded by a spreadsheet"


def test_a_partner_is_found_by_its_english_name_and_its_codes(year: CleanYear):
    exports = year.table("clean_exports").filter(pl.col("company_id").str.starts_with("33019616"))
    assert exports.sort("company_id")["destination_iso3"].to_list() == [
        "USA", "USA", "DEU", "HKG", "TWN", "KOR", "USA", "HKG",
    ]  # fmt: skip


def test_a_unit_is_known_by_its_spellings_and_its_multiples_are_converted(year: CleanYear):
    scarves = year.table("clean_exports").filter(hs6_2007_code="611710")
    assert scarves["quantity"].to_list() == [1000.0] * 6


def test_a_product_has_one_unit(year: CleanYear):
    routers = year.table("clean_exports").filter(hs6_2007_code="851769")
    assert routers.select("company_id", "quantity").rows() == [("3301961835", 1000.0)]
    assert year.reasons("customs")[36] == "unit is not the usual one of the product"


def test_an_organisation_code_has_one_form(year: CleanYear):
    ids = dict(year.table("clean_firms").select("firm_name", "survey_firm_id").rows())
    assert [ids[name] for name in ("甲有限公司", "乙有限公司", "丙有限公司")] == ["123456789", "712345678", "000020108"]


def test_a_county_is_known_by_the_full_name_of_its_city_and_blanks_are_blanks(year: CleanYear):
    firms = {row["survey_firm_id"]: row for row in year.table("clean_firms").iter_rows(named=True)}
    assert firms["70456789X"]["city_code"] == "330100"
    assert firms["500000012"]["city_code"] is None  # 海南 alone is a province at the other end of the country
    assert firms["500000012"]["industry_2002_code"] == "1761"


def test_a_check_character_that_disagrees_is_counted(year: CleanYear):
    """Of the codes only 20108, 70456789X and 712345678X (its credit code's 712345678 is invented) could agree."""
    readings = year.table("column_readings").row(
        by_predicate=(pl.col("source") == "firm_survey") & (pl.col("column_name") == "survey_firm_id"), named=True
    )
    codes = year.table("clean_firms")["survey_firm_id"].to_list()
    agreeing = sum(has_check_character(code) for code in codes)
    assert readings["understood"] - readings["understood_in_part"] >= agreeing > 0
    assert readings["understood_in_part"] > 0


def has_check_character(code: str) -> bool:
    """GB 11714 by another hand: letters count 10 to 35, weights 3 7 9 10 5 8 4 2."""
    if len(code) != 9:
        return False
    total = sum(int(sign, 36) * weight for sign, weight in zip(code, (3, 7, 9, 10, 5, 8, 4, 2), strict=False))
    return code[8] == {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def test_wages_that_nobody_reports_are_missing_and_the_firm_stays(year: CleanYear):
    firms = year.table("clean_firms").filter(pl.col("survey_firm_id").str.starts_with("30000000"))
    assert firms["wages_thousand_cny"].to_list() == [None] * 9
    firms = year.table("clean_firms").filter(pl.col("survey_firm_id").str.starts_with("60000000"))
    assert firms["wages_thousand_cny"].to_list() == [None] * 4
    [unread] = year.table("column_readings").filter(source="firm_survey", column_name="wages_thousand_cny")[
        "most_frequent_unread"
    ]
    assert unread == "不知道 (1)"


def test_places_industries_and_registrations_are_read_in_words_and_older_codes(year: CleanYear):
    firms = {row["survey_firm_id"]: row for row in year.table("clean_firms").iter_rows(named=True)}
    cities = [firms[f"50000000{number}"]["city_code"] for number in (1, 2, 3, 4)]
    assert cities == ["330100", "330100", "530800", None]
    assert firms["500000005"]["industry_2002_code"] == "1761"
    assert [firms[f"50000000{number}"]["registration_type_code"] for number in (6, 7)] == ["173", "174"]
    assert firms["500000008"]["zip_code"] == "030006"


def test_figures_that_cannot_be_are_rejected(year: CleanYear):
    assert year.reasons("firm_survey") == {
        21: "wages, exports or assets negative",
        22: "exports above 10 times revenue",
        23: "a row that adds up others",
    }


def test_the_province_of_hainan_is_no_prefecture(year: CleanYear):
    assert year.reasons("egov_scores") == {2: "city in no list of the year"}


def test_a_rejected_row_shows_what_the_rule_looked_at(year: CleanYear):
    rejected = year.table("rejected_rows").filter(source="customs", source_row=14)
    assert rejected.select("column_name", "printed").rows() == [("company_id", "330196123")]


def test_exports_by_mode_are_by_the_code_of_the_mode(year: CleanYear):
    assert year.table("clean_export_modes")["trade_mode_code"].unique().to_list() == ["10"]
