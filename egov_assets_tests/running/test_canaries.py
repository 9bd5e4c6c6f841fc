"""A run with planted secrets in every setting that holds one: nothing it prints, logs or keeps shows any of them."""

import logging
from pathlib import Path

import pytest

from egov_assets.alerts.channels import POSTED, configured
from egov_assets.platform.folders import Folders
from egov_assets.running.planner import Wanted
from egov_assets.running.study_run import HistoryLost, StudyRun
from egov_assets_tests.alerts.listeners import HttpListener

pytestmark = pytest.mark.slow

SMALL = "egov_assets_tests.running.small_study"
CANARY = "C4N4RY"
DATABASE = f"postgresql+psycopg2://egov:{CANARY}@127.0.0.1:9/egov?application_name={CANARY}"


def shown_in(folder: Path) -> list[str]:
    """Files with a planted secret in them, as text, in SQLite's pages or anywhere else."""
    return [str(path) for path in sorted(folder.rglob("*")) if path.is_file() and CANARY.encode() in path.read_bytes()]


@pytest.fixture
def channels(monkeypatch: pytest.MonkeyPatch, http: HttpListener) -> HttpListener:
    """Every channel with a user, a password and a key; the receiver answers that it is out of order."""
    http.codes = [503]
    with_password = http.address.replace("//", f"//{CANARY}:{CANARY}@")
    for name in POSTED:
        monkeypatch.setenv(name, f"{with_password}/{CANARY}?key={CANARY}")
    for name in ("FEISHU", "DINGTALK"):
        monkeypatch.setenv(f"EGOV_ALERT_{name}_SECRET", CANARY)
    monkeypatch.setenv("EGOV_ALERT_MAIL", f"smtps://{CANARY}:{CANARY}@127.0.0.1:9")
    monkeypatch.setenv("EGOV_ALERT_APPRISE", f"json://{CANARY}:{CANARY}@127.0.0.1:9/{CANARY} tgram://{CANARY}")
    monkeypatch.setenv("EGOV_OPENLINEAGE_URL", f"{http.address}/{CANARY}?key={CANARY}")
    monkeypatch.setenv("EGOV_OPENLINEAGE_KEY", CANARY)
    monkeypatch.setattr("egov_assets.alerts.channels.time.sleep", lambda _: None)
    return http


def test_a_run_that_fails_before_dead_channels_shows_no_secret(
    folders: Folders, channels: HttpListener, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    caplog.set_level(logging.DEBUG)
    (folders.raw / "quality_2011.csv").write_text("no,header\n")
    with StudyRun(folders, SMALL) as study:
        outcomes = study.execute(study.look(Wanted()).stale, Wanted(), lambda *_: None)
        problems = study.finish(outcomes)
    assert not all(outcome.succeeded for outcome in outcomes)
    # the secrets were in use: the receiver saw them, and every channel was tried
    assert all(CANARY in path for path, _ in channels.posts)
    assert len(channels.posts) >= len(POSTED)
    assert len(configured()) == len(POSTED) + 3
    assert "the receiver that EGOV_OPENLINEAGE_URL names lacks lineage of this run: it answered 503." in problems
    assert len([post for _, post in channels.posts if "eventType" in post]) == 1
    assert shown_in(folders.outputs) == []
    assert CANARY not in f"{problems}{caplog.text}{capfd.readouterr()}"
    assert "alert channel out of order" in (folders.outputs / "logs" / "alerts.log").read_text("utf-8")


@pytest.mark.parametrize("address", [DATABASE, f"no address {CANARY}"])
def test_a_database_that_cannot_be_reached_is_told_in_a_sentence_without_its_password(
    folders: Folders,
    channels: HttpListener,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    address: str,
):
    utils = pytest.importorskip("dagster_postgres.utils")
    monkeypatch.setattr(utils.time, "sleep", lambda _: None)  # it tries again for 17 s
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("EGOV_POSTGRES", address)
    with pytest.raises(HistoryLost, match="the database that EGOV_POSTGRES names cannot be written") as lost:
        StudyRun(folders, SMALL).execute({}, Wanted(), lambda *_: None)
    assert "\n" not in str(lost.value)
    assert CANARY not in f"{lost.value}{lost.getrepr(chain=True)}{caplog.text}{capfd.readouterr()}"
    assert shown_in(folders.outputs) == []
