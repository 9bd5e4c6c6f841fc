"""What Dagster watches: finished runs (alerts, catalog) and the raw folder (reruns)."""

import math
import os
import time
from collections.abc import Sequence

import dagster as dg

from egov_assets.alerts.alert import Alert
from egov_assets.alerts.incidents import follow
from egov_assets.alerts.liveness import SILENT_AFTER_SECONDS, missing_years, silent_watchers
from egov_assets.alerts.outbox import deliver_due
from egov_assets.alerts.run_report import report_run
from egov_assets.platform.catalog import build_catalog
from egov_assets.platform.changed_files import Change, changes, from_cursor, study_snapshot, to_cursor
from egov_assets.platform.folders import Folders
from egov_assets.platform.years import YEARS
from egov_assets.running.jobs import WHOLE_STUDY_TAG, up_to_date, verify
from egov_assets.running.lineage_page import write_lineage_page
from egov_assets.running.planner import tell_versions_of_files

ON_CHANGE_SETTING = "EGOV_ON_CHANGE"
RUN, MARK = "run", "mark"  # make the year again, or only mark it stale in the UI

UNFINISHED = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
RUNNING = dg.DefaultSensorStatus.RUNNING
StudyFolders = dg.ResourceParam[Folders]


@dg.run_failure_sensor(
    description="Tells of each failed run once, with its first cause.",
    default_status=RUNNING,
    minimum_interval_seconds=10,
)
def alert_when_a_run_fails(context: dg.RunFailureSensorContext, folders: StudyFolders) -> None:
    """One alert per failed run, with the first cause."""
    _alert(context, folders)


@dg.run_status_sensor(
    description="Tells when a check that does not block fails, and when what failed passes again.",
    run_status=dg.DagsterRunStatus.SUCCESS,
    default_status=RUNNING,
    minimum_interval_seconds=10,
)
def alert_when_checks_fail_or_recover(context: dg.RunStatusSensorContext, folders: StudyFolders) -> None:
    """One alert when a check that does not block has failed in a successful run, one when what failed passes again."""
    _alert(context, folders)


@dg.run_status_sensor(
    description="Adds the tables of a run to catalog.duckdb and lineage.html.",
    run_status=dg.DagsterRunStatus.SUCCESS,
    default_status=RUNNING,
    minimum_interval_seconds=10,
)
def rebuild_catalog(context: dg.RunStatusSensorContext, folders: StudyFolders) -> None:
    """`catalog.duckdb` and `lineage.html` gain the tables of the run."""
    assert context.repository_def is not None, "the daemon evaluates a sensor in its repository"
    write_lineage_page(context.repository_def.asset_graph, context.instance, folders)
    context.log.info(f"views over {len(build_catalog(folders))} tables")


@dg.sensor(
    description="Watches the raw folder and study.yml: a changed file or setting requests `up_to_date`.",
    jobs=[up_to_date],
    default_status=RUNNING,
    minimum_interval_seconds=30,
)
def make_again_when_files_change(
    context: dg.SensorEvaluationContext, folders: StudyFolders
) -> dg.SensorResult | dg.SkipReason:
    """A raw file or setting that is new, vanished or of other content requests a run; one only touched does not.

    With `EGOV_ON_CHANGE=mark` Dagster is told of the files' new versions, which marks the year's inventory stale, and
    nothing is run. The first look only remembers what is there: what already ran is not run again because the UI was
    opened.
    """
    only_mark = _only_marks()
    if not context.cursor:
        # Nothing counts as still settling now: a file left out would look new at the second look.
        seen = study_snapshot(folders.raw, {}, math.inf)
        context.update_cursor(to_cursor(seen))
        return dg.SkipReason(f"first look: {len(seen)} raw files remembered")
    earlier = from_cursor(context.cursor)
    later = study_snapshot(folders.raw, earlier, time.time())
    context.update_cursor(to_cursor(later))
    found = changes(earlier, later)
    if not found:
        return dg.SkipReason(f"{len(later)} raw files, none changed")
    if only_mark:
        tell_versions_of_files(context.instance, folders, YEARS)
        return dg.SkipReason(f"{found[0].path} ({found[0].what}); marked, not run")
    return dg.SensorResult(run_requests=[dg.RunRequest(job_name=up_to_date.name, tags=_causes(found))])


@dg.sensor(
    description="Tells of years without files or tables and of watchers that fail; sends what was not delivered.",
    default_status=RUNNING,
    minimum_interval_seconds=300,
)
def alert_when_a_year_is_missing_or_a_watcher_fails(
    context: dg.SensorEvaluationContext, folders: StudyFolders
) -> dg.SkipReason:
    """One alert when a year lacks files or tables, or another sensor fails; `egov alert watch` looks from outside."""
    sent = stand_watch(context.instance, folders, time.time())
    return dg.SkipReason("; ".join(alert.headline for alert in sent) or "nothing new")


def stand_watch(
    instance: dg.DagsterInstance, folders: Folders, now: float, after: float = SILENT_AFTER_SECONDS
) -> list[Alert]:
    """Look at years and watchers, tell what is new and what was not delivered yet; returns what is new.

    While runs go on a year may well lack tables.
    """
    deliver_due(folders, now)
    looks = [silent_watchers(instance, [sensor.name for sensor in SENSORS], now, after)]
    if not instance.get_run_ids(dg.RunsFilter(statuses=UNFINISHED), limit=1):
        looks += missing_years(folders, YEARS)
    return [alert for look in looks for alert in follow(look, folders, now)]


def _only_marks() -> bool:
    chosen = os.environ.get(ON_CHANGE_SETTING) or RUN
    if chosen not in (RUN, MARK):
        raise ValueError(f"{ON_CHANGE_SETTING} is {chosen!r}; it can be {RUN} (the default) or {MARK}.")
    return chosen == MARK


def _causes(found: Sequence[Change]) -> dict[str, str]:
    first = found[0]
    return {"egov/changed_file": f"{first.path} ({first.what})", "egov/changed_files": str(len(found))}


def _alert(context: dg.RunStatusSensorContext, folders: Folders) -> None:
    report = report_run(context.instance, context.dagster_run)
    is_made_of_runs = WHOLE_STUDY_TAG in context.dagster_run.tags and context.dagster_run.job_name != verify.name
    if report.failed_steps and is_made_of_runs:
        return  # the runs of its stages were told one by one
    for alert in follow(report, folders):
        context.log.warning(alert.headline)


SENSORS = (
    alert_when_a_run_fails,
    alert_when_checks_fail_or_recover,
    rebuild_catalog,
    make_again_when_files_change,
    alert_when_a_year_is_missing_or_a_watcher_fails,
)
