"""Dialects, years and parts: which file is what, and in which order."""

from pathlib import Path

import polars as pl
import pytest
import yaml

from egov_assets.platform.availability import NotAvailable
from egov_assets.platform.settings_file import SettingsError
from egov_assets.raw.errors import BadSource
from egov_assets.raw.files import read_file
from egov_assets.raw.headers import NotRecognised, recognise
from egov_assets.raw.schema import file_columns
from egov_assets.raw.sources import RAW_TABLES, column_problems, read_sources
from egov_assets.raw.tables import read_tables
from egov_assets.raw.year_files import source_files
from egov_assets.raw.yearbooks import read_city_yearbook, read_province_yearbook
from egov_assets_tests.raw import tiny_files as files
from egov_assets_tests.study_file import write_section

SOURCES = read_sources()
COPIES = yaml.safe_load(Path(__file__).with_name("copies.yml").read_text("utf-8"))
MARKS = {"teaching_exports": ["valperunit"]}
UNUSABLE = {"tariff_papers": "it does not say which lines are exports", "firm_year_hs6": "it has no destination"}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """The raw folder of a study, beside which its settings lie."""
    return tmp_path / "raw"


def table_of(raw: Path, source: str, year: int) -> pl.DataFrame:
    """The rows of a source and year as the raw table has them, with the dialect of each."""
    return read_tables(raw, source, year, file_columns(RAW_TABLES[source]))[0]


def test_both_customs_dialects_arrive_in_the_same_columns(tmp_path: Path):
    files.customs(tmp_path, 2010, [{"_税号编码": "3019999"}])
    files.customs_2012(tmp_path, [{}])
    early = table_of(tmp_path, "customs", 2010).row(0, named=True)
    late = table_of(tmp_path, "customs", 2012).row(0, named=True)
    assert (early["dialect"], late["dialect"]) == ("underscore_chinese", "csmar_pairs")
    assert (early["hs8_code"], early["unit"], early["phone"]) == ("3019999", None, "0571-88123456")
    assert (late["partner"], late["unit"], late["phone"], late["value_usd"]) == ("美国", "件", None, "1,200.50")


def test_parts_come_in_natural_order_and_rows_are_numbered_from_the_first_below_the_header(tmp_path: Path):
    for part in (10, 2, 1):
        files.customs(tmp_path, 2010, [{"_数量": str(part)}, {}], part=part)
    table = table_of(tmp_path, "customs", 2010)
    names = table["source_file"].unique(maintain_order=True).to_list()
    assert names == [f"customs/2010/tradedata_2010_{part}.csv.gz" for part in (1, 2, 10)]
    assert table["source_row"].to_list() == [1, 2] * 3


def test_folders_inside_a_years_folder_are_read_in_order_and_no_file_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Monthly folders hold files of one name; the user's own patterns meet a file twice; every file is opened once."""
    raw = tmp_path / "raw"
    for month, amount in ((10, "3"), (9, "2")):
        part = files.customs(raw, 2010, [{"_金额": amount}])
        place = raw / f"customs/2010/{month}月 导出"
        place.mkdir()
        part.rename(place / "data.csv.gz")
    files.customs(raw, 2010, [{"_金额": "4"}])
    write_section(tmp_path, "sources", "customs: {files: ['customs/{year}/**/*', '*/{year}/*/data*']}")
    found: list[Path] = []
    monkeypatch.setattr(
        "egov_assets.raw.tables.read_file",
        lambda path, *rest: found.append(path) or read_file(path, *rest),
    )
    table = table_of(raw, "customs", 2010)
    assert table["value_usd"].to_list() == ["2", "3", "4"]
    assert table["source_file"][0] == "customs/2010/9月 导出/data.csv.gz"
    assert len(found) == 3


def test_a_file_comes_before_its_copy(tmp_path: Path):
    for name in ("part_2 (1).csv", "part_2.csv", "~$part_2.csv", ".part_2.csv"):
        files.write_text(tmp_path / "customs/2010" / name, "x")
    found = source_files(tmp_path, read_sources()["customs"], 2010)
    assert [path.name for path in found] == ["part_2.csv", "part_2 (1).csv"]


