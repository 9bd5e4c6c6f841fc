"""`egov doctor`: what is in the raw files, and what the study can make of them, before anything runs."""

import argparse
from typing import TYPE_CHECKING

from egov_assets.commands import CannotRun, add_json, print_json
from egov_assets.platform.folders import Folders
from egov_assets.platform.years import YEARS

if TYPE_CHECKING:
    from rich.console import Console

    from egov_assets.doctor.diagnosis import Examination
    from egov_assets.doctor.possible import Graph

LINES_SHOWN = 5  # of what is no fault


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    doctor = commands.add_parser(
        "doctor",
        help="examine the raw files: dialects, columns, units, what can be computed",
        epilog="Example: egov doctor --propose",
    )
    doctor.add_argument(
        "--propose",
        action="store_true",
        help="write a section `sources` that would read the files that cannot be recognised, for you to check",
    )
    doctor.add_argument("--details", action="store_true", help="every line, as on the page")
    add_json(doctor)
    doctor.set_defaults(command=examine_raw_files)


def examine_raw_files(options: argparse.Namespace, folders: Folders) -> int:
    """Print the examination and write it as a page; 0 if every year can be read and published, 1 if not."""
    from dataclasses import asdict

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
    examination = examine(
        folders.raw, YEARS, columns, study_graph(folders), read_cleaning(folders.study_file), folders.lake
    )
    page = folders.outputs / "doctor.html"
    publish_text(doctor_page(examination), page)
    if options.json:
        print_json({"is_sound": examination.is_sound, "page": page, **asdict(examination)})
        return 0 if examination.is_sound else 1
    print_examination(examination, Console(), options.details)
    more = (
        "Columns with samples"
        if options.details
        else "Every line, and columns with samples (or `egov doctor --details`)"
    )
    print(f"\n{more}:\n{page}")
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


def print_examination(examination: "Examination", console: "Console", details: bool = False) -> None:
    """The sources with their years side by side, then what is wrong with them, and what can be computed.

    details  every line; else of what is no fault a few, or how many there are
    """
    from rich.padding import Padding
    from rich.text import Text

    console.print(f"Raw files in {examination.raw}", style="bold", highlight=False, markup=False, soft_wrap=True)
    print_sources(examination, console)
    for title, style, shown, lines in _sections(examination):
        if lines:
            console.print(
                f"\n[bold {style}]{title}[/]" + ("" if details or shown else f": {len(lines):,}, listed with --details")
            )
        for line in lines if details else lines[:shown]:
            console.print(Padding(Text(line), (0, 0, 0, 2)))
        if not details and 0 < shown < len(lines):
            console.print(f"  and {len(lines) - shown} more")


def print_sources(examination: "Examination", console: "Console") -> None:
    """A line a source: of each year rows, columns found of those known, and the share that the cleaning rejects.

    As many years stand side by side as the console is wide.
    """
    from rich.table import Table

    rejected = {year.year: year.rejected_shares for year in examination.judged}
    cells = {
        (each.source, each.year): [*each.rows_and_columns, _percent(rejected.get(each.year, {}).get(each.source))]
        for each in examination.found
    }
    years = sorted({year for _, year in cells})
    sources = list(dict.fromkeys(source for source, _ in cells))
    widths = [max((len(of[part]) for of in cells.values()), default=0) for part in range(3)]
    texts = {
        place: " ".join(text.rjust(width) for text, width in zip(of, widths, strict=True)).rstrip()
        for place, of in cells.items()
    }
    names = max(map(len, sources), default=0)
    side_by_side = max(1, (console.width - names) // (sum(widths) + 4))
    for first in range(0, len(years), side_by_side):
        block = years[first : first + side_by_side]
        table = Table("", *(str(year) for year in block), box=None, padding=(0, 2, 0, 0), pad_edge=False)
        for source in sources:
            table.add_row(source, *(texts.get((source, year), "") for year in block))
        console.print(table, highlight=False)
    console.print("rows, columns found of those known, share of rows that the cleaning rejects", style="dim")


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def _how_read(summary: list[str]) -> str:
    source, year, files, form, dialect, _, _, missing, unused = summary
    parts = [f"{files} files", form, f"dialect {dialect}" if dialect else ""]
    parts += [f"not in the files: {missing}" if missing else "", f"not used: {unused}" if unused else ""]
    return f"{source} {year}: {'; '.join(filter(None, parts))}"


def _sections(examination: "Examination") -> list[tuple[str, str, int, list[str]]]:
    """Title, style, how many lines are shown if details are not asked for, lines. What is wrong is always shown."""

    def of_sources(kind: str) -> list[str]:
        return [f"{each.source} {each.year}: {line}" for each in examination.found for line in getattr(each, kind)]

    def of_years(kind: str) -> list[str]:
        return [f"{each.year} {line.strip()}" for each in examination.judged for line in getattr(each, kind)]

    faults, stops = of_sources("all_faults"), of_years("stops")
    computed = [
        *(f"{', '.join(ready.columns)}: {ready.words}" for ready in examination.ready),
        *(listed.words for listed in examination.lists),
        *examination.consequences,
    ]
    return [
        ("Cannot be read", "red", len(faults), faults),
        ("Would not be published", "red", len(stops), stops),
        ("Look at", "yellow", LINES_SHOWN, of_sources("all_doubts")),
        ("Cells that cannot be read", "yellow", LINES_SHOWN, of_years("unread")),
        ("How it was read", "dim", 0, [_how_read(each.summary) for each in examination.found if each.files]),
        ("Left out, with reasons", "dim", 0, of_sources("left_out")),
        ("Rows that the cleaning rejects, by reason", "dim", 0, of_years("rejected")),
        ("Files that nothing reads", "dim", LINES_SHOWN, list(examination.unread)),
        (
            "Not available from these files",
            "",
            len(examination.not_available),
            [f"{why}: {tables}" for tables, why in examination.not_available],
        ),
        ("What can be computed", "", len(computed), computed),
    ]
