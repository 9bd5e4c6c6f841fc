"""`egov ui`: Dagster's UI over the run history of these outputs, until Ctrl-C."""

import argparse
import os
import socket
import urllib.error
import urllib.request
import webbrowser

from egov_assets.commands import CannotRun
from egov_assets.platform.folders import Folders

ADDRESS = "127.0.0.1"  # this machine only: the UI has no password


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    ui = commands.add_parser(
        "ui",
        help="open the asset graph in the browser (on this machine only)",
        epilog="Example: egov ui --port 3001",
    )
    ui.add_argument("--port", type=int, default=3000)
    ui.add_argument("--open", action="store_true", help="open the browser when the pages are ready")
    ui.add_argument("--read-only", action="store_true", help="for guests: nothing can be started or changed")
    ui.set_defaults(command=open_ui)


def open_ui(options: argparse.Namespace, folders: Folders) -> int:
    """Serve the UI with its daemon, on the instance that `egov run` writes; without the daemon if nothing may be run.

    Raises  CannotRun if the port is taken
    """
    from egov_assets.running.ui_processes import Ended, GraphServer, ProcessEnded, Processes, end_by_signals

    _require_free(options.port)
    environment = dagster_environment(folders)
    graph = GraphServer.at(folders.dagster_home, _free_port())
    address = f"http://{ADDRESS}:{options.port}"
    print(f"{address} will be ready in about half a minute; Ctrl-C ends it.", flush=True)
    end_by_signals()
    try:
        # Started in its home: beside another dagster.yaml Dagster prints a warning about which of the two it reads.
        with Processes(folders.dagster_home, environment) as processes:
            processes.start(graph.command)
            processes.wait_until(graph.is_loaded)
            workspace = str(graph.workspace())
            processes.start(webserver_command(options, workspace))
            if not options.read_only:
                processes.start(["dagster._daemon", "run", "--log-level", "warning", "--workspace", workspace])
            processes.wait_until(lambda: _answers(address))
            print(f"{address} is ready.", flush=True)
            if options.open:
                webbrowser.open(address)
            processes.wait_until(lambda: False)
    except Ended:
        pass
    except ProcessEnded as reason:
        raise CannotRun("a process of the UI ended by itself; its last words stand above.") from reason
    return 0


def webserver_command(options: argparse.Namespace, workspace: str) -> list[str]:
    """The module that serves the pages, with its arguments."""
    read_only = ["--read-only"] if options.read_only else []
    place = ["--host", ADDRESS, "--port", str(options.port), "--workspace", workspace]
    return ["egov_assets.running.webserver", *place, "--dagster-log-level", "warning", *read_only]


def dagster_environment(folders: Folders) -> dict[str, str]:
    """The environment of Dagster's own processes, after preparing the home they share with `egov run`."""
    from egov_assets.running.instance import prepare_home

    return os.environ | {
        "DAGSTER_HOME": str(prepare_home(folders)),
        "EGOV_RAW": str(folders.raw),
        "EGOV_OUTPUTS": str(folders.outputs),
        "EGOV_TRUTH": str(folders.truth),
    }


def _require_free(port: int) -> None:
    try:
        with socket.create_server((ADDRESS, port)):
            return
    except OSError as reason:
        raise CannotRun(
            f"port {port} of this machine is taken, perhaps by another `egov ui`. End that, or name another: --port."
        ) from reason


def _free_port() -> int:
    with socket.create_server((ADDRESS, 0)) as free:
        return int(free.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/server_info", timeout=2):
            return True
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False
