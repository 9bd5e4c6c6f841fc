"""What each chat service wants posted, and how it says that it refused: all answer 200 also when they do.

Signatures, as the services' pages for custom robots give them:
  Feishu    base64 of HMAC-SHA256 with key "<seconds>\\n<secret>" over nothing, in the body
  DingTalk  base64 of HMAC-SHA256 with key "<secret>" over "<milliseconds>\\n<secret>", in the address
  WeCom     none: the key in the address is the secret
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from egov_assets.alerts.alert import Alert

WECOM_TEXT_BYTES = 2048  # longer texts are refused


@dataclass(frozen=True)
class Post:
    """One HTTP request with a JSON body."""

    address: str
    body: Mapping[str, object]


Build = Callable[[Alert, str, str | None, float], Post]  # alert, address, secret, seconds since 1970


def webhook(alert: Alert, address: str, secret: str | None, now: float) -> Post:
    """Everything, for a receiver of one's own."""
    return Post(address, alert.as_dict())


def slack(alert: Alert, address: str, secret: str | None, now: float) -> Post:
    # Slack reads <…> as a link or a call to everybody, and & as the start of an entity.
    text = alert.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Post(address, {"text": text})


def feishu(alert: Alert, address: str, secret: str | None, now: float) -> Post:
    body: dict[str, object] = {"msg_type": "text", "content": {"text": alert.text}}
    if secret:
        seconds = str(int(now))
        body = {"timestamp": seconds, "sign": _hmac(key=f"{seconds}\n{secret}", message=""), **body}
    return Post(address, body)


def dingtalk(alert: Alert, address: str, secret: str | None, now: float) -> Post:
    if secret:
        milliseconds = str(int(now * 1000))
        signed = urlencode({"timestamp": milliseconds, "sign": _hmac(key=secret, message=f"{milliseconds}\n{secret}")})
        address = f"{address}{'&' if '?' in address else '?'}{signed}"
    return Post(address, {"msgtype": "text", "text": {"content": alert.text}})


def wecom(alert: Alert, address: str, secret: str | None, now: float) -> Post:
    shortened = alert.text.encode()[:WECOM_TEXT_BYTES].decode(errors="ignore")
    return Post(address, {"msgtype": "text", "text": {"content": shortened}})


def refusal(answer: object) -> str | None:
    """The service's own code for "no", or None if it took the message."""
    if not isinstance(answer, dict):
        return None
    for name in ("errcode", "code", "StatusCode"):
        if answer.get(name):
            return f"{name} {answer[name]}"
    return None


def _hmac(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()
