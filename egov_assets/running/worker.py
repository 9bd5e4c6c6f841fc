"""One worker process of `egov run`: it loads the definitions once and then executes one job after another."""

import importlib
import multiprocessing
import os
import threading
import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.queues import Queue
from pathlib import Path

import dagster as dg
from dagster._core.definitions.assets.graph.base_asset_graph import BaseAssetGraph

from egov_assets.alerts.run_report import WHAT_TAG, RunReport, report_run
from egov_assets.platform.folders import Folders
from egov_assets.platform.years import YEARS
from egov_assets.running import planner
from egov_assets.running.duration import Duration, as_long_as_before
from egov_assets.running.instance import PROCESS_TAG, run_on_record
from egov_assets.running.lineage_page import write_lineage_page
from egov_assets.running.openlineage import Event, events_of, namespace_of
from egov_assets.running.planner import (
    COMPARISON,
    Part,
    Phases,
    Place,
    Wanted,
    chosen,
    made_from,
    mark_lost_tables,
    places,
    stale_places,
    tell_versions_of_files,
    what_is_made,
)

PROCESSES = 2  # two cores are the machine we promise times for; each process holds under 1 GiB at the default scale

_worker: "Worker"  # of this process; `start` sets it before any job


@dataclass(frozen=True)
class Outcome:
    """One executed job; its report may name failed checks although it succeeded."""

    job: str
    year: int | None
    succeeded: bool
    report: RunReport


@dataclass(frozen=True)
class Look:
    """What is not up to date and why; how many tables at most a run will make, by chapter; what they took last time."""

    stale: Mapping[Place, str]
    at_most: Mapping[str, int]
    duration: Duration


@dataclass(frozen=True)
class Worker:
    definitions: dg.Definitions
    home: Path
    told: "Queue[tuple[str, int]]"  # as `study_run.Told`


def start(definitions_module: str, home: Path, log: Path, told: "Queue[tuple[str, int]]") -> None:
    """Load the definitions; from here on everything this process prints goes to the log file."""
    global _worker
    threading.Thread(target=_end_with_parent, daemon=True).start()
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    _worker = Worker(importlib.import_module(definitions_module).defs, home, told)


def _end_with_parent() -> None:
    """A killed `egov run` must not leave workers that go on publishing beside the next one."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "workers are processes that `egov run` started"
    parent.join()
    os._exit(1)


def ready() -> None:
    """Nothing to do: asking for it makes the pool start a process."""


def look(folders: Folders, wanted: Wanted) -> Look:
    """What is not up to date, with the user's files as they lie there now, and what making it may take."""
    graph = _worker.definitions.resolve_asset_graph()
    with dg.DagsterInstance.from_config(str(_worker.home)) as instance:
        tell_versions_of_files(instance, folders, YEARS)
        mark_lost_tables(instance, graph, folders.lake)
        stale = stale_places(graph, instance, places(graph))
        at_most = _at_most(graph, chosen(graph, stale, wanted))
        duration = as_long_as_before(instance, graph, at_most, PROCESSES)
    return Look(stale, Counter(_chapter(graph, table) for table, _ in at_most), duration)


def next_parts(stale: Mapping[Place, str], wanted: Wanted, done: Sequence[Part]) -> list[Part]:
    """What to run next, side by side."""
    graph = _worker.definitions.resolve_asset_graph()
    return planner.next_parts(graph, Phases.of(graph), stale, wanted, done)


def stale_after(parts: Sequence[Part]) -> dict[Place, str]:
    """What the tables that were just made leave stale."""
    graph = _worker.definitions.resolve_asset_graph()
    with dg.DagsterInstance.from_config(str(_worker.home)) as instance:
        return stale_places(graph, instance, made_from(graph, {place for part in parts for place in part.places}))


def make(part: Part) -> Outcome:
    """Execute one run on the shared instance."""
    graph = _worker.definitions.resolve_asset_graph()
    job = _worker.definitions.resolve_implicit_global_asset_job_def()
    tables = frozenset(map(dg.AssetKey, part.tables))
    checks = frozenset(
        key
        for key in graph.asset_check_keys
        if key.asset_key in tables and (key.name == COMPARISON) == part.is_comparison
    )
    steps = {graph.get(key).assets_def.op.name: _chapter(graph, key.to_user_string()) for key in tables}
    run_id = str(uuid.uuid4())

    def tell(record: dg.EventLogEntry) -> None:
        event = record.dagster_event
        if event and event.is_step_start and event.step_key in steps:
            _worker.told.put((steps[event.step_key], 0))
        if event and event.is_step_materialization:
            made = event.step_materialization_data.materialization.asset_key
            _worker.told.put((_chapter(graph, made.to_user_string()), 1))

    with dg.DagsterInstance.from_config(str(_worker.home)) as instance:
        instance.add_event_listener(run_id, tell)
        result = job.get_subset(
            asset_selection=frozenset() if part.is_comparison else tables, asset_check_selection=checks
        ).execute_in_process(
            instance=instance,
            partition_key=None if part.year is None else str(part.year),
            run_id=run_id,
            tags={PROCESS_TAG: str(os.getpid()), WHAT_TAG: what_is_made(graph, part)},
            raise_on_error=False,
        )
        report = report_run(instance, run_on_record(instance, run_id))
        return Outcome(report.job, part.year, result.success, report)


def draw_lineage(folders: Folders) -> Path:
    """The page of column lineage, from what the runs recorded."""
    with dg.DagsterInstance.from_config(str(_worker.home)) as instance:
        return write_lineage_page(_worker.definitions.resolve_asset_graph(), instance, folders)


def lineage_events(reports: Sequence[RunReport], folders: Folders) -> list[Event]:
    """What finished runs made from what, as events of OpenLineage."""
    graph = _worker.definitions.resolve_asset_graph()
    inputs = {
        key.to_user_string(): sorted(parent.to_user_string() for parent in graph.get(key).parent_keys)
        for key in graph.materializable_asset_keys
    }
    with dg.DagsterInstance.from_config(str(_worker.home)) as instance:
        return [event for report in reports for event in events_of(report, instance, inputs, namespace_of(folders))]


def _at_most(graph: BaseAssetGraph, first: Collection[Place]) -> set[Place]:
    """What may be made: the places chosen, and all that is made from them."""
    further = dg.AssetSelection.assets(*{table for table, _ in first}).downstream().resolve(graph) if first else set()
    return {*first, *(place for place in places(graph) if dg.AssetKey(place[0]) in further)}


def _chapter(graph: BaseAssetGraph, table: str) -> str:
    return graph.get(dg.AssetKey(table)).group_name or ""
