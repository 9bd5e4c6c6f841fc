"""Where a study lies: its settings, a user's files, and everything the product makes of them.

A study is a folder with a `study.yml`: the one that `EGOV_STUDY` names (`egov --study DIR` sets it), else the current
one. Its raw files lie in `raw`, what is made in `outputs`, the answers of the demo economy in `truth`. The root of a
checkout holds no `study.yml`; there the raw files are those of the demo, in `demo/raw`, so that `make run` needs no
setting. `EGOV_RAW`, `EGOV_OUTPUTS` and `EGOV_TRUTH` name other folders, for servers. Wherever the raw folder is, the
settings lie beside it, and so does the truth, so that the demo's answers are never held against other files.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Self

ENVIRONMENT = (  # every setting of the environment, whichever part reads it
    *("EGOV_STUDY", "EGOV_RAW", "EGOV_OUTPUTS", "EGOV_TRUTH"),
    *("EGOV_ON_CHANGE", "EGOV_POSTGRES", "EGOV_UI_ADDRESS"),
    *("EGOV_ALERT_WEBHOOK", "EGOV_ALERT_SLACK", "EGOV_ALERT_WECOM", "EGOV_ALERT_APPRISE"),
    *("EGOV_ALERT_FEISHU", "EGOV_ALERT_FEISHU_SECRET", "EGOV_ALERT_DINGTALK", "EGOV_ALERT_DINGTALK_SECRET"),
    *("EGOV_ALERT_MAIL", "EGOV_ALERT_MAIL_FROM", "EGOV_ALERT_MAIL_TO"),
    *("EGOV_OPENLINEAGE_URL", "EGOV_OPENLINEAGE_KEY"),
    *("EGOV_DUCKDB_MEMORY", "EGOV_DUCKDB_THREADS", "EGOV_DUCKDB_TEMP"),
)
OF_TESTS = "EGOV_TEST_"
STUDY_FILE = "study.yml"
CORRECTIONS_FILE, TABLES_FILE = "corrections.yml", "tables.yml"
NOTE = "README.md"  # in folders of raw files; no file of data
SETTINGS_FILES = (STUDY_FILE, CORRECTIONS_FILE, TABLES_FILE)  # beside the raw folder
OF_A_CHECKOUT = "workspace.yaml"  # which a plain `dagster dev` reads at its root


def environment_problems(environment: Mapping[str, str] = os.environ) -> list[str]:
    """A sentence for each EGOV_ setting that nothing reads, with the nearest known one, for a file where a folder is
    meant, and for raw files that lie outside of the study, whose settings would not be read.
    """
    given = sorted(name for name in environment if name.upper().startswith("EGOV") and not name.startswith(OF_TESTS))
    unknown = [name for name in given if name not in ENVIRONMENT]
    near = {name: get_close_matches(name.upper(), ENVIRONMENT, n=1, cutoff=0.0)[0] for name in unknown}
    problems = [f"nothing reads {name}; the nearest setting is {near[name]}. Rename or unset it." for name in unknown]
    problems += [
        f"{name} names {environment[name]}, which is no folder. Give the folder."
        for name in ("EGOV_STUDY", "EGOV_RAW", "EGOV_OUTPUTS", "EGOV_TRUTH")
        if environment.get(name) and Path(environment[name]).exists() and not Path(environment[name]).is_dir()
    ]
    study, raw = _study(environment), environment.get("EGOV_RAW")
    if raw and is_given(study / STUDY_FILE) and Path(raw).absolute().parent != study:
        problems.append(
            f"EGOV_RAW names {raw}, which is not in the study {study}; settings are sought beside the raw folder. "
            "Unset EGOV_RAW, or start outside of the study."
        )
    return problems


def no_study(environment: Mapping[str, str] = os.environ) -> str | None:
    """A sentence if a command would find neither a study nor the root of a checkout, nor is told of raw files."""
    study = _study(environment)
    is_told = environment.get("EGOV_RAW") or (not environment.get("EGOV_STUDY") and (study / OF_A_CHECKOUT).is_file())
    if is_told or is_given(study / STUDY_FILE):
        return None
    return (
        f"{study} holds no {STUDY_FILE}. Start `egov` in the folder of a study, name it (`egov --study DIR`), or write "
        "one: `egov init DIR`."
    )


def is_given(path: Path) -> bool:
    """Is there such a file? A link that leads nowhere is a file that its owner believes to be there."""
    return path.exists() or path.is_symlink()


def study_file_of(raw: Path) -> Path:
    """The settings of the study whose files lie in `raw`."""
    return raw.parent / STUDY_FILE


def keep_from_others(outputs: Path) -> None:
    """From here on this process writes what only its user reads: outputs hold rows of single firms.

    A folder of outputs whose group is handed on to what is made in it (`chmod g+s`) is meant for that group, which then
    may read. A stricter umask stays. Windows has none of this.
    """
    is_for_its_group = outputs.is_dir() and outputs.stat().st_mode & stat.S_ISGID
    given = os.umask(0o077)
    os.umask(given | (0o027 if is_for_its_group else 0o077))


def _study(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("EGOV_STUDY") or ".").absolute()


@dataclass(frozen=True)
class Folders:
    """Absolute folders of one study: what comes in, what goes out, and the demo economy's answers."""

    raw: Path
    outputs: Path
    truth: Path

    @classmethod
    def from_environment(cls) -> Self:
        """The folders named by the environment, or their defaults."""

        def setting(name: str, default: Path) -> Path:
            return Path(os.environ.get(name) or default).absolute()

        study = _study(os.environ)
        raw = setting("EGOV_RAW", study / "raw" if is_given(study / STUDY_FILE) else study / "demo" / "raw")
        return cls(
            raw=raw,
            outputs=setting("EGOV_OUTPUTS", study / "outputs"),
            truth=setting("EGOV_TRUTH", raw.with_name("truth")),
        )

    @property
    def study_file(self) -> Path:
        """The settings of the study, in sections; without the file all are the paper's."""
        return study_file_of(self.raw)

    @property
    def settings_files(self) -> list[Path]:
        """Those files of settings that the study has."""
        return [path for name in SETTINGS_FILES if (path := self.study_file.with_name(name)).is_file()]

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
