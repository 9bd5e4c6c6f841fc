"""How a study is, for people and monitors, in a second or two: from what runs leave behind, without the graph."""

import json
import shutil
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from egov_assets.alerts.incidents import open_incidents
from egov_assets.alerts.outbox import undelivered
from egov_assets.platform.folders import Folders
from egov_assets.raw.rhythm import overdue
from egov_assets.running.lease import path_of_lease, read_lease
from egov_assets.running.unchanged import last_complete, look

PATH = "/egov/status"
LEAST_FREE_BYTES = 2**30  # a run at the default scale writes a tenth of that; below it the next one may not end
PACKAGES = ("egov_assets", "dagster", "polars", "duckdb", "dbt-core")


@dataclass(frozen=True)
class Status:
    """last_complete    when a run last found nothing left to make; none if never, or not as recorded since
    is_up_to_date    files, settings, software and tables are as they were then
    being_made_by    who makes tables now
    failing          steps, runs, checks, services and years that failed and have not passed since
    overdue          sources whose newest file is older than study.yml expects
    undelivered      channel -> alerts that it has not taken yet
    """

    last_complete: str | None
    is_up_to_date: bool
    being_made_by: str | None
    failing: tuple[str, ...]
    overdue: tuple[str, ...]
    undelivered: dict[str, int]
    free_disk_bytes: int
    versions: dict[str, str]

    @property
    def problems(self) -> list[str]:
        """What somebody should look at, in words; nothing if all is well."""
        waiting = [f"{count} alerts wait for {channel}" for channel, count in self.undelivered.items()]
        stale = (
            [] if self.is_up_to_date or self.being_made_by else ["not up to date: `egov run --why` says what and why"]
        )
        is_full = self.free_disk_bytes < LEAST_FREE_BYTES
        full = [f"{self.free_disk_bytes / 2**30:.2f} GiB free on the disk of the outputs"] if is_full else []
        return [*self.failing, *self.overdue, *waiting, *stale, *full]

    def as_dict(self) -> dict[str, object]:
        """Plain values, whether all is well among them."""
        return {"is_well": not self.problems, "problems": self.problems, **asdict(self)}


def status_of(folders: Folders) -> Status:
    """The study as it is now.

    Raises  OSError if its files cannot be read
    """
    done, lease = last_complete(folders), read_lease(path_of_lease(folders))
    return Status(
        last_complete=_said(done) if done else None,
        is_up_to_date=bool(done) and look(folders).is_unchanged,
        being_made_by=lease.words if lease else None,
        failing=tuple(open_incidents(folders)),
        overdue=tuple(overdue(folders.raw, folders.study_file, time.time())),
        undelivered=undelivered(folders),
        free_disk_bytes=shutil.disk_usage(folders.outputs).free,
        versions={name: version(name) for name in PACKAGES},
    )


class WithStatus:
    """An application that also answers GET /egov/status: 200 and JSON if all is well, else 503 and the same JSON."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].rstrip("/") != PATH or scope["method"] not in ("GET", "HEAD"):
            return await self._application(scope, receive, send)
        found = await run_in_threadpool(status_of, Folders.from_environment())
        answer = JSONResponse(json.loads(json.dumps(found.as_dict())), status_code=503 if found.problems else 200)
        return await answer(scope, receive, send)


def _said(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(seconds))
