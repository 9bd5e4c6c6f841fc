"""Alerts that a channel has not taken yet: kept until it has, told once and in order.

They lie in the file of the incidents, so that an incident is on record if and only if its alerts are. A channel that
was out of order for a while gets one message with all headlines instead of each message late.
"""

import json
import logging
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict

from egov_assets.alerts.alert import Alert
from egov_assets.alerts.channels import WAITS_SECONDS, configured, deliver, write_down
from egov_assets.platform.folders import Folders

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 60.0, 3600.0  # doubled after each failure: a dead receiver is not hammered
CLAIM_SECONDS = 120.0  # longer than all attempts at one message take; a process that died in between holds no longer
MOST_MESSAGES = 3  # that are sent one by one to a channel that is back

log = logging.getLogger("egov_assets.alerts")

_TABLE = """
create table if not exists undelivered (
    number integer primary key autoincrement, channel text, alert text, written real, attempts integer,
    next_attempt real, claimed_until real
)
"""
_OF_CHANNEL = """
select number, alert, written, attempts, next_attempt, claimed_until from undelivered where channel = ? order by number
"""


@contextmanager
def record_of_alerts(folders: Folders) -> Iterator[sqlite3.Connection]:
    """The file of incidents and undelivered alerts, in one transaction; nothing of it stays if the block raises."""
    folders.dagster_home.mkdir(parents=True, exist_ok=True)
    path = folders.dagster_home / "incidents.sqlite"
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as store:
        store.execute(_TABLE)
        store.execute("begin immediate")
        yield store
        store.execute("commit")


def put(store: sqlite3.Connection, alerts: Sequence[Alert], now: float) -> None:
    """Keep the alerts for every configured channel."""
    rows = [(name, json.dumps(asdict(alert)), now) for alert in alerts for name in configured()]
    store.executemany("insert into undelivered values (null, ?, ?, ?, 0, 0, 0)", rows)


def deliver_due(folders: Folders, now: float | None = None, waits: Sequence[float] = WAITS_SECONDS) -> dict[str, str]:
    """Send what is kept to the channels whose time has come; returns those that took nothing, with the reason.

    A channel that fails for the first time is told to the others. Two processes never send to one channel at once.
    """
    now = time.time() if now is None else now
    try:
        dead, fallen = _deliver_all(folders, now, waits)
        if fallen:
            reasons = "; ".join(f"{name}: {why}" for name, why in fallen.items())
            notice = Alert("channel dead", f"alert channel out of order: {reasons}", ("what it should say is kept",))
            write_down(notice, folders)
            with record_of_alerts(folders) as store:
                living = [(name, json.dumps(asdict(notice)), now) for name in configured() if name not in dead]
                store.executemany("insert into undelivered values (null, ?, ?, ?, 0, 0, 0)", living)
            dead |= _deliver_all(folders, now, ())[0]
    except (sqlite3.Error, OSError) as error:  # what was put stays; the next command or look tries again
        log.error("undelivered alerts not read: %s", error)
        return {}
    return dead


def undelivered(folders: Folders) -> dict[str, int]:
    """How many messages wait for each channel that has any."""
    with record_of_alerts(folders) as store:
        return dict(store.execute("select channel, count(*) from undelivered group by channel order by channel"))


def _deliver_all(folders: Folders, now: float, waits: Sequence[float]) -> tuple[dict[str, str], dict[str, str]]:
    """Channels that took nothing, and those of them that failed for the first time."""
    dead, fallen = dict[str, str](), dict[str, str]()
    for name in configured():
        kept, attempts = _claim(folders, name, now)
        for numbers, alert in _messages(kept, attempts):
            why = deliver(name, alert, () if attempts else waits)
            with record_of_alerts(folders) as store:
                if why is None:
                    store.executemany("delete from undelivered where number = ?", [(number,) for number in numbers])
                    continue
                wait = min(FIRST_WAIT_SECONDS * 2.0**attempts, LONGEST_WAIT_SECONDS)
                store.execute(
                    "update undelivered set attempts = ?, next_attempt = ?, claimed_until = 0 where channel = ?",
                    (attempts + 1, now + wait, name),
                )
            dead[name] = why
            if not attempts:
                fallen[name] = why
            break
    return dead, fallen


def _claim(folders: Folders, channel: str, now: float) -> tuple[list[tuple[int, Alert]], int]:
    """The messages of a channel, now this process's to send, and how often the first was tried; none if not due."""
    with record_of_alerts(folders) as store:
        rows = store.execute(_OF_CHANNEL, (channel,)).fetchall()
        if not rows:
            return [], 0
        _, _, _, attempts, next_attempt, claimed_until = rows[0]
        # A time that lies farther ahead than any wait is from before the clock was set back.
        if now < next_attempt <= now + LONGEST_WAIT_SECONDS or now < claimed_until <= now + CLAIM_SECONDS:
            return [], 0
        store.execute("update undelivered set claimed_until = ? where channel = ?", (now + CLAIM_SECONDS, channel))
    return [(number, _alert(kept)) for number, kept, *_ in rows], attempts


def _messages(kept: Sequence[tuple[int, Alert]], attempts: int) -> Iterator[tuple[list[int], Alert]]:
    """What to send, and the numbers of the kept messages that it stands for."""
    if attempts and len(kept) > MOST_MESSAGES:
        lines = tuple(alert.headline for _, alert in kept)
        headline = f"{len(kept)} messages while this channel was out of order"
        yield [number for number, _ in kept], Alert("digest", headline, lines, page=kept[-1][1].page)
        return
    for number, alert in kept:
        yield [number], alert


def _alert(kept: str) -> Alert:
    fields = json.loads(kept)
    return Alert(**fields | {"lines": tuple(fields["lines"])})
