"""Files as they come: every format gives the same text table."""

import sys
import zipfile
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
import xlsxwriter

from egov_assets.raw.errors import BadFile
from egov_assets.raw.excel import read_grids
from egov_assets.raw.files import read_file
from egov_assets.raw.packed import members, zip_name
from egov_assets.raw.sources import read_sources
from egov_assets.raw.statistical import as_text, read_statistical
from egov_assets_tests.raw.tiny_files import (
    SOUND_FIRM,
    SOUND_LINE_2012,
    delimited,
    one_member,
    write_old_stata,
    write_stata,
    write_text,
    write_workbook,
)

TWO_LINES = '企业编码,金额\n3301961234,100\n0101961234,"1,200"\n'
SOURCES = read_sources()


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("name", ["part.csv", "part.csv.gz", "部分 1.TXT"])
def test_the_same_lines_are_read_in_every_encoding_packed_or_not(tmp_path: Path, encoding: str, name: str):
    table = delimited(write_text(tmp_path / name, TWO_LINES, encoding))
    assert table.to_dict(as_series=False) == {"企业编码": ["3301961234", "0101961234"], "金额": ["100", "1,200"]}


def test_everything_stays_text_and_blanks_are_missing(tmp_path: Path):
    table = delimited(write_text(tmp_path / "a.csv", "code\tvalue\n0012\t\n1e3\t5\n"))
    assert table["code"].to_list() == ["0012", "1e3"]
    assert table["value"].to_list() == [None, "5"]


def test_a_plain_header_does_not_settle_the_encoding_of_chinese_lines(tmp_path: Path):
    table = delimited(write_text(tmp_path / "a.csv", "party_id,company\n1,杭州示例针织有限公司\n", "gb18030"))
    assert table["company"][0] == "杭州示例针织有限公司"


def test_characters_across_the_border_of_two_blocks_survive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("egov_assets.raw.delimited.BLOCK_BYTES", 7)  # cuts characters of two bytes in half
    rows = "".join(f"{number},杭州示例针织有限公司\n" for number in range(50))
    table = delimited(write_text(tmp_path / "a.csv", "序号,name\n" + rows))
    assert table["name"].unique().to_list() == ["杭州示例针织有限公司"]
    assert table.height == 50


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        ('1,"路1号\n3楼"\n2,x\n', ["路1号\n3楼", "x"]),  # a line break inside a field
        ('1,"甲""乙"""\n', ['甲"乙"']),  # quotes doubled as they should be
        ('1,甲"乙"厂\n2,5" pipe\n3,x\n', ['甲"乙"厂', '5" pipe', "x"]),  # quotes in the middle of a field
        (f"1,{'长' * 10_000}\n", ["长" * 10_000]),
        ("1,甲\x00\x00厂\n", ["甲厂"]),  # padding
        ("1,'; drop table raw; --\n", ["'; drop table raw; --"]),
        ("1,x\r\n2,\n", ["x", None]),  # both line ends
        ("1,x\n2,y", ["x", "y"]),  # no line end at the end
    ],
)
def test_odd_fields_arrive_as_they_are(tmp_path: Path, lines: str, fields: list[str | None]):
    assert delimited(write_text(tmp_path / "a.csv", "n,text\n" + lines))["text"].to_list() == fields


def test_an_old_stata_file_gives_its_chinese_and_whole_numbers_without_decimals(tmp_path: Path):
    path = write_stata(tmp_path / "asif2011.dta", [SOUND_FIRM])
    table = read_statistical(one_member(path), tmp_path)
    assert table.form == "dta 117, GB18030"
    row = table.rows.collect().row(0, named=True)
    assert (row["qymc"], row["kysjn"], row["zyywsr"]) == ("杭州示例针织有限公司", "1999", "25000")


