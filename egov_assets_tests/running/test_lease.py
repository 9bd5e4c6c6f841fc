"""One lake, two makers: the second is told who and since when; what nobody renews is taken over."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest

from egov_assets import cli
from egov_assets.platform.folders import Folders
from egov_assets.running import lease
from egov_assets.running.lease import LASTS_SECONDS, Lease, NotHeld, held, path_of_lease, read_lease

# Arguments: the name of its machine, how far its clock is ahead. Holds the lease until its input ends.
HOLDER = """
import socket, sys, time
from egov_assets.platform.folders import Folders
from egov_assets.running import lease
socket.gethostname = lambda: sys.argv[1]
truly, ahead = time.time, float(sys.argv[2])
time.time = lambda: truly() + ahead
lease.RENEWED_SECONDS = 0.1
with lease.held(Folders.from_environment()):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another(host: str, ahead: float = 0.0) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", HOLDER, host, str(ahead)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.fixture(autouse=True)
def quick(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "RENEWED_SECONDS", 0.1)
    monkeypatch.setattr(lease, "WATCHED_SECONDS", 0.5)
    folders.outputs.mkdir()


def left(folders: Folders, **fields: object) -> Lease:
    """A lease that nobody renews, of another machine."""
    now = time.time()
    given = {"user": "li", "host": "nas-client-2", "process": 1, "since": now, "until": now, "token": "of li"}
    found = Lease(**{**given, **fields})  # type: ignore[arg-type]
    path_of_lease(folders).write_text(json.dumps(asdict(found)))
    return found


def test_the_second_is_told_who_and_since_when_and_makes_nothing(folders: Folders, capsys: pytest.CaptureFixture[str]):
    (folders.dagster_home).mkdir()
    with another("nas-client-2") as other:
        with pytest.raises(NotHeld, match=rf"on nas-client-2 \(process {other.pid}\) since 2"), held(folders):
            pass
        assert cli.main(["verify"]) != 0
        assert f"nas-client-2 (process {other.pid})" in capsys.readouterr().err


def test_of_two_at_once_one_has_it(folders: Folders):
    got: list[str] = []

    def hold() -> None:
        try:
            with held(folders):
                got.append("held")
                time.sleep(0.5)
        except NotHeld:
            got.append("told")

    both = [threading.Thread(target=hold) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(got) == ["held", "told"]
    assert [*folders.outputs.iterdir()] == []


def test_a_process_of_this_machine_that_was_killed_holds_nothing(folders: Folders):
    with another(lease.socket.gethostname()) as other:
        other.kill()
        other.wait()
        assert read_lease(path_of_lease(folders))
        with held(folders):
            pass
    assert not path_of_lease(folders).exists()


def test_one_that_nobody_renews_is_taken_over_once_it_has_ended(folders: Folders):
    left(folders, until=time.time() + 30)
    with pytest.raises(NotHeld, match="li on nas-client-2"), held(folders):
        pass
    left(folders, until=time.time() - 1)
    with held(folders):
        found = read_lease(path_of_lease(folders))
        assert found and found.process == os.getpid()


@pytest.mark.parametrize("ahead", [-86_400.0, 86_400.0])
def test_a_clock_a_day_off_takes_nothing_from_a_living_process_and_keeps_nothing_for_a_dead_one(
    folders: Folders, ahead: float
):
    with another("nas-client-2", ahead), pytest.raises(NotHeld, match="nas-client-2"), held(folders):
        pass
    left(folders, until=time.time() + ahead + LASTS_SECONDS)
    with held(folders):
        pass


def test_who_was_asleep_while_another_took_over_is_told_and_leaves_the_other_alone(folders: Folders):
    with held(folders) as check:
        check()
        left(folders, until=time.time() + 30)
        with pytest.raises(NotHeld, match=r"li on nas-client-2 .* took over"):
            check()
        time.sleep(0.3)
    assert read_lease(path_of_lease(folders)) is not None


def test_what_is_no_lease_is_no_hindrance(folders: Folders):
    path_of_lease(folders).write_text("half a le")
    with held(folders):
        assert read_lease(path_of_lease(folders)) is not None


def test_outputs_that_cannot_be_written_are_named(folders: Folders, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(NotHeld, match=r"\.lease\.json cannot be written: No space left on device"), held(folders):
        pass
