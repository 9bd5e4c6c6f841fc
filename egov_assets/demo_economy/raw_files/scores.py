"""Government website scores: one workbook a year, ranks with ties, two producers. Layout: domain.md 5.5."""

from pathlib import Path

import numpy as np
import polars as pl

from egov_assets.demo_economy.random_streams import stream
from egov_assets.demo_economy.raw_files.places import city_names
from egov_assets.demo_economy.raw_files.workbooks import Cell, write_workbook
from egov_assets.paper.study import SCORE_PRODUCER
from egov_assets.platform.exact_sums import sum_across

FIELD_HEADERS = {
    "egscore_idf": "资质认定", "egscore_enp": "企业开办", "egscore_tax": "经营纳税", "egscore_int": "互动交流",
    "egscore_emp": "就业服务", "egscore_doc": "证件办理", "egscore_tra": "交通服务", "egscore_hou": "住房服务",
    "egscore_dis": "信息公开",
}  # fmt: skip
OTHER_PRODUCER = "虚构评测公司"
OTHER_PRODUCER_CITIES = 20  # a competing producer covers few cities and measures another way


def write_scores_year(city_years: pl.DataFrame, year: int, seed: int, raw_folder: Path) -> None:
    """Write `egov_scores/egov_scores_<year>.xlsx`: by rank, the second producer's cities below.

    city_years  as in Economy: the nine fields between 0 and 1, two decimals
    """
    fields = list(FIELD_HEADERS)
    cities = city_years.filter(pl.col("year") == year).sort("city_code")
    cities = cities.join(city_names(year), on="city_code", how="left", maintain_order="left")
    rng = stream(seed, "scores", year)
    drawn = np.sort(rng.choice(len(cities), size=min(OTHER_PRODUCER_CITIES, len(cities)), replace=False))
    others = cities[drawn].with_columns(
        (pl.col(field) + pl.Series(rng.normal(0.0, 0.15, len(drawn)))).clip(0.0, 1.0).round(2) for field in fields
    )
    header = ("排名", "城市", "评测机构", *FIELD_HEADERS.values(), "总分")
    rows = [*_ranked(cities, SCORE_PRODUCER), *_ranked(others, OTHER_PRODUCER)]
    write_workbook(raw_folder / "egov_scores" / f"egov_scores_{year}.xlsx", "评测结果", [header, *rows])


def _ranked(cities: pl.DataFrame, producer: str) -> list[tuple[Cell, ...]]:
    """Rows in file order; cities of equal printed total share a rank and the next rank is left out."""
    total = sum_across(pl.col(field) for field in FIELD_HEADERS) / len(FIELD_HEADERS) * 100
    ranked = cities.with_columns(total=total.round(1), producer=pl.lit(producer))
    ranked = ranked.with_columns(rank=pl.col("total").rank("min", descending=True).cast(pl.Int64))
    short = pl.when(pl.col("rank") % 5 == 0).then("city_name").otherwise("city_short_name")
    printed = ranked.sort("rank", "city_code").select("rank", short.alias("city"), "producer", *FIELD_HEADERS, "total")
    return printed.rows()
