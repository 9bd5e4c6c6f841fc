"""Raw files of a few rows, in the layouts real copies have, written by hand for one test at a time."""

import gzip
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import polars as pl
import xlsxwriter

from egov_assets.raw.delimited import read_delimited
from egov_assets.raw.packed import Member, members

UNDERSCORE_HEADER = (
    "_日期,_进口或出口,_税号编码,_企业编码,_经营单位,_消费地进口or生产地出口,_单位地址,_邮编,_电话,_海关口岸,_企业性质,"
    "_起运国或目的国,_贸易方式,_中转国,_金额,_数量"
)
CSMAR_HEADER = (
    "统计年月_Period,进出口分类代码_ImpExpTypeCd,HS商品编码_HSCd,企业编码_EntCd,经营单位名称_EntNm,单位地址_EntAddr,邮编_ZipCd,"
    "企业性质_EntTyp,起运国或目的国名称_BegEndCntryNm,贸易方式名称_TrdMdNm,数量单位名称_QuantityUnitNm,金额_美元_Sum_USD,"
    "数量_Quantity,价格_Price"
)
SCORE_HEADER = (
    "排名,城市,评测机构,资质认定,企业开办,经营纳税,互动交流,就业服务,证件办理,交通服务,住房服务,信息公开,总分"
)
PRODUCER = "中国软件评测中心"

SOUND_LINE = {
    "_日期": "2010",
    "_进口或出口": "0",
    "_税号编码": "61091000",
    "_企业编码": "3301961234",
    "_经营单位": "杭州示例针织有限公司",
    "_单位地址": "杭州",
    "_邮编": "310012",
    "_电话": "0571-88123456",
    "_海关口岸": "上海海关",
    "_企业性质": "私营企业",
    "_起运国或目的国": "502",
    "_贸易方式": "一般贸易",
    "_金额": "1200.50",
    "_数量": "100",
}
SOUND_LINE_2012 = {
    "统计年月_Period": "201205",
    "进出口分类代码_ImpExpTypeCd": "出口",
    "HS商品编码_HSCd": "61091000",
    "企业编码_EntCd": "3301961234",
    "经营单位名称_EntNm": "杭州示例针织有限公司",
    "邮编_ZipCd": "310012",
    "企业性质_EntTyp": "私营企业",
    "起运国或目的国名称_BegEndCntryNm": "美国",
    "贸易方式名称_TrdMdNm": "一般贸易",
    "数量单位名称_QuantityUnitNm": "件",
    "金额_美元_Sum_USD": "1,200.50",
    "数量_Quantity": "100",
    "价格_Price": "NULL",
}
SOUND_FIRM = {
    "frdm": "712345678",
    "qymc": "杭州示例针织有限公司",
    "frdbxm": "王示例",
    "sdxm": "330104",
    "yzbm": "310012",
    "telephone": "88123456",
    "hylb": "1761",
    "djzclx": "170",
    "kysjn": 1999.0,
    "kysjy": 6.0,
    "cyrs": 80.0,
    "zyywsr": 25000.0,
    "bnyfgzze": 2100.0,
    "ckjhz": 9000.0,
    "zczj": 30000.0,
    "ldzchj": 12000.0,
    "gdzchj": 9000.0,
    "sszb": 5000.0,
}
SOUND_IDENTITY = {
    "组织机构代码": "712345678",
    "企业名称": "杭州示例针织有限公司",
    "法人代表": "王示例",
    "省地县码": "330104",
    "邮政编码": "310012",
    "固定电话": "88123456",
    "行业小类代码": "1761",
    "登记注册类型": "170",
    "开业年": "1999",
    "开业月": "6",
    "年末从业人员合计_总计": "80",
}
SOUND_FIGURES = {
    "组织机构代码": "712345678",
    "主营业务收入(千元)": "25000",
    "资产总计(千元)": "30000",
    "流动资产合计(千元)": "12000",
    "固定资产合计(千元)": "9000",
    "实收资本(千元)": "5000",
}

