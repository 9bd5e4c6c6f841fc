"""`egov doctor` on folders of tiny files: what it finds, what it concludes, and how a script learns of it."""

import html
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from egov_assets.clean.settings import Cleaning
from egov_assets.cli import main
from egov_assets.commands.doctor import print_examination, print_sources
from egov_assets.definitions import defs
from egov_assets.doctor import values
from egov_assets.doctor.diagnosis import Examination, examine
from egov_assets.doctor.page import doctor_page
from egov_assets.doctor.plausible import doubt_about_unit
from egov_assets.doctor.possible import Graph
from egov_assets.doctor.readiness import lists_found
from egov_assets.platform.contract import READS
from egov_assets.platform.lake import table_path, write_table
from egov_assets.platform.years import YEARS
from egov_assets.raw.sources import RAW_TABLES
from egov_assets_tests.product_quality.test_sparse_data import coefficients_by_hand
from egov_assets_tests.raw import tiny_files as files
from egov_assets_tests.study_file import write_section

COLUMNS = {
    ("table_02", "1"): ["qua", "egscore"],
    ("table_10", "1"): ["D.qua", "exit"],
    ("table_02", "3"): ["qua", "egscore", "Con_wag", "Con_inf"],
}
GRAPH = Graph.of(defs.resolve_all_asset_specs())


def sound_study(raw: Path) -> Path:
    for year in YEARS:
        files.whole_year(raw, year)
    return raw


def said(examination: Examination) -> str:
    console = Console(width=2000, record=True, file=Path("/dev/null").open("w"))  # noqa: SIM115
    print_examination(examination, console, details=True)
    return console.export_text()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Examination:
    return examine(sound_study(tmp_path_factory.mktemp("raw")), YEARS, COLUMNS, GRAPH, Cleaning())


def test_sound_files_are_said_to_be_sound(sound: Examination):
    assert sound.is_sound and not [each.all_doubts for each in sound.found if each.all_doubts]
    customs = sound.found[0].files[0]
    assert (customs.form, customs.dialect, customs.rows) == ("csv, GB18030", "underscore_chinese", 1)
    value = next(column for column in customs.columns if column.name == "value_usd")
    assert (value.header, value.filled_share, value.sample) == ("_金额", 1.0, ("1200.50",))
    assert next(column for column in customs.columns if column.name == "unit").header is None


def test_what_can_be_computed_follows_from_what_is_there(sound: Examination):
    """2010 has no wages in the two questionnaire files and no broadband in the yearbook (domain.md 10)."""
    assert [each.words for each in sound.ready] == [
        "uses 2010, 2011, 2012",
        "uses 2011, 2012; 2010: no value of wages_thousand_cny in clean_firms, no value of "
        "urban_broadband_10k_households in clean_provinces",
    ]
    assert sound.consequences[0].startswith("2010, 2011: customs has no unit")
    assert sound.consequences[1].startswith("2012: customs has no phone: firms are matched by name only")


def test_lists_that_few_columns_need_are_counted_or_missed(tmp_path: Path):
    files.write_text(tmp_path / "innovation/index.csv", "城市,年份,创新指数\n杭州市,2011,3.5\n")
    columns = {("table_07", "3"): ("qua", "sma_city"), ("table_10", "4"): ("qua", "innov"), ("t", "1"): ("qua",)}
    policies, innovation = (each.words for each in lists_found(tmp_path, columns))
    assert policies == "policies: no file; table_07 (3) needs it"
    assert innovation.startswith("innovation: 1 files; table_10 (4) needs it")


