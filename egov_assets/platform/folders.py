"""Where a user's files are read and where everything the product makes is written.

Three settings of the environment, each with a default, so that `make run` needs none: `EGOV_RAW` (demo/raw) and
`EGOV_OUTPUTS` (outputs) below the current folder, `EGOV_TRUTH` beside the raw folder (demo/truth), so that the demo's
answers are never held against other files. No asset may read `truth`.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Folders:
    """Absolute folders of one study: what comes in, what goes out, and the demo economy's answers."""

    raw: Path
    outputs: Path
    truth: Path

    @classmethod
    def from_environment(cls) -> Self:
        """The folders named by the environment, or their defaults."""

        def setting(name: str, default: str) -> Path:
            return Path(os.environ.get(name) or default).absolute()

        raw = setting("EGOV_RAW", "demo/raw")
        return cls(
            raw=raw,
            outputs=setting("EGOV_OUTPUTS", "outputs"),
            truth=setting("EGOV_TRUTH", str(raw.with_name("truth"))),
        )

    @property
    def lake(self) -> Path:
        """One Parquet file per table and year: the only store."""
        return self.outputs / "lake"

    @property
    def candidates(self) -> Path:
        """Tables being built, not yet audited."""
        return self.outputs / ".candidates"

    @property
    def catalog(self) -> Path:
        """A DuckDB file of views over the lake, for any SQL client."""
        return self.outputs / "catalog.duckdb"

    @property
    def tables(self) -> Path:
        """Tables for people: Word, LaTeX, HTML, Markdown, CSV."""
        return self.outputs / "tables"

    @property
    def report(self) -> Path:
        """The whole replication on one page for people; its other languages and formats lie beside it."""
        return self.outputs / "replication_report.html"

    @property
    def dagster_home(self) -> Path:
        """Run history, logs of runs."""
        return self.outputs / ".dagster"
