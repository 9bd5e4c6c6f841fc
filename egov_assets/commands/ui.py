"""`egov ui`: Dagster's UI over the run history of these outputs, until Ctrl-C."""

import argparse
import os
import subprocess
import sys

from egov_assets.platform.folders import Folders

ADDRESS = "127.0.0.1"  # this machine only: the UI has no password


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    ui = commands.add_parser(
        "ui",
        help="open the asset graph in the browser (on this machine only)",
        epilog="Example: egov ui --port 3001",
    )
    ui.add_argument("--port", type=int, default=3000)
    ui.set_defaults(command=open_ui)


def open_ui(options: argparse.Namespace, folders: Folders) -> int:
    """Serve the UI with its daemon, on the instance that `egov run` writes."""
    from egov_assets.running.instance import WORKSPACE

    environment = dagster_environment(folders)
    home = environment["DAGSTER_HOME"]
    command = [sys.executable, "-m", "dagster", "dev", "--workspace", str(WORKSPACE)]
    print(f"http://{ADDRESS}:{options.port} (ready in about half a minute; Ctrl-C ends it)", flush=True)
    # Started in its home: beside another dagster.yaml Dagster prints a warning about which of the two it reads.
    return subprocess.call([*command, "--host", ADDRESS, "--port", str(options.port)], cwd=home, env=environment)


def dagster_environment(folders: Folders) -> dict[str, str]:
    """The environment of Dagster's own processes, after preparing the home they share with `egov run`."""
    from egov_assets.running.instance import prepare_home

    return os.environ | {
        "DAGSTER_HOME": str(prepare_home(folders)),
        "EGOV_RAW": str(folders.raw),
        "EGOV_OUTPUTS": str(folders.outputs),
        "EGOV_TRUTH": str(folders.truth),
    }
