"""Invented import tariffs by HS6 and year, csv in UTF-8 with BOM: no rate of them is China's."""

from pathlib import Path

import polars as pl

from egov_assets.demo_economy.random_streams import stream
from egov_assets.demo_economy.raw_files.declared_codes import declared_codes
from egov_assets.platform.reference import table

NOTICE = "演示数据，虚构税率"
MEAN_PERCENT, SHAPE = 9.0, 2.0
YEARLY_CUT = 0.97  # of one product in three


def write_tariffs(years: tuple[int, ...], seed: int, raw_folder: Path) -> None:
    """Write `tariffs/tariffs_<year>.csv`: a rate for each product of the year's HS revision; a third of them falls."""
    folder = raw_folder / "tariffs"
    folder.mkdir(parents=True)
    rng = stream(seed, "tariffs")
    products = table("hs6_classes").select("hs6").sort("hs6")
    drawn = products.with_columns(
        first=pl.Series(rng.gamma(SHAPE, MEAN_PERCENT / SHAPE, len(products))),
        falls=pl.Series(rng.random(len(products)) < 1 / 3),
    )
    for position, year in enumerate(years):
        cut = pl.when("falls").then(YEARLY_CUT**position).otherwise(1.0)
        rates = drawn.select("hs6", rate=(pl.col("first") * cut).round(1))
        rates.join(declared_codes(year), left_on="hs6", right_on="hs6_2007_code").group_by("hs6_code").agg(
            pl.col("rate").sort_by("hs6").first()
        ).sort("hs6_code").select(
            pl.lit(year).alias("年份"),
            pl.col("hs6_code").alias("HS6"),
            pl.col("rate").alias("税率（%）"),
            pl.lit(NOTICE).alias("数据说明"),
        ).write_csv(folder / f"tariffs_{year}.csv", include_bom=True)
