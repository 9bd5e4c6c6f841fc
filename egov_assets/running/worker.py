"""One worker process of `egov run`: it loads the definitions once and then executes one job after another."""

import importlib
import multiprocessing
import os
import threading
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.queues import Queue
from pathlib import Path

import dagster as dg

from egov_assets.alerts.run_report import RunReport, report_run
from egov_assets.platform.folders import Folders
from egov_assets.running.instance import PROCESS_TAG, run_on_record
from egov_assets.running.lineage_page import write_lineage_page
from egov_assets.running.stages import Stage

_worker: "Worker"  # of this process; `start` sets it before any job


@dataclass(frozen=True)
class Outcome:
    """One executed job; its report may name failed checks although it succeeded."""

    job: str
    year: int | None
    succeeded: bool
    report: RunReport


@dataclass(frozen=True)
class Worker:
    definitions: dg.Definitions
    home: Path
    published: "Queue[str]"  # the chapter of each table, at the moment it is published


def start(definitions_module: str, home: Path, log: Path, published: "Queue[str]") -> None:
    """Load the definitions; from here on everything this process prints goes to the log file."""
    global _worker
    threading.Thread(target=_end_with_parent, daemon=True).start()
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    _worker = Worker(importlib.import_module(definitions_module).defs, home, published)


def _end_with_parent() -> None:
    """A killed `egov run` must not leave workers that go on publishing beside the next one."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "workers are processes that `egov run` started"
    parent.join()
    os._exit(1)


def ready() -> None:
    """Nothing to do: asking for it makes the pool start a process."""


def plan(stages: Sequence[Stage]) -> dict[str, int]:
    """How many tables the stages will publish, by chapter."""
    counts: Counter[str] = Counter()
    for stage in stages:
        chapters = _chapters(_worker.definitions.resolve_job_def(stage.job))
        for chapter in chapters.values():
            counts[chapter] += len(stage.years or (None,))
    return dict(counts)


def run_job(job_name: str, year: int | None) -> Outcome:
    """Execute one job for one year (None: all years at once) on the shared instance."""
    job = _worker.definitions.resolve_job_def(job_name)
    chapters = _chapters(job)
    run_id = str(uuid.uuid4())

    def tell(record: dg.EventLogEntry) -> None:
        event = record.dagster_event
        if event and event.is_step_materialization:
            _worker.published.put(chapters[event.step_materialization_data.materialization.asset_key])

    with dg.DagsterInstance.from_config(str(_worker.home)) as instance:
        instance.add_event_listener(run_id, tell)
        result = job.execute_in_process(
            instance=instance,
            partition_key=None if year is None else str(year),
            run_id=run_id,
            tags={PROCESS_TAG: str(os.getpid())},
            raise_on_error=False,
        )
        return Outcome(job_name, year, result.success, report_run(instance, run_on_record(instance, run_id)))


def draw_lineage(folders: Folders) -> Path:
    """The page of column lineage, from what the runs recorded."""
    with dg.DagsterInstance.from_config(str(_worker.home)) as instance:
        return write_lineage_page(_worker.definitions.resolve_asset_graph(), instance, folders)


def _chapters(job: dg.JobDefinition) -> dict[dg.AssetKey, str]:
    graph = job.asset_layer.asset_graph
    return {key: graph.get(key).group_name for key in job.asset_layer.selected_asset_keys}