def test_the_survey_of_2010_comes_in_two_files_and_both_are_needed(tmp_path: Path):
    files.survey_2010(tmp_path, [{}], [{}])
    table = table_of(tmp_path, "firm_survey", 2010)
    assert table["dialect"].to_list() == ["questionnaire_finance", "questionnaire_identity"]
    assert table["revenue_thousand_cny"].to_list() == ["25000", None]
    (tmp_path / "firm_survey/2010/finance_2010.xlsx").unlink()
    with pytest.raises(BadSource, match="questionnaire_identity files but none of questionnaire_finance"):
        table_of(tmp_path, "firm_survey", 2010)


def test_a_missing_column_is_named_with_the_header_that_looks_like_it(tmp_path: Path):
    path = files.customs_2012(tmp_path, [{}])
    header = files.CSMAR_HEADER.replace("数量_Quantity", "件数").replace("HS商品编码_HSCd", "编码")
    files.write_text(path, files.lines(header, [{"件数": 1}]), "utf-8-sig")
    with pytest.raises(BadSource) as refused:
        table_of(tmp_path, "customs", 2012)
    assert "column hs8_code is missing (`编码` looks like it)" in str(refused.value)
    assert "column quantity is missing (known as _数量, 数量, 数量_Quantity, quantity)" in str(refused.value)
    assert "Add the headers under sources in study.yml" in str(refused.value)


def test_a_year_without_files_is_not_available_and_says_where_they_were_looked_for(tmp_path: Path):
    files.customs_2012(tmp_path, [{}])
    files.write_text(tmp_path / "customs/2013/part1.csv", "of a year that the study has not", "utf-8")
    with pytest.raises(NotAvailable) as absent:
        table_of(tmp_path, "customs", 2011)
    assert absent.value.lacking == ("customs/2011/**/*",)


def test_a_year_under_a_wrong_name_is_no_missing_year(tmp_path: Path):
    files.write_text(tmp_path / "customs/year 11/part1.csv", "x", "utf-8")
    with pytest.raises(
        BadSource, match=r"no file fits customs/2011/\*\*/\*, and nothing reads customs/year 11/part1.csv"
    ):
        table_of(tmp_path, "customs", 2011)


def test_the_header_of_a_worksheet_may_stand_below_a_title(tmp_path: Path):
    rows = [["政府网站绩效（合成）"], [], files.SCORE_HEADER.split(","), files.SOUND_SCORES]
    files.write_workbook(tmp_path / "egov_scores/egov_scores_2010.xlsx", {"说明": [["合成数据"]], "排名": rows})
    table = table_of(tmp_path, "egov_scores", 2010)
    assert table.select("source_row", "city_name", "egscore_dis").row(0) == (1, "杭州", "0.5")


def test_the_city_yearbook_is_read_by_block_with_its_units(tmp_path: Path):
    files.city_yearbook(tmp_path, 2010)
    table = read_city_yearbook(tmp_path, 2010)[0]
    gdp = table.filter(table["indicator"] == "地区生产总值").select("block", "unit", "value").rows()
    assert gdp == [("全市", "亿元", "594.9"), ("市辖区", "亿元", "400")]
    assert table.height == 6


def test_a_unit_behind_the_indicators_name_is_found(tmp_path: Path):
    grid = [["题"], ["城市", "地区生产总值（万元）"], ["", ""], ["", "全市"], ["杭州市", 5949]]
    files.write_workbook(tmp_path / "city_yearbook/city_yearbook_2010.xlsx", {"城市": grid})
    figure = read_city_yearbook(tmp_path, 2010)[0].select("indicator", "unit", "value").row(0)
    assert figure == ("地区生产总值", "万元", "5949")


def test_the_province_yearbook_gives_one_years_column(tmp_path: Path):
    files.province_yearbook(tmp_path)
    table = read_province_yearbook(tmp_path, 2010)[0]
    assert table.select("source_row", "province_name", "value").rows() == [
        (1, "浙江省", "27722.31"),
        (2, "浙江", None),
        (3, "浙江", "60.2"),
    ]
    with pytest.raises(BadSource, match="no column for 2015; there are 2010年, 2011年, 2012年"):
        read_province_yearbook(tmp_path, 2015)


