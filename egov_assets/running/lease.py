"""Who makes the tables of a lake: one at a time, also where several machines share the outputs (NFS).

The holder's lease is a file in the outputs that says who, where and since when, and is renewed while its process
lives. It appears by a hard link, which NFS makes for one of two at once. Clocks of two machines differ and jump, so a
lease is taken over only from a process of this machine that is dead, or when it should have ended and nobody renews it
while one looks on.
"""

import getpass
import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from egov_assets.platform.folders import Folders
from egov_assets.platform.processes import is_alive
from egov_assets.platform.written_files import publish_text

RENEWED_SECONDS = 10.0
LASTS_SECONDS = 60.0  # six renewals: a stalled network does not lose it
WATCHED_SECONDS = 25.0  # before it is taken from another machine: two renewals


class NotHeld(Exception):
    """Somebody else makes these tables, or took over; the message says who and since when."""


@dataclass(frozen=True)
class Lease:
    """Times in seconds since 1970, by the holder's clock; `token` is of this one lease."""

    user: str
    host: str
    process: int
    since: float
    until: float
    token: str

    @property
    def words(self) -> str:
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self.since))
        return f"{self.user} on {self.host} (process {self.process}) since {since}"


@contextmanager
def held(folders: Folders) -> Iterator[Callable[[], None]]:
    """Hold the lease as long as the block lasts; gives a function that raises NotHeld once another has taken it.

    Raises  NotHeld naming the holder, or the file if it cannot be written
    """
    path = path_of_lease(folders)
    now = time.time()
    mine = Lease(_user(), socket.gethostname(), os.getpid(), now, now + LASTS_SECONDS, uuid.uuid4().hex)
    try:
        while not _taken(path, mine):
            _make_way(path)
    except OSError as reason:
        raise NotHeld(f"{path} cannot be written: {reason.strerror}. Make room, or let this account write.") from None
    done = threading.Event()
    renewal = threading.Thread(target=_renew, args=(path, mine, done), daemon=True)
    renewal.start()

    def check() -> None:
        holder = read_lease(path)
        if holder and holder.token != mine.token:
            raise NotHeld(f"{holder.words} took over, because this process did not renew its lease. It ends here.")

    try:
        yield check
    finally:
        done.set()
        renewal.join()
        holder = read_lease(path)
        if holder and holder.token == mine.token:
            path.unlink(missing_ok=True)


def path_of_lease(folders: Folders) -> Path:
    """The file, which is there while somebody makes tables, or was killed at it."""
    return folders.outputs / ".lease.json"


def read_lease(path: Path) -> Lease | None:
    """Who holds it; none if nobody does, or if what lies there is no lease."""
    with suppress(FileNotFoundError, ValueError, TypeError):
        return Lease(**json.loads(path.read_text("utf-8")))
    return None


def _taken(path: Path, mine: Lease) -> bool:
    """Only one of two that link at once has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_name(f".lease.{mine.token}.unfinished")
    written.write_text(json.dumps(asdict(mine)), "utf-8")
    try:
        os.link(written, path)
    except FileExistsError:
        return False
    finally:
        written.unlink()
    return True


def _make_way(path: Path) -> None:
    """Take away a lease that nobody renews any more.

    Raises  NotHeld if its holder lives
    """
    holder = read_lease(path)
    if holder and not _is_over(path, holder):
        raise NotHeld(
            f"{holder.words} makes the tables of {path.parent}. Run again once that is done; if that machine is gone, "
            f"its lease ends {LASTS_SECONDS:.0f} seconds after its last renewal."
        )
    aside = path.with_name(f".lease.{uuid.uuid4().hex}.unfinished")
    with suppress(FileNotFoundError):  # another one was faster, and has or will have the lease
        path.rename(aside)
        if read_lease(aside) != holder:  # taken and renewed between the look and the renaming: back with it
            with suppress(FileExistsError):
                os.link(aside, path)
        aside.unlink()


def _is_over(path: Path, holder: Lease) -> bool:
    if holder.host == socket.gethostname():
        return not is_alive(holder.process)
    # One that ends later than any lease was written by a clock that is ahead.
    if 0 <= holder.until - time.time() <= LASTS_SECONDS:
        return False
    end = time.monotonic() + WATCHED_SECONDS
    while time.monotonic() < end:
        if read_lease(path) != holder:
            return False
        time.sleep(min(1.0, WATCHED_SECONDS / 5))
    return True


def _renew(path: Path, mine: Lease, done: threading.Event) -> None:
    while not done.wait(RENEWED_SECONDS):
        holder = read_lease(path)
        if holder and holder.token != mine.token:
            return
        with suppress(
            OSError
        ):  # a full disk: the next renewal may find room, and nobody takes it from a living process
            publish_text(json.dumps(asdict(replace(mine, until=time.time() + LASTS_SECONDS))), path)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in a container
        return str(os.getuid())
