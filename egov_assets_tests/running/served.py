"""The real UI, served as a user serves it: `egov ui` with its webserver, daemon and code servers."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).parents[2]
EGOV = (sys.executable, "-m", "egov_assets.cli")
READY_SECONDS = 120.0


@contextmanager
def served_ui(environment: Mapping[str, str], egov: Sequence[str] = EGOV, folder: Path = PROJECT) -> Iterator[str]:
    """The address of the UI, started in `folder` by the command `egov`; its processes end with the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*egov, "ui", "--port", str(port)],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process)
        yield address
    finally:
        _end(process)


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"`egov ui` ended with {process.returncode} before it was ready")
        try:
            with urllib.request.urlopen(f"{address}/server_info", timeout=2):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.5)
    raise SystemExit(f"`egov ui` was not ready after {READY_SECONDS:.0f} s")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Webserver, daemon and code servers are children of children: end the whole session."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        import signal

        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
