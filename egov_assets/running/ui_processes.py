"""The processes of `egov ui`: one that holds the study's graph, the webserver, and the daemon; they end with it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import yaml

from egov_assets.platform.written_files import publish_text

GRACE_SECONDS = 7.0  # to end a table that is being written; a closed terminal or a service manager waits for ten
POLL_SECONDS = 0.2
SOCKET_NAME_BYTES = 100  # of 104 on a Mac and 108 on Linux
LOCATION = "egov_assets"
ENDING_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
]


class Ended(BaseException):
    """A signal asks this process to end."""


class ProcessEnded(Exception):
    """A process that should stay has ended."""


def end_by_signals() -> None:
    """From here on every signal that asks to end raises `Ended`; once the end has begun further ones change nothing.

    Also where a script started this in the background, which has the first signal ignored.
    """

    def end(*_: object) -> None:
        for each in ENDING_SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Ended

    for each in ENDING_SIGNALS:
        signal.signal(each, end)


@dataclass(frozen=True)
class GraphServer:
    """The one process that holds the study's graph, for webserver and daemon alike.

    They meet at a socket in the home, which no other account reaches. Windows has only ports, and a socket's name must
    be short.
    """

    home: Path
    place: Mapping[str, str | int]

    @classmethod
    def at(cls, home: Path, free_port: int) -> Self:
        """To be started in `home`."""
        socket = home / "graph.sock"
        socket.unlink(missing_ok=True)  # what a killed UI left would be taken for this one's
        is_port = sys.platform == "win32" or len(os.fsencode(socket)) > SOCKET_NAME_BYTES
        return cls(home, {"port": free_port} if is_port else {"socket": str(socket)})

    @property
    def command(self) -> list[str]:
        """The module that serves the graph, with its arguments."""
        ((kind, at),) = self.place.items()
        names = ["--module-name", "egov_assets.definitions", "--location-name", LOCATION]
        return ["dagster", "code-server", "start", f"--{kind}", str(at), *names, "--log-level", "warning"]

    def workspace(self) -> Path:
        """A workspace file by which the others find it."""
        server = {"host": "localhost", "location_name": LOCATION, **self.place}
        path = self.home / "workspace_of_ui.yaml"
        publish_text(yaml.safe_dump({"load_from": [{"grpc_server": server}]}), path)
        return path

    def is_loaded(self) -> bool:
        """Has it the graph, or not within a second? It answers nobody before."""
        import grpc

        address = f"unix:{self.place['socket']}" if "socket" in self.place else f"localhost:{self.place['port']}"
        with grpc.insecure_channel(address) as channel:
            try:
                grpc.channel_ready_future(channel).result(timeout=1)
            except grpc.FutureTimeoutError:
                return False
        return True


class Processes:
    """Modules run as processes that lead a group each; all groups end with the block, within `GRACE_SECONDS` or by
    force, and at once if this process is killed.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder, self._environment = folder, environment
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        _signal(self._processes, signal.SIGTERM)
        end = time.monotonic() + GRACE_SECONDS
        while any(process.poll() is None for process in self._processes) and time.monotonic() < end:
            time.sleep(POLL_SECONDS)
        # Also where the leader is gone: what it started may have stayed.
        _signal(self._processes, getattr(signal, "SIGKILL", signal.SIGTERM))
        for process in self._processes:
            process.wait()

    def start(self, command: Sequence[str]) -> None:
        """Start a module with its arguments."""
        with_parent = [sys.executable, "-m", "egov_assets.running.with_parent"]
        self._processes.append(
            subprocess.Popen(
                [*with_parent, *command],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.PIPE,
                start_new_session=True,
            )
        )

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Raises  ProcessEnded if one ends before it is so"""
        while not is_so():
            if any(process.poll() is not None for process in self._processes):
                raise ProcessEnded
            time.sleep(POLL_SECONDS)


def _signal(processes: Sequence["subprocess.Popen[bytes]"], number: int) -> None:
    for process in processes:
        if sys.platform == "win32":
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
        else:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
