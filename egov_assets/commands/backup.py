"""`egov backup FOLDER`: outputs and run history in a dated folder, also while runs go on."""

import argparse
from pathlib import Path

from egov_assets.commands import CannotRun
from egov_assets.platform.folders import Folders


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    backup = commands.add_parser(
        "backup",
        help="copy outputs and run history into a dated folder",
        epilog="Example: egov backup /media/disk/backups",
    )
    backup.add_argument("folder", type=Path, metavar="FOLDER", help="where the backups lie; the last 14 are kept")
    backup.set_defaults(command=back_up_study)


def back_up_study(options: argparse.Namespace, folders: Folders) -> int:
    """Write one backup and print its folder.

    Raises  CannotRun if there is none
    """
    from egov_assets.running.backup import NotBackedUp, back_up

    if not folders.outputs.is_dir():
        raise CannotRun(f"nothing was made in {folders.outputs} yet. `egov run` makes it.")
    try:
        print(back_up(folders, options.folder))
    except (NotBackedUp, OSError) as reason:
        raise CannotRun(f"no backup: {reason}") from reason
    return 0
