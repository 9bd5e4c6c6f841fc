"""`egov`: reads the command line and hands over to the command's own module in `commands/`."""

import argparse
import logging
import sys
from collections.abc import Sequence

from egov_assets.commands import (
    CannotRun,
    accept,
    alert,
    defects,
    demo,
    doctor,
    match_review,
    run,
    serve,
    tables,
    trace,
    ui,
)
from egov_assets.platform.folders import Folders, environment_problems

COMMANDS = (demo, doctor, run, ui, serve, tables, match_review, trace, defects, accept, alert)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 failed, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    # Libraries' notices go to the log of a run, which sets it, not between the bars.
    logging.captureWarnings(True)
    logging.basicConfig(handlers=[logging.NullHandler()])
    if problems := environment_problems():
        print("\n".join(f"egov: {problem}" for problem in problems), file=sys.stderr)
        return 1
    try:
        return options.command(options, Folders.from_environment())
    except CannotRun as reason:
        print(f"egov: {reason}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("egov", description="Does digital government raise export quality? The study.")
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in COMMANDS:
        command.add_parser(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
