"""A year without files or tables, and a watcher that fails or is silent, are each told once, and their end too."""

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import (
    InProcessCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, TickData, TickStatus
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster_shared.error import SerializableErrorInfo

from egov_assets import cli
from egov_assets.alerts.incidents import follow
from egov_assets.alerts.liveness import missing_years, silent_watchers
from egov_assets.platform.folders import Folders
from egov_assets.running.sensors import stand_watch
from egov_assets_tests.alerts.listeners import HttpListener

pytestmark = pytest.mark.slow

NOW, YEARS = 1_700_000_000.0, (2010, 2011, 2012)
WATCHER = "make_again_when_files_change"


def with_files(folders: Folders, *years: int) -> None:
    for year in years:
        folder = folders.raw / "egov_scores"
        folder.mkdir(exist_ok=True)
        (folder / f"egov_scores_{year}.xlsx").touch()


def with_table(folders: Folders, *years: int) -> None:
    for year in years:
        folder = folders.lake / "clean_exports" / f"year={year}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "data.parquet").touch()


def tell(folders: Folders) -> list[str]:
    return [alert.text for look in missing_years(folders, YEARS) for alert in follow(look, folders, NOW)]


def test_a_year_without_files_is_told_once_and_so_is_its_arrival(folders: Folders):
    with_files(folders, 2010, 2012)
    (told,) = tell(folders)
    assert told == (
        "missing year 2011: files of egov_scores\n"
        "  first cause: egov_scores 2011: no file, but files of other years\n"
        f"  next: put the year's files into {folders.raw}, then `egov run --year 2011`\n"
        "  see: http://127.0.0.1:3000"
    )
    assert tell(folders) == []
    with_files(folders, 2011)
    (over,) = tell(folders)
    assert "recovered: 2011 files of egov_scores" in over
    assert "passes again after 2 failed looks in 0 min" in over


def test_a_year_without_tables_is_told(folders: Folders):
    with_table(folders, 2010, 2011)
    (told,) = tell(folders)
    assert "missing year 2012: tables" in told
    assert "1 tables lack 2012: clean_exports" in told


def test_nothing_is_missing_where_nothing_was_ever_there(folders: Folders):
    assert tell(folders) == []


def test_while_a_run_goes_on_missing_years_are_not_told(folders: Folders, instance: dg.DagsterInstance):
    with_table(folders, 2010)

    @dg.job
    def some_job():
        """Only its run matters."""

    run = instance.create_run_for_job(some_job, status=dg.DagsterRunStatus.STARTED)
    assert stand_watch(instance, folders, NOW) == []
    instance.report_run_failed(run)
    assert [alert.kind for alert in stand_watch(instance, folders, NOW)] == ["missing year"] * 2


def ticked(
    instance: dg.DagsterInstance, at: float, tick: TickStatus, state: InstigatorStatus = InstigatorStatus.RUNNING
) -> None:
    """Leave behind what the daemon leaves of one look of the watcher."""
    code = InProcessCodeLocationOrigin(LoadableTargetOrigin(module_name="egov_assets"), location_name="egov")
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(code, "__repository__"), WATCHER)
    known = InstigatorState(origin, InstigatorType.SENSOR, state)
    if instance.get_instigator_state(origin.get_id(), known.selector_id) is None:
        instance.add_instigator_state(known)
    else:
        instance.update_instigator_state(known)
    error = SerializableErrorInfo("ValueError: EGOV_ON_CHANGE is 'x'", [], "ValueError")
    instance.create_tick(
        TickData(
            origin.get_id(),
            WATCHER,
            InstigatorType.SENSOR,
            tick,
            at,
            error=error if tick is TickStatus.FAILURE else None,
            selector_id=known.selector_id,
        )
    )


def heard(instance: dg.DagsterInstance) -> dict[str, str]:
    return dict(silent_watchers(instance, [WATCHER], NOW).failures)


def test_a_watcher_that_looked_a_minute_ago_is_well(folders: Folders, instance: dg.DagsterInstance):
    ticked(instance, NOW - 60, TickStatus.SKIPPED)
    assert heard(instance) == {}


def test_a_watcher_silent_for_longer_than_five_minutes_is_told_and_its_return(
    folders: Folders, instance: dg.DagsterInstance
):
    ticked(instance, NOW - 1200, TickStatus.SKIPPED)
    (told,) = stand_watch(instance, folders, NOW)
    assert told.headline == f"silent watcher: {WATCHER}"
    assert told.lines == (f"first cause: {WATCHER} has not looked for 20 min",)
    assert stand_watch(instance, folders, NOW + 1) == []
    ticked(instance, NOW, TickStatus.SKIPPED)
    assert [alert.kind for alert in stand_watch(instance, folders, NOW + 2)] == ["recovered"]


def test_a_watcher_that_fails_is_told_with_its_words(folders: Folders, instance: dg.DagsterInstance):
    ticked(instance, NOW - 60, TickStatus.FAILURE)
    assert heard(instance) == {WATCHER: f"{WATCHER} fails: ValueError: EGOV_ON_CHANGE is 'x'"}


def test_a_watcher_switched_off_is_let_be(folders: Folders, instance: dg.DagsterInstance):
    ticked(instance, NOW - 1200, TickStatus.SKIPPED, InstigatorStatus.STOPPED)
    assert heard(instance) == {}


def test_a_clock_set_back_does_not_hide_a_dead_watcher(folders: Folders, instance: dg.DagsterInstance):
    ticked(instance, NOW + 86_400, TickStatus.SKIPPED)
    ticked(instance, NOW - 1200, TickStatus.SKIPPED)
    assert heard(instance) == {WATCHER: f"{WATCHER} has not looked for 20 min"}
    ticked(instance, NOW - 10, TickStatus.SKIPPED)  # alive, and back in this time
    assert heard(instance) == {}


def test_a_service_that_failed_is_told_and_told_once_more_when_it_works_again(
    folders: Folders, http: HttpListener, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("EGOV_ALERT_WEBHOOK", http.address)
    for result in ("success", "exit-code", "exit-code", "success", "success"):
        monkeypatch.setenv("MONITOR_SERVICE_RESULT", result)
        assert cli.main(["alert", "service", "egov-backup"]) == 0
    assert [post["headline"] for _, post in http.posts] == ["service failed: egov-backup", "recovered: egov-backup"]
    assert "egov-backup ended with exit-code" in http.posts[0][1]["text"]
    assert "`journalctl -u egov-backup` says why" in http.posts[0][1]["text"]
