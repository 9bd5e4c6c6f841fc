"""The examination of a whole raw folder: every source and year, and what the study can make of it."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from egov_assets.clean.settings import Cleaning, read_cleaning
from egov_assets.doctor.examine import examine_source, unread_files
from egov_assets.doctor.examine_own import with_its_rows
from egov_assets.doctor.found import SourceFound
from egov_assets.doctor.possible import ColumnsReady, Graph, PrintedColumn, columns_ready
from egov_assets.doctor.readiness import LISTS, ListFound, consequences, lists_found
from egov_assets.doctor.values import JudgedYear, judge_year
from egov_assets.platform.availability import tables_by_reason
from egov_assets.platform.folders import study_file_of
from egov_assets.platform.lake import table_path
from egov_assets.platform.validity import what_years_lack
from egov_assets.product_quality.reliability import words_of_suspicions
from egov_assets.raw.city_lists import TERRAIN
from egov_assets.raw.corrections import read_corrections
from egov_assets.raw.files import subfolder
from egov_assets.raw.own_sources import read_own_sources
from egov_assets.raw.presence import lacking_sources
from egov_assets.raw.schema import file_columns
from egov_assets.raw.sources import RAW_TABLES, read_sources
from egov_assets.raw.tables import YearRead
from egov_assets.raw.work_reports import FOLDER as WORK_REPORTS
from egov_assets.raw.year_files import source_files

OTHER_FOLDERS = (TERRAIN, WORK_REPORTS)


@dataclass(frozen=True)
class Examination:
    """All that `egov doctor` says."""

    raw: Path
    found: tuple[SourceFound, ...]
    ready: tuple[ColumnsReady, ...]
    not_available: tuple[tuple[str, str], ...]  # tables, and which files would make them possible
    lists: tuple[ListFound, ...]
    consequences: tuple[str, ...]
    unread: tuple[str, ...]
    judged: tuple[JudgedYear, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Every source and list can be read, and the cleaning would publish every year it was asked about."""
        is_readable = all(each.is_readable for each in self.found) and not any(each.fault for each in self.lists)
        return is_readable and not any(each.stops for each in self.judged)


def examine(
    raw: Path,
    years: Sequence[int],
    columns: Mapping[PrintedColumn, Sequence[str]] | None = None,
    graph: Graph | None = None,
    cleaning: Cleaning | None = None,
    lake: Path | None = None,
) -> Examination:
    """Read every file of every source and year once and say what was found.

    columns   printed column (table, number) -> variables of the firm panel it needs
    graph     of the study's tables; with it, what can be made of them
    cleaning  with it, also what it would do with the rows of every year whose sources can all be read
    lake      with it, also what quality rests on by the last run
    Raises    SettingsError if sections `sources` or `cleaning` of study.yml, or corrections.yml, cannot be used
    """
    study_file = study_file_of(raw)
    read_cleaning(study_file)
    sources = read_sources(study_file)
    columns, lacking = columns or {}, lacking_sources(raw, years)
    found, judged = [], []
    for year in years:
        with tempfile.TemporaryDirectory() as scratch:
            of_year, reads = _examine_year(raw, year, Path(scratch))
            found += of_year
            if cleaning and all(each.is_readable for each in of_year):
                judged.append(judge_year(raw, year, reads, cleaning, lacking))
    found.sort(key=lambda each: (list(sources).index(each.source), each.year))
    if graph:
        lacking = graph.lacking(lacking, years)
    claimed = {path for name in sources for year in years for path in source_files(raw, sources[name], year)}
    folders = {pattern.partition("/")[0] for source in sources.values() for pattern in source.files}
    return Examination(
        raw,
        tuple(found),
        tuple(columns_ready(graph, columns, lacking, _filled(found, judged, years), years) if graph else ()),
        tuple(tables_by_reason(lacking)),
        tuple(lists_found(raw, columns)),
        (*consequences(found), *what_years_lack(years), *_of_last_run(lake)),
        tuple(unread_files(raw, claimed, folders, {*LISTS, *OTHER_FOLDERS})),
        tuple(judged),
    )


def _of_last_run(lake: Path | None) -> list[str]:
    """How far elasticities and markets of the last run carry quality; nothing before one."""
    path = table_path(lake, "quality_coefficients") if lake else None
    if path is None or not path.exists():
        return []
    coefficients = pl.read_parquet(path)
    return [f"quality, by the last run: {words_of_suspicions(coefficients)}"] if coefficients.height else []


def _filled(
    found: Sequence[SourceFound], judged: Sequence[JudgedYear], years: Sequence[int]
) -> dict[int, Mapping[str, frozenset[str]]]:
    """Of the years that can be read and would be published, the columns with a value of each clean table."""
    filled = {each.year: each.filled for each in judged}
    bad = {each.year for each in found if not each.is_readable} | {each.year for each in judged if each.stops}
    return {year: filled.get(year, {}) for year in years if year not in bad}


def _examine_year(raw: Path, year: int, scratch: Path) -> tuple[list[SourceFound], dict[str, YearRead]]:
    study_file = study_file_of(raw)
    sources, corrections = read_sources(study_file), read_corrections(study_file)
    found, reads = [], {}
    for name, schema in RAW_TABLES.items():
        of_source, reads[name] = examine_source(
            raw, name, sources[name], year, file_columns(schema), corrections.of(name, year), subfolder(scratch, name)
        )
        found.append(of_source)
    for name, own in read_own_sources(study_file).items():
        of_source, read = examine_source(
            raw, name, sources[name], year, list(own.headers), corrections.of(name, year), subfolder(scratch, name)
        )
        found.append(with_its_rows(raw, of_source, own, read))
    return found, reads
