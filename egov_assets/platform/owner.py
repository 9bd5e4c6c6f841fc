"""`owner` in study.yml: who answers for the tables, as the UI shows it on each: a mail address, or `team:name`."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from egov_assets.platform.folders import Folders
from egov_assets.platform.settings_file import Settings, SettingsError, parse_settings, section_of

SECTION = "owner"
UNNAMED = "team:study"
_OWNER = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|team:[A-Za-z0-9_.-]+")  # what Dagster takes


def _is_an_owner(given: str) -> str:
    if not _OWNER.fullmatch(given):
        raise ValueError("an owner is a mail address, or team: and a name of letters, digits, _ . -")
    return given


class _Owner(Settings):
    owner: Annotated[str, AfterValidator(_is_an_owner)] = UNNAMED


def read_owner(study_file: Path) -> str:
    """The owner that a study.yml names, else UNNAMED.

    Raises  SettingsError if it is neither a mail address nor a team
    """
    given = section_of(study_file, SECTION)
    return parse_settings(_Owner, {} if given is None else {SECTION: given}, study_file).owner


def _of_this_process() -> str:
    # As of the years: with a study.yml that cannot be used the graph still loads, and every run stops with the reason.
    try:
        return read_owner(Folders.from_environment().study_file)
    except SettingsError:
        return UNNAMED


OWNER = _of_this_process()
