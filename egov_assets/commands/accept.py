"""`egov accept 2011 --note "..."`: this version of the year is right; later runs are compared with it."""

import argparse

from egov_assets.commands import CannotRun
from egov_assets.platform.folders import Folders
from egov_assets.platform.years import YEARS


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    accept = commands.add_parser("accept", help="keep a year's tables as what later runs are compared with")
    accept.add_argument("year", type=int, choices=YEARS)
    accept.add_argument("--note", default="", help="why it is right, for whoever asks later")
    accept.set_defaults(command=accept_year)


def accept_year(options: argparse.Namespace, folders: Folders) -> int:
    """Write the profile of the year's clean tables, in the place of the one accepted before."""
    from datetime import UTC, datetime

    from egov_assets.checks.drift import WATCHED, Accepted, accepted_file, profile_of
    from egov_assets.platform.lake import TableMissing
    from egov_assets.platform.written_files import publish_text

    try:
        tables = {table: profile_of(folders, table, options.year) for table in WATCHED}
    except TableMissing as reason:
        raise CannotRun(str(reason)) from reason
    accepted = Accepted(
        year=options.year,
        note=options.note,
        accepted_at=datetime.now(UTC).isoformat(timespec="seconds"),
        tables=tables,
    )
    path = accepted_file(folders, options.year)
    publish_text(accepted.model_dump_json(indent=1), path)
    counts = ", ".join(f"{table} {each.rows:,} rows" for table, each in tables.items())
    print(f"accepted {options.year}: {counts}\n{path}")
    return 0
