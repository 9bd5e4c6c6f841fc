"""A year of hand-made raw files through the readers and dbt, the way the assets do it."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from egov_assets.clean.build_year import NodeResult, build_year, publish, words
from egov_assets.clean.settings import Cleaning
from egov_assets.platform.lake import table_path, write_table
from egov_assets.platform.words import words_of
from egov_assets.raw.schema import RawCustoms, RawEgovScores, RawFirmSurvey, file_columns
from egov_assets.raw.tables import read_tables
from egov_assets.raw.yearbooks import read_city_yearbook, read_province_yearbook


@dataclass(frozen=True)
class CleanYear:
    lake: Path
    year: int
    results: tuple[NodeResult, ...]
    versions: dict[str, str]

    def table(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(table_path(self.lake, name, self.year), hive_partitioning=False)

    def reasons(self, source: str, file_part: str = "") -> dict[int, str]:
        """Row of the file -> reason of its rejection in English words."""
        rejected = self.table("rejected_rows").filter(
            pl.col("source") == source, pl.col("source_file").str.contains(file_part, literal=True)
        )
        return dict(zip(rejected["source_row"], map(words_of("clean", "en").of, rejected["reason"]), strict=True))


def write_raw_tables(raw: Path, lake: Path, year: int) -> None:
    for name, schema in (("customs", RawCustoms), ("firm_survey", RawFirmSurvey), ("egov_scores", RawEgovScores)):
        write_table(read_tables(raw, name, year, file_columns(schema))[0], table_path(lake, f"raw_{name}", year))
    write_table(read_city_yearbook(raw, year)[0], table_path(lake, "raw_city_yearbook", year))
    write_table(read_province_yearbook(raw, year)[0], table_path(lake, "raw_province_yearbook", year))


def refusal(raw: Path, outputs: Path, year: int, cleaning: Cleaning | None = None) -> str:
    """Why the year is not published, in the words that a user reads."""
    write_raw_tables(raw, outputs / "lake", year)
    with build_year(outputs / "lake", year, cleaning) as build:
        assert build.bad
        return words(build)


def clean(
    raw: Path, outputs: Path, year: int, cleaning: Cleaning | None = None, with_unit_tests: bool = False
) -> CleanYear:
    """Read, build and publish; a failed model or check fails the test with dbt's words."""
    lake = outputs / "lake"
    write_raw_tables(raw, lake, year)
    with build_year(lake, year, cleaning, with_unit_tests) as build:
        assert not build.bad, [(result.name, result.message) for result in build.bad]
        return CleanYear(lake, year, build.results, publish(build, lake))
