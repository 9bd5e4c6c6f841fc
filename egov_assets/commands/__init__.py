"""The commands of `egov`, one module each: `add_parser` declares it, the function it names does it, in
the folders of the study that it is handed.

Heavy modules are imported inside the functions, so that `egov --help` answers at once.
"""

import argparse
import json


class CannotRun(Exception):
    """A command cannot do what it was asked; the message says why and what to do. So does that of a SettingsError."""


def add_json(parser: argparse.ArgumentParser) -> None:
    """The option of every command whose answer a script would read."""
    parser.add_argument("--json", action="store_true", help="print the answer as JSON, and nothing else")


def print_json(answer: object) -> None:
    """One document; what JSON does not know, as paths, is written as text, a set as a sorted list."""
    print(json.dumps(answer, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)
