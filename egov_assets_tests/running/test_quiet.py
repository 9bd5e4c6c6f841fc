"""Dagster's own commands from the project's root with no arguments, and nobody outside is ever contacted."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from egov_assets.commands.ui import ADDRESS
from egov_assets_tests.running.finished_study import AUDIT, PROJECT, FinishedStudy, reached

pytestmark = pytest.mark.slow


def test_definitions_validate_from_the_root_with_no_arguments(tmp_path: Path):
    for name in ("dagster.yaml", "workspace.yaml"):
        shutil.copy(PROJECT / name, tmp_path)
    environment = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
    environment |= {"PYTHONPATH": f"{AUDIT}{os.pathsep}{PROJECT}", "EGOV_TEST_AUDIT": str(tmp_path / "audit")}
    command = [sys.executable, "-m", "dagster", "definitions", "validate"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Validation successful for code location egov_assets" in done.stdout + done.stderr
    assert reached(tmp_path / "audit") == []


def test_a_whole_run_contacts_nobody(finished: FinishedStudy):
    """dbt and Great Expectations run inside it too."""
    assert (finished.folders.outputs / "data_docs" / "raw_customs" / "year=2011" / "index.html").exists()
    assert reached(finished.audit) == []


def test_the_audit_sees_a_contact(tmp_path: Path):
    """The two tests above would otherwise pass for the wrong reason."""
    environment = os.environ | {"PYTHONPATH": str(AUDIT), "EGOV_TEST_AUDIT": str(tmp_path / "audit")}
    script = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"
    subprocess.run([sys.executable, "-c", script], env=environment, check=False, capture_output=True)
    assert reached(tmp_path / "audit") == ["socket.connect ('192.0.2.1', 9)"]


def test_the_ui_listens_on_this_machine_only_and_settings_are_quiet():
    settings = yaml.safe_load((PROJECT / "dagster.yaml").read_text("utf-8"))
    flags = yaml.safe_load((PROJECT / "dbt_project" / "dbt_project.yml").read_text("utf-8"))["flags"]
    assert ADDRESS == "127.0.0.1"
    assert settings["telemetry"] == settings["nux"] == {"enabled": False}
    assert flags["send_anonymous_usage_stats"] is False