@pytest.mark.parametrize("version", [105, 108, 110, 111, 113, 114, 115])
def test_stata_files_of_every_age_give_chinese_text_and_whole_numbers(tmp_path: Path, version: int):
    """Written byte by byte; pandas, which reads these layouts too, says whether they are well-formed."""
    firm = {"qymc": "杭州示例厂", "frdm": "0123"}
    path = write_old_stata(tmp_path / "a.dta", version, firm, {"zyywsr": 25000, "x": 0.5})
    table = read_statistical(one_member(path), tmp_path)
    assert table.form == f"dta {version}, GB18030"
    assert table.rows.collect().rows(named=True) == [firm | {"zyywsr": "25000", "x": "0.5"}]
    if version != 110:  # pandas leaves Stata 7 out
        row = pd.read_stata(path).to_dict("records")[0]
        assert (row["qymc"].encode("latin-1").decode("gb18030"), row["zyywsr"]) == ("杭州示例厂", 25000)


@pytest.mark.parametrize("version", [114, 118, 119])
def test_other_stata_versions_are_read_in_blocks(tmp_path: Path, version: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("egov_assets.raw.statistical.BLOCK_ROWS", 2)
    path = tmp_path / "a.dta"
    frame = pd.DataFrame({"name": ["a", "b", "c", "d", "e"], "share": [0.5, None, 1, 2, 3]})
    frame.to_stata(path, version=version, write_index=False)
    table = read_statistical(one_member(path), tmp_path).rows.collect()
    assert table.to_dict(as_series=False) == {"name": list("abcde"), "share": ["0.5", None, "1", "2", "3"]}


def test_numbers_as_text_keep_decimals_and_lose_nothing_else():
    numbers = pl.Series([12.0, 0.5, None, float("nan"), 330104000000.0])
    assert as_text(numbers).to_list() == ["12", "0.5", None, None, "330104000000"]


def test_numbers_in_cells_come_as_printed(tmp_path: Path):
    path = write_workbook(tmp_path / "a.xlsx", {"s": [["x", 12, 0.25, "0012", "", True]]})
    assert read_grids(one_member(path), tmp_path) == {"s": [("x", "12", "0.25", "0012", None, "true")]}


def test_formula_cells_give_their_stored_result_and_a_merged_title_is_no_header(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, len(SOUND_LINE_2012) - 1, "海关数据（合成）")
        sheet.write_row(1, 0, list(SOUND_LINE_2012))
        sheet.write_row(2, 0, list(SOUND_LINE_2012.values()))
        place = list(SOUND_LINE_2012).index("数量_Quantity")
        sheet.write_formula(2, place, "=50*2", value=100)
        sheet.write_row(3, 0, list(SOUND_LINE_2012.values()))
        sheet.write_formula(3, place, "=1/0", value="#DIV/0!")
    rows = customs_line(path, tmp_path / "scratch")
    assert rows[0] == dict(SOUND_LINE_2012)
    assert rows[1]["数量_Quantity"] in (None, "#DIV/0!")  # no number either way: rejected with its reason


def test_a_workbook_of_the_old_format_is_read():
    """A real .xls that statsmodels ships: US macroeconomic series from 1947."""
    import statsmodels.datasets.macrodata as macrodata

    [path] = (path for path in Path(macrodata.__file__).parent.rglob("macrodata.xls") if path.is_file())
    header, first, *_ = read_grids(one_member(path), path.parent)["Quarterly"]
    assert dict(zip(header, first, strict=True))["GDPC96"] == "1772.204"


def customs_line(path: Path, scratch: Path) -> list[dict[str, str | None]]:
    """What the customs reader makes of a file, by its own headers."""
    scratch.mkdir()
    return [
        row
        for each in read_file(path, SOURCES["customs"], 2012, scratch).tables
        for row in each.table.rows.collect().to_dicts()
    ]


def test_a_zip_gives_each_of_its_tables_under_its_name(tmp_path: Path):
    text = pl.DataFrame([SOUND_LINE_2012]).write_csv()
    path = tmp_path / "2012.zip"
    with zipfile.ZipFile(path, "w") as container:
        container.writestr("海关 1.csv", text.encode("gb18030"))
        container.writestr("inner/part2.csv", text)
        container.writestr("readme.md", "not a table")
        container.writestr("../../outside.csv", text)  # a name is never used as a place to write to
    tables = read_file(path, SOURCES["customs"], 2012, tmp_path).tables
    names = ["2012.zip/海关 1.csv", "2012.zip/inner/part2.csv", "2012.zip/../../outside.csv"]
    assert [each.table.source_name for each in tables] == names
    assert not (tmp_path.parent.parent / "outside.csv").exists()


def test_names_inside_a_zip_from_chinese_windows_are_chinese():
    """There, names are GB18030 bytes without the mark that says UTF-8, which Python takes for code page 437."""
    assert zip_name(zipfile.ZipInfo("海关.csv".encode("gb18030").decode("cp437"))) == "海关.csv"


def test_parquet_and_workbooks_give_what_the_text_file_gives(tmp_path: Path):
    line = dict(SOUND_LINE_2012)
    text = write_text(tmp_path / "a.csv", pl.DataFrame([line]).write_csv())
    pl.DataFrame([line | {"数量_Quantity": 100.0}]).write_parquet(tmp_path / "a.parquet")
    book = write_workbook(tmp_path / "a.xlsx", {"说明": [["x"]], "s": [["题"], list(line), list(line.values())]})
    expected = customs_line(text, tmp_path / "1")
    assert customs_line(tmp_path / "a.parquet", tmp_path / "2") == expected
    assert customs_line(book, tmp_path / "3") == expected


def access_file(place: Path, monkeypatch: pytest.MonkeyPatch, lister: str, exporter: str) -> Path:
    """No program on this machine writes Access files, so two scripts stand in for mdbtools."""
    for name, script in (("mdb-tables", lister), ("mdb-export", exporter)):
        write_text(place / "bin" / name, f"#!/bin/sh\n{script}\n").chmod(0o755)
    monkeypatch.setenv("PATH", f"{place / 'bin'}:/usr/bin:/bin")
    return write_text(place / "200501.mdb", "x")


of_mdbtools = pytest.mark.skipif(sys.platform == "win32", reason="mdbtools is found as a program on the PATH")


@of_mdbtools
def test_access_tables_come_through_mdbtools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    line = "party_id,hs_id,exp_imp,country,value,quantity\n1,2,0,502,5,6\n"
    text = write_text(tmp_path / "200501.txt", line, "utf-8")
    path = access_file(tmp_path, monkeypatch, "echo 200501", f"cat {text}")
    [found] = read_file(path, SOURCES["customs"], 2012, tmp_path).tables
    assert (found.table.source_name, found.dialect) == ("200501.mdb/200501.csv", "english")
    assert found.headers["value_usd"] == "value"


@of_mdbtools
def test_dates_of_access_keep_their_century(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """mdbtools is asked how to write dates (-D) and times (-T)."""
    exporter = 'test "$1 $3" = "-D -T" && date -d 1986-12-18 "+$2 $4"'
    [table] = members(access_file(tmp_path, monkeypatch, "echo t", exporter), tmp_path)
    assert table.open().read() == b"1986-12-18 1986-12-18 00:00:00\n"


@of_mdbtools
@pytest.mark.parametrize("program", ["lister", "exporter"])
def test_an_access_file_that_breaks_off_is_refused(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """As mdbtools 1.0 reads a real file cut at three quarters: words, what rows are left, and exit code 0."""
    programs = {"lister": "echo t", "exporter": "echo a"}
    programs[program] += "; echo offset 196608 is beyond EOF >&2"
    path = access_file(tmp_path, monkeypatch, **programs)
    with pytest.raises(BadFile, match="offset 196608 is beyond EOF"):
        members(path, tmp_path)


def test_a_plain_file_is_its_own_only_member(tmp_path: Path):
    path = write_text(tmp_path / "a.csv", "x")
    assert [(each.source_name, each.ending) for each in members(path, tmp_path)] == [("a.csv", "csv")]
