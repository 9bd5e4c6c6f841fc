"""Where an alert goes: always to `outputs/logs/alerts.log`, and to a webhook when EGOV_ALERT_WEBHOOK is set.

An alert never fails what it reports on, and never prints the webhook's address, which often is a secret.
"""

import json
import logging
import os
import time
import urllib.error
import urllib.request
from collections.abc import Sequence

from egov_assets.folders import Folders
from egov_assets.monitoring.run_report import RunReport

WEBHOOK_SETTING = "EGOV_ALERT_WEBHOOK"
TIMEOUT_SECONDS = 5.0
WAITS_SECONDS = (1.0, 4.0)  # between three attempts: a restarting receiver is back within seconds, a dead one is not

log = logging.getLogger("egov_assets.alerts")


def send_alert(report: RunReport, folders: Folders, waits: Sequence[float] = WAITS_SECONDS) -> bool:
    """Tell every channel once; False if a configured webhook could not be reached (which is logged)."""
    log.warning(report.message())
    path = folders.outputs / "logs" / "alerts.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {report.message()}\n")
    address = os.environ.get(WEBHOOK_SETTING)
    return True if not address else _post(address, report, waits)


def _post(address: str, report: RunReport, waits: Sequence[float]) -> bool:
    problem = ""
    for wait in (0.0, *waits):
        time.sleep(wait)
        try:
            request = urllib.request.Request(
                address,
                data=json.dumps(report.as_dict(), ensure_ascii=False).encode(),
                headers={"Content-Type": "application/json; charset=utf-8"},
            )
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
                return True
        except urllib.error.HTTPError as error:
            problem = f"it answered {error.code}"
        except (OSError, ValueError) as error:  # OSError holds URLError and timeouts; ValueError a malformed address
            problem = f"it could not be reached ({type(error).__name__})"
    log.error("alert of run %s was not delivered to %s: %s", report.run_id, WEBHOOK_SETTING, problem)
    return False
