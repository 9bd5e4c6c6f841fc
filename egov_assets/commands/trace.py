"""`egov trace table_02 3 egscore`: from a printed cell back to the raw files and their hashes."""

import argparse
from collections.abc import Iterable
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING

from egov_assets.commands import CannotRun, add_json, print_json
from egov_assets.platform.folders import Folders

if TYPE_CHECKING:
    from egov_assets.replication.trace import Tables
    from egov_assets.replication.traced_cell import TracedCell

Grid = tuple[str, list[str], list[list[str]]]  # heading, heads, rows


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    trace = commands.add_parser(
        "trace",
        help="from a printed cell back to the files and their hashes",
        epilog="Example: egov trace table_02 3 egscore; of Table 1: egov trace table_01 qua mean",
    )
    trace.add_argument("table", help="table_02, a table of your own, or table_01")
    trace.add_argument("column", help="3; of Table 1 the variable")
    trace.add_argument("term", help="egscore; of Table 1 the statistic: n, mean, sd, min, max")
    trace.add_argument("--details", action="store_true", help="every variant, table and file, as on the page")
    add_json(trace)
    trace.set_defaults(command=trace_cell)


def trace_cell(options: argparse.Namespace, folders: Folders) -> int:
    """Print ten lines on the cell, and write a page with its way as a picture and every file it rests on."""
    from egov_assets.platform.lake import TableMissing
    from egov_assets.platform.written_files import publish_text
    from egov_assets.replication.trace import NoSuchCell
    from egov_assets.replication.traced_cell import traced_cell

    graph, reads = _graph(folders)
    try:
        cell = traced_cell(folders, graph, reads, options.table, options.column, options.term)
    except (TableMissing, NoSuchCell) as reason:
        raise CannotRun(str(reason)) from reason
    path = folders.outputs / "traces" / f"{_file_name(cell.title)}.html"
    publish_text(trace_page(cell), path)
    if options.json:
        print_json(
            {
                "cell": cell.title,
                "lines": cell.lines,
                "variants": cell.variants.to_dicts(),
                "sample": cell.sample.to_dicts(),
                "tables": cell.tables,
                "versions": [vars(each) for each in cell.versions],
                "page": path,
            }
        )
        return 0
    print(cell.title)
    for line in cell.lines:
        print(indented(line, get_terminal_size().columns))
    if options.details:
        _print_grids(_grids(cell))
    print(f"{'' if options.details else 'Every table and file, or --details: '}{path}")
    return 0


def indented(line: str, width: int) -> str:
    """A line set in by two blanks, and broken between words where it is wider; what follows is set in further."""
    return fill(
        line, width, initial_indent="  ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )


def trace_page(cell: "TracedCell") -> str:
    """The page of a cell as HTML."""
    from egov_assets.platform.pages import page
    from egov_assets.replication.trace_picture import HEIGHT, WIDTH, picture

    drawn = picture(cell.tables, cell.edges)
    return page(
        "trace",
        cell.title,
        lines=cell.lines,
        picture=drawn,
        tables=_grids(cell),
        box_width=WIDTH,
        box_height=HEIGHT,
    )


def _grids(cell: "TracedCell") -> list[Grid]:
    """What the lines leave out, as tables of text."""
    from egov_assets.replication.trace import SHOWN_OF_HASH

    wanted = ("variant", "estimate", "std_error", "p_value", "n", "n_clusters")
    heads = [name for name in wanted if name in cell.variants.columns] or cell.variants.columns
    if "estimate" not in heads:
        heads = cell.variants.columns
    variants = [[_text(value) for value in row] for row in cell.variants.select(heads).iter_rows()]
    sample = [[_text(value) for value in row] for row in cell.sample.iter_rows()]
    files = [
        [each.name, _text(each.year or None), _text(each.rows), f"{each.sha256[:SHOWN_OF_HASH]} {each.since}".strip()]
        for each in cell.versions
    ]
    return [
        ("All variants", heads, variants),
        ("Its sample", cell.sample.columns, sample),
        ("Made from (nearest first)", ["table or file", "year", "rows", "SHA-256"], files),
    ]


def _print_grids(grids: Iterable[Grid]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for heading, heads, rows in grids:
        shown = Table(title=heading, title_justify="left", box=None, padding=(0, 2, 0, 0), pad_edge=False)
        for at, head in enumerate(heads):
            shown.add_column(head, justify="right" if at else "left", overflow="fold")
        for row in rows:
            shown.add_row(*row)
        console.print()
        console.print(shown, markup=False, highlight=False)


def _graph(folders: Folders) -> tuple["Tables", dict[str, list[str]]]:
    """The tables with what they are made from, and the patterns of files that some read beside their inputs.

    The inventory of files is no source: nothing is made from what it holds, and the files themselves are traced.
    """
    from egov_assets.definitions import build_definitions
    from egov_assets.platform.contract import MADE_FROM, READS
    from egov_assets.replication.trace import Tables

    specs = {spec.key.to_user_string(): spec for spec in build_definitions(folders).resolve_all_asset_specs()}
    tables = {name: spec for name, spec in specs.items() if "dagster/column_schema" in spec.metadata}
    del tables["file_inventory"]
    parents = {
        name: sorted({dep.asset_key.to_user_string() for dep in spec.deps} & tables.keys())
        for name, spec in tables.items()
    }
    columns = {
        name: [column.name for column in spec.metadata["dagster/column_schema"].columns]
        for name, spec in tables.items()
    }
    made_from = {name: spec.metadata.get(MADE_FROM, {}) for name, spec in tables.items()}
    cleaned = [name for name, spec in tables.items() if spec.group_name == "clean"]
    reads = {name: spec.metadata[READS] for name, spec in tables.items() if READS in spec.metadata}
    return Tables(parents, columns, made_from, cleaned), reads


def _file_name(title: str) -> str:
    """Letters, digits and _ of a title: `table_06_2_egscore`."""
    return "_".join("".join(each if each.isalnum() or each == "_" else " " for each in title).split())


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.5g}"
    return f"{value:,}" if isinstance(value, int) and value > 9999 else str(value)
