"""Which years' raw files changed since the last look; pure, the sensor around it is in `sensors.py`.

A file belongs to the years its path names, from the first to the last (`customs/2011/…`, `egov_scores_2011.xlsx`,
`prices_2010_2012.csv`). One that names no year of the study, or is read for every year (`raw/sources.py`), belongs to
all; so do the settings, which lie beside the raw folder (`../study.yml`).
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import polars as pl

from egov_assets.platform.folders import SETTINGS_FILES
from egov_assets.platform.lake import file_hash

BESIDE = "../"  # from the raw folder to its settings
SETTLING_SECONDS = 5.0  # a file touched more recently may still be being copied


@dataclass(frozen=True)
class FileState:
    """Size and modification time tell that a look inside is due; the content decides."""

    size: int
    modified_ns: int
    content: str


Snapshot = Mapping[str, FileState]


@dataclass(frozen=True)
class Change:
    path: str
    what: str  # new | changed | vanished


def take_snapshot(folder: Path, earlier: Snapshot, now_seconds: float, patterns: Sequence[str] = ("**/*",)) -> Snapshot:
    """State of every file that matches a pattern, hashing only those whose size or time differ from `earlier`.

    A file still settling keeps its earlier state (none if new), so that the next look sees it.
    """
    states: dict[str, FileState] = {}
    for path in sorted({path for pattern in patterns for path in folder.glob(pattern)}):
        if not path.is_file() or path.name.startswith("."):
            continue
        name = path.relative_to(folder).as_posix()
        stat = path.stat()
        before = earlier.get(name)
        if before and (before.size, before.modified_ns) == (stat.st_size, stat.st_mtime_ns):
            states[name] = before
        elif 0 <= now_seconds - stat.st_mtime < SETTLING_SECONDS:
            if before:
                states[name] = before
        else:
            states[name] = FileState(stat.st_size, stat.st_mtime_ns, file_hash(path))
    return states


def snapshot_under(
    place: str, folder: Path, earlier: Snapshot, now_seconds: float, patterns: Sequence[str] = ("**/*",)
) -> Snapshot:
    """As `take_snapshot`, each file named with a place before it, by which `earlier` knows it too."""
    before = {name.removeprefix(place): state for name, state in earlier.items() if name.startswith(place)}
    return {f"{place}{name}": state for name, state in take_snapshot(folder, before, now_seconds, patterns).items()}


def study_snapshot(raw: Path, earlier: Snapshot, now_seconds: float) -> Snapshot:
    """As `take_snapshot` of every raw file, and of the settings beside their folder, named from there on."""
    settings = snapshot_under(BESIDE, raw.parent, earlier, now_seconds, SETTINGS_FILES)
    return {**settings, **take_snapshot(raw, earlier, now_seconds)}


def changes(earlier: Snapshot, later: Snapshot) -> list[Change]:
    """Files that are new, vanished, or hold other content; sorted by path. A new time alone is no change."""
    return [
        Change(name, "new" if name not in earlier else "vanished" if name not in later else "changed")
        for name in sorted(set(earlier) | set(later))
        if name not in earlier or name not in later or earlier[name].content != later[name].content
    ]


def years_of(path: str, years: Sequence[int], every_year: Sequence[str]) -> tuple[int, ...]:
    """The study years that a file feeds: those its path names, or all of them if it names none or fits `every_year`.

    every_year  patterns of files that are read for every year, whatever their names say
    """
    named = [int(digits) for digits in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", path)]
    if not named or any(fnmatch(path, pattern) for pattern in every_year):
        return tuple(years)
    return tuple(year for year in years if min(named) <= year <= max(named)) or tuple(years)


def inventory(raw: Path, year: int, years: Sequence[int], every_year: Sequence[str]) -> pl.DataFrame:
    """One row per file that feeds the year: source_file, year, size_bytes, sha256; sorted by file."""
    found = study_snapshot(raw, {}, math.inf)
    rows = [
        (name, year, each.size, each.content)
        for name, each in found.items()
        if year in years_of(name, years, every_year)
    ]
    columns = {"source_file": pl.String, "year": pl.Int32, "size_bytes": pl.Int64, "sha256": pl.String}
    return pl.DataFrame(rows, schema=columns, orient="row")


def to_cursor(snapshot: Snapshot) -> str:
    """A snapshot as the sensor keeps it."""
    return json.dumps({name: [state.size, state.modified_ns, state.content] for name, state in snapshot.items()})


def from_cursor(cursor: str) -> Snapshot:
    return {name: FileState(*state) for name, state in json.loads(cursor).items()}
