"""What a run's own records say: failed checks, blocking or not, failed steps, first cause, year."""

import dagster as dg
import pytest

from egov_assets.alerts.run_report import RunReport, report_run
from egov_assets.platform.folders import Folders
from egov_assets.platform.resources import RESOURCES
from egov_assets_tests.running.small_study import ASSETS

pytestmark = pytest.mark.slow


def report(instance: dg.DagsterInstance, *names: str) -> RunReport:
    result = dg.materialize(
        ASSETS,
        selection=list(names),
        instance=instance,
        partition_key="2011",
        raise_on_error=False,
        resources=RESOURCES,
    )
    return report_run(instance, instance.get_run_by_id(result.run_id))


def test_a_good_run_lists_what_passed(folders: Folders, instance: dg.DagsterInstance):
    found = report(instance, "raw_quality")
    assert not found.is_bad
    assert set(found.well) == {"raw_quality", "raw_quality.schema", "raw_quality.has_two_firms", found.job}


def test_a_check_that_does_not_block_is_told_although_the_run_is_green(folders: Folders, instance: dg.DagsterInstance):
    (folders.raw / "quality_2011.csv").write_text("firm,qua\na,0.5\n")
    found = report(instance, "raw_quality")
    assert (found.kind, found.year, found.asset) == ("checks failed", "2011", "raw_quality")
    assert found.failures == {"raw_quality.has_two_firms": "1 firms, at least 2"}
    assert "WARN raw_quality.has_two_firms: 1 firms, at least 2" in found.alert().text
    assert "next: every table is published" in found.alert().text


def test_a_blocking_check_is_the_first_cause(folders: Folders, instance: dg.DagsterInstance):
    (folders.raw / "quality_2011.csv").write_text("firm,qua\na,7\nb,0.1\n")
    found = report(instance, "raw_quality", "clean_quality")
    assert (found.kind, found.asset) == ("run failed", "raw_quality")
    assert "qua: 7.0 breaks less_than_or_equal_to(1)" in found.first_cause
    assert "next: mend the first cause, then `egov run --year 2011`" in found.alert().text
    head, row = found.failed_checks[0].sample
    assert [cell.strip() for cell in head.split("|")[1:-1]] == ["column", "rule", "value", "row"]
    assert [cell.strip() for cell in row.split("|")[1:-1]] == ["qua", "less_than_or_equal_to(1)", "7.0", "a / 2011"]
    assert row in found.alert().text
    assert "clean_quality" not in found.failures


def test_an_unreadable_file_is_named_in_its_own_words(folders: Folders, instance: dg.DagsterInstance):
    (folders.raw / "quality_2011.csv").write_text("nonsense")
    assert report(instance, "raw_quality").first_cause == (
        "quality 2011, quality_2011.csv: column qua is missing. Re-export the file."
    )
