"""`egov diff A B`: two studies, or two versions of one: which files, tables, estimates and verdicts moved, and why."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from egov_assets.commands import CannotRun, add_json, print_json
from egov_assets.platform.folders import Folders

if TYPE_CHECKING:
    from egov_assets.handover.diff import Moved

LINES_SHOWN = 10  # of each part


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    diff = commands.add_parser(
        "diff",
        help="what moved between two studies or outputs: tables, estimates, verdicts, and why",
        epilog="Example: egov diff outputs_of_march outputs",
    )
    diff.add_argument("before", type=Path, metavar="A", help="a study, its outputs, or its lake")
    diff.add_argument("after", type=Path, metavar="B", help="the same")
    diff.add_argument("--details", action="store_true", help="every line, not the first of each part")
    add_json(diff)
    diff.set_defaults(command=show_difference, needs_a_study=False)


def show_difference(options: argparse.Namespace, _: Folders) -> int:
    """Print what moved; 0 if every table is the same file, 1 if not."""
    from egov_assets.definitions import defs
    from egov_assets.handover.diff import NoLake, lake_of, moved
    from egov_assets.platform.contract import KEY_COLUMNS

    specs = {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}
    try:
        before, after = lake_of(options.before), lake_of(options.after)
    except NoLake as reason:
        raise CannotRun(str(reason)) from reason
    found = moved(before, after, specs, KEY_COLUMNS)
    if options.json:
        print_json(
            {
                "is_equal": found.is_equal,
                "files": found.files,
                "tables": [asdict(each) for each in found.tables],
                "estimates": found.estimates.to_dicts(),
                "verdicts": found.verdicts.to_dicts(),
            }
        )
    else:
        print_difference(found, options.details)
    return 0 if found.is_equal else 1


def print_difference(found: "Moved", details: bool) -> None:
    """Causes first, then verdicts and estimates, then every table with what it follows from."""
    from egov_assets.handover.diff import root_causes

    if found.is_equal:
        print("Every table is the same, byte for byte.")
    causes = [f"{cause}: {_named(tables)}" for cause, tables in root_causes(found.tables).items()]
    if found.tables and not causes:
        causes = ["not recorded: one of the two has no run history, or the tables moved by themselves"]
    estimates = [
        f"{row['table']} ({row['column']}) {row['term']}: {_number(row['before'])} to {_number(row['after'])}"
        + _in_errors(row)
        for row in found.estimates.to_dicts()
    ]
    verdicts = [
        f"{row['table']} {row['cell']}: {row['before'] or 'none'} to {row['after'] or 'none'}"
        for row in found.verdicts.to_dicts()
    ]
    tables = [
        f"{each.table} {each.year or ''}".strip()
        + f": {each.how}"
        + (f" [{'; '.join(each.own_causes)}]" if each.own_causes else "")
        + (f" [follows {_named(each.follows)}]" if each.follows else "")
        for each in found.tables
    ]
    for title, lines in (
        ("Causes", causes),
        ("Raw files", list(found.files)),
        ("Verdicts", verdicts),
        ("Printed estimates, most standard errors first", estimates),
        ("Tables", tables),
    ):
        shown = lines if details else lines[:LINES_SHOWN]
        if lines:
            print(f"\n{title} ({len(lines)})")
        for line in shown:
            print(f"  {line}")
        if len(lines) > len(shown):
            print(f"  and {len(lines) - len(shown)} more: --details")


def _named(tables: "list[str] | tuple[str, ...]") -> str:
    more = f" and {len(tables) - 3} more" if len(tables) > 3 else ""
    return ", ".join(tables[:3]) + more


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.5g}"


def _in_errors(row: dict) -> str:
    if None in (row["before"], row["after"], row["std_error"]) or not row["std_error"]:
        return ""
    return f" ({(row['after'] - row['before']) / row['std_error']:+.2g} standard errors)"
