"""`egov serve webserver` and `egov serve daemon`: the halves of `egov ui` as services (deploy/README.md)."""

import argparse
import os
import sys

from egov_assets.commands.ui import dagster_environment, webserver_command
from egov_assets.platform.folders import Folders


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = commands.add_parser(
        "serve",
        help="webserver or daemon alone, as a service of a server",
        epilog="Example: egov serve webserver --port 3001",
    )
    serve.add_argument("part", choices=("webserver", "daemon"))
    serve.add_argument("--port", type=int, default=3000, help="of the webserver, on this machine only")
    serve.add_argument("--read-only", action="store_true", help="for guests: nothing can be started or changed")
    serve.set_defaults(command=become_service)


def become_service(options: argparse.Namespace, folders: Folders) -> int:
    """Replace this process by Dagster's, so that the service manager's signals reach it."""
    from egov_assets.running.instance import WORKSPACE

    environment = dagster_environment(folders)
    if options.part == "webserver":
        command = webserver_command(options, str(WORKSPACE))
    else:
        command = ["dagster._daemon", "run", "--workspace", str(WORKSPACE)]
    os.chdir(environment["DAGSTER_HOME"])
    os.execve(sys.executable, [sys.executable, "-m", *command], environment)
