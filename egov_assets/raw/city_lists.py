"""Lists of cities kept by hand: policy documents, an innovation index, terrain relief.

Files, in any format and encoding that the tables may have (`files.py`), folders inside included
  policies/    with 年份, 行政区划代码, 城市, 文件名称
  innovation/  with 年份, 行政区划代码, 城市, 创新指数
  terrain/     with 行政区划代码, 城市, 地形起伏度
"""

from difflib import get_close_matches
from pathlib import Path

import polars as pl

from egov_assets.platform.cells import is_filled, numbers, years
from egov_assets.raw.lists import list_rows, list_source, unread
from egov_assets.raw.year_files import source_files

POLICIES, INNOVATION, TERRAIN = "policies", "innovation", "terrain"  # folders below the raw folder
PLACE = {"city_code": "行政区划代码", "city_name": "城市"}
PLACE_AND_YEAR = {"year": "年份", **PLACE}
COLUMNS = {
    POLICIES: PLACE_AND_YEAR | {"title": "文件名称"},
    INNOVATION: PLACE_AND_YEAR | {"innov": "创新指数"},
    TERRAIN: PLACE | {"relief_index": "地形起伏度"},
}
UNITS = {"innov": "0 to 100", "relief_index": "about 0 to 6"}
RULES = {"year": years, **dict.fromkeys(UNITS, numbers)}


class BadCityList(ValueError):
    """A list cannot be used; the message names every file and what to do."""


def read_city_list(raw: Path, name: str) -> pl.DataFrame | None:
    """The rows of a list's files in natural order of their names, under COLUMNS[name]; None if there is no file.

    Years and indices as numbers, by the cleaning's own rules (`platform/cells.py`); the rest is text.
    Raises  BadCityList listing every file that cannot be read, and every value that is there and cannot be
    """
    headers = {column: (header,) for column, header in COLUMNS[name].items()}
    units = {column: unit for column, unit in UNITS.items() if column in headers}
    source = list_source(name, f"{name}/**/*", headers, units)
    if not source_files(raw, source, None):
        return None
    rows, problems = list_rows(raw, source)
    if rows is None:
        raise BadCityList("\n".join(problems))
    texts = {column: _text(rows[column]) for column in COLUMNS[name]}
    meant = {column: RULES[column](cells) if column in RULES else cells for column, cells in texts.items()}
    for column, cells in texts.items():
        problems += unread(rows.filter(is_filled(cells) & meant[column].is_null()), column)
    if problems:
        raise BadCityList("\n".join(problems))
    return pl.DataFrame(meant)


def _text(cells: pl.Series) -> pl.Series:
    if cells.name == "city_code":  # a copy whose codes went through numbers
        return cells.str.strip_chars().str.replace(r"\.0+$", "")
    # An index of 0 to 100 may be printed as percent.
    return cells.str.strip_chars().str.strip_suffix("%") if cells.name in UNITS else cells.str.strip_chars()


def unknown_cities(listed: pl.DataFrame | None, prefectures: pl.DataFrame) -> list[str]:
    """Cities of a list whose code is no prefecture's, each once: its name and code with the nearest known name."""
    if listed is None:
        return []
    known = prefectures["name_zh"].to_list()
    strange = listed.filter(~pl.col("city_code").is_in(prefectures["code"].to_list())).unique("city_code")
    return [
        f"{name} ({code}), nearest known name {get_close_matches(name or '', known, n=1, cutoff=0.0)[0]}"
        for code, name in strange.select("city_code", "city_name").sort("city_code").iter_rows()
    ]