def test_a_source_without_files_takes_out_what_needs_it_and_nothing_else(tmp_path: Path):
    raw = sound_study(tmp_path)
    shutil.rmtree(raw / "province_yearbook")
    shutil.rmtree(raw / "firm_survey/2010")
    columns = COLUMNS | {("table_06", "4"): ["qua", "egscore", "IV_gov"]}
    examination = examine(raw, YEARS, columns, GRAPH)
    assert examination.is_sound
    assert not any("2010" in line and "firm_survey has no" in line for line in examination.consequences)
    assert [each.words for each in examination.ready] == [
        "uses 2011, 2012; 2010: no file fits firm_survey/{year}/**/* of 2010",
        "cannot be computed; 2010: no file fits firm_survey/{year}/**/* of 2010 and none province_yearbook/*; "
        "2011: no file fits province_yearbook/*; 2012: no file fits province_yearbook/*",
        "cannot be computed; 2010: no file fits firm_survey/{year}/**/* of 2010 and none work_reports/{year}/*.txt of "
        "2010; 2011: no file fits work_reports/{year}/*.txt of 2011; 2012: no file fits work_reports/{year}/*.txt of "
        "2012",
    ]
    for words in (said(examination), html.unescape(doctor_page(examination))):
        assert "Not available" in words and "raw_province_yearbook, clean_provinces" in words


def test_what_quality_rests_on_by_the_last_run_is_told(tmp_path: Path):
    lake = tmp_path / "lake"
    assert not any("quality" in line for line in examine(tmp_path, YEARS, lake=lake).consequences)
    write_table(coefficients_by_hand(), table_path(lake, "quality_coefficients"))
    (line,) = [line for line in examine(tmp_path, YEARS, lake=lake).consequences if "quality" in line]
    assert line == (
        "quality, by the last run: 50.0% of value has a suspect elasticity (first stage weak 16.7%, sigma at most 1 "
        "33.3%, insignificant 33.3%); 20.0% of flows lie in thin markets"
    )


def test_no_file_that_an_asset_reads_is_called_unread(tmp_path: Path):
    nodes = defs.resolve_asset_graph().asset_nodes
    patterns = {pattern for node in nodes for pattern in node.metadata.get(READS, ())}
    assert {"terrain/**/*", "innovation/**/*", "policies/**/*"} <= patterns
    for place in {*patterns, "tariffs/*.csv", "input_output/table*.xlsx", "work_reports/2010/*.txt", "terrain.csv"}:
        files.write_text(tmp_path / place.replace("**/*", "1.csv").replace("*", "_1"), "x")
    assert examine(tmp_path, YEARS).unread == ("terrain.csv (no pattern of a source fits)",)


def test_the_table_and_the_page_say_the_same(sound: Examination):
    text, page = said(sound), doctor_page(sound)
    assert page.index(">missing columns<") < page.index("What can be computed") < page.index("Columns with samples")
    assert "Cannot be read" not in page and "Look at" not in page
    for words in ("underscore_chinese", "csmar_pairs", "价格_Price", "no value of wages_thousand_cny in clean_firms"):
        assert words in text and words in page
    assert "杭州示例针织有限公司" in page


def test_a_source_is_one_line_with_its_years_side_by_side_at_80_columns(sound: Examination):
    shares = {2010: 0.5, 2011: 0.001, 2012: None}
    judged = [
        replace(year, rejected_shares={} if shares[year.year] is None else {"customs": shares[year.year]})
        for year in sound.judged
    ]
    console = Console(width=80, record=True, file=Path("/dev/null").open("w"))  # noqa: SIM115
    print_examination(replace(sound, judged=tuple(judged)), console)
    lines = console.export_text().splitlines()
    assert max(map(len, lines[1:])) <= 80
    assert lines[1].split() == ["2010", "2011", "2012"]
    assert [line.split()[0] for line in lines[2:7]] == list(RAW_TABLES)
    assert lines[2].split() == ["customs", "1", "16/17", "50%", "1", "16/17", "0%", "1", "13/17"]


def test_years_that_do_not_fit_stand_below(sound: Examination):
    console = Console(width=40, record=True, file=Path("/dev/null").open("w"))  # noqa: SIM115
    print_sources(sound, console)
    heads = [line.split() for line in console.export_text().splitlines() if line.strip() and line[0] == " "]
    assert heads == [["2010"], ["2011"], ["2012"]]


def test_details_are_told_on_demand_and_a_few_otherwise(sound: Examination):
    troubled = replace(sound, unread=tuple(f"file {n}" for n in range(9)))
    console = Console(width=80, record=True, file=Path("/dev/null").open("w"))  # noqa: SIM115
    print_examination(troubled, console)
    brief = console.export_text()
    assert "file 4" in brief and "file 5" not in brief and "and 4 more" in brief
    assert "file 8" in said(troubled)


