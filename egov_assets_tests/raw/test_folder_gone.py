"""A raw folder that vanishes in the middle of a run, as a disk that falls away: no table loses its rows."""

import shutil
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from egov_assets.alerts.run_report import report_run
from egov_assets.platform.folders import NOTE, Folders
from egov_assets.platform.lake import file_hash, table_path
from egov_assets.platform.resources import RESOURCES
from egov_assets.raw.assets import file_inventory, raw_customs, raw_input_output, raw_tariffs, raw_work_reports
from egov_assets.raw.errors import NoRawFiles
from egov_assets.raw.year_files import refuse_if_empty
from egov_assets_tests.raw import tiny_files

TABLES = [file_inventory, raw_customs, raw_input_output, raw_tariffs, raw_work_reports]


def made(instance: dg.DagsterInstance, table: dg.AssetsDefinition) -> str:
    """Make one table of 2011; empty if it was published, else the first cause."""
    result = dg.materialize(
        TABLES,
        selection=[table],
        partition_key="2011" if table.partitions_def else None,
        instance=instance,
        resources=RESOURCES,
        raise_on_error=False,
    )
    return "" if result.success else report_run(instance, result.dagster_run).first_cause


@pytest.mark.parametrize("left", ["nothing", "an empty folder", "a folder with its note"])
def test_a_folder_without_files_is_refused(tmp_path: Path, left: str):
    raw = tmp_path / "raw"
    if left != "nothing":
        (raw / "customs").mkdir(parents=True)
    if left == "a folder with its note":
        (raw / NOTE).write_text("what belongs here")
    with pytest.raises(NoRawFiles, match=f"{raw} holds no file at all: nothing is made from that"):
        refuse_if_empty(raw)


@pytest.mark.slow
def test_a_folder_that_vanishes_takes_no_table_with_it(folders: Folders, instance: dg.DagsterInstance):
    """Where one source is gone its table has no rows; where all are, the good tables stay."""
    tiny_files.whole_year(folders.raw, 2011)
    assert made(instance, raw_customs) == ""
    path = table_path(folders.lake, "raw_customs", 2011)
    good = file_hash(path)
    shutil.rmtree(folders.raw)
    for table in TABLES:
        assert made(instance, table).startswith(f"{folders.raw} holds no file at all")
    assert file_hash(path) == good
    folders.raw.mkdir()
    (folders.raw / "another file.csv").touch()
    assert made(instance, raw_customs) == ""
    assert pl.read_parquet(path).is_empty()
