"""Whether anything changed since the planner last found nothing to make: its answer kept, not another opinion.

Asking it costs the graph, whose loading takes seconds. Where every file that a run reads or left behind is as it was
then, and the software too, the answer is the same.
"""

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path

import egov_assets
from egov_assets.clean.manifest import project_fingerprint
from egov_assets.platform.changed_files import (
    Snapshot,
    changes,
    from_cursor,
    snapshot_under,
    to_cursor,
)
from egov_assets.platform.code_version import libraries
from egov_assets.platform.folders import SETTINGS_FILES, Folders
from egov_assets.platform.written_files import publish_text

PACKAGE = Path(egov_assets.__file__).parent
OUTPUTS = "outputs/"
# Not the logs, pages of checks and views beside them, which other commands write too.
MADE = ("lake/**/*", "tables/**/*", "figures/**/*", "replication_report*", "published_comparison.csv")


@dataclass(frozen=True)
class Found:
    """A study before a run: the software, what the run would read, and whether both and what lies there are as then."""

    software: str
    inputs: Snapshot
    is_unchanged: bool


def look(folders: Folders) -> Found:
    """Compare files, software and tables with what was kept, hashing only files whose size or time changed."""
    known = _known(folders)
    files = from_cursor(known["files"])
    inputs, software = _inputs(folders, files), software_fingerprint()
    is_unchanged = known["software"] == software and not changes(files, {**inputs, **_made(folders, files)})
    return Found(software, inputs, is_unchanged)


def remember(folders: Folders, found: Found) -> None:
    """Keep that nothing is left to make, after a run that began with what was found.

    A file that changed meanwhile counts as changed the next time.
    """
    files = to_cursor({**found.inputs, **_made(folders, {})})
    text = json.dumps({"software": found.software, "files": files})
    publish_text(text, _record(folders))


def forget(folders: Folders) -> None:
    """The next run asks the planner."""
    _record(folders).unlink(missing_ok=True)


def last_complete(folders: Folders) -> float | None:
    """When the planner last found nothing left to make, in seconds since 1970; none once that is forgotten."""
    record = _record(folders)
    return record.stat().st_mtime if record.exists() else None


def files_made(folders: Folders) -> list[str]:
    """Files below the outputs when the planner last found nothing to make; none once that is forgotten."""
    files = from_cursor(_known(folders)["files"])
    return [name.removeprefix(OUTPUTS) for name in files if name.startswith(OUTPUTS)]


def _known(folders: Folders) -> dict[str, str]:
    record = _record(folders)
    return json.loads(record.read_text("utf-8")) if record.exists() else {"software": "", "files": "{}"}


def _record(folders: Folders) -> Path:
    return folders.dagster_home / "nothing_to_make.json"


def software_fingerprint() -> str:
    """Hash of this package, its dbt project, and the versions of Python and of all libraries."""
    digest = hashlib.sha256("\n".join([project_fingerprint(), libraries()]).encode())
    for file in sorted(PACKAGE.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _inputs(folders: Folders, known: Snapshot) -> Snapshot:
    # The truth too: the comparison with print has a column of what was planted.
    return {
        **snapshot_under("study/", folders.study_file.parent, known, math.inf, SETTINGS_FILES),
        **snapshot_under("raw/", folders.raw, known, math.inf),
        **snapshot_under("truth/", folders.truth, known, math.inf),
    }


def _made(folders: Folders, known: Snapshot) -> Snapshot:
    return snapshot_under(OUTPUTS, folders.outputs, known, math.inf, MADE)