def test_a_folder_of_troubles_is_described_not_crashed_upon(tmp_path: Path):
    raw = sound_study(tmp_path / "raw")
    files.customs(raw, 2010, [{"_金额": "12,5", "_经营单位": "<script>alert(1)</script>"}] * 3, part=2)
    files.customs(raw, 2010, [{"_金额": "12,5", "_经营单位": "<script>alert(1)</script>"}] * 3, part=4)
    (raw / "customs/2012/export_2012_1.csv.gz").write_bytes(b"\x1f\x8b broken")
    files.survey(raw, 2011, [{"zyywsr": 2500.0, "qymc": "王示例", "frdbxm": "杭州示例机械厂"}])
    (raw / "firm_survey/2010/finance_2010.xlsx").unlink()
    files.city_yearbook(raw, 2012, [("杭州市", 400.0, 594.9, 81000, 9000, 43, 430000)])
    files.write_text(raw / "customs/2013/part1.csv", "x")
    files.write_text(raw / "customs/2010/notes.doc", "x")
    files.write_text(raw / "海关 2010.csv", "x")
    (raw / "customs/2010/other disk").symlink_to(tmp_path.parent)
    (raw / "egov_scores/egov_scores_2011.xlsx").unlink()
    (raw.parent / "corrections.yml").write_text(
        "corrections: [{source: customs, year: 2010, file: customs/2010/gone.csv, row: 1, column: value_usd,"
        " expect: '1', value: '2', reason: x}]"
    )
    examination = examine(raw, YEARS, COLUMNS, GRAPH)
    text, page = said(examination), doctor_page(examination)
    assert not examination.is_sound
    for words in (
        "export_2012_1.csv.gz: the packed file is damaged",
        "there are questionnaire_identity files but none of questionnaire_finance",
        "no file fits egov_scores/egov_scores_{year}.* of 2011",
        "of the parts tradedata_2010_1 to tradedata_2010_4, 3 is not there",
        "tradedata_2010_4.csv.gz holds the same lines as customs/2010/tradedata_2010_2.csv.gz",
        "revenue_thousand_cny: the median is 2,500, in 1000 CNY it should be 5,000 to 400,000; is it in 10,000 CNY?",
        "1 legal persons look like firms",
        "地区生产总值: districts (市辖区) exceed the whole prefecture (全市) in 100% of the cities",
        "corrections.yml: customs/2010/gone.csv, row 1, value_usd: there is no such file",
        "customs/2013/: part1.csv (no pattern of a source fits)",
        "customs/2010/: notes.doc (a note by its ending)",
        "customs/2010/: other disk (no pattern of a source fits)",
        "海关 2010.csv (no pattern of a source fits)",
        "cannot be computed; 2010: its clean tables would not be published",
    ):
        assert words in text, words
        assert words in html.unescape(page), words
    assert "<script>" not in page


def test_lists_that_the_study_would_refuse_are_refused_by_the_doctor(tmp_path: Path):
    files.write_text(tmp_path / "tariffs/a.csv", "年份,HS6,税率\n2011,520000,免税\n")
    columns = {("table_04", "4"): ["input_tariff"], ("table_09", "1"): ["gvc_firm"]}
    assert [each.folder for each in lists_found(tmp_path, columns)] == ["tariffs"]
    files.write_text(tmp_path / "input_output/table.csv", "部门代码,部门名称,A,B\nA,矿石,0,100\n")
    tariffs, table = lists_found(tmp_path, columns)
    assert tariffs.fault == "tariffs/a.csv row 1: tariff_percent '免税' cannot be read"
    assert "column gross_output is missing" in table.fault


@pytest.mark.parametrize(
    ("median", "guess"),
    [
        (50_000.0, None),
        (5e7, "is it in CNY?"),
        (300.0, "is it in million CNY?"),
        (1e12, "look at the column"),
        (None, None),
    ],
)
def test_a_wrong_power_of_ten_is_recognised_by_the_median(median: float | None, guess: str | None):
    doubt = doubt_about_unit("revenue_thousand_cny", "1000 CNY", median)
    assert (doubt is None) if guess is None else guess in doubt


