"""What the cleaning would make of a year's rows: its own rules, run on the files before anything is published.

What belongs here: running them and putting what they say into sentences. Not here: the rules, which are dbt_project/'s.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from egov_assets.clean.asset_specs import lacking_tables
from egov_assets.clean.assets import MANIFEST
from egov_assets.clean.build_year import YearBuild, build_year, words
from egov_assets.clean.readings import readings_in_words
from egov_assets.clean.settings import Cleaning
from egov_assets.doctor.possible import Place
from egov_assets.platform.availability import Lacking
from egov_assets.platform.contract import without_rows
from egov_assets.platform.lake import table_path, write_table
from egov_assets.platform.words import words_of
from egov_assets.raw.errors import BadSource
from egov_assets.raw.schema import file_columns
from egov_assets.raw.sources import RAW_TABLES
from egov_assets.raw.tables import YearRead, rows_read
from egov_assets.raw.yearbooks import read_city_yearbook, read_province_yearbook

VALUES_SHOWN = 5
YEARBOOKS = {"city_yearbook": read_city_yearbook, "province_yearbook": read_province_yearbook}
# The rules take 30 s of processor time for a million lines, reading 4. Of a larger year the lines of some companies are
# judged, all lines of each, so that what is asked of flows, copies and several files is answered as for all.
LINES_JUDGED_WHOLE, LINES_OF_A_SAMPLE = 1_000_000, 200_000
ID_CHARACTERS = 10  # other ids are none, and many lines may share one: of these, single lines
REMEDIES = {"partner in no country list": "; cleaning.customs.partner_names can say which countries they are"}


@dataclass(frozen=True)
class JudgedYear:
    """A year as the cleaning sees it: why it would not be published, which rows go, which cells say nothing to it."""

    year: int
    stops: tuple[str, ...]
    rejected: tuple[str, ...]
    unread: tuple[str, ...]
    filled: Mapping[str, frozenset[str]]  # clean table -> its columns that have a value
    rejected_shares: Mapping[str, float] = field(default_factory=dict)  # of the rows of a source


def judge_year(
    raw: Path, year: int, reads: Mapping[str, YearRead], cleaning: Cleaning, lacking: Mapping[Place, Lacking]
) -> JudgedYear:
    """The year's rows through the rules of the cleaning; nothing is kept.

    reads    source -> what was read of its files, for those that are plain tables
    lacking  (raw table, year) -> what it lacks, of those without files
    """
    with tempfile.TemporaryDirectory() as scratch:
        lake = Path(scratch) / "lake"
        try:
            sample = _write_raw_tables(raw, lake, year, reads, lacking)
        except BadSource as bad:
            return JudgedYear(year, (str(bad),), (), (), {})
        of_clean = lacking_tables(MANIFEST, year, lambda table, at: lacking.get((table, at), ()))
        with build_year(lake, year, cleaning, lacking=of_clean) as build:
            judged = judgement(build)
    return replace(judged, rejected=(*sample, *judged.rejected))


def judgement(build: YearBuild) -> JudgedYear:
    """What a build of the cleaning says of its year's rows and cells, in sentences."""
    stops = tuple(words(build).splitlines()[1:-1]) if build.bad else ()
    filled = {} if stops else {table: _filled(build.folder / f"{table}.parquet") for table in build.tables}
    rejected, unread = tuple(_rejected(build)), tuple(_unread(build))
    return JudgedYear(build.year, stops, rejected, unread, filled, _rejected_shares(build))


def _filled(file: Path) -> frozenset[str]:
    counts = pl.scan_parquet(file).select(pl.all().count()).collect().row(0, named=True)
    return frozenset(column for column, values in counts.items() if values)


def _write_raw_tables(
    raw: Path, lake: Path, year: int, reads: Mapping[str, YearRead], lacking: Mapping[Place, Lacking]
) -> tuple[str, ...]:
    """The raw tables of the year, without rows where there are no files; a sentence if of customs only a sample."""
    sampled: tuple[str, ...] = ()
    for name, schema in RAW_TABLES.items():
        if (f"raw_{name}", year) in lacking:
            rows = without_rows(schema)
        elif name in YEARBOOKS:
            rows = YEARBOOKS[name](raw, year)[0]
        else:
            lines = rows_read(raw, name, year, reads[name], file_columns(schema))
            lines = lines.select(list(schema.to_schema().columns))
            count = lines.select(pl.len()).collect().item() if name == "customs" else 0
            one_in = count // LINES_OF_A_SAMPLE if count > LINES_JUDGED_WHOLE else 1
            rows = (lines if one_in == 1 else lines.filter(_of_some_companies(one_in))).collect(engine="streaming")
            if one_in > 1:
                sampled = (f"customs: judged by one company in {one_in}, {rows.height:,} of {count:,} rows",)
        write_table(rows, table_path(lake, f"raw_{name}", year))
    return sampled


def _of_some_companies(one_in: int) -> pl.Expr:
    is_id = pl.col("company_id").str.len_chars() == ID_CHARACTERS
    drawn_by = pl.when(is_id.fill_null(False)).then("company_id").otherwise(pl.col("source_row").cast(pl.String))
    return drawn_by.hash(seed=0).mod(one_in) == 0


def _rejected(build: YearBuild) -> list[str]:
    """One sentence per source and reason, in the order of the rules, with the most frequent texts that met it."""
    if "rejected_rows" not in build.tables or "sample_flow" not in build.tables:
        return []  # dbt stopped before it had judged every row; why is among the stops
    rows = _rows_read(build)
    rejected, said = pl.read_parquet(build.folder / "rejected_rows.parquet"), words_of("clean", "en").of
    by_reason = rejected.group_by("source", "step", "reason").len("rows").sort("source", "step", "reason")
    return [
        f"{source}: {count:,} of {rows[source]:,} rows ({count / rows[source]:.1%}): {said(reason)}"
        + _shown(rejected.filter(source=source, reason=reason)["printed"])
        + REMEDIES.get(reason, "")
        for source, _, reason, count in by_reason.iter_rows()
    ]


def _rejected_shares(build: YearBuild) -> dict[str, float]:
    if "rejected_rows" not in build.tables or "sample_flow" not in build.tables:
        return {}
    counts = pl.read_parquet(build.folder / "rejected_rows.parquet").group_by("source").len().iter_rows()
    rejected, rows = dict(counts), _rows_read(build)
    return {source: rejected.get(source, 0) / read for source, read in rows.items() if read}


def _rows_read(build: YearBuild) -> dict[str, int]:
    flow = pl.read_parquet(build.folder / "sample_flow.parquet")
    return dict(flow.filter(pl.col("step") == "00 read").select("source", "rows").iter_rows())


def _unread(build: YearBuild) -> list[str]:
    """One sentence per column in which some cell holds something that could not be read."""
    if "column_readings" not in build.tables:
        return []
    return readings_in_words(pl.read_parquet(build.folder / "column_readings.parquet"))


def _shown(printed: pl.Series) -> str:
    counts = printed.drop_nulls().value_counts(name="rows").sort("rows", printed.name, descending=[True, False])
    texts: Sequence[str] = counts[printed.name].head(VALUES_SHOWN).to_list()
    more = ", …" if counts.height > VALUES_SHOWN else ""
    return f" ({', '.join(texts)}{more})" if texts else ""
