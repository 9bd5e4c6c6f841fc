"""What moved between two lakes: changes made by hand are found, counted and explained, and nothing else."""

import json
import shutil
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from egov_assets import cli
from egov_assets.handover.compare import compare
from egov_assets.handover.diff import NoLake, lake_of, moved, root_causes
from egov_assets.platform.contract import KEY_COLUMNS
from egov_assets.platform.lake import table_path, write_table
from egov_assets.regression_tables.estimate import PRINTED_VARIANT
from egov_assets_tests.conftest import quiet_instance

SPECS = {
    "file_inventory": dg.AssetSpec("file_inventory", metadata={KEY_COLUMNS: ["source_file", "year"]}),
    "panel": dg.AssetSpec("panel", deps=["file_inventory"], metadata={KEY_COLUMNS: ["firm", "year"]}),
    "regression_tables": dg.AssetSpec("regression_tables", deps=["panel"], metadata={KEY_COLUMNS: ["table", "column"]}),
}
PANEL = pl.DataFrame({"firm": ["a", "b", "c"], "year": [2010] * 3, "qua": [0.1, None, 0.3], "city": ["x", "y", "z"]})


def test_rows_are_told_apart_by_key_and_values_counted_by_column():
    after = pl.DataFrame(
        {"firm": ["a", "b", "d"], "year": [2010] * 3, "qua": [0.15, None, 0.3], "city": ["w", None, "z"]}
    )
    found = compare(PANEL, after, ["firm", "year"])
    assert (found.rows, found.gone, found.new, found.changed) == ((3, 3), 1, 1, 2)
    assert found.values == {"city": 2, "qua": 1}
    assert found.largest == {"qua": pytest.approx(0.05)}
    assert found.words == "1 gone; 1 new; 2 rows with other values: city 2, qua 1 (by up to 0.05)"


def test_columns_that_came_went_or_changed_their_type_are_named():
    after = PANEL.drop("city").with_columns(pl.col("year").cast(pl.String), size=pl.lit(1))
    found = compare(PANEL, after, ["firm"])
    assert found.columns == ("column city gone", "column size new", "column year was Int64, is String")
    assert (found.gone, found.new, found.changed) == (0, 0, 0)


def test_rows_that_no_key_tells_apart_are_compared_whole():
    doubled = pl.concat([PANEL, PANEL])
    found = compare(doubled, doubled.with_columns(city=pl.lit("x")), ["firm", "year"])
    assert (found.gone, found.new) == (4, 4)


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """Outputs of a tiny study, with the versions of code and settings that its run recorded."""
    return write_outputs(tmp_path / "before", 0.04, "agrees", "code=1 quality=1")


def write_outputs(outputs: Path, estimate: float, verdict: str, version: str, sha256: str = "1") -> Path:
    lake = outputs / "lake"
    files = pl.DataFrame({"source_file": ["customs/a.csv"], "year": [2010], "sha256": [sha256]})
    write_table(files, table_path(lake, "file_inventory", 2010))
    write_table(PANEL.with_columns(pl.col("qua") * estimate), table_path(lake, "panel"))
    row = {"table": "table_02", "column": "3", "term": "egscore", "variant": PRINTED_VARIANT}
    estimates = pl.DataFrame([row | {"estimate": estimate, "std_error": 0.01}])
    write_table(estimates, table_path(lake, "regression_tables"))
    cells = pl.DataFrame([{"table": "table_02", "column": "3", "term": "egscore", "verdict": verdict}])
    write_table(cells, table_path(lake, "published_comparison"))
    with quiet_instance(outputs) as instance:
        (outputs / "dagster").rename(outputs / ".dagster")
    with dg.DagsterInstance.from_config(str(outputs / ".dagster")) as instance:
        tags = {"dagster/code_version": version, "dagster/data_version": "1"}
        instance.report_runless_asset_event(dg.AssetMaterialization("panel", tags=tags))
    return outputs


