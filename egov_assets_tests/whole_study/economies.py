"""Other economies than the shipped one: their raw files, and the part of a study that Table 2 needs."""

from pathlib import Path

import pytest
import yaml

from egov_assets.platform.lake import table_path
from egov_assets_tests.running.finished_study import FinishedStudy

SCALE = 0.3  # a third of the firms: a study in a few minutes


def economy(place: Path, **changes: object) -> FinishedStudy:
    """The raw files and the truth of an economy that differs from the shipped truth by `changes`; nothing is made."""
    truth = place / "truth_changes.yml"
    truth.write_text(yaml.safe_dump({"scale": SCALE, **changes}), encoding="utf-8")
    new = FinishedStudy(place)
    done = new.egov("demo", "--truth", str(truth))
    assert done.returncode == 0, done.stdout + done.stderr
    return new


def make_table_2(study: FinishedStudy, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make what Table 2 is made from and nothing else, which takes half of a whole study; the table's file."""
    for name in ("EGOV_RAW", "EGOV_OUTPUTS", "EGOV_TRUTH"):
        monkeypatch.setenv(name, study.environment[name])
    done = study.egov("run", "table_02_baseline")
    assert done.returncode == 0, done.stdout + done.stderr
    return table_path(study.folders.lake, "table_02_baseline", None)
