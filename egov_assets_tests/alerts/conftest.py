"""Folders, and listeners that play the services an alert goes to."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from egov_assets.platform.folders import Folders
from egov_assets_tests.alerts.listeners import HttpListener
from egov_assets_tests.conftest import small_study_folders


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    """The small study's folders, with no alert channel left over from the environment."""
    for name in [name for name in os.environ if name.startswith("EGOV_ALERT")]:
        monkeypatch.delenv(name)
    return small_study_folders(tmp_path, monkeypatch)


@pytest.fixture
def http() -> Iterator[HttpListener]:
    with HttpListener() as listener:
        yield listener
