"""Work reports come in several encodings, wrapped inside words, with a header on every page."""

import polars as pl
from pytest import mark

from egov_assets.iv_instruments.report_cities import cities_of_reports
from egov_assets.platform.reference import table
from egov_assets.raw.work_reports import decoded, read_work_reports, running_text

TEXT = "今年工作：加快信息化建设。"


@mark.parametrize(
    ("written_in", "read_as"),
    [("gbk", "gb18030"), ("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16")],
)
def test_each_encoding_gives_the_same_text(written_in, read_as):
    assert decoded(TEXT.encode(written_in)) == (read_as, TEXT)


def test_a_term_across_a_line_break_and_a_page_is_whole():
    page = "发展电子\n2011年宁波市政府工作报告　第2页\n政务，\n- 12 -\n推进信息\n　　化"
    assert running_text(page) == "发展电子政务,推进信息化"


def test_latin_words_lose_their_hyphen_or_keep_their_blank():
    assert running_text("inter-\nnet ＩＴ\nservice 服务\n3Ｇ") == "internet IT service 服务3G"


def test_a_page_number_within_a_sentence_stays():
    assert running_text("见附件第3页的说明。") == "见附件第3页的说明。"


def write(folder, name, content):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def test_every_file_has_a_city_or_a_problem(tmp_path):
    for name in ("2010/宁波2010.txt", "2010浙江省温州市.txt", "2010/襄樊_2010年政府工作报告.txt", "2010/毕节2010.txt"):
        write(tmp_path / "work_reports", name, TEXT.encode("gbk"))
    write(tmp_path / "work_reports", "2010/宁波市2010.txt", TEXT.encode())
    write(tmp_path / "work_reports", "2010/某某2010.txt", TEXT.encode())
    write(tmp_path / "work_reports", "2010/嘉兴2010.txt", f"2009年嘉兴市政府工作报告\n{TEXT}".encode())
    write(tmp_path / "work_reports", "2010/湖州2010.txt", b"\xff\xff\xff")
    write(tmp_path / "work_reports", "2010/绍兴2010.txt", b"")
    write(tmp_path / "work_reports", "2011/绍兴2011.txt", TEXT.encode())
    reports = cities_of_reports(read_work_reports(tmp_path, 2010), table("prefectures"))
    found = {row["city_name"]: (row["city_code"], row["problem"]) for row in reports.iter_rows(named=True)}
    assert found["宁波"] == ("330200", None)
    assert found["浙江省温州市"] == ("330300", None)
    assert found["襄樊"] == ("420600", None)
    assert found["毕节"] == ("520500", None)
    assert found["宁波市"] == ("330200", "another file is of the same city and year")
    assert found["某某"] == (None, "its name names no known city")
    assert found["嘉兴"] == ("330400", "its title says 2009, the file 2010")
    assert found["湖州"][1].startswith("not text in any of")
    assert found["绍兴"][1] == "the file is empty"
    assert reports.filter(pl.col("text").is_null() & pl.col("problem").is_null()).is_empty()


def test_a_study_without_reports_has_none(tmp_path):
    assert cities_of_reports(read_work_reports(tmp_path, 2010), table("prefectures")).is_empty()
