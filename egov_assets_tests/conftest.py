"""A small study on disk, a finished real one, an instance that ends with the test, and a receiver of alerts."""

import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from egov_assets.platform.folders import Folders
from egov_assets_tests.alerts.listeners import HttpListener
from egov_assets_tests.running.finished_study import FinishedStudy

QUIET = "telemetry: {enabled: false}\nnux: {enabled: false}\n"
GOOD = "firm,qua\nb,0.5\na,0.25\n"


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    """Folders with a good raw file for each year; the current folder is the study's, as for a user.

    No alert channel is left over from the environment.
    """
    for name in [name for name in os.environ if name.startswith("EGOV_ALERT")]:
        monkeypatch.delenv(name)
    raw = tmp_path / "raw"
    raw.mkdir()
    for year in (2010, 2011, 2012):
        (raw / f"quality_{year}.csv").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    for name, folder in (("EGOV_RAW", raw), ("EGOV_OUTPUTS", tmp_path / "outputs"), ("EGOV_TRUTH", tmp_path / "truth")):
        monkeypatch.setenv(name, str(folder))
    return Folders.from_environment()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with quiet_instance(tmp_path) as instance:
        yield instance


def quiet_instance(place: Path) -> dg.DagsterInstance:
    home = place / "dagster"
    home.mkdir()
    (home / "dagster.yaml").write_text(QUIET)
    return dg.DagsterInstance.from_config(str(home))


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> FinishedStudy:
    """The real study on a twentieth of the demo economy, run once; a test that changes it puts it back."""
    study = FinishedStudy(tmp_path_factory.mktemp("study"))
    for arguments in (("demo", "--scale", "0.05"), ("run",)):
        done = study.egov(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
    return study


@pytest.fixture
def http() -> Iterator[HttpListener]:
    with HttpListener() as listener:
        yield listener