def test_an_unknown_key_in_ones_own_sources_is_an_error_that_names_the_nearest(tmp_path: Path):
    study_file = write_section(tmp_path, "sources", "customs:\n  file: [a]")
    with pytest.raises(SettingsError, match=r"sources\.customs\.file: unknown key; the nearest known one is 'files'"):
        read_sources(study_file)


def test_a_misspelt_column_in_ones_own_sources_is_an_error_that_names_the_nearest(tmp_path: Path):
    own = (
        "firm_survey: {dialects: {mine: {note: x, requires: [survey_firm], columns: {firm_nam: [名]},"
        " factors: {revenue_thousand_cn: 10}}}}"
    )
    with pytest.raises(SettingsError) as refused:
        read_sources(write_section(tmp_path, "sources", own))
    place = "sources.firm_survey.dialects.mine"
    assert f"{place}.columns.firm_nam: unknown column; the nearest known one is 'firm_name'" in str(refused.value)
    assert f"{place}.factors.revenue_thousand_cn: unknown column" in str(refused.value)
    assert f"{place}.requires.survey_firm: unknown column" in str(refused.value)


def test_the_shipped_dialects_name_known_columns_only():
    assert column_problems(SOURCES) == []


def test_ones_own_dialect_lies_over_the_shipped_ones(tmp_path: Path):
    """Figures in 10,000 CNY, headers of one's own, all without code."""
    own = """
firm_survey:
  files: ["my survey/*"]
  dialects:
    mine:
      note: our copy
      requires: [survey_firm_id, revenue_thousand_cny]
      columns: {survey_firm_id: [编号], revenue_thousand_cny: [收入（万元）]}
      factors: {revenue_thousand_cny: 10}
"""
    study_file, raw = write_section(tmp_path, "sources", own), tmp_path / "raw"
    files.write_text(raw / "my survey" / "a.csv", '编号,收入（万元）\n甲,"1,250.5"\n乙,很多\n丙,\n')
    table = table_of(raw, "firm_survey", 2011)
    assert table["revenue_thousand_cny"].to_list() == ["12505.0", "很多", None]
    assert "pinyin" in read_sources(study_file)["firm_survey"].dialects


@pytest.mark.parametrize(("source", "dialect"), [(name, each) for name in COPIES for each in COPIES[name]])
def test_the_headers_of_every_copy_that_circulates_are_recognised(source: str, dialect: str):
    """Twice: by the headers it prefers, and by its last resorts."""
    columns = COPIES[source][dialect]
    for place in (0, -1):
        headers = [aliases[place] for aliases in columns.values()] + MARKS.get(dialect, [])
        if dialect in UNUSABLE:
            with pytest.raises(NotRecognised, match=f"it is of the dialect {dialect}: {UNUSABLE[dialect]}"):
                recognise(SOURCES[source], [*headers, "排名"])
            continue
        found = recognise(SOURCES[source], [*headers, "排名"])
        assert found.dialect == dialect
        assert found.headers == dict(zip(columns, headers, strict=False))


@pytest.mark.parametrize("factor", ["0", "-1", ".nan", ".inf"])
def test_a_factor_that_spoils_every_figure_is_refused(tmp_path: Path, factor: str):
    own = (
        "firm_survey: {dialects: {mine: {note: x, requires: [], columns: {revenue_thousand_cny: [收入]},"
        f" factors: {{revenue_thousand_cny: {factor}}}}}}}}}"
    )
    with pytest.raises(SettingsError, match=r"factors\.revenue_thousand_cny"):
        read_sources(write_section(tmp_path, "sources", own))


