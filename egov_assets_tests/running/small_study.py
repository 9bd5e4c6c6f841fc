"""A study of three tiny tables with the job names of the real one, for tests of the machinery."""

import os
from typing import ClassVar

import dagster as dg
import pandera.polars as pa
import polars as pl

from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.contract import Table
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake_asset import lake_asset
from egov_assets.platform.resources import RESOURCES
from egov_assets.raw.assets import file_inventory
from egov_assets.raw.file_versions import FILES
from egov_assets.running.jobs import JOBS
from egov_assets.running.sensors import SENSORS


class Quality(Table):
    """Quality of a firm in a year."""

    firm: str = pa.Field(description="firm id")
    year: pl.Int32 = pa.Field(description="calendar year")
    qua: float = pa.Field(ge=0, le=1, nullable=True, description="quality, from 0 to 1")
    _key: ClassVar[list[str]] = ["firm", "year"]


class Mean(Table):
    """Mean quality over firms and years."""

    rows: int = pa.Field(gt=0, description="firm-years")
    mean_qua: float = pa.Field(description="mean quality")
    _key: ClassVar[list[str]] = ["rows"]


def has_two_firms(table: pl.DataFrame) -> CheckResult:
    """At least two firms in every year."""
    return CheckResult(table.height >= 2, f"{table.height} firms, at least 2", {"firms": table.height})


class UnreadableFile(ValueError):
    """As a raw chapter raises it."""


@lake_asset(schema=Quality, group="raw", by_year=True, deps=["file_inventory"], warnings=[has_two_firms])
def raw_quality(year: int, folders: Folders) -> pl.DataFrame:
    """What stands in the raw file of the year: `firm,qua` lines."""
    path = folders.raw / f"quality_{year}.csv"
    if os.environ.get("EGOV_TEST_KILL") == str(year):
        os.kill(os.getpid(), 9)
    text = path.read_text("utf-8")
    if not text.startswith("firm,qua\n"):
        raise UnreadableFile(f"quality {year}, {path.name}: column qua is missing. Re-export the file.")
    lines = pl.read_csv(text.encode(), schema={"firm": pl.String, "qua": pl.Float64})
    return lines.select("firm", pl.lit(year, pl.Int32).alias("year"), "qua")


@lake_asset(schema=Quality, group="clean", by_year=True)
def clean_quality(raw_quality: pl.LazyFrame) -> pl.LazyFrame:
    """Rows with a value."""
    return raw_quality.drop_nulls("qua")


@lake_asset(schema=Quality, group="firm_match", by_year=True)
def quality_moments(clean_quality: pl.LazyFrame) -> pl.LazyFrame:
    """Named like the real one, because a job selects it."""
    return clean_quality


@lake_asset(schema=Mean, group="product_quality", by_year=False)
def quality_coefficients(quality_moments: pl.LazyFrame) -> tuple[pl.LazyFrame, dict[str, str]]:
    """Mean over all years."""
    mean = quality_moments.select(pl.len().cast(pl.Int64).alias("rows"), pl.col("qua").mean().alias("mean_qua"))
    return mean, {"source": "all years"}


@lake_asset(schema=Quality, group="product_quality", by_year=True)
def product_quality(quality_moments: pl.LazyFrame, quality_coefficients: pl.DataFrame) -> pl.LazyFrame:
    """Quality relative to the mean of all years."""
    mean = quality_coefficients["mean_qua"][0]
    return quality_moments.with_columns((pl.col("qua") / mean / 10).alias("qua"))


@lake_asset(schema=Quality, group="product_quality", by_year=True)
def firm_quality(product_quality: pl.LazyFrame) -> pl.LazyFrame:
    """The same rows again."""
    return product_quality


@lake_asset(schema=Quality, group="regression_tables", by_year=False)
def firm_panel(firm_quality: pl.LazyFrame) -> pl.LazyFrame:
    """All years one below the other."""
    return firm_quality


ASSETS = [
    file_inventory,
    raw_quality,
    clean_quality,
    quality_moments,
    quality_coefficients,
    product_quality,
    firm_quality,
    firm_panel,
]

defs = dg.Definitions(
    assets=[*FILES, *ASSETS], jobs=JOBS, sensors=SENSORS, resources=RESOURCES, executor=dg.in_process_executor
)
