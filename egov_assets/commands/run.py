"""`egov run`: make what is not up to date, everything, or one year, and what then is out of date."""

import argparse
import logging
import os
import shlex
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from egov_assets.commands import CannotRun, add_json, print_json
from egov_assets.commands.demo import write_economy
from egov_assets.commands.tables import show_tables
from egov_assets.platform.folders import Folders
from egov_assets.platform.years import YEARS

if TYPE_CHECKING:
    from egov_assets.running.planner import Place
    from egov_assets.running.progress import ChapterBars

UNREAD_COLUMNS_SHOWN = 12
TABLES_SHOWN = 3


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    run = commands.add_parser(
        "run",
        help="make every table that is not up to date",
        epilog="Example: egov run --why, then egov run; egov run firm_panel makes one table and what it needs",
    )
    run.add_argument("tables", nargs="*", metavar="TABLE", help="only these and what they need, if not up to date")
    run.add_argument("--why", action="store_true", help="list what is not up to date and why, and make nothing")
    add_json(run)
    what = run.add_mutually_exclusive_group()
    what.add_argument("--year", type=int, choices=YEARS, help="this year again, and what depends on it")
    what.add_argument("--all", action="store_true", help="everything again, changed or not")
    run.set_defaults(command=run_study)


def run_study(options: argparse.Namespace, folders: Folders) -> int:
    """Make what is not up to date, say what failed, and print Table 2 if nothing did.

    Raises  CannotRun if something outside the tables stops it
    """
    from egov_assets.running.lease import NotHeld
    from egov_assets.running.study_run import HistoryLost

    try:
        return _run(options, folders)
    except (HistoryLost, NotHeld) as reason:
        raise CannotRun(str(reason)) from None


def _run(options: argparse.Namespace, folders: Folders) -> int:
    from concurrent.futures.process import BrokenProcessPool

    from rich.console import Console

    from egov_assets.alerts.outbox import deliver_due
    from egov_assets.platform.catalog import build_catalog
    from egov_assets.platform.validity import what_years_lack
    from egov_assets.raw.year_files import has_files
    from egov_assets.running.duration import in_words
    from egov_assets.running.planner import UnknownTable, Wanted
    from egov_assets.running.progress import ChapterBars
    from egov_assets.running.study_run import StudyRun
    from egov_assets.running.unchanged import look

    if options.json and not options.why:
        raise CannotRun(
            "--json goes with --why: a run tells what it does as it does it. Leave out --json, or add --why."
        )
    wanted = Wanted(everything=options.all, year=options.year, tables=tuple(options.tables))
    try:
        is_unchanged = wanted == Wanted() and look(folders).is_unchanged
    except OSError as reason:
        raise CannotRun(
            f"{reason.filename} cannot be read: {reason.strerror}. Let this account read it, or take it away."
        ) from reason
    if options.json and is_unchanged:
        print_json({"stale": []})
        return 0
    for line in () if options.json else what_years_lack(YEARS):
        print(f"Known beforehand: {line}")
    if is_unchanged:
        print("Nothing to make: files, settings, software and tables are as they were (`egov run --all` makes all).")
        deliver_due(folders)
        build_catalog(folders)
        return _show(folders)
    try:
        study = StudyRun(folders)
    except OSError as reason:
        raise CannotRun(
            f"{reason.filename or folders.outputs} cannot be written: {reason.strerror}. Make room there, let this "
            "account write there, or name another folder in EGOV_OUTPUTS."
        ) from reason
    logging.basicConfig(filename=study.log, level=logging.INFO, force=True)
    with study, ChapterBars(Console(stderr=options.json)) as bars:
        if not has_files(folders.raw):
            _write_missing_economy(folders, bars)
        if not options.json:
            print(_what_is_there(folders), flush=True)
        try:
            looked = study.look(wanted)
        except BrokenProcessPool as reason:
            raise CannotRun(f"the definitions could not be loaded; {study.log} says why") from reason
        except UnknownTable as unknown:
            raise CannotRun(str(unknown)) from unknown
        if options.json:
            stale = [{"table": table, "year": year, "why": why} for (table, year), why in looked.stale.items()]
            print_json({"stale": stale})
            return 0
        _say_why(looked.stale, options.why)
        if options.why:
            return 0
        print(f"{in_words(looked.duration, folders)} What is up to date stays.", flush=True)
        bars.add(looked.at_most)
        outcomes = study.execute(looked.stale, wanted, bars.advance)
        problems = study.finish(outcomes)
    for outcome in outcomes:
        if outcome.report.is_bad:
            print(f"\n{outcome.report.alert().text}")
    for problem in problems:
        print(f"egov: {problem}", file=sys.stderr)
    print_not_available(folders)
    if not all(outcome.succeeded for outcome in outcomes):
        print(
            "\nWhat depends on that was not made; what was published before stays as it was. `egov run` continues once "
            f"the cause is mended.\nLog: {study.log}",
            file=sys.stderr,
        )
        return 1
    if wanted.tables:  # there may be no other table to show yet
        print(f"\nUp to date: {', '.join(wanted.tables)}, in {folders.lake}")
        return 0
    return _show(folders)


