"""A changed raw file marks its year stale and no other; made again, it hands the mark on to what is made from it."""

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest  # what the UI asks when it draws the badge

from egov_assets.platform.folders import Folders
from egov_assets.platform.resources import RESOURCES
from egov_assets_tests.running.small_study import ASSETS, defs

pytestmark = pytest.mark.slow


def make(instance: dg.DagsterInstance, *names: str, year: str | None) -> None:
    assert dg.materialize(
        ASSETS, selection=list(names), instance=instance, partition_key=year, resources=RESOURCES
    ).success


def stale(instance: dg.DagsterInstance) -> set[str]:
    """`table year` of what the UI shows as stale or unmade."""
    graph = defs.get_repository_def().asset_graph
    resolver = CachingStaleStatusResolver(instance, graph, LoadingContextForTest(instance))
    found = set()
    for key in graph.materializable_asset_keys:
        definition = graph.get(key).partitions_def
        for year in definition.get_partition_keys() if definition else [None]:
            if resolver.get_status(key, year) is not StaleStatus.FRESH:
                found.add(f"{key.to_user_string()} {year or 'all'}")
    return found


@pytest.fixture
def made(folders: Folders, instance: dg.DagsterInstance) -> dg.DagsterInstance:
    for year in ("2010", "2011", "2012"):
        make(instance, "file_inventory", "raw_quality", "clean_quality", "quality_moments", year=year)
    make(instance, "quality_coefficients", year=None)
    for year in ("2010", "2011", "2012"):
        make(instance, "product_quality", "firm_quality", year=year)
    make(instance, "firm_panel", year=None)
    return instance


def test_a_changed_file_marks_its_year_and_step_by_step_what_depends_on_it(folders: Folders, made: dg.DagsterInstance):
    assert stale(made) == set()
    (folders.raw / "quality_2011.csv").write_text("firm,qua\nb,0.5\na,0.3\n")
    make(made, "file_inventory", year="2011")
    assert stale(made) == {"raw_quality 2011"}
    make(made, "raw_quality", year="2011")
    assert stale(made) == {"clean_quality 2011"}
    make(made, "clean_quality", "quality_moments", year="2011")
    assert "quality_coefficients all" in stale(made)
    assert not [each for each in stale(made) if "2010" in each or "2012" in each]


def test_stock_taken_of_unchanged_files_marks_nothing(folders: Folders, made: dg.DagsterInstance):
    (folders.raw / "quality_2011.csv").touch()
    make(made, "file_inventory", year="2011")
    assert stale(made) == set()
