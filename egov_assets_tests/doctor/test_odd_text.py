"""Text read in the wrong encoding is noticed by its look; sound names are not."""

import polars as pl
import pytest

from egov_assets.doctor.diagnosis import examine
from egov_assets.doctor.odd_text import doubt_about_text
from egov_assets_tests.raw import tiny_files as files

SOUND = ["杭州针织总厂", "宁波服装总厂", "温州鞋业总厂", "ＡＢＣ（中国）有限公司", "ABC Co Ltd", "上海喆鑫电子有限公司"]


def misread(name: str, written: str, read: str) -> str:
    return name.encode(written).decode(read, errors="replace")


@pytest.mark.parametrize(("written", "read"), [("utf-8", "gb18030"), ("gb18030", "latin-1"), ("utf-8", "latin-1")])
def test_names_read_in_another_encoding_are_asked_about(written: str, read: str):
    names = pl.Series([misread(name, written, read) for name in SOUND[:3]] * 2 + SOUND)
    assert "was the text written in another encoding" in doubt_about_text("firm_name", names)


def test_sound_names_are_not_asked_about():
    assert doubt_about_text("firm_name", pl.Series(SOUND)) is None
    assert doubt_about_text("firm_name", pl.Series([], dtype=pl.String)) is None


def test_the_doctor_asks(tmp_path):
    name = misread("杭州针织总厂", "utf-8", "gb18030")
    files.customs(tmp_path, 2011, [{"_经营单位": name}] * 5)
    (found,) = (each for each in examine(tmp_path, [2011], {}).found if each.source == "customs")
    assert any("company_name: 5 of the first 5 names" in doubt for doubt in found.all_doubts)
