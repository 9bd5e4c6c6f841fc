"""What a channel did not take is kept and sent again, in order and once; a receiver's nonsense fails nothing."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from egov_assets.alerts.alert import Alert
from egov_assets.alerts.channels import send_alert
from egov_assets.alerts.incidents import follow
from egov_assets.alerts.outbox import CLAIM_SECONDS, deliver_due, put, record_of_alerts, undelivered
from egov_assets.platform.folders import Folders
from egov_assets_tests.alerts.listeners import HttpListener
from egov_assets_tests.alerts.test_incidents import run

HOUR = 3600.0


@pytest.fixture
def slow_to_rise(http: HttpListener, monkeypatch: pytest.MonkeyPatch) -> HttpListener:
    """A webhook that is down until `codes` is set to [200]."""
    monkeypatch.setenv("EGOV_ALERT_WEBHOOK", http.address)
    monkeypatch.setattr("egov_assets.alerts.channels.time.sleep", lambda _: None)
    http.codes = [503]
    return http


def told(listener: HttpListener) -> list[str]:
    return [body["headline"] for _, body in listener.posts]


def test_a_receiver_that_was_down_gets_it_later_and_once(folders: Folders, slow_to_rise: HttpListener):
    (alert,) = follow(run(1, "raw.codes"), folders, now=0.0)
    assert undelivered(folders) == {"EGOV_ALERT_WEBHOOK": 1}
    slow_to_rise.posts.clear()
    assert deliver_due(folders, now=59.0) == {}
    assert not slow_to_rise.posts
    slow_to_rise.codes = [200]
    assert deliver_due(folders, now=61.0) == {}
    assert told(slow_to_rise) == [alert.headline]
    assert undelivered(folders) == {}
    assert deliver_due(folders, now=HOUR) == {}
    assert len(slow_to_rise.posts) == 1


def test_the_waits_double_up_to_an_hour_and_no_longer(folders: Folders, slow_to_rise: HttpListener):
    follow(run(1, "raw.codes"), folders, now=0.0)
    now, waits = 0.0, []
    for _ in range(8):
        before = now
        while not deliver_due(folders, now):
            now += 30.0
        waits.append(now - before)
    assert waits == [60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 3600.0, 3600.0]


def test_after_a_dead_night_there_is_one_message_with_all_headlines_in_order(
    folders: Folders, slow_to_rise: HttpListener
):
    headlines = [follow(run(hour, f"raw.check_{hour}"), folders, hour * HOUR)[0].headline for hour in range(1, 9)]
    slow_to_rise.codes, slow_to_rise.posts = [200], []
    deliver_due(folders, now=10 * HOUR)
    ((_, digest),) = slow_to_rise.posts
    assert digest["headline"] == "8 messages while this channel was out of order"
    assert [line.strip() for line in digest["text"].splitlines()[1:-1]] == headlines
    follow(run(20, "raw.new"), folders, 11 * HOUR)
    assert "raw" in told(slow_to_rise)[1]


def test_a_living_channel_is_told_at_once_and_of_the_dead_one_once(
    folders: Folders, slow_to_rise: HttpListener, monkeypatch: pytest.MonkeyPatch
):
    with HttpListener() as living:
        monkeypatch.setenv("EGOV_ALERT_SLACK", living.address)
        follow(run(1, "raw.codes"), folders, now=0.0)
        for minute in range(1, 30):
            deliver_due(folders, now=60.0 * minute)
        first, second = (body["text"] for _, body in living.posts)
    assert first.startswith("checks failed")
    assert second.startswith("alert channel out of order: EGOV_ALERT_WEBHOOK: it answered 503")


def test_two_processes_do_not_send_the_same(folders: Folders, http: HttpListener, monkeypatch: pytest.MonkeyPatch):
    """The first has claimed the channel and is still sending; had it died, the claim would end by itself."""
    monkeypatch.setenv("EGOV_ALERT_WEBHOOK", http.address)
    with record_of_alerts(folders) as store:
        put(store, [Alert("test", "invented")], now=0.0)
        store.execute("update undelivered set claimed_until = ?", (CLAIM_SECONDS,))
    deliver_due(folders, now=1.0)
    assert not http.posts
    deliver_due(folders, now=CLAIM_SECONDS + 1)
    assert told(http) == ["invented"]


def test_an_incident_is_on_record_only_with_its_alerts(
    folders: Folders, slow_to_rise: HttpListener, monkeypatch: pytest.MonkeyPatch
):
    """Killed between the two it would be known and never told: one transaction holds both."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr("egov_assets.alerts.incidents.put", die)
        with pytest.raises(KeyboardInterrupt):
            follow(run(1, "raw.codes"), folders, now=0.0)
    assert len(follow(run(2, "raw.codes"), folders, now=1.0)) == 1


NONSENSE = {
    "cut body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    "bad status line": b"nonsense\r\n\r\n",
    "long line": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
    "deep JSON": b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + b"[" * 60_000,
    "bytes": b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\xff\xfe\x00\x01",
    "nothing": b"",
}


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """The address of a receiver that answers every connection with these bytes and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65_536)
                    connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/CANARY"
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("name", NONSENSE)
def test_a_receiver_that_answers_nonsense_fails_nothing_and_shows_no_secret(
    name: str, folders: Folders, http: HttpListener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("EGOV_ALERT_SLACK", http.address)
    with answering(NONSENSE[name]) as address:
        monkeypatch.setenv("EGOV_ALERT_WEBHOOK", address)
        said = send_alert(Alert("test", "invented"), folders, waits=())
    assert len(http.posts) == 1
    assert "CANARY" not in f"{said}{caplog.text}{(folders.outputs / 'logs' / 'alerts.log').read_text('utf-8')}"


@pytest.mark.parametrize(
    "address", ["http://CANARY:CANARY@127.0.0.1:9/", "https://CANARY@[::1/", "http://CANARY.example:port/", "CANARY"]
)
@pytest.mark.parametrize("channel", ["WEBHOOK", "FEISHU", "DINGTALK", "WECOM", "MAIL"])
def test_no_address_however_wrong_is_shown(
    channel: str,
    address: str,
    folders: Folders,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv(f"EGOV_ALERT_{channel}", address)
    monkeypatch.setenv(f"EGOV_ALERT_{channel}_SECRET", "CANARY")
    monkeypatch.setattr("egov_assets.alerts.channels.time.sleep", lambda _: None)
    follow(run(1, "raw.codes"), folders, now=0.0)
    assert undelivered(folders) == {f"EGOV_ALERT_{channel}": 1}
    kept = b"".join(path.read_bytes() for path in folders.outputs.rglob("*") if path.is_file())
    assert b"CANARY" not in kept
    assert "CANARY" not in f"{caplog.text}{capfd.readouterr()}"


def test_a_user_and_password_before_the_host_are_sent_as_such(
    folders: Folders, http: HttpListener, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("EGOV_ALERT_WEBHOOK", http.address.replace("//", "//me:pass%20word@"))
    assert send_alert(Alert("test", "invented"), folders, waits=()) == {}
    assert http.headers[0]["Authorization"] == "Basic bWU6cGFzcyB3b3Jk"
