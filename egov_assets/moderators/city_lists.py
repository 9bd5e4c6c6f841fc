"""Two lists of cities kept by hand, policy documents and an innovation index: from files to city-years.

Files, all UTF-8
  policies/*.csv    with 年份, 行政区划代码, 城市, 文件名称
  innovation/*.csv  with 年份, 行政区划代码, 城市, 创新指数
"""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import polars as pl

POLICIES, INNOVATION = "policies", "innovation"  # folders below the raw folder
PLACE = {"年份": "year", "行政区划代码": "city_code", "城市": "city_name"}
COLUMNS = {POLICIES: PLACE | {"文件名称": "title"}, INNOVATION: PLACE | {"创新指数": "innov"}}
KEYWORD = "电子政务"  # e-government, paper 4.3(1)


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


def city_years(
    policies: pl.DataFrame | None, innovation: pl.DataFrame | None, prefectures: pl.DataFrame, years: Sequence[int]
) -> pl.DataFrame:
    """One row per prefecture and year: city_code, year, sma_city, sma_city_dated, innov, sorted.

    sma_city        1, in every year, if a document up to the last year names e-government in its title; else 0
    sma_city_dated  1 from the year of the first such document on; else 0
    innov           innovation index, 0 to 100; missing where the list has no number
    Missing         both dummies without any policy list
    Raises          BadCityList if a city has two index values in a year
    Source          method.md sections 11.1 column 3 and 12 column 4
    """
    calendar = pl.DataFrame({"year": years}, schema={"year": pl.Int32})
    grid = prefectures.select(city_code="code").join(calendar, how="cross")
    if policies is None:
        grid = grid.with_columns(pl.lit(None, pl.Int32).alias(name) for name in ("sma_city", "sma_city_dated"))
    else:
        dated = policies.with_columns(pl.col("year").cast(pl.Int32, strict=False))
        named = dated.filter(pl.col("title").str.contains(KEYWORD, literal=True), pl.col("year") <= max(years))
        first = named.group_by("city_code").agg(first_year=pl.col("year").min())
        grid = grid.join(first, on="city_code", how="left", validate="m:1").select(
            "city_code",
            "year",
            sma_city=pl.col("first_year").is_not_null().cast(pl.Int32),
            sma_city_dated=(pl.col("first_year") <= pl.col("year")).fill_null(False).cast(pl.Int32),
        )
    if innovation is None:
        return grid.with_columns(innov=pl.lit(None, pl.Float64)).sort("city_code", "year")
    scores = innovation.select(
        "city_code",
        pl.col("year").cast(pl.Int32, strict=False),
        innov=pl.col("innov").cast(pl.Float64, strict=False),
    ).unique()
    twice = scores.filter(pl.len().over("city_code", "year") > 1).select("city_code", "year").unique().sort(pl.all())
    if not twice.is_empty():
        places = ", ".join(f"{code} {year}" for code, year in twice.iter_rows())
        raise BadCityList(f"{INNOVATION}: two different values for {places}. Keep one row per city and year.")
    return grid.join(scores, on=["city_code", "year"], how="left", validate="1:1").sort("city_code", "year")


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
