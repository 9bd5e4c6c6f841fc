"""The services that apprise knows, some hundred: Telegram, Teams, Discord, ntfy, Matrix, a phone.

It is not installed with the product, for its size: `pip install egov_assets[apprise]`. The robots of chat.py stay ours:
they answer 200 also where they refuse, and say why in a code of their own.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from egov_assets.alerts.alert import Alert

ITS_LOGGERS = ("apprise", "urllib3", "requests")
NOT_INSTALLED = "apprise is not installed: pip install 'egov_assets[apprise]'"


def send_by_apprise(alert: Alert, address: str) -> str | None:
    """Send to the service that an address of apprise names; None if it was taken, else why not."""
    try:
        import apprise
    except ImportError:
        return NOT_INSTALLED
    with _silent():
        sender = apprise.Apprise(asset=apprise.AppriseAsset(app_id="egov_assets", async_mode=False))
        if not sender.add(address):
            return "it is no address of a service that apprise knows"
        is_taken = sender.notify(
            title=alert.headline,
            body=alert.text,
            notify_type=apprise.NotifyType.WARNING,
            body_format=apprise.NotifyFormat.TEXT,
        )
    return None if is_taken else "the service did not take it"


@contextmanager
def _silent() -> Iterator[None]:
    """What these libraries log holds hosts, paths and keys."""
    loggers = [logging.getLogger(name) for name in ITS_LOGGERS]
    levels = [each.level for each in loggers]
    for each in loggers:
        each.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for each, level in zip(loggers, levels, strict=True):
            each.setLevel(level)
