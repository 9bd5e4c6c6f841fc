"""Files that cannot be read: each is named with its fault and what to do, never a crash, never silence."""

import gzip
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from egov_assets.raw.errors import BadFile, BadSource
from egov_assets.raw.files import read_file, unchanged
from egov_assets.raw.schema import RawCustoms, file_columns
from egov_assets.raw.sources import read_sources
from egov_assets.raw.tables import read_tables
from egov_assets_tests.raw import tiny_files as files

CUSTOMS = read_sources()["customs"]
HEADER = "party_id,hs_id,exp_imp,country,value,quantity\n"
WIDTH = 6


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\r\n \n", "the file is empty"),
        (b"a,b\n", "it has no header of this source; the file has a, b"),
        (HEADER.encode(), "it has a header but no data row"),
        ("企业,金额\n甲,1\n".encode() + "乙,2\n".encode("gb18030"), r"line 3 is not UTF-8 \(bytes d2 d2"),
        (
            HEADER.encode() + "1,2,0,乙,1,1\n".encode("gb18030") + "1,2,0,中,1,1\n".encode() + b"\xff\n",
            "line 2 is not UTF-8 .*; line 3 is not GB18030",
        ),
        (b"\xff\xff,\xff\n1,2\n", r"the first line is neither UTF-8 nor GB18030 \(bytes ff ff 2c ff\)"),
        (b"a,b\n1,2\n3", "it breaks off in its last line, which has 1 of 2 fields"),
        (HEADER.replace("quantity", "value").encode() + b"1,2,0,502,1,1\n", "the header names value twice"),
        (b"a,b\n1,2\n1,2,3\n", "line 3 has 3 fields, more than the header's 2"),
        (b"a,b\n1,2,3\n1,2\n1,2,3,4\n", "line 2 has 3 fields, line 4 has 4 fields, more than the header's 2"),
        (
            b"a,b,c\n1,2,3\n1,2\n2,3\n",
            "lines 3 and 4 have fewer fields than the header, and together its 3, as a line break",
        ),
        (b'a,b,c\n1,2,3\n3,"x\n' + b"4,y,z\n" * 30, "the quote opened in line 3 is not closed to line 23"),
    ],
)
def test_a_bad_text_file_is_named_with_its_fault(tmp_path: Path, content: bytes, said: str):
    path = tmp_path / "part.csv"
    path.write_bytes(content)
    refuses(path, said)


def refuses(path: Path, said: str) -> None:
    scratch = path.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    with pytest.raises(BadFile, match=said) as refused:
        read_file(path, CUSTOMS, 2010, scratch)
    assert str(refused.value).startswith(f"{path.parent.name}/{path.name}: ")
    assert refused.value.remedy


def cut_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(HEADER.encode() + b"1,2,0,502,1,1\n" * 5000)[:-20])


def cut_stata(path: Path) -> None:
    files.write_stata(path, [files.SOUND_FIRM] * 50)
    path.write_bytes(path.read_bytes()[:3000])


def cut_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as container:
        container.writestr("a.csv", HEADER + "1,2,0,502,1,1\n" * 50)
    path.write_bytes(path.read_bytes()[:-30])


