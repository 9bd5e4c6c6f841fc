"""Every channel against a real listener, its message pinned; a dead one is told to the others and fails nothing."""

import base64
import hashlib
import hmac
import logging
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from egov_assets import cli
from egov_assets.alerts import chat
from egov_assets.alerts.alert import Alert
from egov_assets.alerts.channels import send_alert
from egov_assets.platform.folders import Folders
from egov_assets_tests.alerts.listeners import HttpListener, SmtpServer, certificate

ALERT = Alert(
    kind="checks failed",
    headline="checks failed: prepare_year 2011, at raw_customs (1 of 3 checks failed)",
    lines=("first cause: 12 rows <without> a code & more",),
    next_step="mend it",
    facts={"year": "2011"},
    page="/runs/r1",
)
TEXT = (
    "checks failed: prepare_year 2011, at raw_customs (1 of 3 checks failed)\n"
    "  first cause: 12 rows <without> a code & more\n"
    "  next: mend it\n"
    "  see: http://127.0.0.1:3000/runs/r1"
)
NOW = 1_700_000_000.5


def test_a_webhook_gets_everything(folders: Folders, http: HttpListener, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EGOV_ALERT_WEBHOOK", f"{http.address}/hook")
    assert send_alert(ALERT, folders) == {}
    expected = {"year": "2011", "kind": "checks failed", "headline": ALERT.headline, "link": ALERT.link, "text": TEXT}
    assert http.posts == [("/hook", expected)]


def test_slack_reads_no_link_into_the_text():
    text = chat.slack(ALERT, "https://example.org", None, NOW).body["text"]
    assert "12 rows &lt;without&gt; a code &amp; more" in text


def test_feishu_signs_nothing_with_time_and_secret():
    """The service's rule, computed here by hand: the key is `<seconds>\\n<secret>`, the message empty."""
    post = chat.feishu(ALERT, "https://example.org", "s3cret", NOW)
    sign = base64.b64encode(hmac.new(b"1700000000\ns3cret", b"", hashlib.sha256).digest()).decode()
    assert post.body == {
        "timestamp": "1700000000",
        "sign": sign,
        "msg_type": "text",
        "content": {"text": TEXT},
    }
    assert chat.feishu(ALERT, "https://example.org", None, NOW).body == {"msg_type": "text", "content": {"text": TEXT}}


def test_dingtalk_signs_time_and_secret_in_the_address():
    post = chat.dingtalk(ALERT, "https://example.org/send?access_token=t", "s3cret", NOW)
    digest = hmac.new(b"s3cret", b"1700000000500\ns3cret", hashlib.sha256).digest()
    query = parse_qs(urlsplit(post.address).query)
    assert query == {
        "access_token": ["t"],
        "timestamp": ["1700000000500"],
        "sign": [base64.b64encode(digest).decode()],
    }
    assert post.body == {"msgtype": "text", "text": {"content": TEXT}}


def test_wecom_takes_2048_bytes_and_no_half_character():
    long = Alert("test", "质量" * 2000)
    content = chat.wecom(long, "https://example.org", None, NOW).body["text"]["content"]
    assert len(content.encode()) == 2046
    assert content == ("质量" * 341)


@pytest.mark.parametrize(
    ("setting", "refusal"),
    [("FEISHU", b'{"code": 19021}'), ("DINGTALK", b'{"errcode": 310000}'), ("WECOM", b'{"errcode": 93000}')],
)
def test_a_service_that_answers_200_and_no_counts_as_dead(
    folders: Folders, http: HttpListener, monkeypatch: pytest.MonkeyPatch, setting: str, refusal: bytes
):
    monkeypatch.setenv(f"EGOV_ALERT_{setting}", http.address)
    http.answer = refusal
    dead = send_alert(ALERT, folders, waits=())
    assert "it refused the message" in dead[f"EGOV_ALERT_{setting}"]


def test_a_receiver_that_is_back_at_the_third_attempt_gets_it(
    folders: Folders, http: HttpListener, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("EGOV_ALERT_SLACK", http.address)
    http.codes = [503, 500, 200]
    assert send_alert(ALERT, folders, waits=(0.0, 0.0)) == {}
    assert len(http.posts) == 3


def test_a_dead_channel_stops_no_other_and_its_address_is_told_to_nobody(
    folders: Folders, http: HttpListener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setenv("EGOV_ALERT_WEBHOOK", http.address)
    monkeypatch.setenv("EGOV_ALERT_SLACK", "http://127.0.0.1:9/services/TOPSECRET")
    monkeypatch.setenv("EGOV_ALERT_FEISHU", "no address at all TOPSECRET")
    dead = send_alert(ALERT, folders, waits=())
    assert sorted(dead) == ["EGOV_ALERT_FEISHU", "EGOV_ALERT_SLACK"]
    assert [body["kind"] for _, body in http.posts] == ["checks failed"]
    assert dead["EGOV_ALERT_SLACK"] == "it could not be reached (URLError)"
    written = (folders.outputs / "logs" / "alerts.log").read_text("utf-8")
    assert TEXT in written
    assert "TOPSECRET" not in f"{written}{caplog.text}{http.posts}{dead}"


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_mail_goes_over_tls_only(tmp_path: Path, folders: Folders, monkeypatch: pytest.MonkeyPatch, scheme: str):
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setenv("EGOV_ALERT_MAIL_FROM", "egov@example.org")
    monkeypatch.setenv("EGOV_ALERT_MAIL_TO", "a@example.org, b@example.org")
    with SmtpServer(pem, tls_at_once=scheme == "smtps") as server:
        monkeypatch.setenv("EGOV_ALERT_MAIL", f"{scheme}://me:pass%20word@localhost:{server.port}")
        assert send_alert(ALERT, folders, waits=()) == {}
    in_clear = [line.split()[0].upper() for line in server.said_in_clear]
    assert in_clear == (["EHLO", "STARTTLS"] if scheme == "smtp" else [])
    login = next(line for line in server.said if line.upper().startswith("AUTH PLAIN"))
    assert base64.b64decode(login.split()[2]) == b"\0me\0pass word"
    assert "RCPT TO:<B@EXAMPLE.ORG>" in [line.upper() for line in server.said]  # Pythons differ in the case of commands
    mail = "\n".join(server.said)
    assert "Subject: [egov] checks failed: prepare_year 2011, at raw_customs" in mail
    assert "  first cause: 12 rows <without> a code & more" in mail


def test_a_server_with_an_unknown_certificate_gets_no_password(
    tmp_path: Path, folders: Folders, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with SmtpServer(certificate(tmp_path), tls_at_once=False) as server:
        monkeypatch.setenv("EGOV_ALERT_MAIL", f"smtp://me:secret@localhost:{server.port}")
        dead = send_alert(ALERT, folders, waits=())
    assert dead == {"EGOV_ALERT_MAIL": "the mail was not taken (SSLCertVerificationError)"}
    assert not server.said


def test_the_command_sends_a_sample_and_says_who_got_it(
    folders: Folders, http: HttpListener, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("EGOV_ALERT_WECOM", http.address)
    assert cli.main(["alert", "test"]) == 0
    assert "sent      EGOV_ALERT_WECOM" in capsys.readouterr().out
    assert "nothing is wrong" in http.posts[0][1]["text"]["content"]


def test_a_service_that_apprise_knows_gets_the_message_and_each_address_is_a_channel(
    folders: Folders, http: HttpListener, monkeypatch: pytest.MonkeyPatch
):
    pytest.importorskip("apprise")
    living, dead = http.address.replace("http", "json"), "json://CANARY:CANARY@127.0.0.1:9/CANARY"
    monkeypatch.setenv("EGOV_ALERT_APPRISE", f"{dead} {living}")
    assert send_alert(ALERT, folders, waits=()) == {"EGOV_ALERT_APPRISE 1": "the service did not take it"}
    ((_, body),) = http.posts
    assert (body["title"], body["message"], body["type"]) == (ALERT.headline, TEXT, "warning")


@pytest.mark.parametrize("address", ["json://CANARY:CANARY@127.0.0.1:9/CANARY", "tgram://CANARY", "CANARY://CANARY"])
def test_what_apprise_logs_of_an_address_is_shown_to_nobody(
    folders: Folders,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    address: str,
):
    pytest.importorskip("apprise")
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("EGOV_ALERT_APPRISE", address)
    dead = send_alert(ALERT, folders, waits=())
    assert list(dead) == ["EGOV_ALERT_APPRISE 1"]
    written = (folders.outputs / "logs" / "alerts.log").read_text("utf-8")
    assert "CANARY" not in f"{dead}{written}{caplog.text}{capfd.readouterr()}"


def test_without_apprise_the_channel_says_what_to_install(folders: Folders, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "apprise", None)
    monkeypatch.setenv("EGOV_ALERT_APPRISE", "json://127.0.0.1:9")
    said = send_alert(ALERT, folders, waits=())
    assert said == {"EGOV_ALERT_APPRISE 1": "apprise is not installed: pip install 'egov_assets[apprise]'"}
