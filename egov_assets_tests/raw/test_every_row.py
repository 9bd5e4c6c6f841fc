"""Rows that lie in the files are read, or named: labels, sheets, quotes, encodings, archives, digits, formats."""

import gzip
import io
import zipfile
from pathlib import Path

import dagster as dg
import numpy as np
import pandas as pd
import polars as pl
import pyreadstat
import pytest

from egov_assets.doctor.diagnosis import examine
from egov_assets.platform.resources import RESOURCES
from egov_assets.raw.assets import file_inventory, raw_firm_survey
from egov_assets.raw.errors import BadFile, BadSource
from egov_assets.raw.files import FileRead, read_file
from egov_assets.raw.lines import FILES_READ, every_line_is_read_or_named, lines_not_accounted_for
from egov_assets.raw.same_content import under_another_name
from egov_assets.raw.schema import file_columns
from egov_assets.raw.sources import RAW_TABLES, read_sources
from egov_assets.raw.tables import read_tables
from egov_assets.raw.yearbooks import read_city_yearbook, read_province_yearbook
from egov_assets_tests.raw import tiny_files as files

CUSTOMS = read_sources()["customs"]
ENGLISH = ["party_id", "hs_id", "exp_imp", "country", "value", "quantity", "company"]
FLOW = {"party_id": "3301961234", "hs_id": "61091000", "exp_imp": "0", "country": "502", "value": 10.0, "quantity": 2.0}


