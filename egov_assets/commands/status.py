"""`egov status`: is the study up to date, did anything fail, do alerts wait, is there room?"""

import argparse
import json

from egov_assets.commands import CannotRun
from egov_assets.platform.folders import Folders


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    status = commands.add_parser(
        "status",
        help="say how the study is: up to date, failing, alerts that wait, disk, versions",
        epilog="Example: egov status --json",
    )
    status.add_argument("--json", action="store_true", help="print the answer as JSON, and nothing else")
    status.set_defaults(command=show_status)


def show_status(options: argparse.Namespace, folders: Folders) -> int:
    """Print it; 1 if somebody should look at something.

    Raises  CannotRun if nothing was made yet
    """
    from egov_assets.running.status import status_of

    if not folders.dagster_home.is_dir():
        raise CannotRun(f"nothing was made in {folders.outputs} yet. `egov run` makes it.")
    found = status_of(folders)
    if options.json:
        print(json.dumps(found.as_dict(), ensure_ascii=False, indent=1))
        return 1 if found.problems else 0
    print("\n".join(found.problems) or "All is well.")
    print(f"\nLast complete run  {found.last_complete or 'none, or not as recorded since'}")
    print(f"Being made by      {found.being_made_by or 'nobody'}")
    print(f"Free disk          {found.free_disk_bytes / 2**30:.1f} GiB")
    print(f"Versions           {', '.join(f'{name} {number}' for name, number in found.versions.items())}")
    return 1 if found.problems else 0
