"""`egov accept 2011 --because "..."`: this version of the year is right; later runs are compared with it."""

import argparse

from egov_assets.commands import CannotRun
from egov_assets.platform.folders import Folders
from egov_assets.platform.years import YEARS


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    accept = commands.add_parser(
        "accept",
        help="keep a year's tables as what later runs are compared with",
        epilog='Example: egov accept 2011 --because "the ministry confirmed the totals"',
    )
    accept.add_argument("year", type=int, choices=YEARS)
    accept.add_argument("--because", required=True, metavar="REASON", help="why it is right, for whoever asks later")
    accept.set_defaults(command=accept_year)


def accept_year(options: argparse.Namespace, folders: Folders) -> int:
    """Keep the year's profiles and what it is suspected of, in the place of what was accepted before."""
    from datetime import UTC, datetime

    from egov_assets.checks.suspicions import accept, accepted_file
    from egov_assets.platform.lake import TableMissing
    from egov_assets.platform.written_files import publish_text

    try:
        accepted = accept(folders, options.year, options.because, datetime.now(UTC).isoformat(timespec="seconds"))
    except TableMissing as reason:
        raise CannotRun(str(reason)) from reason
    path = accepted_file(folders, options.year)
    publish_text(accepted.model_dump_json(indent=1), path)
    counts = ", ".join(f"{table} {each.rows:,} rows" for table, each in accepted.tables.items())
    print(f"accepted {options.year}: {counts}")
    for table, suspicions in accepted.suspicions.items():
        for what in suspicions:
            print(f"  no longer asked: {table}, {what}")
    print(path)
    return 0