def test_equal_outputs_have_nothing_to_tell(before: Path, tmp_path: Path):
    shutil.copytree(before, tmp_path / "copy")
    found = moved(before / "lake", tmp_path / "copy" / "lake", SPECS, KEY_COLUMNS)
    assert found.is_equal and found.estimates.is_empty() and found.verdicts.is_empty() and found.files == ()


def test_a_changed_section_is_the_cause_and_the_rest_follows_from_it(before: Path, tmp_path: Path):
    after = write_outputs(tmp_path / "after", 0.06, "opposite sign", "code=1 quality=2")
    found = moved(before / "lake", after / "lake", SPECS, KEY_COLUMNS)
    assert root_causes(found.tables) == {"section quality": ["panel"]}
    tables = {each.table: each for each in found.tables}
    assert tables.keys() == {"panel", "regression_tables", "published_comparison"}
    assert tables["regression_tables"].follows == ("panel",)
    assert found.estimates.to_dicts() == [
        {"table": "table_02", "column": "3", "term": "egscore", "before": 0.04, "after": 0.06, "std_error": 0.01}
    ]
    assert found.verdicts.row(0) == ("published_comparison", "table_02 3 egscore", "agrees", "opposite sign")


def test_a_version_that_was_not_recorded_in_parts_is_no_cause(before: Path, tmp_path: Path):
    after = write_outputs(tmp_path / "after", 0.06, "agrees", "a hash of an earlier release")
    found = moved(before / "lake", after / "lake", SPECS, KEY_COLUMNS)
    assert "panel" in {each.table for each in found.tables} and root_causes(found.tables) == {}


def test_a_changed_raw_file_is_named(before: Path, tmp_path: Path):
    after = write_outputs(tmp_path / "after", 0.04, "agrees", "code=1 quality=1", sha256="2")
    found = moved(before / "lake", after / "lake", SPECS, KEY_COLUMNS)
    assert found.files == ("customs/a.csv has another content",)
    assert root_causes(found.tables) == {"raw files": ["file_inventory"]}
    assert [(each.table, each.year) for each in found.tables] == [("file_inventory", 2010)]


def test_a_table_on_one_side_only_is_named_and_without_history_no_cause_is_made_up(before: Path, tmp_path: Path):
    shutil.copytree(before / "lake", tmp_path / "bare" / "lake")
    table_path(tmp_path / "bare" / "lake", "panel").unlink()
    found = moved(before / "lake", tmp_path / "bare" / "lake", SPECS, KEY_COLUMNS)
    (only,) = found.tables
    assert (only.table, only.how, only.own_causes) == ("panel", "is not there any more", ())


def test_a_study_its_outputs_and_its_lake_are_all_understood(before: Path, tmp_path: Path):
    (tmp_path / "study").mkdir()
    before.rename(tmp_path / "study" / "outputs")
    lake = tmp_path / "study" / "outputs" / "lake"
    assert lake_of(tmp_path / "study") == lake_of(tmp_path / "study" / "outputs") == lake_of(lake) == lake
    with pytest.raises(NoLake, match="there is no lake in it"):
        lake_of(tmp_path)


def test_scripts_learn_it_from_the_exit_code_and_json(before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    after = write_outputs(tmp_path / "after", 0.06, "agrees", "code=1 quality=2")
    assert cli.main(["diff", str(before), str(before)]) == 0
    assert "byte for byte" in capsys.readouterr().out
    assert cli.main(["diff", "--json", str(before), str(after)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["is_equal"], told["estimates"][0]["after"]) == (False, 0.06)
    assert cli.main(["diff", str(before), str(after)]) == 1
    shown = capsys.readouterr().out
    assert "section quality: panel" in shown
    assert "table_02 (3) egscore: 0.04 to 0.06 (+2 standard errors)" in shown
    assert cli.main(["diff", str(before), str(tmp_path / "nowhere")]) == 2
