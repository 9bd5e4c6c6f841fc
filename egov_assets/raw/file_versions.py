"""The user's files as Dagster sees them: assets that nothing here makes, whose version is their content.

`file_inventory` of a year is stale when the files of the year have another version, and with it what is read from them.
"""

import hashlib
import json
import math
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path

import dagster as dg

from egov_assets.platform.changed_files import FileState, from_cursor, snapshot_under, to_cursor, years_of
from egov_assets.platform.folders import Folders
from egov_assets.platform.partitions import export_years
from egov_assets.platform.written_files import publish_text
from egov_assets.platform.years import YEARS
from egov_assets.raw.sources import read_for_every_year

# Pinned, and tested here.
warnings.filterwarnings("ignore", category=dg.BetaWarning, message="Function `observable_source_asset`")

RAW_FILES, TRUTH_FILES = "raw_files", "truth_files"


def file_versions(folders: Folders, years: Sequence[int]) -> dict[tuple[str, int | None], str]:
    """(asset of FILES, year or None) -> version; only files whose size or time is new are read."""
    record = _record(folders)
    earlier = from_cursor(record.read_text("utf-8")) if record.exists() else {}
    raw = snapshot_under(f"{RAW_FILES}/", folders.raw, earlier, math.inf)
    truth = snapshot_under(f"{TRUTH_FILES}/", folders.truth, earlier, math.inf)
    publish_text(to_cursor({**raw, **truth}), record)
    every_year = read_for_every_year(folders.study_file)
    versions: dict[tuple[str, int | None], str] = {
        (RAW_FILES, year): _version(
            item for item in raw.items() if year in years_of(item[0].removeprefix(f"{RAW_FILES}/"), years, every_year)
        )
        for year in years
    }
    return versions | {(TRUTH_FILES, None): _version(truth.items())}


@dg.observable_source_asset(
    name=RAW_FILES,
    group_name="raw",
    partitions_def=export_years,
    required_resource_keys={"folders"},
    description="The files below the raw folder that feed a year; their version is their names and content.",
)
def raw_files(context: dg.OpExecutionContext) -> dg.DataVersionsByPartition:
    versions = file_versions(context.resources.folders, YEARS)
    return dg.DataVersionsByPartition({str(year): versions[RAW_FILES, year] for year in YEARS})


@dg.observable_source_asset(
    name=TRUTH_FILES,
    group_name="raw",
    required_resource_keys={"folders"},
    description="The demo economy's answers, which stand beside print where there are any.",
)
def truth_files(context: dg.OpExecutionContext) -> dg.DataVersion:
    return dg.DataVersion(file_versions(context.resources.folders, YEARS)[TRUTH_FILES, None])


FILES = (raw_files, truth_files)


def forget_files_seen(folders: Folders) -> None:
    """The next look reads every file, whatever its size and time."""
    _record(folders).unlink(missing_ok=True)


def _record(folders: Folders) -> Path:
    return folders.dagster_home / "files_seen.json"


def _version(files: Iterable[tuple[str, FileState]]) -> str:
    return hashlib.sha256(json.dumps(sorted((name, state.content) for name, state in files)).encode()).hexdigest()
