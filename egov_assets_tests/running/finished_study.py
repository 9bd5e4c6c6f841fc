"""A whole study in folders of its own, started and killed as a user's machine would."""

import os
import subprocess
import sys
from pathlib import Path

from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import file_hash

PROJECT = Path(__file__).parents[2]
AUDIT = Path(__file__).with_name("network_audit")


class FinishedStudy:
    def __init__(self, place: Path) -> None:
        self.folders = Folders(raw=place / "raw", outputs=place / "outputs", truth=place / "truth")
        self.environment = os.environ | {
            "EGOV_RAW": str(self.folders.raw),
            "EGOV_OUTPUTS": str(self.folders.outputs),
            "EGOV_TRUTH": str(self.folders.truth),
            "PYTHONPATH": os.pathsep.join(filter(None, (str(AUDIT), os.environ.get("PYTHONPATH")))),
            "EGOV_TEST_AUDIT": str(place / "audit"),
        }
        self.audit = place / "audit"

    def egov(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one `egov` command to its end."""
        with self.start(*arguments) as process:
            out, err = process.communicate()
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin one `egov` command."""
        return subprocess.Popen(
            [sys.executable, "-m", "egov_assets.cli", *arguments],
            cwd=PROJECT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def hashes(self) -> dict[str, str]:
        """SHA-256 of every file of the lake and of the tables for people, but for the inventory of the raw files.

        The inventory says what was found, also where it could not be read and nothing else was made from it.
        """
        files = [*self.folders.lake.rglob("*"), *self.folders.tables.rglob("*")]
        files = [file for file in files if "file_inventory" not in file.parts]
        return {str(file.relative_to(self.folders.outputs)): file_hash(file) for file in files if file.is_file()}

    def candidates(self) -> list[str]:
        """Folders of tables being built."""
        return sorted(folder.name for folder in self.folders.candidates.glob("*"))


def reached(audit: Path) -> list[str]:
    """The places outside this machine that the audited processes tried to reach, in order."""
    if not audit.exists():
        return []
    here = ("127.0.0.1", "localhost", "::1", "/", "b'", "None")
    lines = audit.read_text("utf-8").splitlines()
    return [line for line in lines if not line.split(" ", 1)[1].lstrip("('\"").startswith(here)]
