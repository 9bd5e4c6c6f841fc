"""Events of OpenLineage: what they say of a run on record, and that no receiver fails or holds up a run."""

import socket
import threading
import time
import uuid
from collections.abc import Iterator

import dagster as dg
import pytest

from egov_assets.alerts.run_report import RunReport, report_run
from egov_assets.running.openlineage import Event, events_of, send_events
from egov_assets_tests.alerts.listeners import HttpListener

KEY = "C4N4RY"
INPUTS = {"raw": (), "clean": ("list_of_words", "raw"), "of_all_years": ("clean",)}
YEARS = dg.StaticPartitionsDefinition(["2011", "2012"])


@dg.asset(partitions_def=YEARS)
def raw() -> None:
    """A table that can be made."""


@dg.asset(partitions_def=YEARS, deps=[raw])
def clean() -> None:
    """A table that cannot."""
    raise dg.Failure("firm 4711 has no name", allow_retries=False)


@dg.asset
def of_all_years() -> None:
    """A table without years."""


def told_of(instance: dg.DagsterInstance, *assets: dg.AssetsDefinition, year: str | None) -> list[Event]:
    result = dg.materialize(assets, instance=instance, partition_key=year, raise_on_error=False)
    run = instance.get_run_by_id(result.run_id)
    assert run
    return list(events_of(report_run(instance, run), instance, INPUTS, "egov_assets.mine"))


def dataset(name: str) -> dict[str, str]:
    return {"namespace": "egov_assets.mine", "name": name}


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """In memory, for speed."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def receiver(http: HttpListener, monkeypatch: pytest.MonkeyPatch) -> HttpListener:
    monkeypatch.setenv("EGOV_OPENLINEAGE_URL", f"{http.address}/api/v1/lineage")
    monkeypatch.setenv("EGOV_OPENLINEAGE_KEY", KEY)
    return http


@pytest.fixture
def dripping(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A receiver that answers a byte every 50 ms and never ends a line, so that no socket's time limit passes."""
    is_over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                while not is_over.wait(0.05):
                    connection.send(b"H")

        thread = threading.Thread(target=answer)
        thread.start()
        monkeypatch.setenv("EGOV_OPENLINEAGE_URL", f"http://127.0.0.1:{server.getsockname()[1]}/{KEY}")
        yield
        is_over.set()
        thread.join()


def test_a_table_made_and_a_table_failed_are_an_event_each_with_inputs_and_year(instance: dg.DagsterInstance):
    made, failed = told_of(instance, raw, clean, year="2011")
    assert (made["eventType"], made["job"], made["inputs"]) == ("COMPLETE", dataset("raw"), [])
    assert made["outputs"] == [dataset("raw")]
    assert (failed["eventType"], failed["job"]) == ("FAIL", dataset("clean"))
    assert failed["inputs"] == [dataset("list_of_words"), dataset("raw")]
    ids = [uuid.UUID(event["run"]["runId"]) for event in (made, failed)]  # type: ignore[index]
    assert ids[0] != ids[1]
    period = made["run"]["facets"]["nominalTime"]  # type: ignore[index]
    assert (period["nominalStartTime"], period["nominalEndTime"]) == ("2011-01-01T00:00:00Z", "2012-01-01T00:00:00Z")
    assert "4711" not in str(failed)


def test_an_event_has_all_that_the_specification_requires_and_no_year_where_the_table_has_none(
    instance: dg.DagsterInstance,
):
    (event,) = told_of(instance, of_all_years, year=None)
    # `required` of BaseEvent, RunEvent, Run and Job in the schema that the event names
    assert {"eventTime", "producer", "schemaURL", "run", "job"} <= event.keys()
    assert event["schemaURL"] == "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
    assert str(event["eventTime"]).endswith("+00:00")
    assert event["run"]["facets"] == {}  # type: ignore[index]


def test_a_run_that_was_killed_fails_as_a_job(instance: dg.DagsterInstance):
    killed = RunReport("run failed", str(uuid.uuid4()), "clean", "2011", (), (), 0, ())
    (event,) = events_of(killed, instance, {}, "egov_assets.mine")
    assert (event["eventType"], event["job"], event["outputs"]) == ("FAIL", dataset("clean"), [])


def test_a_receiver_gets_all_events_in_order_with_the_key(receiver: HttpListener):
    assert send_events([{"eventType": "COMPLETE"}, {"eventType": "FAIL"}]) is None
    assert receiver.posts == [("/api/v1/lineage", {"eventType": kind}) for kind in ("COMPLETE", "FAIL")]
    assert {headers["Authorization"] for headers in receiver.headers} == {f"Bearer {KEY}"}


@pytest.mark.parametrize("code", [302, 307, 401, 500])
def test_a_receiver_that_refuses_or_points_elsewhere_is_asked_once_and_said_in_a_line(
    receiver: HttpListener, code: int
):
    receiver.codes = [code]
    assert send_events([{}, {}]) == (
        f"the receiver that EGOV_OPENLINEAGE_URL names lacks lineage of this run: it answered {code}."
    )
    assert len(receiver.posts) == 1


@pytest.mark.parametrize(
    "address",
    [f"http://127.0.0.1:9/{KEY}", f"http://u:{KEY}@h:x/", f"file:///{KEY}", KEY, f"http://[{KEY}", "http://ü/"],
)
def test_an_address_that_is_dead_or_none_is_said_in_a_line_without_it(monkeypatch: pytest.MonkeyPatch, address: str):
    monkeypatch.setenv("EGOV_OPENLINEAGE_URL", address)
    problem = send_events([{}])
    assert problem
    assert KEY not in problem
    assert "\n" not in problem


@pytest.mark.usefixtures("dripping")
def test_a_receiver_that_answers_a_byte_at_a_time_holds_up_nobody():
    start = time.monotonic()
    assert str(send_events([{}], longest_seconds=1)).endswith("it did not take all within 1 s.")
    assert time.monotonic() - start < 3
