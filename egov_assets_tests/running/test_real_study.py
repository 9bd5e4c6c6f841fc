"""The real study: one year again, a broken file, a kill in the middle. The tests build on each other's outputs."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from egov_assets.definitions import defs
from egov_assets.demo_economy.raw_files.workbooks import write_workbook
from egov_assets.platform.lake import scan_table
from egov_assets.platform.processes import is_alive
from egov_assets_tests.running.finished_study import PROJECT, FinishedStudy

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

PATIENCE_SECONDS = 120.0


@pytest.fixture
def here(finished: FinishedStudy, monkeypatch: pytest.MonkeyPatch) -> FinishedStudy:
    """This process stands where the study's user stands."""
    monkeypatch.chdir(PROJECT)
    for name in ("EGOV_RAW", "EGOV_OUTPUTS", "EGOV_TRUTH"):
        monkeypatch.setenv(name, finished.environment[name])
    return finished


def scores_file(study: FinishedStudy) -> Path:
    return study.folders.raw / "egov_scores" / "egov_scores_2011.xlsx"


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_a_broken_file_stops_its_year_and_leaves_every_good_table(here: FinishedStudy):
    good, original = here.hashes(), scores_file(here).read_bytes()
    scores_file(here).write_bytes(original[: len(original) // 2])  # a copy that broke off
    done = here.egov("run", "--year", "2011")
    scores_file(here).write_bytes(original)
    assert done.returncode == 1
    assert re.search(r"run failed: raw, clean.* 2011, at raw_egov_scores", done.stdout)
    assert "egov_scores_2011.xlsx" in done.stdout.partition("first cause:")[2]
    assert "What depends on that was not made" in done.stderr
    assert here.hashes() == good


def test_one_year_of_other_data_and_back_again_equals_the_full_run(here: FinishedStudy):
    """There through Dagster's year partition; back by the command, killed once in the middle of cleaning."""
    good, original = here.hashes(), scores_file(here).read_bytes()
    table = pl.read_excel(scores_file(here)).with_columns((pl.col("资质认定") * 0.9).round(2))
    write_workbook(scores_file(here), "评测结果", [table.columns, *table.rows()])
    result = defs.resolve_job_def("one_year").execute_in_process(partition_key="2011", raise_on_error=False)
    assert result.success
    changed = {name for name, content in here.hashes().items() if good.get(name) != content}
    assert "lake/egscore_index/year=2011/data.parquet" in changed
    assert "lake/table_02_baseline/data.parquet" in changed
    assert not [name for name in changed if "year=2010" in name or "year=2012" in name]

    scores_file(here).write_bytes(original)
    with here.start("run", "--year", "2011") as process:
        wait_until(lambda: here.candidates() != [])
        (abandoned,) = here.candidates()
        worker = int(abandoned.split("-")[2])
        process.kill()
    wait_until(lambda: not is_alive(worker))
    done = here.egov("run", "--year", "2011")
    assert done.returncode == 0, done.stdout + done.stderr
    assert here.hashes() == good
    assert here.candidates() == []


def test_a_run_with_nothing_changed_makes_nothing_and_says_so(here: FinishedStudy):
    written = {file: file.stat().st_mtime_ns for file in here.folders.lake.rglob("data.parquet")}
    done = here.egov("run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing to make: files, settings, software and tables are as they were" in done.stdout
    baseline = scan_table(here.folders.lake, "published_comparison", ()).collect().filter(
        table="table_02", column="3", term="egscore"
    )  # fmt: skip
    assert f"The answer  {baseline['ours'].item():z.3f}, 95 % interval" in done.stdout
    assert "trace table_02 3 egscore` follows this number back to your files" in done.stdout
    assert done.stdout.index("Next ") > done.stdout.index(str(here.folders.report))
    assert {file: file.stat().st_mtime_ns for file in written} == written
