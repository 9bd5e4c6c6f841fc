"""`egov defects`: of the defects planted in the demo economy, how many the cleaning found or repaired, by class."""

import argparse

from egov_assets.commands import CannotRun
from egov_assets.platform.folders import Folders
from egov_assets.platform.years import YEARS


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    defects = commands.add_parser(
        "defects",
        help="demo only: recall and precision of the cleaning for planted defects",
        epilog="Example: egov defects",
    )
    defects.set_defaults(command=print_scores)


def print_scores(_: argparse.Namespace, folders: Folders) -> int:
    """Print the scores of the last run; 1 if a planted defect was missed or a sound row caught for one."""
    import polars as pl
    from rich.console import Console
    from rich.table import Table

    from egov_assets.platform.lake import TableMissing, scan_table
    from egov_assets.validation.planted_defects import defect_scores, is_missed

    planted = folders.truth / "defects.parquet"
    if not planted.exists():
        raise CannotRun(f"there is no {planted}: only the demo economy (`egov demo`) knows its defects.")
    try:
        rejected = scan_table(folders.lake, "rejected_rows", YEARS).collect()
        readings = scan_table(folders.lake, "column_readings", YEARS).collect()
    except TableMissing as reason:
        raise CannotRun(str(reason)) from reason
    scores = defect_scores(pl.read_parquet(planted), rejected, readings)
    shown = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for heading in scores.columns:
        is_text = heading in ("class", "treatment")
        shown.add_column(
            heading.removeprefix("judged_"),
            justify="left" if is_text else "right",
            no_wrap=heading == "class",
        )
    for row in scores.iter_rows():
        shown.add_row(*(_text(cell) for cell in row))
    Console().print(shown)
    return 1 if is_missed(scores) else 0


def _text(cell: str | int | float | None) -> str:
    match cell:
        case None:
            return ""
        case int():
            return f"{cell:,}"
        case float():
            return f"{cell:.3f}"
        case _:
            return cell
