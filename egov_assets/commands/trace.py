"""`egov trace table_02 3 egscore`: from a printed cell back to the raw files and their hashes."""

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING

from egov_assets.commands import CannotRun
from egov_assets.platform.folders import SETTINGS_FILES, Folders
from egov_assets.platform.years import YEARS

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    trace = commands.add_parser(
        "trace",
        help="from a printed cell back to the files and their hashes",
        epilog="Example: egov trace table_02 3 egscore",
    )
    trace.add_argument("table", help="table_02")
    trace.add_argument("column", help="3")
    trace.add_argument("term", help="egscore")
    trace.set_defaults(command=trace_cell)


def trace_cell(options: argparse.Namespace, folders: Folders) -> int:
    """Print the estimate in all variants, its sample by year, and every file it rests on."""
    from rich.console import Console

    from egov_assets.platform.changed_files import BESIDE
    from egov_assets.platform.lake import TableMissing, scan_table
    from egov_assets.platform.words import words_of
    from egov_assets.regression_tables.specifications import read_specifications
    from egov_assets.replication import trace

    try:
        estimates = scan_table(folders.lake, "regression_tables", YEARS).collect()
        cell = trace.find_cell(estimates, options.table, options.column, options.term)
        panel = scan_table(folders.lake, "firm_panel", YEARS).collect()
    except (TableMissing, trace.NoSuchCell) as reason:
        raise CannotRun(str(reason)) from reason
    console = Console()
    console.print(_variants(f"{options.table} ({options.column}) {options.term}", cell))
    if cell["reason"][0]:
        console.print(f"No estimate: {words_of('regression_tables', 'en').of(cell['reason'][0])}")
    column = read_specifications(folders.study_file)[options.table].columns[options.column]
    sample = trace.sample_by_year(panel, column)
    console.print(_text_table("Its sample", sample.columns, sample.iter_rows()))

    parents, reads = _graph()
    made_by = read_specifications(folders.study_file)[options.table].asset or options.table
    inputs = trace.panel_inputs(folders, column, parents["firm_panel"])
    chain = [made_by, "firm_panel", *trace.upstream(inputs, parents)]
    raw_tables = [name for name in chain if name.startswith("raw_")]
    patterns = [
        *(f"{BESIDE}{name}" for name in SETTINGS_FILES),
        *(pattern for name in chain for pattern in reads.get(name, ())),
    ]
    versions = [version for name in chain for version in trace.table_versions(folders, name)]
    versions += trace.raw_versions(folders, raw_tables, patterns)
    rows = (
        (each.name, each.year or "", _count(each.rows), f"{each.sha256[: trace.SHOWN_OF_HASH]} {each.since}".strip())
        for each in versions
    )
    console.print(_text_table("Made from (nearest first)", ("table or file", "year", "rows", "SHA-256"), rows))
    if any(each.since for each in versions):
        print("The cell rests on the files as they were; `egov run` takes in what changed since.")
    if late := trace.listed_since(folders, raw_tables):
        words = f"The files were listed again after {', '.join(late)} read them, so hashes may be of newer ones"
        print(f"{words}; `egov run --all` reads them again.")
    return 0


def _variants(title: str, cell: "pl.DataFrame") -> "Table":
    heads = ("variant", "estimate", "std_error", "p_value", "n", "n_clusters")
    rows = ((row[0], *map(_number, row[1:4]), *row[4:]) for row in cell.select(heads).iter_rows())
    return _text_table(title, heads, rows)


def _text_table(title: str, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> "Table":
    from rich.table import Table

    shown = Table(title=title, title_justify="left")
    for at, head in enumerate(heads):
        shown.add_column(head, justify="right" if at else "left", overflow="fold")
    for row in rows:
        shown.add_row(*map(str, row))
    return shown


def _graph() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Each asset's direct sources, and the patterns of files that some read beside them.

    The inventory of files is no source: nothing is made from what it holds, and the files themselves are traced.
    """
    from egov_assets.definitions import defs
    from egov_assets.platform.contract import READS

    nodes = {node.key.to_user_string(): node for node in defs.resolve_asset_graph().asset_nodes}
    tables = {name for name, node in nodes.items() if node.is_materializable} - {"file_inventory"}
    parents = {
        name: sorted({each.to_user_string() for each in nodes[name].parent_keys} & tables) for name in sorted(tables)
    }
    reads = {name: node.metadata[READS] for name, node in nodes.items() if READS in node.metadata}
    return parents, reads


def _count(rows: int | None) -> str:
    return "" if rows is None else f"{rows:,}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.5g}"
