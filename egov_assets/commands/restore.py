"""`egov restore BACKUP`: outputs and run history from a backup, into an empty place."""

import argparse
from pathlib import Path

from egov_assets.commands import CannotRun
from egov_assets.platform.folders import Folders


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    restore = commands.add_parser(
        "restore",
        help="bring back outputs and run history from a backup",
        epilog="Example: egov restore /media/disk/backups/2026-11-30_023000",
    )
    restore.add_argument("backup", type=Path, metavar="BACKUP", help="a dated folder that `egov backup` wrote")
    restore.set_defaults(command=restore_study)


def restore_study(options: argparse.Namespace, folders: Folders) -> int:
    """Fill the empty outputs, and the empty database if the history is kept in one.

    Raises  CannotRun if something is there already or the backup cannot be read
    """
    from egov_assets.running.backup import NotRestored, restore

    try:
        restore(options.backup, folders)
    except (NotRestored, OSError) as reason:
        raise CannotRun(str(reason)) from reason
    print(f"Restored into {folders.outputs}. `egov verify` holds it against the recorded hashes.")
    return 0
