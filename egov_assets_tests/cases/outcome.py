"""A case laid over a sound year, through the readers, the cleaning and the doctor: what these do and say."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path

import polars as pl
from rich.console import Console

from egov_assets.clean.build_year import build_year, words
from egov_assets.clean.settings import read_cleaning
from egov_assets.commands.doctor import print_examination
from egov_assets.doctor.diagnosis import examine
from egov_assets.doctor.values import JudgedYear, judgement
from egov_assets.platform.folders import STUDY_FILE, Folders, study_file_of
from egov_assets.platform.settings_file import SettingsError
from egov_assets.platform.words import words_of
from egov_assets.raw.assets import no_file_stands_under_two_years
from egov_assets.raw.city_lists import INNOVATION, POLICIES, BadCityList, read_city_list
from egov_assets.raw.errors import BadSource
from egov_assets.regression_tables.specifications import read_specifications
from egov_assets.running.study_settings import check_settings
from egov_assets_tests.clean.one_year import write_raw_tables
from egov_assets_tests.raw import tiny_files as files

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Outcome:
    """What became of a case. `source year` -> rows behind the clean table, and rejected rows by reason.

    refusals  why the run stops, empty if it does not
    rows      `source year` -> rows that were read
    tables    table -> its rows of all years of the case
    said      all that the doctor prints, `is_sound` its exit code, `judged` its sentences on rows by year
    """

    refusals: tuple[str, ...]
    said: str
    is_sound: bool
    judged: tuple[JudgedYear, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    stays: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class CleanedYear:
    refusals: tuple[str, ...]
    judged: JudgedYear | None = None
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)


def years_of(name: str) -> list[int]:
    """The years in which a case has files; 2011 for one without years."""
    return sorted({int(path.name) for path in (FOLDER / name).glob("*/*") if path.name.isdigit()}) or [2011]


def lay_over_a_sound_year(name: str, raw: Path) -> None:
    """A row in every source; of the sources that the case has, only the case's files."""
    for year in years_of(name):
        files.whole_year(raw, year)
    for path in (FOLDER / name).iterdir():
        shutil.rmtree(raw / path.name, ignore_errors=True)
    shutil.copytree(FOLDER / name, raw, dirs_exist_ok=True)
    if (settings := raw / STUDY_FILE).exists():
        settings.replace(study_file_of(raw))


def outcome(name: str, folder: Path) -> Outcome:
    """Both answers to a case, with `folder` to work in. What is no refusal of the product is raised."""
    folders, years = Folders(folder / "raw", folder / "outputs", folder / "truth"), years_of(name)
    raw, outputs = folders.raw, folders.outputs
    lay_over_a_sound_year(name, raw)
    try:
        check_settings(folders)
    except SettingsError as refusal:
        return Outcome((str(refusal),), str(refusal), False)  # the doctor asks the same before it looks at a file
    columns = {
        (table, number): column.variables
        for table, each in read_specifications(folders.study_file).items()
        for number, column in each.columns.items()
    }
    examination = examine(raw, years, columns)
    cleaned = {year: _cleaned(raw, outputs, year) for year in years}
    unreadable = {each.year for each in examination.found if not each.is_readable}
    judged = tuple(each.judged for year, each in cleaned.items() if each.judged and year not in unreadable)
    examination = replace(examination, judged=judged)
    console = Console(width=4000, file=StringIO())
    print_examination(examination, console, details=True)
    tables = {
        table: pl.concat(each.tables[table] for each in cleaned.values())
        for table in set.intersection(*(set(each.tables) for each in cleaned.values()))
    }
    return Outcome(
        (*_lists(raw), *(refusal for each in cleaned.values() for refusal in each.refusals)),
        console.file.getvalue(),
        examination.is_sound,
        judged,
        **_rows(tables),
        tables=tables,
    )


def _cleaned(raw: Path, outputs: Path, year: int) -> CleanedYear:
    """The year as the assets make it: the inventory's check, the raw tables, the cleaning."""
    twice = no_file_stands_under_two_years(year, Folders(raw, outputs, outputs))
    if not twice.passed:
        return CleanedYear((twice.words,))
    try:
        write_raw_tables(raw, outputs / "lake", year)
    except BadSource as bad:
        return CleanedYear((str(bad),))
    with build_year(outputs / "lake", year, read_cleaning(study_file_of(raw))) as build:
        tables = {table: pl.read_parquet(build.folder / f"{table}.parquet") for table in build.tables}
        return CleanedYear((words(build),) if build.bad else (), judgement(build), tables)


def _lists(raw: Path) -> list[str]:
    refusals = []
    for name in (POLICIES, INNOVATION):
        try:
            read_city_list(raw, name)
        except BadCityList as bad:
            refusals.append(str(bad))
    return refusals


def _rows(tables: Mapping[str, pl.DataFrame]) -> dict[str, dict]:
    if "sample_flow" not in tables:
        return {"rows": {}, "stays": {}, "rejected": {}}
    flow = tables["sample_flow"].select(pl.format("{} {}", "source", "year").alias("place"), "step", "rows")
    said = words_of("clean", "en").of
    rejected: dict[str, dict[str, int]] = {}
    counts = tables["rejected_rows"].group_by("source", "year", "reason").len().sort("source", "year", "reason")
    for source, year, reason, rows in counts.iter_rows():
        rejected.setdefault(f"{source} {year}", {})[said(reason)] = rows
    return {
        "rows": dict(flow.filter(step="00 read").select("place", "rows").iter_rows()),
        "stays": dict(flow.filter(step="99 clean").select("place", "rows").iter_rows()),
        "rejected": rejected,
    }
