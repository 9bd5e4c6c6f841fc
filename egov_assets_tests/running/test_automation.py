"""What refreshes by itself: on new content, behind passed checks, and not otherwise."""

import dagster as dg
import pytest

from egov_assets.platform.resources import RESOURCES
from egov_assets_tests.running.small_study import ASSETS

pytestmark = pytest.mark.slow

DEFS = dg.Definitions(assets=ASSETS, resources=RESOURCES)
CHANGED = "firm,qua\nb,0.5\na,0.3\n"
BAD = "firm,qua\nb,0.5\na,3\n"


def make(instance: dg.DagsterInstance, *names: str, year: str | None) -> bool:
    result = dg.materialize(
        ASSETS, selection=list(names), instance=instance, partition_key=year, raise_on_error=False, resources=RESOURCES
    )
    return result.success


def make_all(instance: dg.DagsterInstance) -> None:
    for year in ("2010", "2011", "2012"):
        assert make(instance, "file_inventory", "raw_quality", "clean_quality", "quality_moments", year=year)
    assert make(instance, "quality_coefficients", year=None)
    for year in ("2010", "2011", "2012"):
        assert make(instance, "product_quality", "firm_quality", year=year)
    assert make(instance, "firm_panel", year=None)


def requested(
    instance: dg.DagsterInstance, earlier: dg.EvaluateAutomationConditionsResult | None = None
) -> dg.EvaluateAutomationConditionsResult:
    return dg.evaluate_automation_conditions(DEFS, instance, cursor=earlier.cursor if earlier else None)


def partitions(result: dg.EvaluateAutomationConditionsResult, name: str) -> set[str | None]:
    return result.get_requested_partitions(dg.AssetKey(name))


def test_changed_content_of_one_year_requests_that_year_and_what_is_pooled(folders, instance):
    make_all(instance)
    before = requested(instance)
    assert before.total_requested == 0
    (folders.raw / "quality_2011.csv").write_text(CHANGED)
    make(instance, "file_inventory", year="2011")
    first = requested(instance, before)
    assert partitions(first, "raw_quality") == {"2011"}
    make(instance, "raw_quality", year="2011")
    after = requested(instance, first)
    assert partitions(after, "clean_quality") == {"2011"}
    make(instance, "clean_quality", "quality_moments", year="2011")
    later = requested(instance, after)
    assert partitions(later, "quality_coefficients") == {None}
    assert partitions(later, "product_quality") == set()  # it waits for the new coefficients
    make(instance, "quality_coefficients", year=None)
    last = requested(instance, later)
    assert partitions(last, "product_quality") == {"2010", "2011", "2012"}


def test_the_same_content_again_requests_nothing(folders, instance):
    make_all(instance)
    before = requested(instance)
    make(instance, "raw_quality", year="2011")
    assert requested(instance, before).total_requested == 0


def test_nothing_runs_behind_a_failed_blocking_check(folders, instance):
    make_all(instance)
    before = requested(instance)
    (folders.raw / "quality_2011.csv").write_text(BAD)
    assert not make(instance, "raw_quality", year="2011")
    assert requested(instance, before).total_requested == 0
