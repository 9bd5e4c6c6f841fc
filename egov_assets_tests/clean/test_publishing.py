"""Write, audit, publish: a year that fails a check changes nothing, and says why."""

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from egov_assets.clean import manifest
from egov_assets.clean.assets import clean_year
from egov_assets.clean.build_year import READS, CannotClean, build_year
from egov_assets.definitions import defs
from egov_assets.platform.lake import table_path, write_table
from egov_assets.platform.resources import RESOURCES
from egov_assets.raw import assets as raw_assets
from egov_assets_tests.raw import tiny_files as files
from egov_assets_tests.running.year_tables import of_one_year

pytestmark = pytest.mark.slow

RAW_ASSETS = [
    raw_assets.raw_customs,
    raw_assets.raw_firm_survey,
    raw_assets.raw_egov_scores,
    raw_assets.raw_city_yearbook,
    raw_assets.raw_province_yearbook,
]
NEGATIVE_GROSS_PRODUCT = ("杭州市", -5, 400.0, 81000, 9000, 43, 430000)
READERS_OF_CLEAN_TABLES = {"egscore_index", "quality_moments"}


class Study:
    """Raw files and outputs of one test, run through Dagster as a user would."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch):
        self.raw, self.outputs = folder / "raw", folder / "outputs"
        monkeypatch.setenv("EGOV_RAW", str(self.raw))
        monkeypatch.setenv("EGOV_OUTPUTS", str(self.outputs))

    def materialize(self, *assets: dg.AssetsDefinition) -> dg.ExecuteInProcessResult:
        everything = [*RAW_ASSETS, clean_year]
        wanted = [key for asset in assets for key in asset.keys]
        return dg.materialize(
            everything, partition_key="2011", selection=wanted, raise_on_error=False, resources=RESOURCES
        )

    def make_year(self) -> dg.ExecuteInProcessResult:
        """One Dagster run from raw files over dbt and the comparison of years to the Python tables of the year."""
        job = defs.resolve_implicit_global_asset_job_def().get_subset(asset_selection=of_one_year())
        return job.execute_in_process(partition_key="2011", raise_on_error=False, resources=RESOURCES)

    def tables(self) -> set[str]:
        return {path.parent.parent.name for path in (self.outputs / "lake").glob("*/*/data.parquet")}

    def lake_files(self) -> dict[str, bytes]:
        lake = self.outputs / "lake"
        return {str(file.relative_to(lake)): file.read_bytes() for file in lake.glob("clean_*/*/*")}


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    return Study(tmp_path / "我的 研究 'x'; drop", monkeypatch)


def failure_of(result: dg.ExecuteInProcessResult) -> str:
    return next(event.event_specific_data.error_display_string for event in result.get_step_failure_events())


def exports_materialization(result: dg.ExecuteInProcessResult) -> dg.AssetMaterialization:
    made = result.asset_materializations_for_node("clean_year")
    return next(each for each in made if each.asset_key == dg.AssetKey("clean_exports"))


def test_a_year_that_fails_a_check_leaves_the_last_good_tables(study: Study):
    files.whole_year(study.raw, 2011)
    good = study.materialize(*RAW_ASSETS, clean_year)
    assert good.success
    assert all(evaluation.passed for evaluation in good.get_asset_check_evaluations())
    exports = exports_materialization(good)
    assert exports.metadata["dagster/row_count"].value == 1
    assert len(exports.tags["dagster/data_version"]) == 64
    published = study.lake_files()
    assert len(published) == 9
    assert {key.to_user_string() for key in clean_year.keys} <= study.tables()  # no asset without a file

    files.city_yearbook(study.raw, 2011, [NEGATIVE_GROSS_PRODUCT])
    bad = study.materialize(raw_assets.raw_city_yearbook, clean_year)
    assert not bad.success
    failed = [evaluation.check_name for evaluation in bad.get_asset_check_evaluations() if not evaluation.passed]
    assert failed == ["gross_product_is_above_zero"]
    assert "clean 2011 is not published; the last good files stay in place." in failure_of(bad)
    assert "gross_product_is_above_zero: 1 rows fail" in failure_of(bad)
    assert study.lake_files() == published
    assert list((study.outputs / ".candidates").iterdir()) == []


def test_a_failed_dbt_check_stops_the_python_tables_of_the_year_until_it_is_repaired(study: Study):
    """Also `egscore_index`, whose own clean table passes: the tables of a year are published together or not at all."""
    files.whole_year(study.raw, 2011)
    files.customs(study.raw, 2011, [{}, {"_起运国或目的国": "110"}])  # quality compares destinations
    files.city_yearbook(study.raw, 2011, [NEGATIVE_GROSS_PRODUCT])
    stopped = study.make_year()
    assert [event.step_key for event in stopped.get_step_failure_events()] == ["clean_year"]
    assert started(stopped).isdisjoint(READERS_OF_CLEAN_TABLES)
    assert "raw_work_reports" in started(stopped)  # feeds no clean table
    assert study.tables().isdisjoint(READERS_OF_CLEAN_TABLES)
    assert study.lake_files() == {}

    files.city_yearbook(study.raw, 2011)
    repaired = study.make_year()
    assert repaired.success
    assert started(repaired) >= READERS_OF_CLEAN_TABLES and study.tables() >= READERS_OF_CLEAN_TABLES


def started(result: dg.ExecuteInProcessResult) -> set[str]:
    return {event.step_key for event in result.all_events if event.event_type is dg.DagsterEventType.STEP_START}


def test_one_bad_file_stops_its_year_with_a_clear_error(study: Study):
    files.customs(study.raw, 2011, [{}], part=1)
    files.write_text(study.raw / "customs/2011/tradedata_2011_2.csv.gz", "")
    result = study.materialize(raw_assets.raw_customs)
    assert not result.success
    assert "2011/tradedata_2011_2.csv.gz: the file is empty. Put the complete file there" in failure_of(result)
    assert not table_path(study.outputs / "lake", "raw_customs", 2011).exists()


def test_missing_raw_tables_are_all_named(tmp_path: Path):
    with (
        pytest.raises(CannotClean, match=r"raw_customs, raw_firm_survey, .* not there for 2011"),
        build_year(tmp_path / "lake", 2011),
    ):
        pass


@pytest.mark.parametrize(
    ("program", "ending"),
    [
        ("import os; os.kill(os.getpid(), 9)", "was ended by SIGKILL before it had judged the year.\nIt said nothing."),
        ("raise SystemExit(3)", "ended with exit code 3 before it had judged the year.\nIt said nothing."),
        ("raise SystemExit('no room')", "ended with exit code 1 before it had judged the year.\nno room"),
        (
            "import sys; print('at step 4'); sys.exit(2)",
            "ended with exit code 2 before it had judged the year.\nat step 4",
        ),
    ],
)
def test_a_dbt_that_dies_is_named_by_how_it_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, ending: str
):
    for table in READS:
        write_table(pl.DataFrame({"year": [2011]}), table_path(tmp_path / "lake", table, 2011))
    monkeypatch.setattr("egov_assets.clean.build_year.dbt_command", lambda *_: [sys.executable, "-c", program])
    with pytest.raises(CannotClean) as stopped, build_year(tmp_path / "lake", 2011):
        pass
    assert f"clean 2011: dbt {ending}" in str(stopped.value)


def test_the_manifest_is_made_once_per_state_of_the_project_whoever_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    project = tmp_path / "dbt_project"
    (project / "models").mkdir(parents=True)
    for part in ("dbt_project.yml", "profiles.yml", "macros"):
        here = manifest.PROJECT / part
        (shutil.copytree if here.is_dir() else shutil.copy)(here, project / part)
    monkeypatch.setattr(manifest, "PROJECT", project)
    monkeypatch.setattr(manifest, "PLACES", ("--project-dir", str(project), "--profiles-dir", str(project)))
    with ThreadPoolExecutor(2) as both:
        first, second = both.map(lambda _: manifest.manifest_path(), range(2))
    assert first == second and first.exists()
    made = first.stat().st_mtime_ns
    assert manifest.manifest_path().stat().st_mtime_ns == made

    (project / "models/broken.sql").write_text("select {{ ")
    with pytest.raises(manifest.ProjectBroken, match="dbt cannot parse"):
        manifest.manifest_path()
    assert first.exists()
