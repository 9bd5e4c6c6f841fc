"""How long a run may take: as long as its tables took the last time, or a guess by the size of files never read."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import dagster as dg
from dagster._core.definitions.assets.graph.base_asset_graph import BaseAssetGraph

from egov_assets.platform.folders import NOTE, Folders
from egov_assets.running.planner import Place

# Two cores, the demo of 49 MB: two minutes, half of them for start-up, tables, figures and report, whatever the size.
SECONDS_AT_LEAST, SECONDS_PER_MB = 60.0, 1.25
BEYOND_COUNTING = 100  # seconds; from here on people count in minutes


@dataclass(frozen=True)
class Duration:
    """Seconds that tables took when they were made last, and how many of them no run of this study has made."""

    seconds: float
    unknown: int


def as_long_as_before(
    instance: dg.DagsterInstance, graph: BaseAssetGraph, places: Iterable[Place], side_by_side: int
) -> Duration:
    """What the runs on record took for these places; what several tables share, as one call of dbt, counts once.

    side_by_side  how many years are made at a time
    """
    steps: dict[tuple[str, str], bool] = {}  # run and step -> of one year?
    unknown = 0
    for table, year in places:
        key = dg.AssetKey(table)
        record = instance.get_latest_data_version_record(key, False, None if year is None else str(year))
        entry = record.event_log_entry if record else None
        if entry is None or entry.step_key is None:  # never made, or reported lost, which no step of a run does
            unknown += 1
        else:
            steps[entry.run_id, entry.step_key] = graph.get(key).is_partitioned
    seconds = 0.0
    for run_id in {run_id for run_id, _ in steps}:
        for step in instance.get_run_step_stats(run_id):
            if (is_of_one_year := steps.get((run_id, step.step_key))) is not None and step.end_time and step.start_time:
                seconds += (step.end_time - step.start_time) / (side_by_side if is_of_one_year else 1)
    return Duration(seconds, unknown)


def in_words(duration: Duration, folders: Folders) -> str:
    """A sentence; of a study that never ran a rough guess, which says that it is one."""
    if not duration.seconds:
        size = raw_megabytes(folders)
        guess = _about(SECONDS_AT_LEAST + SECONDS_PER_MB * size)
        return f"Roughly {guess}, guessed from {size:,.0f} MB of raw files; the next run knows better."
    beyond = f"; {duration.unknown} were never made here and come on top" if duration.unknown else ""
    return f"At most about {_about(duration.seconds)}, as the last time{beyond}."


def raw_megabytes(folders: Folders) -> float:
    """The size of a study's raw files, notes apart."""
    return sum(path.stat().st_size for path in folders.raw.rglob("*") if path.is_file() and path.name != NOTE) / 1e6


def _about(seconds: float) -> str:
    if seconds < BEYOND_COUNTING:
        return f"{math.ceil(seconds / 10) * 10} seconds"
    return f"{math.ceil(seconds / 60)} minutes"
