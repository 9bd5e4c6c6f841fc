"""What a run made from what, for a catalogue of others: events of OpenLineage 2-0-2, sent where the environment says.

    EGOV_OPENLINEAGE_URL    address that takes the events; without it nothing is sent
    EGOV_OPENLINEAGE_KEY    sent as `Authorization: Bearer …`

Plain JSON over the standard library: the project's own client would bring an HTTP library and more for a single POST.
Events name tables and years; they hold no rows, paths or words of errors. Sending fails no run: what was not taken is
said in one line, and not kept.
"""

import http.client
import json
import os
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version

import dagster as dg

from egov_assets.alerts.run_report import RunReport
from egov_assets.platform.folders import Folders

ADDRESS, KEY = "EGOV_OPENLINEAGE_URL", "EGOV_OPENLINEAGE_KEY"
SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
YEAR_SCHEMA = "https://openlineage.io/spec/facets/1-0-1/NominalTimeRunFacet.json#/$defs/NominalTimeRunFacet"
PRODUCER = f"urn:egov_assets:{version('egov_assets')}"
TIMEOUT_SECONDS = 5.0  # of one answer that does not come
LONGEST_SECONDS = 20.0  # of all events, also where a receiver answers a byte at a time

Event = dict[str, object]


def events_of(
    report: RunReport, instance: dg.DagsterInstance, inputs: Mapping[str, Sequence[str]], namespace: str
) -> Iterator[Event]:
    """An event for each table and year that a finished run made, and for each that failed, as recorded.

    inputs  table -> the tables and files that it is made from
    A run whose process was killed fails as a job, since no table of it says so.
    """
    types = {dg.DagsterEventType.ASSET_MATERIALIZATION, dg.DagsterEventType.STEP_FAILURE}
    entries = [record.event_log_entry for record in instance.get_records_for_run(report.run_id, of_type=types).records]
    for entry in entries:
        made = entry.asset_materialization
        if made:
            table = made.asset_key.to_user_string()
            yield _event("COMPLETE", entry.timestamp, report.run_id, table, made.partition, inputs, namespace)
        elif entry.step_key:
            yield _event("FAIL", entry.timestamp, report.run_id, entry.step_key, report.year, inputs, namespace)
    if report.kind == "run failed" and not report.failed_steps:
        yield _event("FAIL", time.time(), report.run_id, report.job, report.year, inputs, namespace)


def is_wanted() -> bool:
    """Does the environment name a receiver?"""
    return bool(os.environ.get(ADDRESS))


def namespace_of(folders: Folders) -> str:
    """A study's name among others: its folder's, without where that lies."""
    return f"egov_assets.{folders.study_file.parent.name}"


def send_events(events: Sequence[Event], longest_seconds: float = LONGEST_SECONDS) -> str | None:
    """Post the events in order until one is not taken; None if all were, else why not, without address and key."""
    problems: list[str | None] = []
    until = time.monotonic() + longest_seconds

    def send() -> None:
        problems.append(_first_problem(events, until))

    # A time limit of a socket begins anew with each byte: only a thread that is not waited for ends a slow answer.
    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    sender.join(longest_seconds)
    problem = problems[0] if problems else f"it did not take all within {longest_seconds:.0f} s"
    return f"the receiver that {ADDRESS} names lacks lineage of this run: {problem}." if problem else None


def _event(
    kind: str,
    seconds: float,
    run_id: str,
    name: str,
    year: str | None,
    inputs: Mapping[str, Sequence[str]],
    namespace: str,
) -> Event:
    facets: dict[str, object] = {}
    if year:
        facets["nominalTime"] = {
            "_producer": PRODUCER,
            "_schemaURL": YEAR_SCHEMA,
            "nominalStartTime": f"{year}-01-01T00:00:00Z",
            "nominalEndTime": f"{int(year) + 1}-01-01T00:00:00Z",
        }
    return {
        "eventType": kind,
        "eventTime": datetime.fromtimestamp(seconds, UTC).isoformat(),
        # A receiver knows a run by its id alone, and one of ours makes many tables.
        "run": {"runId": str(uuid.uuid5(uuid.UUID(run_id), f"{name} {year}")), "facets": facets},
        "job": {"namespace": namespace, "name": name},
        "inputs": [{"namespace": namespace, "name": each} for each in inputs.get(name, ())],
        "outputs": [{"namespace": namespace, "name": name}] if name in inputs else [],
        "producer": PRODUCER,
        "schemaURL": SCHEMA,
    }


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An answer that points elsewhere is an error: the key is for the address given."""

    def redirect_request(self, *_: object) -> None:
        return None


def _first_problem(events: Sequence[Event], until: float) -> str | None:
    key = os.environ.get(KEY)
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        if not os.environ[ADDRESS].startswith(("http://", "https://")):
            return "the address begins with neither http:// nor https://"
        for event in events:
            if time.monotonic() > until:
                return "it is too slow"
            request = urllib.request.Request(os.environ[ADDRESS], json.dumps(event).encode(), headers)
            opener.open(request, timeout=TIMEOUT_SECONDS).close()
    except urllib.error.HTTPError as error:
        return f"it answered {error.code}"
    except (OSError, ValueError, http.client.HTTPException) as error:  # as for alerts; their words may hold a secret
        return f"it could not be reached ({type(error).__name__})"
    return None
