"""One message per incident: what fails again is counted, what failed and now passes is announced once.

An incident is one failing thing (`asset.check`, a step, a job) of one year. Kept in a small SQLite file beside the run
history, because the daemon and `egov run` may tell at the same time.
"""

import logging
import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from egov_assets.alerts.alert import Alert
from egov_assets.alerts.channels import send_alert, write_down
from egov_assets.alerts.liveness import Look
from egov_assets.alerts.outbox import deliver_due, put, record_of_alerts
from egov_assets.alerts.run_report import RunReport
from egov_assets.platform.folders import Folders

REMIND_AFTER_SECONDS = 24 * 3600.0  # a day: an incident nobody mends is not forgotten, nor told at each of 100 runs

log = logging.getLogger("egov_assets.alerts")


@dataclass(frozen=True)
class Incident:
    """One thing that fails: since when, its last alert (both seconds since 1970), how often, and in which run last."""

    since: float
    last_alert: float
    failures: int
    run_id: str


_TABLE = """
create table if not exists incidents (
    year text, thing text, since real, last_alert real, failures integer, run_id text, primary key (year, thing)
)
"""
_KNOWN = "select thing, since, last_alert, failures, run_id from incidents where year = ?"


def follow(report: RunReport | Look, folders: Folders, now: float | None = None) -> list[Alert]:
    """Take in a finished run or a look, tell what is new about it, and return what is told.

    A failed run is told if one of its failures is new, or was last told a day ago; a run in which everything that
    failed is known already is only counted. Told again and again about the same run, it speaks once. What a channel
    does not take is kept for it (`outbox`).
    """
    now = time.time() if now is None else now
    try:
        with record_of_alerts(folders) as store:
            alerts = _take_in(report, store, now)
            put(store, alerts, now)
    except (sqlite3.Error, OSError) as error:  # a full or read-only disk: better told twice than not at all
        log.error("incidents of run %s not kept: %s", report.run_id, error)
        alerts = [report.alert()] if report.is_bad else []
        for alert in alerts:
            send_alert(alert, folders)
        return alerts
    for alert in alerts:
        write_down(alert, folders)
    deliver_due(folders, now)
    return alerts


def open_incidents(folders: Folders) -> list[str]:
    """What failed and has not passed since, a line each, the oldest first."""
    with record_of_alerts(folders) as store:
        store.execute(_TABLE)
        rows = store.execute(
            "select year, thing, since, failures from incidents order by since, year, thing"
        ).fetchall()
    return [
        f"{thing}{f' {year}' if year else ''}: failing since {time.strftime('%Y-%m-%d %H:%M', time.localtime(since))}"
        f"{f', {failures} times' if failures > 1 else ''}"
        for year, thing, since, failures in rows
    ]


def _take_in(report: RunReport | Look, store: sqlite3.Connection, now: float) -> list[Alert]:
    year = report.year or ""
    store.execute(_TABLE)
    known = {thing: Incident(*row) for thing, *row in store.execute(_KNOWN, (year,))}
    if report.run_id and any(incident.run_id == report.run_id for incident in known.values()):
        return []
    due = [
        thing
        for thing in report.failures
        if thing not in known or now - known[thing].last_alert >= REMIND_AFTER_SECONDS
    ]
    mended = {thing: known[thing] for thing in sorted(known) if thing in report.well}
    for thing in report.failures:
        before = known.get(thing, Incident(now, now, 0, ""))
        last_alert = now if thing in due else before.last_alert
        row = (year, thing, before.since, last_alert, before.failures + 1, report.run_id)
        store.execute("insert or replace into incidents values (?, ?, ?, ?, ?, ?)", row)
    store.executemany("delete from incidents where year = ? and thing = ?", [(year, thing) for thing in mended])
    again = [known[thing] for thing in due if thing in known]
    return [
        *([_repeated(report, again, now)] if due else []),
        *([_recovery(report, mended, now)] if mended else []),
    ]


def _repeated(report: RunReport | Look, known: Sequence[Incident], now: float) -> Alert:
    alert = report.alert()
    if not known:
        return alert
    since = min(incident.since for incident in known)
    times = max(incident.failures for incident in known) + 1
    line = f"not new: for {_duration(now - since)}, {times} {report.counted}s"
    return replace(alert, lines=(*alert.lines, line))


def _recovery(report: RunReport | Look, mended: Mapping[str, Incident], now: float) -> Alert:
    where = f" {report.year}" if report.year else ""
    lines = [
        f"{thing}: passes again after {each.failures} failed {report.counted}{'s' if each.failures > 1 else ''} "
        f"in {_duration(now - each.since)}"
        for thing, each in mended.items()
    ]
    return Alert(
        kind="recovered",
        headline=f"recovered:{where} {', '.join(mended)}",
        lines=tuple(lines),
        facts={"year": report.year, "run_id": report.run_id, "mended": list(mended)},
        page=report.page,
    )


def _duration(seconds: float) -> str:
    # A clock set back must not make the sentence absurd.
    minutes = max(0, round(seconds / 60))
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
