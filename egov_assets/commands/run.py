"""`egov run`: make what changed since the last complete run, everything, or one year, and what depends on it."""

import argparse
import logging
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from egov_assets.commands import CannotRun
from egov_assets.commands.demo import write_economy
from egov_assets.commands.tables import print_tables
from egov_assets.platform.folders import NOTE, Folders
from egov_assets.platform.years import YEARS

if TYPE_CHECKING:
    from egov_assets.running.progress import ChapterBars
    from egov_assets.running.worker import Outcome

UNREAD_COLUMNS_SHOWN = 12


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    run = commands.add_parser("run", help="make every table that is not up to date")
    what = run.add_mutually_exclusive_group()
    what.add_argument("--year", type=int, choices=YEARS, help="this year again, and what depends on it")
    what.add_argument("--all", action="store_true", help="everything again, changed or not")
    run.set_defaults(command=run_study)


def run_study(options: argparse.Namespace, folders: Folders) -> int:
    """Run the jobs of the study for the years that need it, say what failed, and print Table 2 if nothing did."""
    from concurrent.futures.process import BrokenProcessPool

    from rich.console import Console

    from egov_assets.alerts.incidents import follow
    from egov_assets.platform.catalog import build_catalog
    from egov_assets.platform.settings_file import SettingsError
    from egov_assets.platform.validity import what_years_lack
    from egov_assets.running.last_run import inspect
    from egov_assets.running.progress import ChapterBars
    from egov_assets.running.study_run import StudyRun

    try:
        reasons = inspect(folders).reasons
    except OSError as reason:
        raise CannotRun(
            f"{reason.filename} cannot be read: {reason.strerror}. Let this account read it, or take it away."
        ) from reason
    years = (options.year,) if options.year else YEARS if options.all else tuple(reasons)
    if not (options.year or options.all):
        _say_why(reasons)
    for line in what_years_lack(YEARS):
        print(f"Known beforehand: {line}")
    if not years:
        build_catalog(folders)
        return _show(folders)
    try:
        study = StudyRun(folders)
    except SettingsError as reason:
        raise CannotRun(str(reason)) from reason
    except OSError as reason:
        raise CannotRun(
            f"{reason.filename or folders.outputs} cannot be written: {reason.strerror}. Make room there, let this "
            "account write there, or name another folder in EGOV_OUTPUTS."
        ) from reason
    logging.basicConfig(filename=study.log, level=logging.INFO, force=True)
    with study, ChapterBars(Console()) as bars:
        if not _has_raw_files(folders):
            _write_missing_economy(folders, bars)
        try:
            bars.add(study.plan(years))
        except BrokenProcessPool as reason:
            raise CannotRun(f"the definitions could not be loaded; {study.log} says why") from reason
        outcomes = study.execute(years, bars.advance)
    build_catalog(folders)
    for outcome in outcomes:
        if outcome.report.is_bad:
            print(f"\n{outcome.report.alert().text}")
        follow(outcome.report, folders)
    print_not_available(folders)
    if not all(outcome.succeeded for outcome in outcomes):
        print(f"\n{_what_was_left(outcomes)}\nLog: {study.log}", file=sys.stderr)
        return 1
    return _show(folders)


def _say_why(reasons: Mapping[int, str]) -> None:
    for reason in dict.fromkeys(reasons.values()):
        print(f"{_listed(year for year in reasons if reasons[year] == reason)}: {reason}")
    if unchanged := [year for year in YEARS if year not in reasons]:
        print(
            f"{_listed(unchanged)}: files, settings, software and tables are as the last complete run left them, "
            "so not read again (`egov run --all` makes everything)"
        )


def _listed(years: Iterable[int]) -> str:
    return ", ".join(map(str, years))


def print_not_available(folders: Folders) -> None:
    """What could not be made, and which files would make it possible; nothing if all was made."""
    from egov_assets.platform.availability import lacking_in, tables_by_reason

    lines = tables_by_reason(lacking_in(folders.lake, YEARS))
    if lines:
        print(f"\nNot available from the files in {folders.raw}:")
    for tables, why in lines:
        print(f"  {why}: {tables}")


def _show(folders: Folders) -> int:
    print_tables(argparse.Namespace(), folders)
    _say_what_was_not_read(folders)
    print(f"\nReport      {folders.report}\nTables      {folders.tables}\nData lake   {folders.lake}")
    print(f"SQL views   {folders.catalog}\nAsset graph `egov ui`")
    return 0


def _say_what_was_not_read(folders: Folders) -> None:
    """Of all coded and numeric cells of the years how many were understood, and what was not, by column and year."""
    from egov_assets.clean.readings import readings_in_words
    from egov_assets.platform.lake import scan_table

    readings = scan_table(folders.lake, "column_readings", YEARS).collect()
    filled, understood = readings["filled"].sum(), readings["understood"].sum()
    print(f"\nCells of coded and numeric columns: {filled:,} filled, {understood:,} understood")
    lines = [
        f"  {year} {sentence}" for year in YEARS for sentence in readings_in_words(readings.filter(year=year))
    ]  # fmt: skip
    print("\n".join(lines[:UNREAD_COLUMNS_SHOWN]), end="\n" if lines else "")
    if len(lines) > UNREAD_COLUMNS_SHOWN:
        print(f"  and {len(lines) - UNREAD_COLUMNS_SHOWN} more: table column_readings")


def _what_was_left(outcomes: "Sequence[Outcome]") -> str:
    from egov_assets.running.stages import STAGE_JOBS

    began = {outcome.job for outcome in outcomes}
    left = [job.name for job in STAGE_JOBS if job.name not in began]
    return (
        f"Not run after that: {', '.join(left) or 'nothing'}. "
        "What was published before stays as it was; `egov run` continues once the cause is mended."
    )


def _has_raw_files(folders: Folders) -> bool:
    return any(not path.is_dir() and path.name != NOTE for path in folders.raw.rglob("*"))


def _write_missing_economy(folders: Folders, bars: "ChapterBars") -> None:
    if os.environ.get("EGOV_RAW") or folders.study_file.exists():
        raise CannotRun(f"{folders.raw} holds no files. Put your raw files there, or `egov demo` to fill it.")
    write_economy(folders, bars)
