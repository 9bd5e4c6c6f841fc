"""`egov doctor`: what is in the raw files, and what the study can make of them, before anything runs."""

import argparse
from typing import TYPE_CHECKING

from egov_assets.commands import CannotRun
from egov_assets.platform.folders import Folders
from egov_assets.platform.years import YEARS

if TYPE_CHECKING:
    from rich.console import Console

    from egov_assets.doctor.diagnosis import Examination
    from egov_assets.doctor.possible import Graph


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    doctor = commands.add_parser("doctor", help="examine the raw files: dialects, columns, units, what can be computed")
    doctor.add_argument(
        "--propose",
        action="store_true",
        help="write a section `sources` that would read the files that cannot be recognised, for you to check",
    )
    doctor.set_defaults(command=examine_raw_files)


def examine_raw_files(options: argparse.Namespace, folders: Folders) -> int:
    """Print the examination and write it as a page; 0 if every year can be read and published, 1 if not."""
    from rich.console import Console

    from egov_assets.clean.settings import read_cleaning
    from egov_assets.doctor.diagnosis import examine
    from egov_assets.doctor.page import doctor_page
    from egov_assets.doctor.propose import proposed_sources
    from egov_assets.platform.written_files import publish_text
    from egov_assets.raw.sources import read_sources
    from egov_assets.regression_tables.specifications import read_specifications
    from egov_assets.running.study_settings import check_settings

    if not folders.raw.is_dir():
        raise CannotRun(f"there is no folder {folders.raw}. Put your raw files there, or `egov demo` to write some.")
    check_settings(folders)
    columns = {
        (name, number): column.variables
        for name, table in read_specifications(folders.study_file).items()
        for number, column in table.columns.items()
    }
    examination = examine(folders.raw, YEARS, columns, study_graph(folders), read_cleaning(folders.study_file))
    page = folders.outputs / "doctor.html"
    publish_text(doctor_page(examination), page)
    print_examination(examination, Console())
    print(f"\nColumns with samples: {page}")
    if options.propose:
        text = proposed_sources(folders.raw, read_sources(folders.study_file), YEARS)
        proposal = folders.outputs / "proposed_sources.yml"
        if text:
            publish_text(text, proposal)
        print(
            f"Proposed section `sources` of study.yml: {proposal}"
            if text
            else "Nothing to propose: the headers of all files are known."
        )
    return 0 if examination.is_sound else 1


def study_graph(folders: Folders) -> "Graph":
    """The tables of the study, its own among them."""
    from egov_assets.definitions import build_definitions
    from egov_assets.doctor.possible import Graph

    return Graph.of(build_definitions(folders).resolve_all_asset_specs())


def print_examination(examination: "Examination", console: "Console") -> None:
    """The table of sources, faults, doubts, files left out, what the cleaning says of rows, and what is computable."""
    from rich.markup import escape
    from rich.table import Table

    from egov_assets.doctor.found import SUMMARY

    sources = Table(title=f"Raw files in {examination.raw}", title_justify="left")
    for heading in SUMMARY:
        sources.add_column(heading, justify="right" if heading in ("files", "rows", "columns") else "left")
    for each in examination.found:
        sources.add_row(*map(escape, each.summary))
    console.print(sources)
    for style, title, lines in (
        ("red", "Cannot be read", [(each, line) for each in examination.found for line in each.all_faults]),
        ("yellow", "Look at", [(each, line) for each in examination.found for line in each.all_doubts]),
        ("dim", "Left out", [(each, line) for each in examination.found for line in each.left_out]),
    ):
        if lines:
            console.print(f"\n[bold {style}]{title}")
        for each, line in lines:
            console.print(f"  {each.source} {each.year}: {line}", markup=False, highlight=False, soft_wrap=True)
    for style, title, part in (
        ("red", "Would not be published", "stops"),
        ("dim", "Rows that the cleaning rejects", "rejected"),
        ("yellow", "Cells that cannot be read", "unread"),
    ):
        judged = [f"  {each.year} {line.strip()}" for each in examination.judged for line in getattr(each, part)]
        if judged:
            console.print(f"\n[bold {style}]{title}")
        for line in judged:
            console.print(line, markup=False, highlight=False, soft_wrap=True)
    if examination.not_available:
        console.print("\n[bold]Not available from these files")
    for tables, why in examination.not_available:
        console.print(f"  {why}: {tables}", markup=False, highlight=False, soft_wrap=True)
    console.print("\n[bold]What can be computed")
    for ready in examination.ready:
        console.print(f"  {', '.join(ready.columns)}: {ready.words}", markup=False, highlight=False, soft_wrap=True)
    for listed in examination.lists:
        console.print(f"  {listed.words}", markup=False, highlight=False, soft_wrap=True)
    for line in examination.consequences:
        console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
    if examination.unread:
        console.print("\n[bold]Files that nothing reads")
    for line in examination.unread:
        console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
