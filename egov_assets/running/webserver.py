"""Dagster's webserver with the page of status, behind `OwnOriginOnly`.

`python -m egov_assets.running.webserver --port …` and the options of Dagster's own.
"""

import os
import sys

from dagster_webserver import cli

from egov_assets.running.own_origin import OwnOriginOnly, own_origins
from egov_assets.running.status import WithStatus


def main() -> None:
    """Serve until a signal. The port is named by `--port`, the address of a proxy by EGOV_UI_ADDRESS."""
    port = int(sys.argv[sys.argv.index("--port") + 1])
    own = own_origins(port, os.environ.get("EGOV_UI_ADDRESS", ""))
    dagsters = cli.create_app_from_workspace_process_context
    cli.create_app_from_workspace_process_context = lambda *args, **kwargs: OwnOriginOnly(  # type: ignore[assignment]
        WithStatus(dagsters(*args, **kwargs)), own
    )
    cli.main()


if __name__ == "__main__":
    main()
