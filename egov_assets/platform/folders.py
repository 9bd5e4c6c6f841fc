"""Where a user's files are read and where everything the product makes is written.

Three settings of the environment, each with a default, so that `make run` needs none: `EGOV_RAW` (demo/raw) and
`EGOV_OUTPUTS` (outputs) below the current folder, `EGOV_TRUTH` beside the raw folder (demo/truth), so that the demo's
answers are never held against other files. No asset may read `truth`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Self

ENVIRONMENT = (  # every setting of the environment, whichever part reads it
    *("EGOV_RAW", "EGOV_OUTPUTS", "EGOV_TRUTH", "EGOV_ON_CHANGE", "EGOV_POSTGRES", "EGOV_UI_ADDRESS"),
    *("EGOV_ALERT_WEBHOOK", "EGOV_ALERT_SLACK", "EGOV_ALERT_WECOM"),
    *("EGOV_ALERT_FEISHU", "EGOV_ALERT_FEISHU_SECRET", "EGOV_ALERT_DINGTALK", "EGOV_ALERT_DINGTALK_SECRET"),
    *("EGOV_ALERT_MAIL", "EGOV_ALERT_MAIL_FROM", "EGOV_ALERT_MAIL_TO"),
    *("EGOV_DUCKDB_MEMORY", "EGOV_DUCKDB_THREADS", "EGOV_DUCKDB_TEMP"),
)
OF_TESTS = "EGOV_TEST_"


def environment_problems(environment: Mapping[str, str] = os.environ) -> list[str]:
    """A sentence for each EGOV_ setting that nothing reads, with the nearest known one, and for a file for a folder."""
    given = sorted(name for name in environment if name.upper().startswith("EGOV") and not name.startswith(OF_TESTS))
    unknown = [name for name in given if name not in ENVIRONMENT]
    near = {name: get_close_matches(name.upper(), ENVIRONMENT, n=1, cutoff=0.0)[0] for name in unknown}
    return [f"nothing reads {name}; the nearest setting is {near[name]}. Rename or unset it." for name in unknown] + [
        f"{name} names {environment[name]}, which is no folder. Give the folder."
        for name in ("EGOV_RAW", "EGOV_OUTPUTS", "EGOV_TRUTH")
        if environment.get(name) and Path(environment[name]).exists() and not Path(environment[name]).is_dir()
    ]


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
