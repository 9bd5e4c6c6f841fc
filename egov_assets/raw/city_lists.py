"""Lists of cities kept by hand: policy documents, an innovation index, terrain relief.

Files, all CSV in UTF-8
  policies/*.csv    with 年份, 行政区划代码, 城市, 文件名称
  innovation/*.csv  with 年份, 行政区划代码, 城市, 创新指数
  terrain/*.csv     with 行政区划代码, 城市, 地形起伏度
"""

from difflib import get_close_matches
from pathlib import Path

import polars as pl

POLICIES, INNOVATION, TERRAIN = "policies", "innovation", "terrain"  # folders below the raw folder
PLACE = {"行政区划代码": "city_code", "城市": "city_name"}
PLACE_AND_YEAR = {"年份": "year", **PLACE}
COLUMNS = {
    POLICIES: PLACE_AND_YEAR | {"文件名称": "title"},
    INNOVATION: PLACE_AND_YEAR | {"创新指数": "innov"},
    TERRAIN: PLACE | {"地形起伏度": "relief_index"},
}


class BadCityList(ValueError):
    """A list cannot be used; the message names every file and what to do."""


def read_city_list(raw: Path, name: str) -> pl.DataFrame | None:
    """The rows of a list's files in order of their names, all text, under COLUMNS[name]; None if there is no file.

    Raises  BadCityList listing every file that is not UTF-8 or lacks a column
    """
    frames, problems = [], []
    for path in sorted((raw / name).glob("*.csv")):
        try:
            rows = pl.read_csv(path, infer_schema=False)
        except pl.exceptions.ComputeError as error:
            problems.append(f"{name}/{path.name} cannot be read ({error}). Save it as CSV in UTF-8.")
            continue
        missing = [column for column in COLUMNS[name] if column not in rows.columns]
        if missing:
            there = ", ".join(rows.columns)
            problems.append(
                f"{name}/{path.name} has no column {', '.join(missing)}; it has {there}. Rename its columns."
            )
            continue
        frames.append(rows.select(pl.col(old).str.strip_chars().alias(new) for old, new in COLUMNS[name].items()))
    if problems:
        raise BadCityList("\n".join(problems))
    return pl.concat(frames) if frames else None


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