@pytest.mark.parametrize(
    ("source", "headers", "dialect"),
    [
        (
            "customs",
            "party_id company CompanyType hs_id country exp_imp shipment value quantity shipment_date",
            "english",
        ),
        ("customs", "pname party_id companytype hs_id 国家名称_C 进出口_C 贸易类型_C value quantity", "mixed_2002"),
        (
            "customs",
            "日期 进口或出口 企业编码 经营单位 企业性质 税号编码 起运国或目的国 金额 数量 贸易方式",
            "chinese_2003",
        ),
        ("customs", "月度 进出口 企业代码 企业名称 企业类型 商品代码 金额 数量 贸易方式 var18", "chinese_2006"),
        (
            "customs",
            "exp_or_imp hs_id party_id company paddr city companytype country shipment value quantity",
            "english",
        ),
        ("customs", "year party_id company tel city11 hs_id origin_id value quantity valperunit", "teaching_exports"),
        ("customs", "hs6 hs_id party_id origin_id company value quantity year zip3", "tariff_papers"),
        ("customs", "firm year hs6 value quantity", "firm_year_hs6"),
        ("firm_survey", "FRDM EN year INDTYPE REGTYPE PERSENG SI CWP FA TA", "english_short"),
        ("firm_survey", "id name legal_person phone zip dq cic type bdat revenue employment wage export", "brandt"),
        (
            "firm_survey",
            "firm c44 c45 setup c74 cuasset tofixed toasset captal sales wage citycode",
            "numbered_catalogue",
        ),
        ("firm_survey", "B00 B01 B03 B04 B05 B062 B07 B10 B131 B2001 V08 V12 OS03 OS25 OS35", "questionnaire_codes"),
    ],
)
def test_headers_as_public_scripts_print_them_are_recognised(source: str, headers: str, dialect: str):
    if dialect in UNUSABLE:
        with pytest.raises(NotRecognised, match=UNUSABLE[dialect]):
            recognise(SOURCES[source], headers.split())
    else:
        assert recognise(SOURCES[source], headers.split()).dialect == dialect


@pytest.mark.parametrize(
    ("source", "headers", "found"),
    [
        (
            "customs",
            "party_id hs exp_imp country shipment value quantity",
            {"hs8_code": "hs", "trade_mode": "shipment"},
        ),
        ("customs", "进出口 hs_id 企业编码 country value 数量", {"flow": "进出口", "company_id": "企业编码"}),
        (
            "firm_survey",
            "id name cic region type sales employment exp",
            {"region_code": "region", "revenue_thousand_cny": "sales", "export_delivery_thousand_cny": "exp"},
        ),
        ("firm_survey", "survey_firm_id firm_name revenue_thousand_cny", {"firm_name": "firm_name"}),
    ],
)
def test_a_file_is_read_by_its_columns_whatever_copies_they_are_from(source: str, headers: str, found: dict[str, str]):
    assert recognise(SOURCES[source], headers.split()).headers.items() >= found.items()


@pytest.mark.parametrize("source", [name for name in SOURCES if SOURCES[name].requires])
def test_the_products_own_column_names_are_known_everywhere(source: str):
    columns = file_columns(RAW_TABLES[source])
    assert recognise(SOURCES[source], columns).headers == {column: column for column in columns}


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        (
            ["value", "金额"],
            "value_usd could be 金额 or value: say which under columns.value_usd of the source",
        ),
        (["value", " VALUE"], "value_usd could be value or  VALUE"),
        (["value", "va lue"], "headers differ in blanks alone: `value` and `va lue`"),
        (["value", "备注", "备 注"], "headers differ in blanks alone: `备注` and `备 注`"),
    ],
)
def test_two_headers_for_one_column_are_a_question_not_a_guess(headers: list[str], said: str):
    with pytest.raises(NotRecognised) as question:
        recognise(SOURCES["customs"], ["party_id", "hs", "exp_imp", "country", "quantity", *headers])
    assert said in str(question.value)


def test_a_code_is_taken_before_its_name_without_a_question():
    pair = ["起运国或目的国名称_BegEndCntryNm", "起运国或目的国代码_BegEndCntryCd"]
    found = recognise(SOURCES["customs"], ["party_id", "hs", "exp_imp", "value", "quantity", *pair])
    assert found.headers["partner"] == "起运国或目的国代码_BegEndCntryCd"