def _what_is_there(folders: Folders) -> str:
    """The first words of a run: what it will read, make and leave where."""
    from egov_assets.running.duration import raw_megabytes

    return (
        f"Study {folders.study_file.parent}, years {_listed(YEARS)}: {raw_megabytes(folders):,.0f} MB of raw files.\n"
        f"Tables, figures and a report go to {folders.outputs}. Looking for what is not up to date takes some seconds."
    )


def _say_why(stale: "Mapping[Place, str]", all_of_it: bool) -> None:
    """What is not up to date, a line for each reason; without `all_of_it` in a few words each."""
    tables: dict[str, dict[str, list[int]]] = {}
    for (table, year), why in stale.items():
        tables.setdefault(why, {}).setdefault(table, []).extend([] if year is None else [year])
    for why, of in sorted(tables.items()):
        named = [f"{table} {_listed(years)}".strip() for table, years in of.items()]
        shown = named if all_of_it else named[:TABLES_SHOWN]
        more = f" and {len(named) - len(shown)} more" if len(named) > len(shown) else ""
        print(f"{why}: {', '.join(shown)}{more}")
    if all_of_it and not stale:
        print("Everything is up to date.")


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
    show_tables(folders)
    _say_what_was_not_read(folders)
    _say_the_answer(folders)
    return 0


def _say_the_answer(folders: Folders) -> None:
    """The last words of a run: the headline of the report, where everything lies, and what to do next."""
    from egov_assets.paper.chosen import has_paper
    from egov_assets.platform.lake import scan_table
    from egov_assets.platform.words import words_of
    from egov_assets.regression_tables.specifications import own_tables
    from egov_assets.replication.answer import headline, headline_cell, lead, names_of

    own, words = own_tables(folders.study_file), words_of("replication", "en")
    cell = headline_cell(own, has_paper(folders.study_file))
    estimate = headline(scan_table(folders.lake, "regression_tables", ()).collect(), cell)
    egov = f"egov --study {shlex.quote(os.environ['EGOV_STUDY'])}" if os.environ.get("EGOV_STUDY") else "egov"
    next_steps = [f"`{egov} ui` shows tables, checks and failing rows in the browser"]
    if estimate is None:
        said = words["answer_missing"]
    else:
        of_estimate = lead(estimate, names_of(cell, own, words), words)
        said = f"{of_estimate.number}, {of_estimate.interval}. {of_estimate.text}"
        trace = f"`{egov} trace {cell.table} {cell.column} {cell.term}`"
        next_steps.insert(0, f"{trace} follows this number back to your files")
    print(f"\nThe answer  {said}")
    print(f"Report      {folders.report}\nTables      {folders.tables}")
    print(f"Data lake   {folders.lake}\nSQL views   {folders.catalog}")
    print("Next        " + "\n            ".join(next_steps))


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


def _write_missing_economy(folders: Folders, bars: "ChapterBars") -> None:
    if os.environ.get("EGOV_RAW") or folders.study_file.exists():
        raise CannotRun(f"{folders.raw} holds no files. Put your raw files there, or `egov demo` to fill it.")
    write_economy(folders, bars)