@pytest.mark.slow
def test_the_doctor_says_what_the_cleaning_would_do(tmp_path: Path):
    raw = tmp_path / "raw"
    files.whole_year(raw, 2011)
    files.customs(raw, 2011, [{}, {"_起运国或目的国": "阿斯嘉德"}, {"_企业编码": "3.3E+09"}])
    files.survey(raw, 2011, [{"sdxm": "西湖区"}])
    files.city_yearbook(raw, 2011, [("杭州市", -5, 400.0, 81000, 9000, 43, 430000)])
    [year] = examine(raw, [2011], cleaning=Cleaning()).judged
    assert [line for line in year.rejected if line.startswith("customs")] == [
        "customs: 1 of 3 rows (33.3%): company id is none: spoiled, or not of 10 characters (3.3E+09)",
        "customs: 1 of 3 rows (33.3%): partner in no country list (阿斯嘉德); "
        "cleaning.customs.partner_names can say which countries they are",
    ]
    assert "firm_survey region_code: 1 of 1 cells cannot be read: 西湖区 (1)" in year.unread
    assert any("gross_product_is_above_zero: 1 rows fail" in line for line in year.stops)
    examination = Examination(raw, (), (), (), (), (), (), (year,))
    assert not examination.is_sound
    for words in (said(examination), html.unescape(doctor_page(examination))):
        assert "partner in no country list (阿斯嘉德)" in words and "gross_product_is_above_zero" in words


def test_of_a_large_year_the_lines_of_some_companies_are_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """1,000 lines, two of a company, but one in ten under a spoiled id they share; one company in four is judged."""
    monkeypatch.setattr(values, "LINES_JUDGED_WHOLE", 500)
    monkeypatch.setattr(values, "LINES_OF_A_SAMPLE", 250)
    raw = tmp_path / "raw"
    files.whole_year(raw, 2011)
    ids = ["3.3E+09" if line % 10 == 0 else f"33019{line // 2:05d}" for line in range(1000)]
    files.customs(raw, 2011, [{"_企业编码": each, "_金额": str(100 + line)} for line, each in enumerate(ids)])
    [year] = examine(raw, [2011], cleaning=Cleaning()).judged
    sample, spoiled = year.rejected[0], next(line for line in year.rejected if "company id is none" in line)
    judged = int(re.fullmatch(r"customs: judged by one company in 4, (\d+) of 1,000 rows", sample)[1])
    assert judged == pytest.approx(250, abs=70)  # four standard deviations of 450 companies, two lines each
    assert int(re.match(rf"customs: (\d+) of {judged} rows", spoiled)[1]) == pytest.approx(25, abs=18)  # and of lines


@pytest.mark.slow
def test_scripts_learn_it_from_the_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("EGOV_RAW", str(tmp_path / "raw"))
    monkeypatch.setenv("EGOV_OUTPUTS", str(tmp_path / "outputs"))
    assert main(["doctor"]) == 2
    assert "there is no folder" in capsys.readouterr().err
    sound_study(tmp_path / "raw")
    assert main(["doctor", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["is_sound"], told["found"][0]["source"], len(told["found"])) == (True, "customs", 5 * len(YEARS))
    assert "杭州示例针织有限公司" in (tmp_path / "outputs/doctor.html").read_text("utf-8")
    files.write_text(tmp_path / "raw/customs/2012/export_2012_2.csv", "")
    assert main(["doctor"]) == 1
    write_section(tmp_path, "cleaning", "customs: {goods: cars}")
    assert main(["doctor"]) == 2
    assert "cleaning.customs.goods: Input should be 'differentiated'" in capsys.readouterr().err
    (tmp_path / "study.yml").unlink()
    write_section(tmp_path, "sources", "customs: {dialect: {}}")
    assert main(["doctor"]) == 2
    assert "the nearest known one is 'dialects'" in capsys.readouterr().err