def damaged_zip_member(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("a.csv", HEADER + "".join(f"{n},2,0,502,1,{n * n}\n" for n in range(5000)))
    content = bytearray(path.read_bytes())
    content[2000:2100] = b"\xff" * 100
    path.write_bytes(content)


def zip_without_table(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as container:
        container.writestr("notes.doc", "x")


def zip_with_password(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as container:
        container.writestr("a.csv", HEADER)
    # bit 0 of the flags, in the local and in the central header
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    path.write_bytes(content)


def cut_parquet(path: Path) -> None:
    pl.DataFrame({"a": ["1"] * 100}).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-50])


def links_to_itself(path: Path) -> None:
    other = path.with_name("other.csv")
    other.symlink_to(path)
    path.symlink_to(other)


def workbook_of_two_heads(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 3, "企业")
        sheet.write_row(1, 0, ["代码", "代码", "金额", "金额"])
        sheet.write_row(2, 0, [1, 2, 3, 4])


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("a.csv.gz", cut_gzip, "the packed file is damaged.*Copy the file again"),
        ("a.csv.gz", lambda path: path.write_bytes(b"no gzip"), "the packed file is damaged"),
        ("a.dta", cut_stata, "dta 117 cannot be read, as UTF-8: .*; as GB18030: .*may be truncated"),
        ("a.dta", lambda path: path.write_bytes(b""), "the file is empty"),
        ("a.dta", lambda path: path.write_bytes(b"a,b\n1,2\n"), "it is not a Stata file"),
        ("a.zip", cut_zip, "the zip file is damaged"),
        ("a.zip", damaged_zip_member, "the packed file (breaks off or )?is damaged"),
        ("a.zip", zip_without_table, "the packed file holds no table"),
        ("a.zip", zip_with_password, "asks for a password"),
        ("a.parquet", cut_parquet, "cannot be read as Parquet"),
        ("a.xlsx", lambda path: path.write_bytes(b"PK no workbook"), "cannot be opened as a workbook"),
        ("a.xls", lambda path: path.write_bytes(b"<html><table></table></html>"), "cannot be opened as a workbook"),
        ("a.xlsx", lambda path: files.write_workbook(path, {"s": []}), "every sheet is empty"),
        ("a.xlsx", workbook_of_two_heads, "it has no header|no row names|no column"),
        ("a.mdb", lambda path: path.write_bytes(b"no database"), "mdbtools"),
        ("a.csv", lambda path: path.mkdir(), "it is a folder"),
        ("a.csv", links_to_itself, "a link that leads nowhere"),
        ("a.csv", lambda path: path.symlink_to(path.with_name("gone.csv")), "a link that leads nowhere"),
    ],
)
def test_a_damaged_file_is_named_with_its_fault(tmp_path: Path, name: str, make: Callable[[Path], object], said: str):
    path = tmp_path / name
    make(path)
    refuses(path, said)


def test_a_file_that_may_not_be_opened_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """By a stand-in for the operating system, because an administrator may open everything."""
    path = files.write_text(tmp_path / "a.csv", HEADER)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    refuses(path, r"it cannot be read \(Permission denied\)")


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path):
    path = files.write_text(tmp_path / "a.csv", HEADER)
    with pytest.raises(BadFile, match="it changed while it was read"), unchanged(path):
        with path.open("a") as file:
            file.write("1,2,0,502,1,1\n")
        os.utime(path, ns=(0, 1))


def test_a_folder_whose_name_is_chinese_with_blanks_and_quotes_is_a_folder(tmp_path: Path):
    raw = tmp_path / "我的 数据 'x'; drop table" / "raw"
    files.customs(raw, 2010, [{}])
    assert read_tables(raw, "customs", 2010, file_columns(RawCustoms))[0].height == 1


def test_every_bad_file_of_a_year_is_listed_at_once(tmp_path: Path):
    files.customs(tmp_path, 2010, [{}], part=1)
    files.write_text(tmp_path / "customs/2010/tradedata_2010_2.csv.gz", "")
    files.write_text(tmp_path / "customs/2010/tradedata_2010_3.csv", files.UNDERSCORE_HEADER + "\n")
    (tmp_path / "customs/2010/tradedata_2010_4.csv").mkdir()
    with pytest.raises(BadSource) as refused:
        read_tables(tmp_path, "customs", 2010, file_columns(RawCustoms))
    assert len(refused.value.problems) == 3
    assert "2010/tradedata_2010_2.csv.gz: the file is empty" in str(refused.value)
    assert "2010/tradedata_2010_3.csv: it has a header but no data row" in str(refused.value)
