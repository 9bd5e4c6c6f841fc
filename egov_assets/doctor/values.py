"""What the cleaning would make of a year's rows: its own rules, run on the files before anything is published.

What belongs here: running them and putting what they say into sentences. Not here: the rules, which are dbt_project/'s.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from egov_assets.clean.build_year import YearBuild, build_year, words
from egov_assets.clean.settings import Cleaning
from egov_assets.platform.lake import table_path, write_blocks, write_table
from egov_assets.platform.words import words_of
from egov_assets.raw.errors import BadSource
from egov_assets.raw.schema import RawCustoms, RawEgovScores, RawFirmSurvey, file_columns
from egov_assets.raw.tables import read_blocks, read_tables
from egov_assets.raw.yearbooks import read_city_yearbook, read_province_yearbook

VALUES_SHOWN = 5
REMEDIES = {"partner in no country list": "; cleaning.customs.partner_names can say which countries they are"}


@dataclass(frozen=True)
class JudgedYear:
    """A year as the cleaning sees it: why it would not be published, which rows go, which cells say nothing to it."""

    year: int
    stops: tuple[str, ...]
    rejected: tuple[str, ...]
    unread: tuple[str, ...]


def judge_year(raw: Path, year: int, cleaning: Cleaning) -> JudgedYear:
    """The year's rows through the rules of the cleaning; nothing is kept."""
    with tempfile.TemporaryDirectory() as scratch:
        lake = Path(scratch) / "lake"
        try:
            _write_raw_tables(raw, lake, year)
        except BadSource as bad:
            return JudgedYear(year, (str(bad),), (), ())
        with build_year(lake, year, cleaning) as build:
            return judgement(build)


def judgement(build: YearBuild) -> JudgedYear:
    """What a build of the cleaning says of its year's rows and cells, in sentences."""
    stops = tuple(words(build).splitlines()[1:-1]) if build.bad else ()
    return JudgedYear(build.year, stops, tuple(_rejected(build)), tuple(_unread(build)))


def _write_raw_tables(raw: Path, lake: Path, year: int) -> None:
    write_blocks(read_blocks(raw, "customs", year, file_columns(RawCustoms)), table_path(lake, "raw_customs", year))
    survey, _ = read_tables(raw, "firm_survey", year, file_columns(RawFirmSurvey))
    write_table(survey, table_path(lake, "raw_firm_survey", year))
    scores, _ = read_tables(raw, "egov_scores", year, file_columns(RawEgovScores))
    write_table(scores.drop("dialect"), table_path(lake, "raw_egov_scores", year))
    write_table(read_city_yearbook(raw, year)[0], table_path(lake, "raw_city_yearbook", year))
    write_table(read_province_yearbook(raw, year)[0], table_path(lake, "raw_province_yearbook", year))


def _rejected(build: YearBuild) -> list[str]:
    """One sentence per source and reason, in the order of the rules, with the most frequent texts that met it."""
    if "rejected_rows" not in build.tables or "sample_flow" not in build.tables:
        return []  # dbt stopped before it had judged every row; why is among the stops
    read = pl.read_parquet(build.folder / "sample_flow.parquet").filter(pl.col("step") == "00 read")
    rows = dict(read.select("source", "rows").iter_rows())
    rejected, said = pl.read_parquet(build.folder / "rejected_rows.parquet"), words_of("clean", "en").of
    by_reason = rejected.group_by("source", "step", "reason").len("rows").sort("source", "step", "reason")
    return [
        f"{source}: {count:,} of {rows[source]:,} rows ({count / rows[source]:.1%}): {said(reason)}"
        + _shown(rejected.filter(source=source, reason=reason)["printed"])
        + REMEDIES.get(reason, "")
        for source, _, reason, count in by_reason.iter_rows()
    ]


def _unread(build: YearBuild) -> list[str]:
    """One sentence per column in which some cell holds something that could not be read."""
    if "column_readings" not in build.tables:
        return []
    readings = pl.read_parquet(build.folder / "column_readings.parquet")
    return [
        f"{row['source']} {row['column_name']}: {row['filled'] - row['understood']:,} of {row['filled']:,} cells "
        f"cannot be read: {row['most_frequent_unread']}"
        for row in readings.filter(pl.col("understood") < pl.col("filled")).iter_rows(named=True)
    ]


def _shown(printed: pl.Series) -> str:
    counts = printed.drop_nulls().value_counts(name="rows").sort("rows", printed.name, descending=[True, False])
    texts: Sequence[str] = counts[printed.name].head(VALUES_SHOWN).to_list()
    more = ", …" if counts.height > VALUES_SHOWN else ""
    return f" ({', '.join(texts)}{more})" if texts else ""
