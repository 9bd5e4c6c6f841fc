"""A run killed in any chapter leaves no half table, and the next run ends with the bytes of an undisturbed one."""

import multiprocessing
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import file_hash, table_path
from egov_assets.running.study_run import StudyRun

pytestmark = pytest.mark.slow

CHAPTERS = ("raw_quality", "clean_quality", "quality_moments", "quality_coefficients", "firm_quality", "firm_panel")

# The kill comes at the worst moment: the new file is written beside the old one and not yet renamed.
SCRIPT = """
import os, signal, sys
from pathlib import Path
import dagster as dg
from egov_assets.platform.resources import RESOURCES
from egov_assets_tests.running.small_study import ASSETS

victim, rename = sys.argv[1], Path.replace
def replace(self, target):
    if victim in Path(target).parts:
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(self, target)
Path.replace = replace

with dg.DagsterInstance.ephemeral() as instance:
    for names, years in (
        (["raw_quality", "clean_quality", "quality_moments"], ("2010", "2011", "2012")),
        (["quality_coefficients"], (None,)),
        (["product_quality", "firm_quality"], ("2010", "2011", "2012")),
        (["firm_panel"], (None,)),
    ):
        for year in years:
            made = dg.materialize(
                ASSETS, selection=names, partition_key=year, instance=instance, resources=RESOURCES
            )
            assert made.success
"""


def run(victim: str) -> int:
    command = [sys.executable, "-c", SCRIPT, victim]
    return subprocess.run(command, capture_output=True, cwd=Path(__file__).parents[2]).returncode


def tables(folders: Folders) -> dict[str, str]:
    """Hashes of the published files, each of which must be a whole Parquet file."""
    files = sorted(folders.lake.rglob("data.parquet"))
    for file in files:
        pl.read_parquet(file, hive_partitioning=False)
    return {str(file.relative_to(folders.lake)): file_hash(file) for file in files}


def test_killed_in_every_chapter_and_run_again(folders: Folders):
    assert run("nobody") == 0
    undisturbed = tables(folders)
    (folders.raw / "quality_2011.csv").write_text("firm,qua\nb,0.5\na,0.3\n")
    assert run("nobody") == 0
    wanted = tables(folders)
    assert wanted != undisturbed
    (folders.raw / "quality_2011.csv").write_text("firm,qua\nb,0.5\na,0.25\n")
    for victim in CHAPTERS:
        assert run(victim) == -9
        now = tables(folders)
        assert set(now) == set(wanted)
        assert all(now[name] in (undisturbed[name], wanted[name]) for name in now)
    assert run("nobody") == 0
    assert tables(folders) == undisturbed


def test_a_first_run_killed_in_the_middle_publishes_nothing_half(folders: Folders):
    assert run("clean_quality") == -9
    assert set(tables(folders)) == {"raw_quality/year=2010/data.parquet"}
    assert not table_path(folders.lake, "clean_quality", 2010).exists()


def test_a_study_that_is_interrupted_waits_for_none_of_its_tables(folders: Folders):
    """By Ctrl-C, or by the job that was terminated in the UI."""
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), StudyRun(folders, "egov_assets_tests.running.small_study") as study:
        study._pool.submit(time.sleep, 600)
        wait_for_a_worker()
        raise KeyboardInterrupt
    assert time.monotonic() - begun < 300 and multiprocessing.active_children() == []


def wait_for_a_worker() -> None:
    while not multiprocessing.active_children():
        time.sleep(0.05)
