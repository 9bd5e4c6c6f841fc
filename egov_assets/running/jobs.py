"""What a user starts from the UI: `all_years`, and `one_year` with what depends on it. `tables_only` is a stage itself.

Both run the stages as `egov run` does, each stage's runs being runs of their own in the UI. One at a time
(`dagster.yaml` limits the tag): two studies would recompute the same pooled tables.
"""

import dagster as dg

from egov_assets.alerts.incidents import follow
from egov_assets.platform.catalog import build_catalog
from egov_assets.platform.folders import Folders
from egov_assets.platform.partitions import export_years
from egov_assets.platform.years import YEARS
from egov_assets.running.stages import STAGE_JOBS, list_files
from egov_assets.running.study_run import StudyRun

WHOLE_STUDY_TAG = "egov/whole_study"
ONE_AT_A_TIME = {WHOLE_STUDY_TAG: "one at a time"}


@dg.op(required_resource_keys={"folders"}, description="Every stage of the study for all years, as `egov run --all`.")
def make_all_years(context: dg.OpExecutionContext) -> None:
    _run_study(context, YEARS)


@dg.op(
    required_resource_keys={"folders"},
    description="The year from its raw files on, then whatever depends on it, as `egov run --year`.",
)
def make_one_year(context: dg.OpExecutionContext) -> None:
    _run_study(context, (int(context.partition_key),))


@dg.job(tags=ONE_AT_A_TIME)
def all_years() -> None:
    """Every table, from the raw files of all years."""
    make_all_years()


@dg.job(tags=ONE_AT_A_TIME, partitions_def=export_years)
def one_year() -> None:
    """One year from its raw files on, and every table that depends on it."""
    make_one_year()


JOBS = (list_files, *STAGE_JOBS, all_years, one_year)


def _run_study(context: dg.OpExecutionContext, changed_years: tuple[int, ...]) -> None:
    folders: Folders = context.resources.folders
    with StudyRun(folders) as study:
        outcomes = study.execute(changed_years, lambda chapter: context.log.info(f"one more: {chapter}"))
    context.log.info(f"views over {len(build_catalog(folders))} tables")
    for outcome in outcomes:
        follow(outcome.report, folders)
    failed = [outcome.report.headline() for outcome in outcomes if not outcome.succeeded]
    if failed:
        raise dg.Failure("\n".join(failed), allow_retries=False)
