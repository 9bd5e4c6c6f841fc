"""Where an alert goes: always to `outputs/logs/alerts.log`, and to every channel whose settings are in the environment.

    EGOV_ALERT_WEBHOOK                                address that takes JSON
    EGOV_ALERT_SLACK                                  address of an incoming webhook
    EGOV_ALERT_FEISHU, EGOV_ALERT_FEISHU_SECRET       address and signing secret of a custom robot
    EGOV_ALERT_DINGTALK, EGOV_ALERT_DINGTALK_SECRET   the same
    EGOV_ALERT_WECOM                                  address of a group robot
    EGOV_ALERT_MAIL, EGOV_ALERT_MAIL_FROM, _TO        smtps://user:password@host:465, sender, receivers
    EGOV_ALERT_APPRISE                                addresses as apprise writes them, with blanks between

An alert never fails what it reports on. Addresses and passwords are secrets: messages name the setting instead.
"""

import base64
import http.client
import json
import logging
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from urllib.parse import unquote, urlsplit

from egov_assets.alerts import chat
from egov_assets.alerts.alert import Alert
from egov_assets.alerts.mail import send_mail
from egov_assets.alerts.services import send_by_apprise
from egov_assets.platform.folders import Folders

POSTED: dict[str, chat.Build] = {
    "EGOV_ALERT_WEBHOOK": chat.webhook,
    "EGOV_ALERT_SLACK": chat.slack,
    "EGOV_ALERT_FEISHU": chat.feishu,
    "EGOV_ALERT_DINGTALK": chat.dingtalk,
    "EGOV_ALERT_WECOM": chat.wecom,
}
MAILED, BY_APPRISE = "EGOV_ALERT_MAIL", "EGOV_ALERT_APPRISE"
TIMEOUT_SECONDS = 5.0
LONGEST_ANSWER_BYTES = 65_536  # of services' refusals, which are one line
WAITS_SECONDS = (1.0, 4.0)  # between three attempts: a restarting receiver is back within seconds, a dead one is not

log = logging.getLogger("egov_assets.alerts")


class NotDelivered(Exception):
    """One attempt failed; the message says how without saying where."""


def configured() -> list[str]:
    """The settings that name a channel, in a fixed order; of apprise's addresses each is one, by its place."""
    services = [f"{BY_APPRISE} {place}" for place, _ in enumerate(_services(), 1)]
    return [*(name for name in (*POSTED, MAILED) if os.environ.get(name)), *services]


def send_alert(alert: Alert, folders: Folders, waits: Sequence[float] = WAITS_SECONDS) -> dict[str, str]:
    """Tell every channel at once, keeping nothing; returns those that could not be reached, with the reason.

    For what cannot wait or be kept: a sample, and alerts of a disk that takes no more.
    """
    write_down(alert, folders)
    return {name: why for name in configured() if (why := deliver(name, alert, waits))}


def write_down(alert: Alert, folders: Folders) -> None:
    """Write an alert to the log of this process and to `alerts.log`."""
    log.warning(alert.text)
    path = folders.outputs / "logs" / "alerts.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {alert.text}\n")
    except OSError as error:  # a full or read-only disk is what the channels are about to tell
        log.error("alert not written to %s: %s", path, error.strerror)


def deliver(name: str, alert: Alert, waits: Sequence[float]) -> str | None:
    """Try once and once more after each wait; None if delivered, else why the last attempt failed."""
    send: Callable[[str, Alert], None] = _post
    if name == MAILED:
        send = _mail
    elif name.startswith(BY_APPRISE):
        send = _by_apprise
    problem = None
    for wait in (0.0, *waits):
        time.sleep(wait)
        try:
            send(name, alert)
            return None
        except NotDelivered as reason:
            problem = str(reason)
    return problem


def _post(name: str, alert: Alert) -> None:
    try:
        post = POSTED[name](alert, os.environ[name], os.environ.get(f"{name}_SECRET"), time.time())
        address, password = _without_password(post.address)
        request = urllib.request.Request(
            address,
            data=json.dumps(post.body, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json; charset=utf-8", **password},
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            refused = chat.refusal(_json(answer.read(LONGEST_ANSWER_BYTES)))
    except urllib.error.HTTPError as error:
        raise NotDelivered(f"it answered {error.code}") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        # OSError holds URLError and timeouts, ValueError a malformed address, the last an answer that is no HTTP. Their
        # words may hold the address.
        raise NotDelivered(f"it could not be reached ({type(error).__name__})") from None
    if refused:
        raise NotDelivered(f"it refused the message ({refused})")


def _without_password(address: str) -> tuple[str, dict[str, str]]:
    """An address without the user and password before its host, and the header that says them."""
    parts = urlsplit(address)
    if parts.username is None:
        return address, {}
    said = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return plain, {"Authorization": f"Basic {base64.b64encode(said).decode()}"}


def _mail(name: str, alert: Alert) -> None:
    try:
        send_mail(alert, os.environ[name], os.environ.get(f"{name}_FROM", ""), os.environ.get(f"{name}_TO", ""))
    except (OSError, ValueError) as error:
        raise NotDelivered(f"the mail was not taken ({type(error).__name__})") from None


def _by_apprise(name: str, alert: Alert) -> None:
    if refused := send_by_apprise(alert, _services()[int(name.removeprefix(BY_APPRISE)) - 1]):
        raise NotDelivered(refused)


def _services() -> list[str]:
    return os.environ.get(BY_APPRISE, "").split()


def _json(answer: bytes) -> object:
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):  # Slack answers `ok`; somebody else's server may answer anything
        return None
