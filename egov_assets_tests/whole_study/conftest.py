"""Whole studies, from raw files to Table 2, made once per test run through the same command a user types."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

SCALE = 0.3  # a third of the firms: three whole studies in about a minute


class Study:
    """The folders of one finished study."""

    def __init__(self, place: Path) -> None:
        self.raw, self.outputs, self.truth = place / "raw", place / "outputs", place / "truth"
        self._environment = os.environ | {
            "EGOV_RAW": str(self.raw),
            "EGOV_OUTPUTS": str(self.outputs),
            "EGOV_TRUTH": str(self.truth),
        }

    def egov(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one `egov` command on these folders."""
        command = [sys.executable, "-m", "egov_assets.cli", *arguments]
        return subprocess.run(command, env=self._environment, capture_output=True, text=True, encoding="utf-8")


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Study]:
    """`study(seed=1, effect={...})`: the finished study of an economy that differs from the shipped truth by that."""
    made: dict[str, Study] = {}

    def make(**changes: object) -> Study:
        settings = yaml.safe_dump({"scale": SCALE, **changes})
        if settings not in made:
            place = tmp_path_factory.mktemp("study")
            truth = place / "truth_changes.yml"
            truth.write_text(settings, encoding="utf-8")
            new = Study(place)
            for arguments in (("demo", "--truth", str(truth)), ("run",)):
                done = new.egov(*arguments)
                assert done.returncode == 0, done.stdout + done.stderr
            made[settings] = new
        return made[settings]

    return make
