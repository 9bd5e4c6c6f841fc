"""The real `egov ui`, attacked as a page of another origin would, and ended in every way that a user ends it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from egov_assets_tests.running.served import EGOV, PROJECT, served_ui

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")]

WIPE = 'mutation { wipeAssets(assetPartitionRanges: [{assetKey: {path: ["firm_match"]}}]) { __typename } }'
QUESTION = "{ version }"
JSON = {"Content-Type": "application/json"}
SECONDS_TO_END = 10.0


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EGOV_")}
    return kept | {"PYTHONPATH": str(PROJECT)}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study without files."""
    place = tmp_path_factory.mktemp("who")
    subprocess.run([*EGOV, "init", "study"], cwd=place, env=environment(), check=True, capture_output=True)
    return place / "study"


@pytest.fixture(scope="module")
def ui(study: Path) -> Iterator[str]:
    with served_ui(environment(), folder=study) as address:
        yield address


def answer(address: str, headers: dict[str, str], body: str | None = None) -> tuple[int, str]:
    request = urllib.request.Request(address, data=None if body is None else body.encode(), headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as got:
            return got.status, got.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_the_attacks_over_http_are_refused_and_the_ui_goes_on(ui: str):
    port = ui.rpartition(":")[2]
    ask, wipe = (json.dumps({"query": text}) for text in (QUESTION, WIPE))
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    encoded = urllib.request.quote(WIPE)
    for attack in (
        answer(f"{ui}/graphql", JSON | foreign, wipe),
        answer(f"{ui}/graphql?query={encoded}", foreign),
        answer(f"{ui}/graphql?query={encoded}", {}),
        answer(f"{ui}/graphql?query={encoded}", {"Content-Type": "text/plain"}, ""),
        answer(f"{ui}/graphql", {"Content-Type": "text/plain; application/json"}, wipe),
        answer(f"{ui}/graphql", JSON | {"Host": f"evil.example:{port}"}, wipe),
        answer(f"{ui}/report_asset_materialization/firm_match", {"Content-Type": "text/plain"}, "{}"),
    ):
        assert attack[0] == 403
        assert attack[1].startswith("Refused: ")
    assert answer(f"{ui}/graphql", JSON, ask)[0] == 200
    assert answer(f"{ui}/graphql", JSON | {"Origin": ui, "Sec-Fetch-Site": "same-origin"}, ask)[0] == 200
    with urllib.request.urlopen(f"{ui}/assets", timeout=30) as page:
        assert page.headers["x-frame-options"] == "DENY"


def test_a_foreign_websocket_is_refused(ui: str):
    address = ui.replace("http", "ws") + "/graphql"
    with pytest.raises(InvalidStatus) as refused:
        connect(address, origin="https://evil.example", subprotocols=["graphql-ws"], proxy=None)
    assert refused.value.response.status_code == 403
    with connect(address, origin=ui, subprotocols=["graphql-ws"], proxy=None) as own:
        own.send(json.dumps({"type": "connection_init"}))
        assert json.loads(own.recv(timeout=30))["type"] == "connection_ack"


def test_a_second_ui_on_the_same_port_says_so_and_leaves_nothing_behind(ui: str, study: Path):
    before = processes_of(study)
    port = ui.rpartition(":")[2]
    done = subprocess.run(
        [*EGOV, "ui", "--port", port], cwd=study, env=environment(), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2  # cannot be done as asked
    assert f"port {port} of this machine is taken" in done.stderr
    assert processes_of(study) == before


@pytest.mark.parametrize("ending", ["SIGINT", "SIGHUP", "SIGKILL"])
def test_nothing_stays_when_the_ui_ends(ending: str, tmp_path: Path, study: Path):
    """Started in the background by a script, which has SIGINT ignored; killed, it cannot end anything itself."""
    own = tmp_path / "study"
    shutil.copytree(study, own, ignore=shutil.ignore_patterns("outputs"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    script = f"{' '.join(EGOV)} ui --port {port} & echo $!; wait"
    with subprocess.Popen(["sh", "-c", script], cwd=own, env=environment(), stdout=subprocess.PIPE, text=True) as shell:
        assert shell.stdout
        process = psutil.Process(int(shell.stdout.readline()))
        until(lambda: len(processes_of(own)) > 2, "the process of the graph has begun", 60)
        process.send_signal(getattr(signal, ending))
        until(lambda: not processes_of(own), "all have ended", SECONDS_TO_END)


def processes_of(study: Path) -> set[int]:
    """Of the UI of a study: those that work in its folder or in its home."""
    found = set()
    for process in psutil.process_iter(["pid", "cwd", "status"]):
        where = process.info["cwd"] or ""
        if where in (str(study), str(study / "outputs" / ".dagster")) and process.info["status"] != "zombie":
            found.add(process.info["pid"])
    return found


def until(is_so: Callable[[], bool], what: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"not after {seconds:g} s: {what}"
        time.sleep(0.1)
