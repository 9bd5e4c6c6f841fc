"""Dialects, years and parts: which file is what, and in which order."""

from pathlib import Path

import pytest

from egov_assets.raw.errors import BadSource
from egov_assets.raw.schema import RawCustoms, RawEgovScores, RawFirmSurvey, file_columns
from egov_assets.raw.sources import read_sources, source_files
from egov_assets.raw.tables import read_tables
from egov_assets.raw.yearbooks import read_city_yearbook, read_province_yearbook
from egov_assets.settings_file import SettingsError
from egov_assets_tests.raw import tiny_files as files

CUSTOMS, SURVEY = file_columns(RawCustoms), file_columns(RawFirmSurvey)


def test_both_customs_dialects_arrive_in_the_same_columns(tmp_path: Path):
    files.customs(tmp_path, 2010, [{"_税号编码": "3019999"}])
    files.customs_2012(tmp_path, [{}])
    early = read_tables(tmp_path, "customs", 2010, CUSTOMS).row(0, named=True)
    late = read_tables(tmp_path, "customs", 2012, CUSTOMS).row(0, named=True)
    assert (early["dialect"], late["dialect"]) == ("underscore_chinese", "csmar_pairs")
    assert (early["hs8_code"], early["unit"], early["phone"]) == ("3019999", None, "0571-88123456")
    assert (late["partner"], late["unit"], late["phone"], late["value_usd"]) == ("美国", "件", None, "1,200.50")


def test_parts_come_in_natural_order_and_rows_are_numbered_from_the_first_below_the_header(tmp_path: Path):
    for part in (10, 2, 1):
        files.customs(tmp_path, 2010, [{"_数量": str(part)}, {}], part=part)
    table = read_tables(tmp_path, "customs", 2010, CUSTOMS)
    names = table["source_file"].unique(maintain_order=True).to_list()
    assert names == [f"customs/2010/tradedata_2010_{part}.csv.gz" for part in (1, 2, 10)]
    assert table["source_row"].to_list() == [1, 2] * 3


def test_a_file_comes_before_its_copy(tmp_path: Path):
    for name in ("part_2 (1).csv", "part_2.csv", "~$part_2.csv", ".part_2.csv"):
        files.write_text(tmp_path / "customs/2010" / name, "x")
    found = source_files(tmp_path, read_sources()["customs"], 2010)
    assert [path.name for path in found] == ["part_2.csv", "part_2 (1).csv"]


def test_the_survey_of_2010_comes_in_two_files_and_both_are_needed(tmp_path: Path):
    files.survey_2010(tmp_path, [{}], [{}])
    table = read_tables(tmp_path, "firm_survey", 2010, SURVEY)
    assert table["dialect"].to_list() == ["questionnaire_finance", "questionnaire_identity"]
    assert table["revenue_thousand_cny"].to_list() == ["25000", None]
    (tmp_path / "firm_survey/2010/finance_2010.xlsx").unlink()
    with pytest.raises(BadSource, match="questionnaire_identity files but none of questionnaire_finance"):
        read_tables(tmp_path, "firm_survey", 2010, SURVEY)


def test_a_missing_column_is_named_with_what_the_dialect_calls_it(tmp_path: Path):
    path = files.customs_2012(tmp_path, [{}])
    header = files.CSMAR_HEADER.replace("数量_Quantity", "件数").replace("HS商品编码_HSCd", "编码")
    files.write_text(path, files.lines(header, [{"件数": 1}]), "utf-8-sig")
    with pytest.raises(BadSource) as refused:
        read_tables(tmp_path, "customs", 2012, CUSTOMS)
    assert "column hs8_code is missing (the dialect csmar_pairs calls it HS商品编码_HSCd)" in str(refused.value)
    assert "column quantity is missing" in str(refused.value)
    assert "Add the header to a dialect in sources.yml" in str(refused.value)


def test_every_bad_file_of_a_year_is_listed_at_once(tmp_path: Path):
    files.customs(tmp_path, 2010, [{}], part=1)
    files.write_text(tmp_path / "customs/2010/tradedata_2010_2.csv.gz", "")
    files.write_text(tmp_path / "customs/2010/tradedata_2010_3.csv", files.UNDERSCORE_HEADER + "\n")
    with pytest.raises(BadSource) as refused:
        read_tables(tmp_path, "customs", 2010, CUSTOMS)
    assert len(refused.value.problems) == 2
    assert "2010/tradedata_2010_2.csv.gz: the file is empty" in str(refused.value)
    assert "2010/tradedata_2010_3.csv: it has a header but no data row" in str(refused.value)


def test_a_year_without_files_says_where_they_were_looked_for(tmp_path: Path):
    with pytest.raises(BadSource, match=r"no file in .* fits customs/2011/\*\.csv"):
        read_tables(tmp_path, "customs", 2011, CUSTOMS)


def test_the_header_of_a_worksheet_may_stand_below_a_title(tmp_path: Path):
    rows = [["政府网站绩效（合成）"], [], files.SCORE_HEADER.split(","), files.SOUND_SCORES]
    files.write_workbook(tmp_path / "egov_scores/egov_scores_2010.xlsx", {"说明": [["合成数据"]], "排名": rows})
    table = read_tables(tmp_path, "egov_scores", 2010, file_columns(RawEgovScores))
    assert table.select("source_row", "city_name", "egscore_dis").row(0) == (1, "杭州", "0.5")


def test_the_city_yearbook_is_read_by_block_with_its_units(tmp_path: Path):
    files.city_yearbook(tmp_path, 2010)
    table = read_city_yearbook(tmp_path, 2010)
    gdp = table.filter(table["indicator"] == "地区生产总值").select("block", "unit", "value").rows()
    assert gdp == [("全市", "亿元", "594.9"), ("市辖区", "亿元", "400")]
    assert table.height == 6


def test_a_unit_behind_the_indicators_name_is_found(tmp_path: Path):
    grid = [["题"], ["城市", "地区生产总值（万元）"], ["", ""], ["", "全市"], ["杭州市", 5949]]
    files.write_workbook(tmp_path / "city_yearbook/city_yearbook_2010.xlsx", {"城市": grid})
    figure = read_city_yearbook(tmp_path, 2010).select("indicator", "unit", "value").row(0)
    assert figure == ("地区生产总值", "万元", "5949")


def test_the_province_yearbook_gives_one_years_column(tmp_path: Path):
    files.province_yearbook(tmp_path)
    table = read_province_yearbook(tmp_path, 2010)
    assert table.select("source_row", "province_name", "value").rows() == [
        (1, "浙江省", "27722.31"),
        (2, "浙江", None),
        (3, "浙江", "60.2"),
    ]
    with pytest.raises(BadSource, match="no column for 2015; there are 2010年, 2011年, 2012年"):
        read_province_yearbook(tmp_path, 2015)


def test_an_unknown_key_in_sources_is_an_error_that_names_the_nearest(tmp_path: Path):
    declared = tmp_path / "sources.yml"
    declared.write_text("sources:\n  customs:\n    file: [a]\n    files: [a]\n    dialects: {}\n")
    with pytest.raises(SettingsError, match=r"sources\.customs\.file: unknown key; the nearest known one is 'files'"):
        read_sources(declared)
