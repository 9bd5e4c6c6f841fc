"""`egov run`: make every table, or remake one year and what depends on it."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from egov_assets.commands import CannotRun
from egov_assets.commands.demo import write_economy
from egov_assets.commands.tables import print_table_02
from egov_assets.folders import Folders
from egov_assets.study import YEARS

if TYPE_CHECKING:
    from egov_assets.orchestration.bars import ChapterBars
    from egov_assets.orchestration.worker import Outcome


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    run = commands.add_parser("run", help="make every table, or remake one year and what depends on it")
    run.add_argument("--year", type=int, choices=YEARS, help="only this year's raw files changed")
    run.set_defaults(command=run_study)


def run_study(options: argparse.Namespace) -> int:
    """Run the jobs of the study, say what failed, and print Table 2 if nothing did."""
    from concurrent.futures.process import BrokenProcessPool

    from rich.console import Console

    from egov_assets.monitoring.incidents import follow
    from egov_assets.orchestration.bars import ChapterBars
    from egov_assets.orchestration.catalog import build_catalog
    from egov_assets.orchestration.instance import SettingsMissing
    from egov_assets.orchestration.jobs import stages
    from egov_assets.orchestration.study_run import StudyRun
    from egov_assets.regression_tables.settings import read_printing
    from egov_assets.regression_tables.specifications import read_specifications
    from egov_assets.settings_file import SettingsError

    folders = Folders.from_environment()
    todo = stages(YEARS, (options.year,) if options.year else YEARS)
    try:
        # Tables are estimated last: a slip in their settings must not show only then.
        read_specifications(folders.raw)
        read_printing(folders.raw)
        study = StudyRun(folders)
    except (SettingsError, SettingsMissing) as reason:
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
            bars.add(study.plan(todo))
        except BrokenProcessPool as reason:
            raise CannotRun(f"the definitions could not be loaded; {study.log} says why") from reason
        outcomes = study.execute(todo, bars.advance)
    build_catalog(folders)
    for outcome in outcomes:
        if outcome.report.is_bad:
            print(f"\n{outcome.report.alert().text}")
        follow(outcome.report, folders)
    if not all(outcome.succeeded for outcome in outcomes):
        print(f"\n{_what_was_left(outcomes, [stage.job for stage in todo])}\nLog: {study.log}", file=sys.stderr)
        return 1
    print_table_02(folders)
    print(f"\nReport      {folders.report}\nTables      {folders.tables}\nData lake   {folders.lake}")
    print(f"SQL views   {folders.catalog}\nAsset graph `egov ui`")
    return 0


def _what_was_left(outcomes: "Sequence[Outcome]", jobs: Sequence[str]) -> str:
    began = {outcome.job for outcome in outcomes}
    left = [job for job in jobs if job not in began]
    return (
        f"Not run after that: {', '.join(left) or 'nothing'}. "
        "What was published before stays as it was; `egov run` continues once the cause is mended."
    )


def _has_raw_files(folders: Folders) -> bool:
    return folders.raw.exists() and any(folders.raw.iterdir())


def _write_missing_economy(folders: Folders, bars: "ChapterBars") -> None:
    if os.environ.get("EGOV_RAW"):
        raise CannotRun(
            f"EGOV_RAW names {folders.raw}, which holds no files. Put your raw files there, or `egov demo` to fill it."
        )
    write_economy(folders, bars)
