"""What `egov status` and its page say of a study that is well, busy, failing, stale, silent or short of room."""

import asyncio
import json
import os
import time

import pytest
from starlette.applications import Starlette

from egov_assets import cli
from egov_assets.alerts.incidents import follow
from egov_assets.alerts.liveness import Look
from egov_assets.platform.folders import Folders
from egov_assets.running import status
from egov_assets.running.lease import held
from egov_assets.running.own_origin import OwnOriginOnly, own_origins
from egov_assets.running.status import WithStatus, status_of
from egov_assets.running.unchanged import look, remember


@pytest.fixture
def well(folders: Folders) -> Folders:
    folders.dagster_home.mkdir(parents=True)
    remember(folders, look(folders))
    return folders


def failed(folders: Folders, thing: str, passes: bool = False) -> None:
    failures = {} if passes else {thing: "why"}
    follow(Look("run failed", "2011", failures, [thing] if passes else [], "mend it"), folders)


def test_a_study_that_is_well_says_so_within_three_seconds(well: Folders, capsys: pytest.CaptureFixture[str]):
    start = time.process_time()
    assert cli.main(["status"]) == 0
    assert time.process_time() - start < 3
    assert capsys.readouterr().out.startswith("All is well.\n")
    assert cli.main(["status", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["is_well"] is True
    assert found["versions"]["dagster"]
    assert found["last_complete"][:4] == time.strftime("%Y")


def test_what_failed_is_bad_news_until_it_passes(well: Folders):
    failed(well, "clean_firms.drift")
    (problem,) = status_of(well).problems
    assert problem.startswith("clean_firms.drift 2011: failing since 2")
    assert cli.main(["status"]) == 1
    failed(well, "clean_firms.drift", passes=True)
    assert status_of(well).problems == []


def test_a_changed_file_is_bad_news_unless_somebody_is_making_it(well: Folders):
    (well.raw / "quality_2011.csv").write_text("firm,qua\n")
    assert status_of(well).problems == ["not up to date: `egov run --why` says what and why"]
    with held(well):
        found = status_of(well)
        assert found.problems == []
        assert found.being_made_by and f"process {os.getpid()}" in found.being_made_by


def test_alerts_that_nobody_took_and_a_full_disk_are_bad_news(well: Folders, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EGOV_ALERT_WEBHOOK", "http://127.0.0.1:9")
    monkeypatch.setattr("egov_assets.alerts.channels.time.sleep", lambda _: None)
    failed(well, "a step")
    assert "1 alerts wait for EGOV_ALERT_WEBHOOK" in status_of(well).problems
    monkeypatch.setattr(status, "LEAST_FREE_BYTES", 2**63)
    assert status_of(well).problems[-1].endswith("GiB free on the disk of the outputs")


def test_the_page_says_the_same_to_a_monitor_and_nothing_to_another_page(well: Folders):
    assert asked("/egov/status") == (200, True)
    failed(well, "a step")
    assert asked("/egov/status") == (503, False)
    assert asked("/egov/status", origin="https://evil.example") == (403, None)
    assert asked("/another") == (404, None)


def asked(path: str, **headers: str) -> tuple[int, bool | None]:
    """Code and `is_well` of the answer of the guarded application."""
    sent: list[dict] = []

    async def receive() -> dict:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict) -> None:
        sent.append(message)

    given = {"host": "127.0.0.1:3000"} | headers
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }
    page = OwnOriginOnly(WithStatus(Starlette()), own_origins(3000))
    asyncio.run(page(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], json.loads(body)["is_well"] if body.startswith(b"{") else None