def customs_of(raw: Path, year: int = 2011) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of a year, and what the lines of its files are."""
    table, facts = read_tables(raw, "customs", year, file_columns(RAW_TABLES["customs"]))
    return table, facts[FILES_READ]


def read(path: Path) -> FileRead:
    scratch = path.parent / f"scratch of {path.name}"
    scratch.mkdir()
    return read_file(path, CUSTOMS, 2011, scratch)


# Labels


def labelled_flows() -> tuple[pd.DataFrame, dict[str, dict[int, str]]]:
    """Two exports to 美国 and 日本, one import from 德国; a country without a label; as `encode` stores them."""
    frame = pd.DataFrame([FLOW] * 4)
    frame["exp_imp"] = np.array([1, 0, 1, 1], dtype="int8")
    frame["country"] = np.array([2, 0, 1, 7], dtype="int8")
    return frame, {"exp_imp": {0: "进口", 1: "出口"}, "country": {0: "德国", 1: "日本", 2: "美国"}}


def as_gb18030(frame: pd.DataFrame, labels: dict[str, dict[int, str]], path: Path, version: int) -> None:
    """Strings as GB18030 bytes: pandas writes versions before 118 in Latin-1, a character for every byte."""
    in_bytes = {
        name: {value: label.encode("gb18030").decode("latin-1") for value, label in of.items()}
        for name, of in labels.items()
    }
    frame.to_stata(path, write_index=False, version=version, value_labels=in_bytes)


@pytest.mark.parametrize("version", [114, 117, 118, 119])
def test_a_labelled_value_of_stata_is_its_label(tmp_path: Path, version: int):
    frame, labels = labelled_flows()
    path = tmp_path / "customs.dta"
    if version < 118:
        as_gb18030(frame, labels, path, version)
    else:
        frame.to_stata(path, write_index=False, version=version, value_labels=labels)
    [found] = read(path).tables
    rows = found.table.rows.collect()
    assert rows["exp_imp"].to_list() == ["出口", "进口", "出口", "出口"]
    assert rows["country"].to_list() == ["美国", "德国", "日本", "7"]
    assert found.table.remarks == ("column country has labels for 3 values and none for 7; these stay as they are",)


@pytest.mark.parametrize("version", [105, 108, 110, 111, 113, 114, 115])
def test_labels_of_the_oldest_stata_versions_are_read(tmp_path: Path, version: int):
    """Files written byte by byte, with a labelled 0 and 1 and a value that has no label."""
    texts = {"party_id": "3301961234", "hs_id": "61091000", "country": "502"}
    for number, flow in ((0, "进口"), (1, "出口"), (2, "2")):
        path = tmp_path / f"{number}.dta"
        numbers = {"exp_imp": number, "value": 10, "quantity": 2}
        files.write_old_stata(path, version, texts, numbers, {"exp_imp": ["进口", "出口"]})
        assert read(path).tables[0].table.rows.collect()["exp_imp"].to_list() == [flow]


def test_labels_of_spss_are_read(tmp_path: Path):
    frame, labels = labelled_flows()
    pyreadstat.write_sav(frame, tmp_path / "a.sav", variable_value_labels=labels)
    [found] = read(tmp_path / "a.sav").tables
    assert found.table.form == "sav, UTF-8"
    assert found.table.rows.collect()["exp_imp"].to_list() == ["出口", "进口", "出口", "出口"]


@pytest.mark.parametrize("version", [5, 8])
def test_transport_files_of_sas_are_read_by_ending_or_by_content(tmp_path: Path, version: int):
    frame = pd.DataFrame([FLOW | {"company": "杭州厂", "value": 12.5}, FLOW | {"company": "", "value": None}])
    for name in ("a.xpt", "no_ending"):
        pyreadstat.write_xport(frame, tmp_path / name, file_format_version=version)
        [found] = read(tmp_path / name).tables
        rows = found.table.rows.collect()
        assert (found.table.form, found.table.lines) == ("xpt, UTF-8", 2)
        assert rows["company"].to_list() == ["杭州厂", None]
        assert rows["value"].to_list() == ["12.5", None]
        assert rows["hs_id"].to_list() == [FLOW["hs_id"]] * 2


def test_a_column_of_sas_whose_labels_are_in_another_file_is_named(tmp_path: Path):
    frame = pd.DataFrame([FLOW | {"exp_imp": 0.0, "yearmonth": 18262.0}])
    formats = {
        "exp_imp": "FLOWF1.",
        "yearmonth": "YYMMDD10.",
        "value": "COMMA12.2",
        "hs_id": "$CHAR8.",
        "country": "$8.",
    }
    pyreadstat.write_xport(frame, tmp_path / "a.xpt", variable_format=formats)
    [found] = read(tmp_path / "a.xpt").tables
    [remark] = found.table.remarks
    assert remark.startswith("column exp_imp is printed in SAS by the format FLOWF1, whose labels are in another file")


@pytest.mark.parametrize("quoted", ['"杭州,厂"', "杭州厂"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_with_too_few_fields_are_read_and_named(tmp_path: Path, quoted: str, end: str):
    """Quoted delimiters are as many as fields are missing, so that the file has as many as a sound one."""
    whole = f"3301961234,61091000,0,502,10,2,{quoted}"
    lines = [
        "party_id,hs_id,exp_imp,country,value,quantity,company",
        whole,
        "3301961234,61091000,0,502,10,2",
        whole,
        "",
    ]
    files.write_text(tmp_path / "a.csv", end.join(lines))
    [found] = read(tmp_path / "a.csv").tables
    [remark] = found.table.remarks
    assert remark == "lines with fewer fields than the header's 7, whose end is read as empty: 1, line 3 (6)"
    name = quoted.strip('"')
    assert found.table.rows.collect()["company"].to_list() == [name, None, name]
    assert (found.table.lines, dict(found.table.no_rows)) == (4, {"header": 1})


@pytest.mark.parametrize(
    "lines", [["3301961234,61091000,0,502,10,", ",,,,,"], ["", "1,61091000,0,502,10,2"], ['"1,2",,,,,']]
)
def test_empty_cells_and_empty_lines_are_no_lack_of_fields(tmp_path: Path, lines: list[str]):
    files.write_text(tmp_path / "a.csv", "\n".join(["party_id,hs_id,exp_imp,country,value,quantity", *lines, ""]))
    [found] = read(tmp_path / "a.csv").tables
    assert (found.table.row_count, found.table.remarks) == (len(lines), ())


def test_categories_of_parquet_are_their_words(tmp_path: Path):
    frame = pl.DataFrame([FLOW] * 2).with_columns(exp_imp=pl.Series(["出口", "进口"]).cast(pl.Categorical))
    frame.write_parquet(tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet").tables[0].table.rows.collect()["exp_imp"].to_list() == ["出口", "进口"]


# Sheets


def lines_2012(*quantities: int) -> list[list[object]]:
    return [list((files.SOUND_LINE_2012 | {"数量_Quantity": each}).values()) for each in quantities]


def test_rows_that_go_on_on_further_sheets_are_read_with_the_sheets_name(tmp_path: Path):
    header = list(files.SOUND_LINE_2012)
    sheets = {"1": [header, *lines_2012(1, 2)], "续表": [["续表"], header, *lines_2012(3)], "说明": [["x", "y"]]}
    files.write_workbook(tmp_path / "customs/2011/a.xlsx", sheets)
    table, lines = customs_of(tmp_path)
    assert table.select("source_file", "source_row", "quantity").rows() == [
        ("customs/2011/a.xlsx/1", 1, "1"),
        ("customs/2011/a.xlsx/1", 2, "2"),
        ("customs/2011/a.xlsx/续表", 1, "3"),
    ]
    assert lines.select("lines", "rows", "other_lines").rows() == [(3, 2, 1), (3, 1, 2), (None, None, None)]
    assert lines["what"][2] == "left out: a note: it has no header of this source"


def test_values_in_columns_without_a_header_are_named(tmp_path: Path):
    header = list(files.SOUND_LINE_2012)
    path = files.write_workbook(tmp_path / "a.xlsx", {"1": [header, [*lines_2012(1)[0], "", "x"]]})
    assert read(path).tables[0].table.remarks == ("1 columns with values have no header and are left out",)


def test_of_a_sheet_for_every_year_the_one_wanted_is_read(tmp_path: Path):
    header = list(files.SOUND_LINE_2012)
    sheets = {f"{year}年": [header, *lines_2012(year)] for year in (2010, 2011, 2012)}
    files.write_workbook(tmp_path / "customs/2011/a.xlsx", sheets)
    table, lines = customs_of(tmp_path)
    assert table.select("source_file", "quantity").rows() == [("customs/2011/a.xlsx/2011年", "2011")]
    assert lines["what"].to_list()[1:] == [f"left out: its name says {year}, 2011 is wanted" for year in (2010, 2012)]


def test_a_sheet_as_wide_as_the_table_and_without_header_is_refused(tmp_path: Path):
    header = list(files.SOUND_LINE_2012)
    path = files.write_workbook(tmp_path / "a.xlsx", {"1": [header, *lines_2012(1)], "2": lines_2012(2)})
    with pytest.raises(BadFile, match="the sheet 2 is as wide as the sheet 1 and has no header that is known"):
        read(path)


def test_two_sheets_that_contradict_each_other_are_refused(tmp_path: Path):
    header, other = files.SCORE_HEADER.split(","), list(files.SOUND_SCORES)
    other[3] = 0.75
    sheets = {"甲": [header, files.SOUND_SCORES], "乙": [header, other]}
    files.write_workbook(tmp_path / "egov_scores/egov_scores_2011.xlsx", sheets)
    with pytest.raises(BadSource, match=r"杭州, 中国软件评测中心: .*甲 and .*乙 say different things"):
        read_tables(tmp_path, "egov_scores", 2011, file_columns(RAW_TABLES["egov_scores"]))


def city_sheet(indicator: str, unit: str, value: object) -> list[list[object]]:
    return [["题"], ["城市", indicator, ""], ["", unit, ""], ["", "全市", "市辖区"], ["杭州市", value, 1]]


def test_a_city_yearbook_with_an_indicator_on_each_sheet_is_read_whole(tmp_path: Path):
    sheets = {
        "生产总值": city_sheet("地区生产总值", "亿元", 5),
        "外资": city_sheet("当年实际使用外资金额", "万美元", 6),
    }
    files.write_workbook(tmp_path / "city_yearbook/city_yearbook_2011.xlsx", sheets)
    table, facts = read_city_yearbook(tmp_path, 2011)
    assert table.filter(block="全市").select("source_file", "indicator", "value").rows() == [
        ("city_yearbook/city_yearbook_2011.xlsx/生产总值", "地区生产总值", "5"),
        ("city_yearbook/city_yearbook_2011.xlsx/外资", "当年实际使用外资金额", "6"),
    ]
    assert every_line_is_read_or_named(facts).passed
    sheets["补充"] = city_sheet("地区生产总值", "亿元", 7)
    files.write_workbook(tmp_path / "city_yearbook/city_yearbook_2011.xlsx", sheets)
    with pytest.raises(BadSource, match=r"杭州市, 地区生产总值, 全市: 5 in .*生产总值 but 7 in .*补充"):
        read_city_yearbook(tmp_path, 2011)


@pytest.mark.parametrize(
    ("sheets", "sheet"),
    [
        ({"域名数(万个)": [["地区", "2010年", "2011年"], ["浙江", 1, 61.3]]}, None),
        ({"域名数": [["域名数"], ["单位：万个"], ["地区", "2010年", "2011年"], ["浙江", 1, 61.3]]}, None),
        ({"浙江": [["指标", "单位", "2010年", "2011年"], ["域名数", "万个", 1, 61.3]]}, None),
        (
            {
                year: [["地区", "指标", "单位", "数值"], ["浙江", "域名数", "万个", value]]
                for year, value in (("2010", 1), ("2011", 61.3))
            },
            "2011",
        ),
    ],
)
def test_a_province_yearbook_may_have_a_sheet_for_each_indicator_province_or_year(
    tmp_path: Path, sheets: dict[str, list[list[object]]], sheet: str | None
):
    files.write_workbook(tmp_path / "province_yearbook/y.xlsx", sheets)
    table, _ = read_province_yearbook(tmp_path, 2011)
    assert table.row(0)[3:] == ("浙江", "域名数", "万个", "61.3")
    assert table["source_file"][0] == "province_yearbook/y.xlsx" + (f"/{sheet}" if sheet else "")


def test_labels_of_yearbooks_are_read_without_blanks_note_marks_translations_and_brackets(tmp_path: Path):
    grid = [
        ["题"],
        ["城市", "地区生产总值 Gross Regional Product", "", "人均地区\n生产总值", ""],
        ["", "万元", "", "(元)", ""],
        ["", "全　市", "市辖区", "全市", "市辖区"],
        *(
            [name, 1, 2, 3, 4]
            for name in ("北　京", "天　津　市", "石家庄市①", "唐山*", "秦皇岛市 Qinhuangdao", "邯郸1)")
        ),
    ]
    files.write_workbook(tmp_path / "city_yearbook/city_yearbook_2011.xlsx", {"城市": grid})
    table, _ = read_city_yearbook(tmp_path, 2011)
    cities = ["北京", "天津市", "石家庄市", "唐山", "秦皇岛市", "邯郸"]
    assert table["city_name"].unique(maintain_order=True).to_list() == cities
    assert table.select("indicator", "block", "unit").unique(maintain_order=True).rows() == [
        ("地区生产总值", "全市", "万元"),
        ("地区生产总值", "市辖区", "万元"),
        ("人均地区生产总值", "全市", "元"),
        ("人均地区生产总值", "市辖区", "元"),
    ]


# Quotes


def stray(rows: int, opened: int, closed: int) -> str:
    """Rows of three fields; a quote opens the name of one line and another closes that of a later line."""
    names = [f"厂{number}" for number in range(rows)]
    names[opened], names[closed] = '"' + names[opened], names[closed] + '"'
    return "n,name,text\n" + "".join(f"{number},{name},x\n" for number, name in enumerate(names))


@pytest.mark.parametrize(("opened", "closed"), [(3, 33), (3, 5), (3, 4), (3, 3000)])
def test_quotes_that_enclose_nothing_are_part_of_the_name(tmp_path: Path, opened: int, closed: int):
    table = files.delimited(files.write_text(tmp_path / "a.csv", stray(4000, opened, closed)))
    assert table["n"].to_list() == [str(number) for number in range(4000)]
    assert (table["name"][opened], table["name"][closed]) == (f'"厂{opened}', f'厂{closed}"')


def test_two_stray_quotes_in_one_line_take_no_field(tmp_path: Path):
    table = files.delimited(files.write_text(tmp_path / "a.csv", 'a,b,c\n1,2,3\n4,"x,y"\n'))
    assert table.rows() == [("1", "2", "3"), ("4", '"x', 'y"')]


def test_a_quoted_field_over_a_few_lines_stays_one_field_beside_stray_quotes(tmp_path: Path):
    text = 'n,address,x\n1,"路1号\n3楼",a\n2,"厂,b\n3,厂",c\n4,"甲,乙",d\n'
    table = files.delimited(files.write_text(tmp_path / "a.csv", text))
    assert table.rows() == [("1", "路1号\n3楼", "a"), ("2", '"厂', "b"), ("3", '厂"', "c"), ("4", "甲,乙", "d")]


def test_lines_are_reconciled_with_rows_and_what_is_left_is_named(tmp_path: Path):
    text = "海关数据\n\n" + ",".join(ENGLISH) + '\n1,2,0,502,10,1,"厂\n二部"\n1,2,0,502,10,1,厂\n\n'
    path = files.write_text(tmp_path / "customs/2011/a.csv", text)
    assert path.read_bytes().count(b"\n") == 7
    table, lines = customs_of(tmp_path)
    assert table.height == 3  # the blank line below the header is a row; the cleaning rejects it with its reason
    assert lines.select("lines", "rows", "other_lines").row(0) == (7, 3, 4)
    assert lines["what"][0] == "header 1, above the header 2, line break in a field 1"
    odd = lines.with_columns(rows=pl.col("rows") - 1)
    assert lines_not_accounted_for(odd) and not every_line_is_read_or_named({FILES_READ: odd}).passed


# Encodings, titles, number formats


def test_an_old_stata_file_whose_text_is_utf8_is_read_as_utf8(tmp_path: Path):
    """As R and converters write: version 117, UTF-8 bytes."""
    frame = pd.DataFrame([FLOW | {"company": "杭州针织总厂".encode().decode("latin-1")}])
    frame.to_stata(tmp_path / "a.dta", write_index=False, version=117)
    [found] = read(tmp_path / "a.dta").tables
    assert (found.table.form, found.table.rows.collect()["company"][0]) == ("dta 117, UTF-8", "杭州针织总厂")


def test_a_new_stata_file_whose_text_is_gb18030_is_read_as_gb18030(tmp_path: Path):
    path = tmp_path / "a.dta"
    pd.DataFrame([FLOW | {"company": "杭州厂"}]).to_stata(path, write_index=False, version=118)
    content = path.read_bytes()
    path.write_bytes(content.replace("杭州厂".encode(), "杭州厂".encode("gb18030") + b"\0\0\0"))
    [found] = read(path).tables
    assert (found.table.form, found.table.rows.collect()["company"][0]) == ("dta 118, GB18030", "杭州厂")


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\n" + ";".join(ENGLISH) + "\n1;2;0;502;10;1;厂\n",
        "海关总署\n\n数据 2011\n" + ",".join(ENGLISH) + "\n1,2,0,502,10,1,厂\n",
        "\ufeff" + "\t".join(ENGLISH) + "\r\n1\t2\t0\t502\t10\t1\t厂\r\n",
        ",".join(ENGLISH) + "\r1,2,0,502,10,1,厂\r",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_a_header_is_found_below_titles_in_every_encoding(tmp_path: Path, text: str, encoding: str):
    if encoding == "gb18030":
        text = text.removeprefix("\ufeff")
    path = tmp_path / "a.tsv"
    path.write_bytes(text.removeprefix("\ufeff" if encoding == "utf-16" else "").encode(encoding))
    [found] = read(path).tables
    assert found.table.rows.select("party_id", "company").collect().rows() == [("1", "厂")]
    assert lines_not_accounted_for_alone(found.table) == []


def lines_not_accounted_for_alone(table) -> list[str]:
    from egov_assets.raw.lines import lines_of

    return lines_not_accounted_for(lines_of([("a", table)], (), {"a": table.row_count}))


def test_utf16_without_its_mark_is_called_so(tmp_path: Path):
    (tmp_path / "a.csv").write_bytes(",".join(ENGLISH).encode("utf-16-le"))
    with pytest.raises(BadFile, match="every second byte is zero, which is UTF-16 without its mark"):
        read(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("values", "read_as"),
    [
        (["10000", "10500,5", "1.234.567,5", "1,250"], ["10000", "10500.5", "1234567.5", "1.250"]),
        (["10000", "10500.5", "1,234,567.5", "1,250"], ["10000", "10500.5", "1,234,567.5", "1,250"]),
        (["1,250", "2,750", "0", ""], ["1,250", "2,750", "0", None]),
        (["10.5"] * 200 + ["12,5"], ["10.5"] * 200 + ["12,5"]),  # one odd cell is a value: the cleaning rejects it
    ],
)
def test_the_number_format_is_the_columns(tmp_path: Path, values: list[str], read_as: list[str | None]):
    text = ";".join(ENGLISH) + "\n" + "".join(f"3301961234;61091000;0;502;{value};1;厂\n" for value in values)
    files.write_text(tmp_path / "customs/2011/a.csv", text)
    assert customs_of(tmp_path)[0]["value_usd"].to_list() == read_as


def test_a_column_that_does_not_show_its_format_takes_that_of_the_file(tmp_path: Path):
    text = ";".join(ENGLISH) + "\n1;2;0;502;12,5;1,250;厂\n"
    files.write_text(tmp_path / "customs/2011/a.csv", text)
    assert customs_of(tmp_path)[0].select("value_usd", "quantity").row(0) == ("12.5", "1.250")


def test_a_column_in_two_formats_is_refused_naming_both(tmp_path: Path):
    text = ";".join(ENGLISH) + "\n1;2;0;502;12,5;1;厂\n1;2;0;502;10.25;1;厂\n"
    files.write_text(tmp_path / "a.csv", text)
    with pytest.raises(BadFile, match=r"decimal comma \(12,5\) and with a decimal point \(10.25\)"):
        read(tmp_path / "a.csv")


# Archives and files beside sound ones


def packed(**inside: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as container:
        for name, each in inside.items():
            container.writestr(name, each)
    return content.getvalue()


def csv_of(quantity: int) -> bytes:
    return (",".join(ENGLISH) + f"\n1,2,0,502,10,{quantity},厂\n").encode()


def test_every_member_of_an_archive_is_read_packed_again_or_not(tmp_path: Path):
    inner = packed(**{"二月.csv".encode("gb18030").decode("cp437"): csv_of(2), "readme.md": b"x"})
    content = packed(
        **{"m01.csv": csv_of(1), "m02.zip": inner, "m03.csv.gz": gzip.compress(csv_of(3)), "__MACOSX/._m01.csv": b"x"}
    )
    path = tmp_path / "customs/2011/a.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    table, _ = customs_of(tmp_path)
    assert sorted(table["quantity"]) == ["1", "2", "3"]
    assert {"a.zip/m01.csv", "a.zip/m03.csv.gz"} < {name.removeprefix("customs/2011/") for name in table["source_file"]}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("m04.mdb", b"\0" * 64, "in a.zip/m04.mdb: .*mdbtools"),
        ("m04.rar", b"Rar!", r"in a.zip/m04.rar: its ending \.rar is of no format that can be read"),
        ("m04", b"%PDF-1.4", r"in a.zip/m04: its content \(\.pdf\) is of no format that can be read"),
        ("m04.csv.gz", b"\x1f\x8b broken", "in a.zip/m04.csv.gz: the packed file is damaged"),
        ("m04.csv", b"1,2\n", "in a.zip/m04.csv: it has no header of this source"),
    ],
)
def test_a_member_that_cannot_be_read_stops_the_file_and_is_named(tmp_path: Path, name: str, content: bytes, said: str):
    (tmp_path / "a.zip").write_bytes(packed(**{"m01.csv": csv_of(1), name: content}))
    if name == "m04.csv":  # as narrow as a note, beside a sound table: left out and named
        assert [each.source_name for each in read(tmp_path / "a.zip").left_out] == ["a.zip/m04.csv"]
        return
    with pytest.raises(BadFile, match=said):
        read(tmp_path / "a.zip")


def test_an_archive_that_unpacks_without_bound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("egov_assets.raw.packed.ALLOWED_BYTES", 10_000)
    (tmp_path / "a.zip").write_bytes(packed(**{"a.csv": csv_of(1) + b"1,2,0,502,10,1,x\n" * 500_000}))
    with pytest.raises(BadFile, match=r"it unpacks to more than .* 200 times what is packed"):
        read(tmp_path / "a.zip")
    content = b"x"
    for depth in range(5):
        content = packed(**{f"{depth}.zip": content})
    (tmp_path / "b.zip").write_bytes(content)
    with pytest.raises(BadFile, match="containers lie more than 3 deep in each other"):
        read(tmp_path / "b.zip")


def test_a_file_without_ending_is_read_by_its_content_and_an_unknown_ending_stops_the_year(tmp_path: Path):
    place = tmp_path / "customs/2011"
    place.mkdir(parents=True)
    (place / "part1").write_bytes(csv_of(1))
    pl.DataFrame([FLOW]).write_parquet(place / "part2")
    assert customs_of(tmp_path)[0]["quantity"].to_list() == ["1", "2"]
    (place / "part3.rar").write_bytes(b"Rar!")
    with pytest.raises(BadSource, match=r"2011/part3.rar: its ending \.rar is of no format that can be read"):
        customs_of(tmp_path)
    (fault,) = (each for each in examine(tmp_path, [2011], {}).found if each.source == "customs")
    assert "its ending .rar is of no format" in fault.all_faults[0]


def test_notes_beside_data_are_left_out_and_named_by_run_and_doctor(tmp_path: Path):
    place = tmp_path / "customs/2011"
    place.mkdir(parents=True)
    (place / "a.csv").write_bytes(csv_of(1))
    files.write_text(place / "说明.txt", "说明：本数据为海关数据\n请勿外传\n")
    files.write_workbook(place / "字段说明.xlsx", {"Sheet": [["变量", "含义"], ["value", "美元"], ["hs_id", "编码"]]})
    table, lines = customs_of(tmp_path)
    assert table.height == 1
    named = ["customs/2011/字段说明.xlsx", "customs/2011/说明.txt"]
    assert lines.filter(pl.col("lines").is_null())["source_file"].to_list() == named
    (found,) = (each for each in examine(tmp_path, [2011], {}).found if each.source == "customs")
    assert [each.partition(":")[0] for each in found.left_out] == named and found.is_readable


def test_a_part_whose_header_is_missing_is_no_note(tmp_path: Path):
    place = tmp_path / "customs/2011"
    place.mkdir(parents=True)
    (place / "a1.csv").write_bytes(csv_of(1))
    (place / "a2.csv").write_bytes(csv_of(2).partition(b"\n")[2] * 2)
    with pytest.raises(BadSource, match=r"2011/a2.csv: it has no header of this source"):
        customs_of(tmp_path)


# Storage types


@pytest.mark.parametrize("stored", ["float32", "float64"])
@pytest.mark.parametrize("form", ["dta", "parquet"])
def test_ids_that_lost_digits_in_a_four_byte_float_are_a_fault_of_the_file(tmp_path: Path, stored: str, form: str):
    ids = np.array([3301961200 + number for number in range(4)], dtype="float32").astype(stored)
    frame = pd.DataFrame([FLOW] * 4).assign(party_id=ids)
    path = tmp_path / f"a.{form}"
    frame.to_stata(path, write_index=False, version=118) if form == "dta" else frame.to_parquet(path)
    with pytest.raises(BadFile, match=r"column party_id .*float.* 3301961216.*store the column as string or double"):
        read(path)


def test_sound_ids_as_double_and_figures_as_float_are_read(tmp_path: Path):
    """A sound id is by chance one that a float holds one time in 256; a figure may have seven digits."""
    ids = np.array([3301961216, 3301961217], dtype="float64")
    values = np.array([33019612.0, 5.5], dtype="float32")
    pd.DataFrame([FLOW] * 2).assign(party_id=ids, value=values).to_stata(tmp_path / "a.dta", write_index=False)
    [found] = read(tmp_path / "a.dta").tables
    assert found.table.rows.collect()["party_id"].to_list() == ["3301961216", "3301961217"]


# Limits


def test_two_hundred_thousand_columns_are_refused(tmp_path: Path):
    files.write_text(tmp_path / "a.csv", ",".join(f"c{number}" for number in range(200_000)) + "\n1\n")
    with pytest.raises(BadFile, match="the header has 200,000 columns, more than 5,000"):
        read(tmp_path / "a.csv")


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path):
    import os

    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(BadFile, match="it is a pipe or a device"):
        read(tmp_path / "a.csv")


def test_ten_thousand_part_files_are_refused_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("egov_assets.raw.tables.MOST_FILES", 3)
    for part in range(4):
        files.customs(tmp_path, 2011, [{}], part=part)
    with pytest.raises(BadSource, match=r"there are 4 files, more than 3. Join them"):
        customs_of(tmp_path)


def test_a_workbook_with_a_password_is_said_to_ask_for_one(tmp_path: Path):
    """Office keeps such a workbook as a stream EncryptedPackage of an old-style container."""
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    (tmp_path / "a.xlsx").write_bytes(start + "EncryptedPackage".encode("utf-16-le") + bytes(2048))
    with pytest.raises(BadFile, match=r"the workbook asks for a password.*without the password"):
        read(tmp_path / "a.xlsx")


# Doctor and run


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", csv_of(1)),
        ("a.csv", csv_of(1).replace("厂".encode(), '"厂'.encode())),
        ("a.csv", csv_of(1).replace(b"company", b"value")),
        ("a.csv", csv_of(1) + b"\xff\xff"),
        ("a.csv", csv_of(1) + b"1,2,0,502,10,1,x,y,z\n"),
        ("a.csv", csv_of(1).replace(b"exp_imp", b"direction")),
        ("a.txt", "说明：无数据\n".encode()),
        ("a.zip", packed(**{"a.csv": csv_of(1), "b.rar": b"Rar!"})),
        ("a.zip", packed(**{"a.csv": csv_of(1), "b.txt": b"a note"})),
        ("a.dat", csv_of(1)),
        ("a", csv_of(1)),
    ],
)
def test_doctor_and_run_say_the_same_of_every_file(tmp_path: Path, name: str, content: bytes):
    (tmp_path / "customs/2011").mkdir(parents=True)
    (tmp_path / "customs/2011" / name).write_bytes(content)
    (found,) = (each for each in examine(tmp_path, [2011], {}).found if each.source == "customs")
    try:
        _, lines = customs_of(tmp_path)
    except BadSource as refused:
        assert found.all_faults == list(refused.problems)
        return
    assert found.is_readable
    assert [(file.file, file.rows) for file in found.files] == lines.drop_nulls("rows").select(
        "source_file", "rows"
    ).rows()
    left_out = lines.filter(pl.col("rows").is_null()).select("source_file", "what").rows()
    assert list(found.left_out) == [f"{file}: {what.removeprefix('left out: ')}" for file, what in left_out]


# The same file twice


def test_one_file_under_two_years_is_found_before_anything_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    text = "survey_firm_id,firm_name,revenue_thousand_cny\n123456789,杭州示例电子有限公司,25000\n"
    for year in (2010, 2011):
        files.write_text(tmp_path / f"raw/firm_survey/{year}/survey.csv", text)
    monkeypatch.setenv("EGOV_RAW", str(tmp_path / "raw"))
    monkeypatch.setenv("EGOV_OUTPUTS", str(tmp_path / "outputs"))
    result = dg.materialize(
        [file_inventory, raw_firm_survey], partition_key="2011", raise_on_error=False, resources=RESOURCES
    )
    assert not result.success and not list(tmp_path.glob("outputs/lake/**/*.parquet"))
    said = "firm_survey/2011/survey.csv is the same file as firm_survey/2010/survey.csv of 2010"
    check = next(each for each in result.get_asset_check_evaluations() if "two_years" in each.check_name)
    assert not check.passed and check.description.startswith(said)
    found = examine(tmp_path / "raw", [2010, 2011], {}).found
    assert said in next(each for each in found if (each.source, each.year) == ("firm_survey", 2011)).all_faults


def test_one_file_under_two_names_of_a_year_is_a_warning(tmp_path: Path):
    for name in ("part_1.csv", "part_1 (1).csv"):
        files.write_text(tmp_path / "customs/2011" / name, "x" * 100)
    assert under_another_name(tmp_path, CUSTOMS, 2011) == [
        "customs/2011/part_1 (1).csv is the same file as customs/2011/part_1.csv"
    ]
    files.write_text(tmp_path / "customs/2011/part_1.csv", "y" * 100)
    assert under_another_name(tmp_path, CUSTOMS, 2011) == []
