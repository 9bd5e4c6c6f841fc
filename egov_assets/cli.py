"""`egov`: write the demo economy, run the study, open the UI, print Table 2.

Heavy modules are imported inside the commands, so that `egov --help` answers at once.
"""

import argparse
import csv
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from egov_assets.folders import Folders
from egov_assets.study import YEARS

if TYPE_CHECKING:
    from egov_assets.orchestration.bars import ChapterBars
    from egov_assets.orchestration.worker import Outcome

UI_ADDRESS = "127.0.0.1"  # this machine only: the UI has no password


class CannotRun(Exception):
    """A command cannot do what it was asked; the message says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 failed, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    logging.captureWarnings(True)  # libraries' notices go to the log of the run, not between the bars
    try:
        return options.command(options)
    except CannotRun as reason:
        print(f"egov: {reason}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("egov", description="Does digital government raise export quality? The study.")
    commands = parser.add_subparsers(required=True, metavar="command")

    demo = commands.add_parser("demo", help="write the raw files of an invented economy with a known answer")
    demo.add_argument("--scale", type=float, help="size; 1 is about 200,000 customs lines a year")
    demo.add_argument("--seed", type=int, help="another seed makes another economy with the same truth")
    demo.add_argument("--truth", type=Path, metavar="FILE", help="a YAML file of settings that differ")
    demo.set_defaults(command=write_demo)

    run = commands.add_parser("run", help="make every table, or remake one year and what depends on it")
    run.add_argument("--year", type=int, choices=YEARS, help="only this year's raw files changed")
    run.set_defaults(command=run_study)

    ui = commands.add_parser("ui", help="open the asset graph in the browser (on this machine only)")
    ui.add_argument("--port", type=int, default=3000)
    ui.set_defaults(command=open_ui)

    tables = commands.add_parser("tables", help="print Table 2: published, planted, ours")
    tables.set_defaults(command=print_tables)
    return parser


def write_demo(options: argparse.Namespace) -> int:
    """`egov demo`"""
    from rich.console import Console

    from egov_assets.orchestration.bars import ChapterBars

    folders = Folders.from_environment()
    with ChapterBars(Console()) as bars:
        _write_economy(folders, bars, options.truth, scale=options.scale, seed=options.seed)
    print(f"Raw files   {folders.raw}\nThe truth   {folders.truth}")
    return 0


def run_study(options: argparse.Namespace) -> int:
    """`egov run`"""
    from concurrent.futures.process import BrokenProcessPool

    from rich.console import Console

    from egov_assets.monitoring.channels import send_alert
    from egov_assets.orchestration.bars import ChapterBars
    from egov_assets.orchestration.catalog import build_catalog
    from egov_assets.orchestration.instance import SettingsMissing
    from egov_assets.orchestration.jobs import stages
    from egov_assets.orchestration.study_run import StudyRun

    folders = Folders.from_environment()
    todo = stages(YEARS, (options.year,) if options.year else YEARS)
    try:
        study = StudyRun(folders)
    except SettingsMissing as reason:
        raise CannotRun(str(reason)) from reason
    logging.basicConfig(filename=study.log, level=logging.INFO)
    with study, ChapterBars(Console()) as bars:
        if not _has_files(folders.raw):
            _write_missing_economy(folders, bars)
        try:
            bars.add(study.plan(todo))
        except BrokenProcessPool as reason:
            raise CannotRun(f"the definitions could not be loaded; {study.log} says why") from reason
        outcomes = study.execute(todo, bars.advance)
    build_catalog(folders)
    for outcome in outcomes:
        if outcome.report:
            print(f"\n{outcome.report.message()}")
            send_alert(outcome.report, folders)
    if not all(outcome.succeeded for outcome in outcomes):
        print(f"\n{_what_was_left(outcomes, [stage.job for stage in todo])}\nLog: {study.log}", file=sys.stderr)
        return 1
    _print_table_02(folders)
    print(f"\nTables      {folders.tables}\nData lake   {folders.lake}\nSQL views   {folders.catalog}")
    print("Asset graph `egov ui`")
    return 0


def open_ui(options: argparse.Namespace) -> int:
    """`egov ui`: Dagster's UI over the run history of these outputs, until Ctrl-C."""
    from egov_assets.orchestration.instance import SettingsMissing, prepare_home

    folders = Folders.from_environment()
    try:
        home = prepare_home(folders)
    except SettingsMissing as reason:
        raise CannotRun(str(reason)) from reason
    environment = os.environ | {
        "DAGSTER_HOME": str(home),
        "EGOV_RAW": str(folders.raw),
        "EGOV_OUTPUTS": str(folders.outputs),
        "EGOV_TRUTH": str(folders.truth),
    }
    command = [sys.executable, "-m", "dagster", "dev", "--workspace", str(Path("workspace.yaml").absolute())]
    print(f"http://{UI_ADDRESS}:{options.port} (ready in about half a minute; Ctrl-C ends it)")
    # Started in its home: beside another dagster.yaml Dagster prints a warning about which of the two it reads.
    return subprocess.call([*command, "--host", UI_ADDRESS, "--port", str(options.port)], cwd=home, env=environment)


