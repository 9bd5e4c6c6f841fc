"""`egov tables`: print Table 2, published, planted and ours."""

import argparse

from egov_assets.commands import CannotRun
from egov_assets.platform.folders import Folders


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    tables = commands.add_parser("tables", help="print Table 2: published, planted, ours")
    tables.set_defaults(command=print_tables)


def print_tables(_: argparse.Namespace, folders: Folders) -> int:
    """Print what the last run made."""
    print_table_02(folders)
    return 0


def print_table_02(folders: Folders) -> None:
    """Print Table 2 from the lake.

    Raises  CannotRun if no run has made it yet
    """
    from rich.console import Console

    from egov_assets.platform.lake import TableMissing, scan_table
    from egov_assets.replication.side_by_side import table_2_side_by_side

    try:
        comparison = scan_table(folders.lake, "published_comparison", ()).collect()
    except TableMissing as reason:
        raise CannotRun(str(reason)) from reason
    if comparison.height:
        Console().print(table_2_side_by_side(comparison))
