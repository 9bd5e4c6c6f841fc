"""`egov notebook`: the results in a marimo notebook, with DuckDB, Polars and three figures to begin with."""

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from egov_assets.commands import CannotRun
from egov_assets.platform.folders import Folders


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    notebook = commands.add_parser(
        "notebook",
        help="open the results in a marimo notebook (on this machine only)",
        epilog="Example: egov notebook --port 2719",
    )
    notebook.add_argument("--port", type=int, default=2718)
    notebook.set_defaults(command=open_notebook)


def open_notebook(options: argparse.Namespace, folders: Folders) -> int:
    """Serve outputs/notebook.py until Ctrl-C; written if it is not there, and then the user's own."""
    from egov_assets import handover

    if not (folders.lake / "regression_tables").is_dir():
        raise CannotRun(f"there are no results in {folders.lake} yet. `egov run` makes them.")
    if importlib.util.find_spec("marimo") is None:
        raise CannotRun("marimo is not installed here: `pip install marimo`, or the extra `notebook` of egov_assets.")
    own = folders.outputs / "notebook.py"
    if not own.exists():
        shutil.copyfile(Path(handover.__file__).with_name("notebook.py"), own)
    print(f"{own}: yours to change; Ctrl-C ends the server", flush=True)
    command = [sys.executable, "-m", "marimo", "--yes", "edit", str(own), "--host", "127.0.0.1"]
    environment = os.environ | {"EGOV_RAW": str(folders.raw), "EGOV_OUTPUTS": str(folders.outputs)}
    return subprocess.call([*command, "--port", str(options.port), "--skip-update-check"], env=environment)
