"""Run jobs from the command line: the same Dagster jobs as in the UI, years side by side in worker processes."""

import multiprocessing
import queue
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import dagster as dg
import duckdb

from egov_assets.alerts.alert import Alert
from egov_assets.alerts.channels import send_alert
from egov_assets.alerts.incidents import follow
from egov_assets.alerts.outbox import deliver_due
from egov_assets.alerts.run_report import YEAR_TAG, report_run
from egov_assets.platform.catalog import build_catalog
from egov_assets.platform.folders import Folders
from egov_assets.running import worker
from egov_assets.running.instance import (
    HISTORY_LOST,
    close_abandoned_runs,
    place_of_history,
    prepare_home,
    remove_abandoned_candidates,
    run_on_record,
)
from egov_assets.running.lease import held
from egov_assets.running.openlineage import ADDRESS, is_wanted, send_events
from egov_assets.running.planner import Part, Place, Wanted
from egov_assets.running.study_settings import check_settings
from egov_assets.running.unchanged import look, remember
from egov_assets.running.worker import PROCESSES, Look, Outcome

POLL_SECONDS = 0.1
LINEAGE_LOST: tuple[type[Exception], ...] = (*HISTORY_LOST, BrokenProcessPool)
Told = Callable[[str, int], None]  # a chapter, and 0 when work on a table of it begins, 1 when one is published


class HistoryLost(Exception):
    """Dagster could not write down what happened; the message names the place, the cause and what to do."""


class StudyRun:
    """Worker processes and the instance they share. Workers load the definitions from the moment this is entered."""

    def __init__(self, folders: Folders, definitions_module: str = "egov_assets.definitions") -> None:
        """Raises  SettingsError listing the mistakes of all settings files, before anything is made; HistoryLost"""
        check_settings(folders)
        self.log: Path = folders.outputs / "logs" / time.strftime("run_%Y%m%d_%H%M%S.log")
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._folders = folders
        self._home = prepare_home(folders)
        spawn = multiprocessing.get_context("spawn")  # a forked copy of Polars' thread pool would hang
        self._told: multiprocessing.Queue[tuple[str, int]] = spawn.Queue()
        self._pool = ProcessPoolExecutor(
            PROCESSES,
            mp_context=spawn,
            initializer=worker.start,
            initargs=(definitions_module, self._home, self.log, self._told),
        )

    def __enter__(self) -> Self:
        # One loads the graph now; another only if there is work for it, since loading takes 5 s of processor time.
        self._loading = self._pool.submit(worker.ready)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:  # Ctrl-C, or a job that was terminated in the UI: the tables begun are not waited for
            for child in multiprocessing.active_children():
                child.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)
        if kind is not None:
            with suppress(*HISTORY_LOST):  # the history itself is lost; the next run closes what is open
                self._close_abandoned()

    def look(self, wanted: Wanted) -> Look:
        """What is not up to date and why; how many tables at most a run will make of it, by chapter.

        Raises  HistoryLost as `execute`
        """
        with self._told_if_the_history_is_lost():
            return self._pool.submit(worker.look, self._folders, wanted).result()

    def execute(self, stale: Mapping[Place, str], wanted: Wanted, told: Told) -> list[Outcome]:
        """Make what is not up to date, or wanted, and what that leaves stale; what waits for nothing side by side.

        stale  as `look` gives
        After a failure nothing further begins. Returns the outcomes of all runs that began, also of those whose
        process was killed.

        Raises  NotHeld if somebody else makes these tables; HistoryLost if Dagster could not write down what happened,
                after telling so
        """
        with held(self._folders) as check, self._told_if_the_history_is_lost():
            # Only the holder may: of another machine's processes nobody here knows whether they live.
            self._close_abandoned()
            remove_abandoned_candidates(self._folders)
            return self._execute(stale, wanted, told, check)

    @contextmanager
    def _told_if_the_history_is_lost(self) -> Iterator[None]:
        try:
            yield
        except HISTORY_LOST as error:
            words = (
                f"the run history in {place_of_history(self._home)} cannot be written: {getattr(error, 'orig', error)}"
            )
            step = "make room on its disk and let this account write there, then `egov run`; published tables stay"
            send_alert(Alert("run failed", f"run failed: {words}", next_step=step), self._folders)
            raise HistoryLost(f"{words}. Next: {step}.") from error

    def _execute(
        self, stale: Mapping[Place, str], wanted: Wanted, told: Told, check_lease: Callable[[], None]
    ) -> list[Outcome]:
        found, left, done, outcomes = look(self._folders), dict(stale), list[Part](), list[Outcome]()
        while parts := self._pool.submit(worker.next_parts, left, wanted, done).result():
            runs = [self._pool.submit(worker.make, part) for part in parts]
            self._follow(runs, told, check_lease)
            outcomes += [run.result() for run in runs if not run.exception()]
            if any(isinstance(run.exception(), BrokenProcessPool) for run in runs):
                return outcomes + self._close_abandoned()
            for run in runs:
                run.result()  # an error outside any step is a fault of ours: let it be seen
            if not all(outcome.succeeded for outcome in outcomes):
                break
            done += parts
            left |= self._pool.submit(worker.stale_after, parts).result()
        else:
            if wanted.is_all_that_is_stale:
                remember(self._folders, found)
        return outcomes

    def finish(self, outcomes: Sequence[Outcome]) -> list[str]:
        """Tell of all outcomes, send their lineage, then draw lineage page and catalogue; what of it failed, in words.

        Nothing that can fail stands before the telling.
        """
        for outcome in outcomes:
            follow(outcome.report, self._folders)
        deliver_due(self._folders)
        problems = self._send_lineage(outcomes) if is_wanted() else []
        for path, draw in (
            (self._folders.outputs / "lineage.html", self._draw_lineage),
            (self._folders.catalog, build_catalog),
        ):
            try:
                draw(self._folders)
            except (OSError, duckdb.Error, BrokenProcessPool) as reason:
                problems.append(f"{path} could not be written: {reason}. The tables are as they should be.")
        return problems

    def _send_lineage(self, outcomes: Sequence[Outcome]) -> list[str]:
        reports = [outcome.report for outcome in outcomes]
        try:
            events = self._pool.submit(worker.lineage_events, reports, self._folders).result()
        except LINEAGE_LOST as reason:
            return [f"lineage was not sent to the receiver of {ADDRESS} ({type(reason).__name__})."]
        problem = send_events(events)
        return [problem] if problem else []

    def _draw_lineage(self, folders: Folders) -> None:
        self._pool.submit(worker.draw_lineage, folders).result()

    def _follow(self, runs: Sequence[Future[Outcome]], told: Told, check_lease: Callable[[], None]) -> None:
        while True:
            check_lease()
            finished = wait(runs, timeout=POLL_SECONDS).not_done == set()
            for chapter, made in _drained(self._told):
                told(chapter, made)
            if finished:
                return

    def _close_abandoned(self) -> list[Outcome]:
        with dg.DagsterInstance.from_config(str(self._home)) as instance:
            closed = [run_on_record(instance, run_id) for run_id in close_abandoned_runs(instance)]
            return [
                Outcome(report_run(instance, run).job, _year(run), succeeded=False, report=report_run(instance, run))
                for run in closed
            ]


def _drained(told: "multiprocessing.Queue[tuple[str, int]]") -> Iterator[tuple[str, int]]:
    while True:
        try:
            yield told.get_nowait()
        except queue.Empty:
            return


def _year(run: dg.DagsterRun) -> int | None:
    year = run.tags.get(YEAR_TAG)
    return int(year) if year else None
