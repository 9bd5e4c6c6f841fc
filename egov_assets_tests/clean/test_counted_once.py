"""The same trade in two files: what means the same goes, what is a sum of others waits for a choice."""

from pathlib import Path

import pytest

from egov_assets.clean.settings import Cleaning
from egov_assets_tests.clean.one_year import clean, refusal
from egov_assets_tests.raw import tiny_files as files

pytestmark = pytest.mark.slow

SOUND = files.SOUND_LINE | {"_日期": "201103"}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    files.whole_year(tmp_path / "raw", 2011)
    (tmp_path / "raw/customs/2011/tradedata_2011_1.csv.gz").unlink()
    return tmp_path / "raw"


def write(raw: Path, name: str, rows: list[files.Row]) -> None:
    files.write_text(raw / "customs/2011" / name, files.lines(files.UNDERSCORE_HEADER, [SOUND | row for row in rows]))


def test_a_year_beside_its_months_waits_for_a_choice(raw: Path, tmp_path: Path):
    write(raw, "months.csv", [{"_日期": f"2011{month:02}", "_金额": "1000"} for month in range(1, 13)])
    write(raw, "year.csv", [{"_日期": "2011", "_金额": "12000", "_数量": "1200"}])
    why = refusal(raw, tmp_path / "outputs", 2011)
    assert "no_trade_is_summed_twice: 2 rows fail" in why
    assert "part customs/2011/year.csv (lines without a month), flows 1, repeated_flows 1" in why

    chosen = Cleaning.model_validate({"customs": {"files_left_out": ["customs/2011/year.csv"]}})
    year = clean(raw, tmp_path / "outputs", 2011, chosen)
    assert year.table("clean_exports").select("export_value_usd", "quantity").rows() == [(12000.0, 1200.0)]
    assert year.reasons("customs") == {1: "file left out by choice"}


def test_lines_are_copies_if_they_mean_the_same(raw: Path, tmp_path: Path):
    """10000 is 10000.00, 502 is the United States, a blank is nothing; a table without rows is not published."""
    write(raw, "a.csv", [{"_金额": f"1000{number}.00", "_数量": "1,000", "_电话": "NULL"} for number in range(3)])
    other = {"_数量": "1000.0", "_起运国或目的国": "美国", "_贸易方式": "10", "_税号编码": "6109.10.00", "_电话": "."}
    write(raw, "b.csv", [{"_金额": f"1000{number}", **other} for number in range(3)])
    year = clean(raw, tmp_path / "outputs", 2011)
    assert year.table("clean_exports").select("export_value_usd", "lines").rows() == [(30003.0, 3)]
    assert set(year.reasons("customs", "b.csv").values()) == {"every line of the file is in an earlier file"}

    files.survey(raw, 2011, [{"zyywsr": 0.0}])
    assert "has_rows_clean_firms_: 1 rows fail" in refusal(raw, tmp_path / "outputs", 2011)


def test_a_copy_that_rounds_its_values_is_named(raw: Path, tmp_path: Path):
    """Whole dollars in the one file, cents in the other: no line equals another, and every flow is said twice."""
    products = ("61091000", "61102000", "62034290")
    write(raw, "a.csv", [{"_税号编码": code, "_金额": "1200.40"} for code in products])
    write(raw, "b.csv", [{"_税号编码": code, "_金额": "1200"} for code in products])
    why = refusal(raw, tmp_path / "outputs", 2011)
    assert "part customs/2011/a.csv (lines with a month), flows 3, repeated_flows 3" in why


def test_two_files_of_the_survey_that_share_no_codes_and_unread_codes_stop_the_year(tmp_path: Path):
    raw = tmp_path / "raw"
    files.whole_year(raw, 2010)
    codes = [f"7123456{number}" for number in range(10, 40)]
    files.survey_2010(
        raw,
        [{"组织机构代码": f"{code}-X", "省地县码": "3.30102E+11"} for code in codes],
        [{"组织机构代码": f"A{code[1:]}X"} for code in codes],
    )
    why = refusal(raw, tmp_path / "outputs", 2010)
    assert "column_name survey_firm_id of figures, filled 30, understood 0" in why
    assert (
        "column_name region_code, filled 30, understood 0, understood_in_part 0, most_frequent_unread 3.30102E+11 (30)"
        in why
    )


def test_sound_codes_of_two_files_meet_in_one_form(tmp_path: Path):
    raw = tmp_path / "raw"
    files.whole_year(raw, 2010)
    pairs = [("12345678-9", "123456789"), ("00002010-8", "20108"), ("70456789-X", "70456789x")]
    files.survey_2010(raw, [{"组织机构代码": one} for one, _ in pairs], [{"组织机构代码": other} for _, other in pairs])
    firms = clean(raw, tmp_path / "outputs", 2010).table("clean_firms")
    assert firms.select("survey_firm_id", "revenue_thousand_cny").rows() == [
        ("000020108", 25000.0),
        ("123456789", 25000.0),
        ("70456789X", 25000.0),
    ]
