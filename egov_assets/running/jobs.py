"""What a user starts from the UI, and what the watcher of the raw folder starts: the planner's work as jobs.

The tables are made in runs of their own, as by `egov run`. One job at a time (`dagster.yaml` limits the tag): two would
make the same tables.
"""

from functools import partial

import dagster as dg

from egov_assets.platform.folders import Folders
from egov_assets.platform.partitions import export_years
from egov_assets.platform.years import YEARS
from egov_assets.running.as_recorded import hold_against_records
from egov_assets.running.lease import NotHeld, held
from egov_assets.running.planner import Wanted
from egov_assets.running.study_run import StudyRun

MADE_AGAIN = "`egov run` makes again what is not."
WHOLE_STUDY_TAG = "egov/whole_study"
ONE_AT_A_TIME = {WHOLE_STUDY_TAG: "one at a time"}
AFTER_QUALITY = ("regression_tables", "theory", "figures", "replication")


@dg.op(required_resource_keys={"folders"}, description="As `egov run`.")
def make_what_is_stale(context: dg.OpExecutionContext) -> None:
    _make(context, Wanted())


@dg.op(required_resource_keys={"folders"}, description="As `egov run --all`.")
def make_everything(context: dg.OpExecutionContext) -> None:
    _make(context, Wanted(everything=True))


@dg.op(required_resource_keys={"folders"}, description="As `egov run --year`.")
def make_one_year(context: dg.OpExecutionContext) -> None:
    if not context.has_partition_key:
        years = ", ".join(map(str, YEARS))
        raise dg.Failure(f"one_year makes one year: choose it as the partition ({years}).", allow_retries=False)
    _make(context, Wanted(year=int(context.partition_key)))


@dg.op(required_resource_keys={"folders"}, description="The tables, figures and the report, from the panel's sources.")
def make_tables(context: dg.OpExecutionContext) -> None:
    _make(context, Wanted(chapters=AFTER_QUALITY))


@dg.job(tags=ONE_AT_A_TIME)
def up_to_date() -> None:
    """Whatever is not up to date, and what depends on it."""
    make_what_is_stale()


@dg.job(tags=ONE_AT_A_TIME)
def everything() -> None:
    """Every table again, from the raw files of all years."""
    make_everything()


@dg.job(tags=ONE_AT_A_TIME, partitions_def=export_years)
def one_year() -> None:
    """One year again from its raw files on, and every table that then is out of date."""
    make_one_year()


@dg.job(tags=ONE_AT_A_TIME)
def tables_only() -> None:
    """The firm panel, the regression tables, figures and the report again, from the quality made before."""
    make_tables()


@dg.op(required_resource_keys={"folders"}, description="As `egov verify`.")
def read_everything_again(context: dg.OpExecutionContext) -> None:
    assert context.repository_def is not None, "Dagster executes a job in its repository"
    graph, folders = context.repository_def.asset_graph, context.resources.folders
    try:
        with held(folders):
            wrong = hold_against_records(context.instance, graph, folders)
    except NotHeld as reason:
        raise dg.Failure(str(reason), allow_retries=False) from reason
    if wrong:
        raise dg.Failure("\n".join([*(each.words for each in wrong), MADE_AGAIN]), allow_retries=False)


@dg.job(tags=ONE_AT_A_TIME)
def verify() -> None:
    """Whether every table, file for people and raw file is as recorded; fails, and so alerts, if one is not."""
    read_everything_again()


JOBS = (up_to_date, everything, one_year, tables_only, verify)

# Disks lose bits where nobody looks. In the night of a Sunday nobody waits for a run.
SCHEDULES = (
    dg.ScheduleDefinition(
        name="verify_every_week",
        job=verify,
        cron_schedule="0 4 * * 0",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Reads every table and file again once a week; what is not as recorded is told as an alert.",
    ),
)


def _make(context: dg.OpExecutionContext, wanted: Wanted) -> None:
    folders: Folders = context.resources.folders
    with StudyRun(folders) as study:
        stale = study.look(wanted).stale
        try:
            outcomes = study.execute(stale, wanted, partial(_log, context))
        except NotHeld as reason:
            raise dg.Failure(str(reason), allow_retries=False) from reason
        for problem in study.finish(outcomes):
            context.log.warning(problem)
    failed = [outcome.report.headline() for outcome in outcomes if not outcome.succeeded]
    if failed:
        raise dg.Failure("\n".join(failed), allow_retries=False)


def _log(context: dg.OpExecutionContext, chapter: str, made: int) -> None:
    if made:
        context.log.info(f"one more: {chapter}")
