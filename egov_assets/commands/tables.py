"""`egov tables`: print Table 2, published, planted and ours; of a study without a paper its own tables."""

import argparse

from egov_assets.commands import CannotRun
from egov_assets.platform.folders import Folders


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    tables = commands.add_parser(
        "tables",
        help="print Table 2: published, planted, ours; or a study's own tables",
        epilog="Example: egov tables",
    )
    tables.set_defaults(command=print_tables)


def print_tables(_: argparse.Namespace, folders: Folders) -> int:
    """Print what the last run made."""
    show_tables(folders)
    return 0


def show_tables(folders: Folders) -> None:
    """Print Table 2 beside the published one, or the tables of a study without a paper.

    Raises  CannotRun if no run has made them yet
    """
    from egov_assets.paper.chosen import has_paper
    from egov_assets.platform.lake import TableMissing

    try:
        if has_paper(folders.study_file):
            _print_table_02(folders)
        else:
            _print_own_tables(folders)
    except TableMissing as reason:
        raise CannotRun(str(reason)) from reason


def _print_table_02(folders: Folders) -> None:
    from rich.console import Console

    from egov_assets.platform.lake import scan_table
    from egov_assets.replication.side_by_side import table_2_side_by_side

    comparison = scan_table(folders.lake, "published_comparison", ()).collect()
    if comparison.height:
        Console().print(table_2_side_by_side(comparison))


def _print_own_tables(folders: Folders) -> None:
    """The tables as they lie in Markdown, Table 1 where there is no other; nothing if there is no panel."""
    from egov_assets.platform.lake import scan_table
    from egov_assets.regression_tables.specifications import own_tables

    if scan_table(folders.lake, "table_01_descriptives", ()).collect().is_empty():
        return
    for name in own_tables(folders.study_file) or ("table_01",):
        print((folders.tables / f"{name}.md").read_text(encoding="utf-8"))