def print_tables(_: argparse.Namespace) -> int:
    """`egov tables`"""
    _print_table_02(Folders.from_environment())
    return 0


def _print_table_02(folders: Folders) -> None:
    from rich.console import Console
    from rich.table import Table

    path = folders.outputs / "published_comparison.csv"
    if not path.exists():
        raise CannotRun(f"there is no {path} yet; `egov run` makes it")
    with path.open(encoding="utf-8", newline="") as file:
        cells = [cell for cell in csv.DictReader(file) if cell["table"] == "table_02"]
    shown = Table(title="Table 2: digital government and export quality")
    for heading in ("column", "term"):
        shown.add_column(heading)
    for heading in ("published", "planted", "ours"):
        shown.add_column(heading, justify="right")
    shown.add_column("verdict")
    for cell in cells:
        published = cell["published"] + cell["published_stars"]
        shown.add_row(
            cell["column"], cell["term"], published, _rounded(cell["planted"]), _rounded(cell["ours"]), cell["verdict"]
        )
    Console().print(shown)


def _rounded(number: str) -> str:
    return f"{float(number):.4f}" if number else ""


def _what_was_left(outcomes: "Sequence[Outcome]", jobs: Sequence[str]) -> str:
    began = {outcome.job for outcome in outcomes}
    left = [job for job in jobs if job not in began]
    return (
        f"Not run after that: {', '.join(left) or 'nothing'}. "
        "What was published before stays as it was; `egov run` continues once the cause is mended."
    )


def _has_files(folder: Path) -> bool:
    return folder.exists() and any(folder.iterdir())


def _write_missing_economy(folders: Folders, bars: "ChapterBars") -> None:
    if os.environ.get("EGOV_RAW"):
        raise CannotRun(
            f"EGOV_RAW names {folders.raw}, which holds no files. Put your raw files there, or `egov demo` to fill it."
        )
    _write_economy(folders, bars)


def _write_economy(
    folders: Folders, bars: "ChapterBars", truth_file: Path | None = None, **changes: float | None
) -> None:
    from egov_assets.demo_economy.truth import read_truth
    from egov_assets.demo_economy.write import FolderHoldsOtherData, write_demo_economy
    from egov_assets.settings_file import SettingsError

    try:
        truth = read_truth(truth_file).with_changes(
            **{name: value for name, value in changes.items() if value is not None}
        )
        write_demo_economy(truth, folders.raw, folders.truth, progress=bars.follow("demo_economy"))
    except (SettingsError, FolderHoldsOtherData) as reason:
        raise CannotRun(str(reason)) from reason


if __name__ == "__main__":
    sys.exit(main())
