"""Put first on PYTHONPATH, Python loads this at every start: it writes down whom a process tries to reach."""

import os
import sys

_LOG = os.environ.get("EGOV_TEST_AUDIT")


def _note(event: str, arguments: tuple) -> None:
    if event in ("socket.getaddrinfo", "socket.connect"):
        place = arguments[0] if event == "socket.getaddrinfo" else arguments[1]
        with open(_LOG, "a", encoding="utf-8") as file:  # noqa: PTH123 - nothing may be imported this early
            file.write(f"{event} {place}\n")


if _LOG:
    sys.addaudithook(_note)