def test_a_column_none_of_whose_values_is_of_its_kind_was_found_under_the_wrong_header(tmp_path: Path):
    """`type` is ownership in many copies; here somebody called the flow so, and `exp_imp` holds amounts."""
    rows = "".join(f"33019612{n},6109100{n % 10},{n}.5,502,10,1\n" for n in range(10, 30))
    files.write_text(tmp_path / "customs/2011/a.csv", "party_id,hs,exp_imp,country,value,quantity\n" + rows)
    with pytest.raises(
        BadSource, match=r"column exp_imp was taken for flow, but its values \(10.5, 11.5, 12.5, …\) are"
    ):
        table_of(tmp_path, "customs", 2011)


def test_a_copy_of_exports_only_says_so_on_every_line(tmp_path: Path):
    text = "year,party_id,company,hs_id,origin_id,value,quantity,valperunit\n2012,3301961234,甲,61091000,502,10,2,5\n"
    files.write_text(tmp_path / "customs/2012/export1_2012.csv", text)
    assert table_of(tmp_path, "customs", 2012)["flow"].to_list() == ["出口"]


def test_a_copy_that_cannot_feed_the_study_is_refused_with_the_reason(tmp_path: Path):
    files.write_text(tmp_path / "customs/2012/eps.csv", "firm,year,hs6,value,quantity\n1,2012,610910,10,2\n")
    with pytest.raises(BadSource, match="dialect firm_year_hs6: it has no destination"):
        table_of(tmp_path, "customs", 2012)


def test_a_list_of_corrections_puts_single_values_right(raw: Path):
    files.customs(raw, 2010, [{}, {"_金额": "99"}])
    files.city_yearbook(raw, 2010)
    file = "customs/2010/tradedata_2010_1.csv.gz"
    write_corrections(
        raw,
        f"{{source: customs, year: 2010, file: {file}, row: 2, column: value_usd, expect: '99', "
        "value: 990, reason: x}",
        "{source: city_yearbook, year: 2010, file: city_yearbook/city_yearbook_2010.xlsx, column: value, "
        "where: {city_name: 杭州市, indicator: 地区生产总值, block: 全市}, expect: '594.9', value: '5949', reason: y}",
    )
    assert table_of(raw, "customs", 2010)["value_usd"].to_list() == ["1200.50", "990"]
    assert "5949" in read_city_yearbook(raw, 2010)[0]["value"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("expect: '100'", r"row 2, value_usd: expected '100', the file has '99'"),
        ("row: 3", "no row found, one expected"),
        ("column: price", "there is no column price"),
        ("source: custom", "there is no source 'custom'"),
        ("year: 2003", "there is no year 2003 in the study"),
        ("row: null", "it names no row"),
        ("reason: ''", "reason"),
    ],
)
def test_a_correction_that_does_not_fit_stops_the_year(raw: Path, changed: str, said: str):
    files.customs(raw, 2010, [{}, {"_金额": "99"}])
    entry = {
        "source": "customs", "year": "2010", "file": "customs/2010/tradedata_2010_1.csv.gz", "row": "2",
        "column": "value_usd", "expect": "'99'", "value": "'990'", "reason": "x",
    }  # fmt: skip
    key, _, value = changed.partition(": ")
    write_corrections(raw, "{" + ", ".join(f"{k}: {v}" for k, v in (entry | {key: value}).items()) + "}")
    with pytest.raises((BadSource, SettingsError), match=said):
        table_of(raw, "customs", 2010)


def test_a_correction_that_fits_several_rows_changes_none_and_says_how_many(raw: Path):
    """Two lines have the printed value 99; a key that names both must not pick one, nor change both."""
    files.customs(raw, 2010, [{}, {"_金额": "99"}, {"_金额": "99"}])
    key = "source: customs, year: 2010, file: customs/2010/tradedata_2010_1.csv.gz, column: quantity, expect: '100'"
    write_corrections(raw, f"{{{key}, where: {{value_usd: '99'}}, value: '7', reason: x}}")
    with pytest.raises(BadSource, match=r"value_usd 99, quantity: 2 rows found, one expected\. Correct the row"):
        table_of(raw, "customs", 2010)


def write_corrections(raw: Path, *entries: str) -> None:
    (raw.parent / "corrections.yml").write_text(
        "corrections:\n" + "".join(f"  - {each}\n" for each in entries), encoding="utf-8"
    )
