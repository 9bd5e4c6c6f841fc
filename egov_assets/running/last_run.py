"""What the last complete run was made from and what it left: a year in which both are unchanged needs no work.

A change is what the watcher of the raw folder calls one (`platform/changed_files.py`): a file that is new, vanished or
holds other content touches the years in its path, and all years if it names none, as settings do. The tables that the
run left are looked at in the same way, so that one deleted, or made since by a run that broke off, is made again.
Other software touches every year.
"""

import hashlib
import json
import math
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

import egov_assets
from egov_assets.clean.manifest import project_fingerprint
from egov_assets.platform.changed_files import (
    Change,
    Snapshot,
    changes,
    changes_by_year,
    from_cursor,
    take_snapshot,
    to_cursor,
)
from egov_assets.platform.folders import SETTINGS_FILES, Folders
from egov_assets.platform.written_files import publish_text
from egov_assets.platform.years import YEARS
from egov_assets.raw.sources import read_for_every_year

PACKAGE = Path(egov_assets.__file__).parent
# Not the logs, pages of checks and views beside them, which other commands write too.
MADE = ("lake/**/*", "tables/**/*", "figures/**/*", "replication_report*", "published_comparison.csv")


@dataclass(frozen=True)
class Found:
    """A study before a run: what the run would read, and why a year's tables are not what it would make of that."""

    software: str
    inputs: Snapshot
    reasons: Mapping[int, str]  # year -> reason; a year that needs no work has none


def inspect(folders: Folders) -> Found:
    """Compare files, software and tables with the last complete run, hashing only files whose size or time changed."""
    record = folders.dagster_home / "last_complete_run.json"
    known = json.loads(record.read_text("utf-8")) if record.exists() else {"software": None, "files": "{}"}
    files = from_cursor(known["files"])
    inputs, software = _inputs(folders, files), software_fingerprint()
    if known["software"] is None:
        reasons = dict.fromkeys(YEARS, "no complete run is on record")
    elif known["software"] != software:
        reasons = dict.fromkeys(YEARS, "the software or a library is another")
    else:
        every_year = [f"raw/{pattern}" for pattern in read_for_every_year(folders.study_file)]
        touched = changes_by_year(changes(files, {**inputs, **_made(folders, files)}), YEARS, every_year)
        reasons = {year: _words(found) for year, found in touched.items()}
    return Found(software, inputs, reasons)


def remember(folders: Folders, found: Found, years: Collection[int]) -> None:
    """Put a successful run of `years` on record, if it made every year that needed it.

    The inputs are those found before the run: a file that changed meanwhile counts as changed the next time.
    """
    if found.reasons.keys() <= set(years):
        files = to_cursor({**found.inputs, **_made(folders, {})})
        text = json.dumps({"software": found.software, "files": files})
        publish_text(text, folders.dagster_home / "last_complete_run.json")


def software_fingerprint() -> str:
    """Hash of this package, its dbt project, and the versions of Python and of all libraries."""
    libraries = sorted(f"{each.name}=={each.version}" for each in distributions())
    digest = hashlib.sha256("\n".join([sys.version, project_fingerprint(), *libraries]).encode())
    for file in sorted(PACKAGE.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _inputs(folders: Folders, known: Snapshot) -> Snapshot:
    # The truth too: the comparison with print has a column of what was planted.
    settings = _files("", folders.study_file.parent, known, SETTINGS_FILES)
    return {**settings, **_files("raw/", folders.raw, known), **_files("truth/", folders.truth, known)}


def _made(folders: Folders, known: Snapshot) -> Snapshot:
    return _files("outputs/", folders.outputs, known, MADE)


def _files(place: str, folder: Path, known: Snapshot, patterns: Sequence[str] = ("**/*",)) -> Snapshot:
    """A snapshot of a folder, each file named with the place it lies in."""
    inside = {name.removeprefix(place): state for name, state in known.items() if name.startswith(place)}
    seen = take_snapshot(folder, inside, math.inf, patterns)
    return {f"{place}{name}": state for name, state in seen.items()}


def _words(found: Sequence[Change]) -> str:
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"{found[0].path} ({found[0].what}){more}"
