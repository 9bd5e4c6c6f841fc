"""What the daemon does by itself: years requested for changed files, and alerts from finished runs."""

import os
import time

import dagster as dg
import pytest

from egov_assets.platform.folders import Folders
from egov_assets.platform.resources import RESOURCES
from egov_assets.platform.years import YEARS
from egov_assets.running.planner import stale_places, tell_versions_of_files
from egov_assets.running.sensors import (
    alert_when_a_run_fails,
    alert_when_checks_fail_or_recover,
    make_again_when_files_change,
)
from egov_assets_tests.alerts.listeners import HttpListener
from egov_assets_tests.running.small_study import ASSETS, defs

pytestmark = pytest.mark.slow

LONG_AGO = time.time() - 3600
RUN = [("up_to_date", None)]


class Watcher:
    """The raw-file sensor between its ticks."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance, self.cursor = instance, None

    def look(self) -> list[tuple[str, str | None]]:
        """Job and year of each run requested by the next tick."""
        context = dg.build_sensor_context(
            instance=self.instance, cursor=self.cursor, repository_def=defs.get_repository_def(), resources=RESOURCES
        )
        data = make_again_when_files_change.evaluate_tick(context)
        self.cursor = data.cursor
        return [(request.job_name, request.partition_key) for request in data.run_requests]


@pytest.fixture
def watcher(folders: Folders, instance: dg.DagsterInstance) -> Watcher:
    watcher = Watcher(instance)
    assert watcher.look() == []  # what is there when it starts was run before
    return watcher


def write(folders: Folders, name: str, text: str, at: float = LONG_AGO) -> None:
    (folders.raw / name).write_text(text)
    os.utime(folders.raw / name, (at, at))


def test_changed_new_and_vanished_files_and_settings_request_a_run(folders: Folders, watcher: Watcher):
    write(folders, "quality_2011.csv", "other")
    assert watcher.look() == RUN
    write(folders, "prices_2012.csv", "new")
    assert watcher.look() == RUN
    (folders.raw / "quality_2010.csv").unlink()
    assert watcher.look() == RUN
    write(folders, "../study.yml", "sources: [none]")
    assert watcher.look() == RUN
    assert watcher.look() == []


def test_as_a_setting_a_year_is_marked_stale_and_not_run(
    folders: Folders, instance: dg.DagsterInstance, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("EGOV_ON_CHANGE", "mark")
    tell_versions_of_files(instance, folders, YEARS)
    graph = defs.resolve_asset_graph()
    for year in YEARS:
        made = dg.materialize(
            ASSETS, selection=["file_inventory"], instance=instance, partition_key=str(year), resources=RESOURCES
        )
        assert made.success
    inventory = [("file_inventory", year) for year in YEARS]
    assert stale_places(graph, instance, inventory) == {}
    write(folders, "quality_2011.csv", "other")
    assert watcher.look() == []
    assert stale_places(graph, instance, inventory) == {("file_inventory", 2011): "raw_files 2011 changed"}
    write(folders, "province_yearbook.csv", "serves all years")
    assert watcher.look() == []
    assert stale_places(graph, instance, inventory).keys() == {*inventory}
    monkeypatch.setenv("EGOV_ON_CHANGE", "sometimes")
    with pytest.raises(Exception, match=r"it can be run .* or mark"):
        watcher.look()


def test_a_file_touched_or_copied_again_requests_nothing(folders: Folders, watcher: Watcher):
    write(folders, "quality_2011.csv", (folders.raw / "quality_2011.csv").read_text(), at=LONG_AGO + 60)
    assert watcher.look() == []


def test_a_file_still_being_written_is_left_until_it_has_settled(folders: Folders, watcher: Watcher):
    write(folders, "quality_2011.csv", "half of i", at=time.time())
    assert watcher.look() == []
    write(folders, "quality_2011.csv", "half of it and the rest")
    assert watcher.look() == RUN
    assert watcher.look() == []


def test_a_file_from_the_future_is_seen(folders: Folders, watcher: Watcher):
    """A clock set back, or a copy from a machine whose clock is fast."""
    write(folders, "quality_2011.csv", "other", at=time.time() + 86_400)
    assert watcher.look() == RUN


def test_a_hundred_changes_in_a_minute_are_one_request(folders: Folders, watcher: Watcher):
    for number in range(100):
        write(folders, f"part_{number}_{2010 + number % 2}.csv", "new")
    assert watcher.look() == RUN


def test_a_restarted_daemon_goes_on_from_its_cursor(folders: Folders, watcher: Watcher, instance: dg.DagsterInstance):
    write(folders, "quality_2011.csv", "other")
    restarted = Watcher(instance)
    restarted.cursor = watcher.cursor
    assert restarted.look() == RUN


def finished(instance: dg.DagsterInstance) -> dg.RunStatusSensorContext:
    """Run the raw asset of 2011 and hand the finished run to a sensor as the daemon would."""
    job = defs.resolve_implicit_global_asset_job_def().get_subset(
        asset_selection={dg.AssetKey(name) for name in ("file_inventory", "raw_quality", "clean_quality")}
    )
    result = job.execute_in_process(instance=instance, partition_key="2011", raise_on_error=False, resources=RESOURCES)
    event = result.get_run_success_event() if result.success else result.get_run_failure_event()
    return dg.build_run_status_sensor_context("test", event, instance, result.dagster_run)


def test_bad_worse_and_mended_are_one_message_each(
    folders: Folders, instance: dg.DagsterInstance, http: HttpListener, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("EGOV_ALERT_WEBHOOK", http.address)
    good = (folders.raw / "quality_2011.csv").read_text()
    write(folders, "quality_2011.csv", "firm,qua\na,0.5\n")
    alert_when_checks_fail_or_recover(finished(instance), folders=folders)
    write(folders, "quality_2011.csv", "firm,qua\na,7\n")
    context = finished(instance).for_run_failure()
    alert_when_a_run_fails(context, folders=folders)
    alert_when_a_run_fails(context, folders=folders)
    write(folders, "quality_2011.csv", good)
    alert_when_checks_fail_or_recover(finished(instance), folders=folders)
    told = [body for _, body in http.posts]
    assert [body["kind"] for body in told] == ["checks failed", "run failed", "recovered"]
    assert [(body["year"], body.get("asset")) for body in told[:2]] == [("2011", "raw_quality")] * 2
    assert told[0]["first_cause"] == "1 firms, at least 2"
    assert "qua: 7.0 breaks" in told[1]["first_cause"]
    assert "raw_quality.has_two_firms" in told[2]["mended"]


def test_a_dead_channel_fails_no_sensor(
    folders: Folders, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("EGOV_ALERT_WEBHOOK", "http://127.0.0.1:9")
    monkeypatch.setattr("egov_assets.alerts.channels.time.sleep", lambda _: None)
    write(folders, "quality_2011.csv", "nonsense")
    alert_when_a_run_fails(finished(instance).for_run_failure(), folders=folders)
    assert "alert channel out of order" in (folders.outputs / "logs" / "alerts.log").read_text("utf-8")
