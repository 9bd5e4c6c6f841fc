"""Small city tables as csv, UTF-8 with BOM as Excel saves it: terrain relief, innovation index, policy documents."""

from pathlib import Path

import polars as pl

from egov_assets.demo_economy.raw_files.places import city_names

NOTICE = "演示数据"


def write_city_tables(cities: pl.DataFrame, city_years: pl.DataFrame, raw_folder: Path) -> None:
    """Write `terrain/terrain_relief.csv`, `innovation/innovation_index.csv`, `policies/egov_policies.csv`."""
    names = city_names(int(city_years.select(pl.max("year")).item())).select("city_code", "city_name")
    named = cities.sort("city_code").join(names, on="city_code", how="left", maintain_order="left")
    by_year = city_years.sort("year", "city_code").join(names, on="city_code", how="left", maintain_order="left")
    notice = pl.lit(NOTICE).alias("数据说明")
    _write(
        named.select(
            pl.col("city_code").alias("行政区划代码"),
            pl.col("city_name").alias("城市"),
            pl.col("terrain_relief").round(4).alias("地形起伏度"),
            notice,
        ),
        raw_folder / "terrain" / "terrain_relief.csv",
    )
    _write(
        by_year.select(
            pl.col("year").alias("年份"),
            pl.col("city_code").alias("行政区划代码"),
            pl.col("city_name").alias("城市"),
            pl.col("innovation_score").round(3).alias("创新指数"),
            notice,
        ),
        raw_folder / "innovation" / "innovation_index.csv",
    )
    _write(
        by_year.filter("has_policy").select(
            pl.col("year").alias("年份"),
            pl.col("city_code").alias("行政区划代码"),
            pl.col("city_name").alias("城市"),
            ("关于推进" + pl.col("city_name") + "电子政务工作的意见（虚构）").alias("文件名称"),
            notice,
        ),
        raw_folder / "policies" / "egov_policies.csv",
    )


def _write(table: pl.DataFrame, path: Path) -> None:
    """Nothing for a table without rows: before 2010 no city has a policy, and nobody keeps an empty list."""
    if table.is_empty():
        return
    path.parent.mkdir(parents=True)
    table.write_csv(path, include_bom=True)
