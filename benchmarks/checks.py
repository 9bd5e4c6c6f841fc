"""What checking costs: seconds in checks against seconds of the last whole run, read from its own records.

    egov run --all && python -m benchmarks.checks

Every check says in the UI how long it took. A run is one process; the years of a study run side by side, so that the
seconds of its runs add up to more than one waits.
"""

from collections import Counter

import dagster as dg
from dagster import DagsterEventType

from egov_assets.alerts.run_report import WHAT_TAG
from egov_assets.platform.folders import Folders
from egov_assets.platform.years import YEARS

KINDS = {"schema": "schemas (pandera)", "expectations": "expectations (Great Expectations)", "drift": "drift"}
OTHER, DBT = "the chapters' own", "dbt tests"


def last_study(instance: dg.DagsterInstance) -> list[dg.RunRecord]:
    """The records of the newest study: of the runs that began after the last one that made raw tables of every year."""
    runs = [each for each in instance.get_run_records() if WHAT_TAG in each.dagster_run.tags]
    first = [place for place, each in enumerate(runs) if each.dagster_run.tags[WHAT_TAG].startswith("raw, clean")]
    return runs[: first[: len(YEARS)][-1] + 1]


def seconds_in_checks(instance: dg.DagsterInstance, runs: list[dg.RunRecord]) -> Counter[str]:
    """Seconds by kind of check."""
    spent: Counter[str] = Counter()
    for run in runs:
        found = instance.get_records_for_run(
            run.dagster_run.run_id, of_type=DagsterEventType.ASSET_CHECK_EVALUATION
        ).records
        for record in found:
            check = record.event_log_entry.dagster_event.event_specific_data
            is_dbt = check.asset_key.path[-1].startswith("clean_")
            kind = KINDS.get(check.check_name, DBT if is_dbt else OTHER)
            spent[kind] += float(check.metadata["seconds"].value) if "seconds" in check.metadata else 0.0
    return spent


def main() -> None:
    home = Folders.from_environment().dagster_home
    with dg.DagsterInstance.from_config(str(home)) as instance:
        runs = last_study(instance)
        spent = seconds_in_checks(instance, runs)
        whole = sum(run.end_time - run.start_time for run in runs)
    print(f"{len(runs)} runs, {whole:.1f} s")
    for kind, seconds in spent.most_common():
        print(f"  {kind}: {seconds:.1f} s, {seconds / whole:.1%}")
    print(f"checks together: {spent.total():.1f} s, {spent.total() / whole:.1%}")


if __name__ == "__main__":
    main()
