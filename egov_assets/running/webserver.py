"""Dagster's webserver behind `OwnOriginOnly`: `python -m egov_assets.running.webserver --port …` and its options."""

import os
import sys

from dagster_webserver import cli

from egov_assets.running.own_origin import OwnOriginOnly, own_origins


def main() -> None:
    """Serve until a signal. The port is named by `--port`, the address of a proxy by EGOV_UI_ADDRESS."""
    port = int(sys.argv[sys.argv.index("--port") + 1])
    own = own_origins(port, os.environ.get("EGOV_UI_ADDRESS", ""))
    dagsters = cli.create_app_from_workspace_process_context
    cli.create_app_from_workspace_process_context = lambda *args, **kwargs: OwnOriginOnly(  # type: ignore[assignment]
        dagsters(*args, **kwargs), own
    )
    cli.main()


if __name__ == "__main__":
    main()
