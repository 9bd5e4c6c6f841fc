"""The instance that command line and UI share."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml

from egov_assets.platform.folders import Folders
from egov_assets.running.instance import (
    PROCESS_TAG,
    SETTINGS,
    WORKSPACE,
    close_abandoned_runs,
    prepare_home,
    remove_abandoned_candidates,
)

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
PLACES = ("storage", "local_artifact_storage", "compute_logs")


def test_the_home_takes_over_the_projects_settings_and_keeps_its_history_to_itself(folders: Folders):
    home = prepare_home(folders)
    settings = yaml.safe_load((home / "dagster.yaml").read_text())
    assert settings["telemetry"] == {"enabled": False}
    assert settings["nux"] == {"enabled": False}
    assert "storage" not in settings
    with dg.DagsterInstance.from_config(str(home)) as instance:
        assert not instance.telemetry_enabled
        assert instance.root_directory == str(home)


def test_a_plain_dagster_dev_in_a_checkout_has_the_settings_of_egov_and_the_same_history():
    at_the_root = yaml.safe_load((PROJECT / "dagster.yaml").read_text("utf-8"))
    places = {name: at_the_root.pop(name)["config" if name != "storage" else "sqlite"]["base_dir"] for name in PLACES}
    assert places == dict.fromkeys(PLACES, "outputs/.dagster") | {"compute_logs": "outputs/.dagster/storage"}
    assert at_the_root == yaml.safe_load(SETTINGS.read_text("utf-8"))
    assert (PROJECT / "workspace.yaml").read_text("utf-8") == WORKSPACE.read_text("utf-8")


def test_runs_of_dead_processes_are_closed_and_of_living_ones_left(instance):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()

    @dg.job
    def some_job():
        """Only its runs matter."""

    def started(process: int) -> str:
        return instance.create_run_for_job(
            some_job, status=dg.DagsterRunStatus.STARTED, tags={PROCESS_TAG: str(process)}
        ).run_id

    abandoned, living = started(dead.pid), started(os.getpid())
    assert close_abandoned_runs(instance) == [abandoned]
    assert instance.get_run_by_id(abandoned).status is dg.DagsterRunStatus.FAILURE
    assert instance.get_run_by_id(living).status is dg.DagsterRunStatus.STARTED


def test_candidates_of_dead_processes_are_removed_and_of_living_ones_left(folders: Folders):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for process in (dead.pid, os.getpid()):
        (folders.candidates / f"clean-2011-{process}-x1").mkdir(parents=True)
        (folders.candidates / f"clean-2011-{process}-x1" / "half.parquet").touch()
    assert remove_abandoned_candidates(folders) == [f"clean-2011-{dead.pid}-x1"]
    assert [folder.name for folder in folders.candidates.iterdir()] == [f"clean-2011-{os.getpid()}-x1"]
