"""The dbt manifest, which the asset definitions are read from: made when missing or stale, never committed."""

import hashlib
import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from egov_assets.platform.dbt_project import IS_INSTALLED, PROJECT
from egov_assets.platform.folders import Folders

PLACES = ("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT))
PARSED_CALL = Path(__file__).with_name("dbt_call.py")
PARTS = ("dbt_project.yml", "profiles.yml", "macros", "models", "tests")


class ProjectBroken(Exception):
    """The dbt project is not there or cannot be parsed."""


def manifest_path() -> Path:
    """The manifest of the project as it stands now; parsing takes some seconds and happens once per change.

    The file's name holds a hash of all project files and of the dbt version, so a stale manifest cannot be met, and
    it appears under that name in one step, so several processes may ask at once.
    Raises  ProjectBroken with dbt's own words if the project cannot be parsed
    """
    # An installed package takes no files: it may be anybody's. Nor does a checkout that a server only reads.
    is_ours = not IS_INSTALLED and os.access(PROJECT, os.W_OK)
    parsed = PROJECT / "target" if is_ours else Folders.from_environment().outputs / ".dbt"
    manifest = parsed / f"manifest-{project_fingerprint()}.json"
    if not manifest.exists():
        _parse_into(manifest)
    return manifest


def dbt_command(*arguments: str) -> list[str]:
    """A dbt call that takes the parsed project from `manifest_path` instead of parsing it again, which would cost as
    much as the year itself; through this very interpreter, so the virtual environment need not be activated."""
    return [sys.executable, str(PARSED_CALL), str(manifest_path().with_suffix(".msgpack")), *arguments, *PLACES]


def dbt_environment(target: Path) -> dict[str, str]:
    """The environment of a dbt call that writes its own files below `target` only and reports to nobody."""
    return {
        **os.environ,
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def project_fingerprint() -> str:
    """Hash of all files of the dbt project and of the dbt version."""
    if not (PROJECT / "dbt_project.yml").exists():
        raise ProjectBroken(f"no dbt project in {PROJECT}: the checkout or the installed package is not whole")
    digest = hashlib.sha256(f"{version('dbt-core')} {version('dbt-duckdb')}".encode())
    for part in PARTS:
        place = PROJECT / part
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.is_file():
                digest.update(file.relative_to(PROJECT).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def _parse_into(manifest: Path) -> None:
    manifest.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=manifest.parent, prefix="parse-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "dbt.cli.main", "parse", "--no-use-colors", *PLACES],
            env=dbt_environment(Path(folder)),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ProjectBroken(f"dbt cannot parse {PROJECT}:\n{done.stdout}{done.stderr}")
        # manifest.json last: who finds it finds the other file too
        (Path(folder) / "partial_parse.msgpack").replace(manifest.with_suffix(".msgpack"))
        (Path(folder) / "manifest.json").replace(manifest)
    for older in manifest.parent.glob("manifest-*"):
        if older.stem != manifest.stem:
            older.unlink(missing_ok=True)
