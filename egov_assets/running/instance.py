"""The Dagster instance that the command line and the UI share: history in the outputs, settings of `dagster.yaml`."""

import os
import shutil
from pathlib import Path

import dagster as dg
import yaml
from sqlalchemy.exc import SQLAlchemyError

from egov_assets.platform.folders import Folders
from egov_assets.platform.processes import is_alive
from egov_assets.platform.written_files import publish_text

PROCESS_TAG = "egov/process"
DATABASE_SETTING = "EGOV_POSTGRES"  # postgresql+psycopg2://…: the run history is kept there, not in SQLite files
SETTINGS, WORKSPACE = (Path(__file__).with_name(name) for name in ("dagster.yaml", "workspace.yaml"))

try:
    from dagster_postgres.utils import DagsterPostgresException
except ImportError:  # the extra `server` brings it; the history is then in SQLite files
    HISTORY_LOST: tuple[type[Exception], ...] = (SQLAlchemyError,)
else:
    HISTORY_LOST = (SQLAlchemyError, DagsterPostgresException)  # the second once Dagster gave up trying again


def prepare_home(folders: Folders) -> Path:
    """The folder of the run history, with Dagster's settings in it."""
    home = folders.dagster_home
    kept = yaml.safe_load(SETTINGS.read_text("utf-8"))
    if os.environ.get(DATABASE_SETTING):
        kept["storage"] = {"postgres": {"postgres_url": {"env": DATABASE_SETTING}}}  # the address itself is a secret
    publish_text(yaml.safe_dump(kept), home / "dagster.yaml")
    return home


def place_of_history(home: Path) -> str:
    """Where the run history lies, in words without a password."""
    return f"the database that {DATABASE_SETTING} names" if os.environ.get(DATABASE_SETTING) else str(home)


def close_abandoned_runs(instance: dg.DagsterInstance) -> list[str]:
    """Mark as failed the runs of `egov` processes that no longer live; return their ids.

    Left open they would look as if still running, and hold places in the queue of the UI.
    """
    unfinished = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING])
    abandoned = [
        run
        for run in instance.get_runs(filters=unfinished)
        if PROCESS_TAG in run.tags and not is_alive(int(run.tags[PROCESS_TAG]))
    ]
    for run in abandoned:
        instance.report_run_failed(run, "The process of this run was ended before it finished. Run it again.")
    return [run.run_id for run in abandoned]


def run_on_record(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRun:
    """A run that was begun on this instance, as it stands now."""
    run = instance.get_run_by_id(run_id)
    assert run is not None, f"run {run_id} was begun here and is gone"
    return run


def remove_abandoned_candidates(folders: Folders) -> list[str]:
    """Delete what killed runs left of tables they were still building; return the folders' names, sorted.

    A candidate's folder carries the number of the process that builds it: `clean-2011-4711-…`.
    """
    abandoned = sorted(
        folder.name
        for folder in folders.candidates.glob("*-*-*-*")
        if (process := folder.name.split("-")[2]).isdigit() and not is_alive(int(process))
    )
    for name in abandoned:
        # An orphaned dbt may still write there for a second; what it leaves is removed by the run after this one.
        shutil.rmtree(folders.candidates / name, ignore_errors=True)
    return abandoned
