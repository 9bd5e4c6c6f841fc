"""An alert by e-mail, always over TLS: `smtps://` from the first byte, `smtp://` after STARTTLS."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from egov_assets.alerts.alert import Alert

TIMEOUT_SECONDS = 10.0
PORTS = {"smtps": 465, "smtp": 587}


def send_mail(alert: Alert, server: str, sender: str, receivers: str) -> None:
    """Send to all receivers (separated by commas) through `smtps://user:password@host:port`.

    Raises  OSError (of which smtplib's errors and TLS errors are kinds), ValueError for a malformed address
    """
    place = urlsplit(server)
    if place.scheme not in PORTS or not place.hostname:
        raise ValueError("the address must look like smtps://user:password@host:465 or smtp://…:587")
    port = place.port or PORTS[place.scheme]
    trusted = ssl.create_default_context()
    connection: smtplib.SMTP
    if place.scheme == "smtps":
        connection = smtplib.SMTP_SSL(place.hostname, port, timeout=TIMEOUT_SECONDS, context=trusted)
    else:
        connection = smtplib.SMTP(place.hostname, port, timeout=TIMEOUT_SECONDS)
    with connection:
        if place.scheme == "smtp":
            connection.starttls(context=trusted)
        if place.username:
            connection.login(unquote(place.username), unquote(place.password or ""))
        connection.send_message(as_mail(alert, sender, receivers))


def as_mail(alert: Alert, sender: str, receivers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = " ".join(f"[egov] {alert.headline}".split())  # a line break would end the header
    mail["From"], mail["To"] = sender, receivers
    mail.set_content(alert.text)
    return mail