Row = Mapping[str, object]


def lines(header: str, rows: Sequence[Row]) -> str:
    """Comma-separated text below the header, quoted where a field holds a comma."""
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in header.split(",")}).write_csv()


def write_text(path: Path, text: str, encoding: str = "gb18030") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode(encoding)
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return path


def write_stata(path: Path, rows: Sequence[Row]) -> Path:
    """A version 117 file whose strings are GB18030 bytes, as Stata 13 users in China made them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame = pd.DataFrame(list(rows))
    for column in frame.select_dtypes("object"):
        # pandas writes version 117 in Latin-1: bytes dressed up as Latin-1 characters arrive as the bytes they are.
        frame[column] = [str(value or "").encode("gb18030").decode("latin-1") for value in frame[column]]
    frame.to_stata(path, write_index=False, version=117)
    return path


def write_old_stata(
    path: Path,
    version: int,
    texts: Mapping[str, str],
    numbers: Mapping[str, float],
    labels: Mapping[str, Sequence[str]] | None = None,
) -> Path:
    """One observation as Stata 5 to 12 wrote it (versions 105 to 115), byte by byte; strings in GB18030.

    labels  number -> labels of its values 0, 1, ...
    Source  the layout in Stata's `help dta_105` ... `dta_115`; values little-endian
    """
    labels = labels or {}
    before_111, wide_names = version < 111, version >= 110
    name_bytes, format_bytes = 33 if wide_names else 9, 49 if version >= 114 else 12
    label_bytes = 32 if version < 108 else 81
    cells = {name: text.encode("gb18030") for name, text in texts.items()}
    names = [*texts, *numbers]
    text_types = bytes(len(cell) + (0x7F if before_111 else 0) for cell in cells.values())
    parts = [
        struct.pack("<BBBBHI", version, 2, 1, 0, len(names), 1),
        bytes(label_bytes) + b"01 Jan 2011 00:00\x00",
        text_types + (b"d" if before_111 else b"\xff") * len(numbers),
        b"".join(name.encode().ljust(name_bytes, b"\x00") for name in names),
        bytes(2 * (len(names) + 1)),
        b"".join(f"%{len(cell)}s".encode().ljust(format_bytes, b"\x00") for cell in cells.values()),
        b"%9.0g".ljust(format_bytes, b"\x00") * len(numbers),
        b"".join((name if name in labels else "").encode().ljust(name_bytes, b"\x00") for name in names),
        bytes(label_bytes * len(names)),
        bytes(5 if wide_names else 3),
        b"".join(cells.values()) + struct.pack(f"<{len(numbers)}d", *numbers.values()),
        *(_label_table(version, name, [each.encode("gb18030") for each in of]) for name, of in labels.items()),
    ]
    path.write_bytes(b"".join(parts))
    return path


def _label_table(version: int, name: str, labels: Sequence[bytes]) -> bytes:
    if version == 105:  # labels of eight bytes each
        codes = struct.pack(f"<{len(labels)}h", *range(len(labels)))
        head = struct.pack("<H", len(labels)) + name.encode().ljust(9, b"\x00") + b"\x00"
        return head + codes + b"".join(label.ljust(8, b"\x00") for label in labels)
    text = b"".join(label + b"\x00" for label in labels)
    places = [sum(len(label) + 1 for label in labels[:number]) for number in range(len(labels))]
    table = struct.pack(f"<2i{2 * len(labels)}i", len(labels), len(text), *places, *range(len(labels))) + text
    name_bytes = 33 if version >= 110 else 9
    return struct.pack("<i", len(table)) + name.encode().ljust(name_bytes, b"\x00") + bytes(3) + table


def write_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for place, cells in enumerate(rows):
                sheet.write_row(place, 0, cells)
    return path


def customs(raw: Path, year: int, rows: Sequence[Row], part: int = 1) -> Path:
    """A part file of 2010 or 2011: GB18030, gzipped."""
    path = raw / f"customs/{year}/tradedata_{year}_{part}.csv.gz"
    return write_text(path, lines(UNDERSCORE_HEADER, [SOUND_LINE | {"_日期": str(year)} | dict(row) for row in rows]))


def customs_2012(raw: Path, rows: Sequence[Row]) -> Path:
    text = lines(CSMAR_HEADER, [SOUND_LINE_2012 | dict(row) for row in rows])
    return write_text(raw / "customs/2012/export_2012_1.csv.gz", text, "utf-8-sig")


def survey(raw: Path, year: int, rows: Sequence[Row]) -> Path:
    return write_stata(raw / f"firm_survey/{year}/asif{year}.dta", [SOUND_FIRM | dict(row) for row in rows])


def survey_2010(raw: Path, identity: Sequence[Row], figures: Sequence[Row]) -> None:
    text = lines(",".join(SOUND_IDENTITY), [SOUND_IDENTITY | dict(row) for row in identity])
    write_text(raw / "firm_survey/2010/identity_2010.csv", text)
    rows = [list((SOUND_FIGURES | dict(row)).values()) for row in figures]
    write_workbook(raw / "firm_survey/2010/finance_2010.xlsx", {"数据": [list(SOUND_FIGURES), *rows]})


SOUND_SCORES = (1, "杭州", PRODUCER, *[0.5] * 9, 50)
SOUND_CITY = ("杭州市", 594.9, 400.0, 81000, 9000, 43, 430000)


def scores(raw: Path, year: int, rows: Sequence[Sequence[object]] = (SOUND_SCORES,)) -> Path:
    return write_workbook(raw / f"egov_scores/egov_scores_{year}.xlsx", {"排名": [SCORE_HEADER.split(","), *rows]})


def city_yearbook(raw: Path, year: int, cities: Sequence[Sequence[object]] = (SOUND_CITY,)) -> Path:
    """City rows hold GDP of the whole prefecture and of its districts (亿元), then whole-prefecture figures."""
    others = ("人均地区生产总值", "规模以上工业企业数", "当年实际使用外资金额", "普通高等学校在校学生数")
    header = [
        [f"{year}年城市统计年鉴（合成）"],
        ["城市", "地区生产总值", "", *others],
        ["", "亿元", "", "元", "个", "万美元", "人"],
        ["", "全市", "市辖区", "全市", "全市", "全市", "全市"],
    ]
    return write_workbook(raw / f"city_yearbook/city_yearbook_{year}.xlsx", {"城市": [*header, *cities]})


def province_yearbook(raw: Path) -> Path:
    rows = [
        ["浙江省", "地区生产总值", "亿元", 27722.31, 32318.85, 34665.33],
        ["浙江", "城市宽带接入用户", "万户", "", 871.2, 950.1],
        ["浙江", "域名数", "万个", 60.2, 61.3, 70.5],
    ]
    header = ["地区", "指标", "单位", "2010年", "2011年", "2012年"]
    return write_workbook(raw / "province_yearbook/province_yearbook.xlsx", {"分省": [header, *rows]})


def whole_year(raw: Path, year: int) -> None:
    """One sound row in every source, no file the same in two years."""
    if year == 2012:
        customs_2012(raw, [{}])
    else:
        customs(raw, year, [{}])
    if year == 2010:
        survey_2010(raw, [{}], [{}])
    else:
        survey(raw, year, [{"sszb": 3000.0 + year}])
    scores(raw, year, [(*SOUND_SCORES[:-1], year)])
    city_yearbook(raw, year)
    province_yearbook(raw)


def one_member(path: Path) -> Member:
    [member] = members(path, path.parent)
    return member


def delimited(path: Path) -> pl.DataFrame:
    """The rows of a text file as the reader gives them."""
    return read_delimited(one_member(path), path.parent, lambda headers: 0).rows.collect()
