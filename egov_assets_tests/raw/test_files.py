"""Files as they come, and what is said about those that cannot be read."""

import gzip
from pathlib import Path

import polars as pl
import pytest

from egov_assets.raw.delimited import read_delimited
from egov_assets.raw.errors import BadFile
from egov_assets.raw.excel import read_grids
from egov_assets.raw.stata import as_text, read_stata
from egov_assets_tests.raw.tiny_files import SOUND_FIRM, write_stata, write_text, write_workbook

TWO_LINES = '企业编码,金额\n3301961234,100\n0101961234,"1,200"\n'


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("name", ["part.csv", "part.csv.gz"])
def test_the_same_lines_are_read_in_every_encoding_packed_or_not(tmp_path: Path, encoding: str, name: str):
    table = read_delimited(write_text(tmp_path / name, TWO_LINES, encoding))
    assert table.to_dict(as_series=False) == {"企业编码": ["3301961234", "0101961234"], "金额": ["100", "1,200"]}


def test_everything_stays_text_and_blanks_are_missing(tmp_path: Path):
    table = read_delimited(write_text(tmp_path / "a.csv", "code\tvalue\n0012\t\n1e3\t5\n"))
    assert table["code"].to_list() == ["0012", "1e3"]
    assert table["value"].to_list() == [None, "5"]


def test_a_plain_header_does_not_settle_the_encoding_of_chinese_lines(tmp_path: Path):
    table = read_delimited(write_text(tmp_path / "a.csv", "party_id,company\n1,杭州示例针织有限公司\n", "gb18030"))
    assert table["company"][0] == "杭州示例针织有限公司"


def test_characters_across_the_border_of_two_blocks_survive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("egov_assets.raw.delimited.BLOCK_BYTES", 7)  # cuts characters of two bytes in half
    rows = "".join(f"{number},杭州示例针织有限公司\n" for number in range(50))
    table = read_delimited(write_text(tmp_path / "a.csv", "序号,name\n" + rows))
    assert table["name"].unique().to_list() == ["杭州示例针织有限公司"]
    assert table.height == 50


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"a,b\n", "it has a header but no data row"),
        ("企业,金额\n甲,1\n".encode() + "乙,2\n".encode("gb18030"), "some line is not UTF-8, as its header is"),
        (b"a,b\n1,2\n3", "it breaks off in data row 2: no line end, and b is missing"),
        (b"a,a\n1,2\n", "the header names a twice"),
        (b"a,b\n1,2,3\n", "a line has more fields than the header's 2"),
        (b"\xff\xff,\xff\n1,2\n", "the header is neither UTF-8 nor GB18030"),
    ],
)
def test_a_bad_text_file_is_named_with_its_fault(tmp_path: Path, content: bytes, said: str):
    path = tmp_path / "part.csv"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=said):
        read_delimited(path)


def test_a_gzip_file_cut_short_is_refused(tmp_path: Path):
    path = tmp_path / "part.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 5000)[:-20])
    with pytest.raises(BadFile, match=r"part\.csv\.gz: the gzip file breaks off.*Copy the file again"):
        read_delimited(path)


def test_an_old_stata_file_gives_its_chinese_and_whole_numbers_without_decimals(tmp_path: Path):
    table = read_stata(write_stata(tmp_path / "asif2011.dta", [SOUND_FIRM]))
    assert table["qymc"][0] == "杭州示例针织有限公司"
    assert (table["kysjn"][0], table["zyywsr"][0]) == ("1999", "25000")


def test_numbers_as_text_keep_decimals_and_lose_nothing_else():
    numbers = pl.Series([12.0, 0.5, None, float("nan"), 330104000000.0])
    assert as_text(numbers).to_list() == ["12", "0.5", None, None, "330104000000"]


def test_a_stata_file_cut_short_is_refused(tmp_path: Path):
    path = write_stata(tmp_path / "asif2011.dta", [SOUND_FIRM] * 50)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(BadFile, match=r"cannot be read as GB18030.*may be truncated"):
        read_stata(path)


def test_what_is_no_workbook_is_refused(tmp_path: Path):
    path = tmp_path / "scores.xlsx"
    path.write_bytes(b"PK not a workbook")
    with pytest.raises(BadFile, match="cannot be opened as a workbook"):
        read_grids(path)


def test_numbers_in_cells_come_as_printed(tmp_path: Path):
    grids = read_grids(write_workbook(tmp_path / "a.xlsx", {"s": [["x", 12, 0.25, "0012", "", True]]}))
    assert grids == {"s": [("x", "12", "0.25", "0012", None, "true")]}
