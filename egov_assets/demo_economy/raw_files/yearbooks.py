"""City and province yearbooks: workbooks with the blocks 全市 / 市辖区 and years across. Layout: domain.md 5.1, 5.2."""

from pathlib import Path

import numpy as np
import polars as pl

from egov_assets.demo_economy.raw_files.defect_list import DefectList
from egov_assets.demo_economy.raw_files.draws import uniform
from egov_assets.demo_economy.raw_files.places import city_names
from egov_assets.demo_economy.raw_files.rates import Defects
from egov_assets.demo_economy.raw_files.workbooks import Cell, write_workbook
from egov_assets.platform.reference import table

CITY_INDICATORS = {  # column -> printed label, unit
    "gdp_10k_cny": ("地区生产总值", "万元"),
    "gdp_per_head_cny": ("人均地区生产总值", "元"),
    "industrial_firms": ("规模以上工业企业数", "个"),
    "fdi_10k_usd": ("当年实际使用外资金额", "万美元"),
    "students_persons": ("普通高等学校在校学生数", "人"),
}
PROVINCE_INDICATORS = {
    "gdp_100m_cny": ("地区生产总值", "亿元"),
    "urban_broadband_10k_households": ("城市宽带接入用户", "万户"),
    "domain_names_10k": ("域名数", "万个"),
}
NOTE_MARKS = ("", "①", "*", "1)")  # none: a wide blank inside the name instead
BLOCKS = ("全市", "市辖区")


def write_city_yearbook(
    cities: pl.DataFrame,
    city_years: pl.DataFrame,
    year: int,
    seed: int,
    defects: Defects,
    raw_folder: Path,
    listed: DefectList,
) -> None:
    """Write `city_yearbook/city_yearbook_<year>.xlsx` for the cities in the yearbook; the file's year is the data year.

    Header rows: title, indicator, unit, block; indicator and unit stand over the first of their two columns.
    A city's districts hold 30-95 % of its total, and a per-head figure up to twice the city's.
    """
    in_yearbook = cities.filter("in_yearbook").select("city_code")
    figures = city_years.filter(pl.col("year") == year).join(in_yearbook, on="city_code", how="semi").sort("city_code")
    figures = figures.join(city_names(year), on="city_code", how="left", maintain_order="left")
    number = figures["city_code"].cast(pl.Int64).to_numpy()
    share = pl.Series(0.30 + 0.65 * uniform(number, seed, "districts"))
    columns: list[pl.Expr] = []
    for name in CITY_INDICATORS:
        factor = 1 + share if name == "gdp_per_head_cny" else share
        whole = pl.col(name).cast(pl.Float64)
        of_blocks = {name: whole, f"{name} of districts": whole * factor}
        columns += [figure.round(0).cast(pl.Int64).alias(column) for column, figure in of_blocks.items()]
    with_suffix = pl.lit(pl.Series(uniform(number, seed, "yearbook name") < 0.7))
    printed = pl.when(with_suffix).then("city_name").otherwise("city_short_name").alias("city")
    is_marked = pl.Series(uniform(number * 10_000 + year, seed, "yearbook label") < defects.y01_label_marked)
    as_listed = figures.select(printed).to_series()
    names = as_listed.zip_with(~is_marked, _marked(as_listed, number))
    header: list[list[Cell]] = [[f"{year}年城市主要经济指标（演示数据）"], ["城市"], [None], [None]]
    for label, unit in CITY_INDICATORS.values():
        header[1] += [label, None]
        header[2] += [unit, None]
        header[3] += BLOCKS
    path = raw_folder / "city_yearbook" / f"city_yearbook_{year}.xlsx"
    write_workbook(path, "城市", [*header, *figures.select(names, *columns).rows()])
    named = pl.Series(is_marked).replace_strict({True: "y01_label_marked", False: None}, return_dtype=pl.String)
    listed.add_rows(f"city_yearbook/{path.name}", named, "label is " + names)


def _marked(names: pl.Series, number: np.ndarray) -> pl.Series:
    """The names with a blank behind the first sign, or a mark of a note behind them."""
    marks = pl.Series([NOTE_MARKS[each % len(NOTE_MARKS)] for each in number // 100])
    spaced = names.str.head(1) + "\u3000" + names.str.slice(1)
    return (names + marks).zip_with(marks != "", spaced)


def write_province_yearbook(province_years: pl.DataFrame, years: tuple[int, ...], raw_folder: Path) -> None:
    """Write `province_yearbook/province_yearbook.xlsx`: 地区, 指标, 单位, years across; blanks are unpublished."""
    provinces = table("prefectures").select(province_code="province_code", province="province_zh").unique()
    named = province_years.join(provinces, on="province_code").sort("province_code", "year")
    rows: list[tuple[Cell, ...]] = [("地区", "指标", "单位", *(f"{year}年" for year in years))]
    for column, (label, unit) in PROVINCE_INDICATORS.items():
        across = named.pivot("year", index=["province_code", "province"], values=column).sort("province_code")
        figures = across.select("province", *map(str, years)).rows()
        rows += [(province, label, unit, *of_years) for province, *of_years in figures]
    write_workbook(raw_folder / "province_yearbook" / "province_yearbook.xlsx", "分省年度数据", rows)
