"""Full disk, read-only outputs, two backfills at once: a clear message, and every good table as it was."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import pytest

from egov_assets import cli
from egov_assets.alerts.run_report import report_run
from egov_assets.clean.build_year import build_year, publish
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import TableNotWritten, file_hash, table_path, write_blocks, write_table
from egov_assets.running.planner import Wanted
from egov_assets.running.study_run import HistoryLost, StudyRun
from egov_assets_tests.alerts.listeners import HttpListener
from egov_assets_tests.clean.one_year import clean
from egov_assets_tests.raw import tiny_files
from egov_assets_tests.running import small_study
from egov_assets_tests.study_file import write_section

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]

# Years as arguments; prints the words of the first failed step. `EGOV_TEST_LIMIT` is the largest file in bytes.
SCRIPT = """
import os, resource, signal, sys
import dagster as dg
from egov_assets.alerts.run_report import report_run
from egov_assets.platform.resources import RESOURCES
from egov_assets_tests.running.small_study import ASSETS

if limit := os.environ.get("EGOV_TEST_LIMIT"):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
with dg.DagsterInstance.ephemeral() as instance:
    for year in sys.argv[1:]:
        result = dg.materialize(
            ASSETS, selection=["raw_quality", "clean_quality", "quality_moments"],
            partition_key=year, instance=instance, raise_on_error=False, resources=RESOURCES,
        )
        if not result.success:
            print(report_run(instance, result.dagster_run).first_cause)
            sys.exit(1)
"""


def start(*years: str, **settings: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT, *years]
    environment = os.environ | {"PYTHONPATH": str(PROJECT)} | settings
    return subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True)


def end(process: subprocess.Popen[str]) -> tuple[int, str]:
    words, _ = process.communicate()
    return process.returncode, words


def tables(folders: Folders) -> dict[str, str]:
    """Hashes of all files of the lake, unfinished ones among them."""
    files = sorted(file for file in folders.lake.rglob("*") if file.is_file())
    return {str(file.relative_to(folders.lake)): file_hash(file) for file in files}


def many_firms(folders: Folders, year: int, shift: int) -> None:
    lines = (f"firm {(number * 7919 + shift) % 100_003},{number % 997 / 997}" for number in range(100_000))
    (folders.raw / f"quality_{year}.csv").write_text("firm,qua\n" + "\n".join(lines) + "\n")


def test_two_backfills_of_overlapping_years_at_once_end_as_one_after_the_other(folders: Folders):
    for year in (2010, 2011, 2012):
        many_firms(folders, year, shift=0)
    assert end(start("2010", "2011", "2012"))[0] == 0
    wanted = tables(folders)
    for file in folders.lake.rglob("data.parquet"):
        file.unlink()
    both = start("2010", "2011"), start("2011", "2012")
    assert [end(process)[0] for process in both] == [0, 0]
    assert tables(folders) == wanted


def test_a_disk_full_during_a_write_leaves_the_good_table_and_says_so(folders: Folders):
    many_firms(folders, 2011, shift=0)
    assert end(start("2011"))[0] == 0
    good = tables(folders)
    many_firms(folders, 2011, shift=1)
    code, words = end(start("2011", EGOV_TEST_LIMIT="50000"))
    assert code == 1
    assert str(table_path(folders.lake, "raw_quality", 2011)) in words
    assert "could not be written: File too large" in words
    assert "Make room there" in words
    assert tables(folders) == good


def test_a_really_full_disk_in_the_words_of_the_system(tmp_path: Path):
    with mounted(tmp_path / "disk", "size=64k") as disk:
        small = pl.DataFrame({"firm": ["a", "b"]})
        large = pl.DataFrame({"draw": pl.Series(range(100_000)).hash(seed=1)})
        write_table(small, disk / "firms.parquet")
        with pytest.raises(TableNotWritten, match=r"firms\.parquet could not be written: No space left on device"):
            write_table(large, disk / "firms.parquet")
        with pytest.raises(TableNotWritten, match="No space left on device"):
            write_blocks(iter([large, large]), disk / "firms.parquet")
        assert pl.read_parquet(disk / "firms.parquet").equals(small)
        assert [file.name for file in disk.iterdir()] == ["firms.parquet"]


@contextmanager
def mounted(place: Path, options: str) -> Iterator[Path]:
    """A small disk of its own at `place`, or the test is skipped: only root may mount, and not everywhere."""
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(place)], capture_output=True).returncode:
        pytest.skip("mounting a disk is not allowed here")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.fixture
def read_only(folders: Folders) -> Iterator[Folders]:
    """Outputs on a disk that is mounted read-only: permission bits would not stop root."""
    with mounted(folders.outputs, "ro"):
        yield folders


def test_outputs_that_cannot_be_written_are_named(read_only: Folders):
    code, words = end(start("2011"))
    assert code == 1
    assert "could not be written: Read-only file system" in words
    assert "let this account write there" in words


def test_egov_run_says_at_once_that_outputs_cannot_be_written(
    read_only: Folders, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(PROJECT)
    assert cli.main(["run"]) == 2
    said = capsys.readouterr().err
    assert "cannot be written: Read-only file system" in said
    assert "name another folder in EGOV_OUTPUTS" in said


@pytest.fixture(scope="module")
def clean_year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folders]:
    """A clean 2011, published on a disk of its own."""
    place = tmp_path_factory.mktemp("study")
    folders = Folders(raw=place / "raw", outputs=place / "outputs", truth=place / "truth")
    tiny_files.whole_year(folders.raw, 2011)
    with mounted(folders.outputs, "size=64m"):
        clean(folders.raw, folders.outputs, 2011)
        yield folders


@contextmanager
def filled(disk: Path, room: int) -> Iterator[None]:
    """Somebody else's file leaves `room` bytes of the disk."""
    state, other = os.statvfs(disk), disk / "other"
    other.write_bytes(bytes(state.f_bavail * state.f_frsize - room))
    try:
        yield
    finally:
        other.unlink()


# Less than dbt writes before the first model, and less than it has written after the last one.
@pytest.mark.parametrize("room", [100_000, 1_900_000])
def test_a_disk_full_while_dbt_cleans_leaves_the_good_year_and_says_so(clean_year: Folders, room: int):
    good = tables(clean_year)
    with (
        filled(clean_year.outputs, room),
        pytest.raises(TableNotWritten, match=f"{clean_year.candidates}: No space left on device. Make room there"),
        build_year(clean_year.lake, 2011),
    ):
        pass
    assert tables(clean_year) == good
    assert list(clean_year.candidates.iterdir()) == []


def test_a_disk_too_small_for_the_rows_that_exceed_duckdbs_memory_is_named(
    clean_year: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """DuckDB stops at nine tenths of the free disk; it says so here, and a stand-in for dbt repeats it."""
    with (
        duckdb.connect(config={"memory_limit": "50MB", "temp_directory": str(tmp_path)}) as connection,
        pytest.raises(duckdb.OutOfMemoryException) as refused,
    ):
        connection.execute("set max_temp_directory_size = '1MB'")
        connection.execute("create table draws as select hash(range) as draw from range(20_000_000)")
    fails = "import sys; print(sys.argv[1]); sys.exit(1)"
    monkeypatch.setattr(
        "egov_assets.clean.build_year.dbt_command", lambda *_: [sys.executable, "-c", fails, str(refused.value)]
    )
    with (
        pytest.raises(TableNotWritten, match="no room for the rows that exceed DuckDB's memory"),
        build_year(clean_year.lake, 2011),
    ):
        pass


def test_a_disk_read_only_before_or_after_dbt_cleans_leaves_the_good_year_and_says_so(clean_year: Folders):
    good = tables(clean_year)
    refused = "Read-only file system. Make room there, or let this account write there"
    with (
        pytest.raises(TableNotWritten, match=f"{clean_year.lake}: {refused}"),
        build_year(clean_year.lake, 2011) as build,
    ):
        remount(clean_year.outputs, "ro")
        publish(build, clean_year.lake)
    with pytest.raises(TableNotWritten, match=f"{clean_year.candidates}: {refused}"), build_year(clean_year.lake, 2011):
        pass
    remount(clean_year.outputs, "rw")
    assert tables(clean_year) == good


def remount(place: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", str(place)], check=True)


def test_a_study_started_in_the_ui_tells_mistakes_in_settings_before_it_makes_anything(folders: Folders):
    for section, slip in (("quality", "tails: cut"), ("score", "producers: mine")):
        write_section(folders.study_file.parent, section, slip)
    with dg.DagsterInstance.ephemeral() as instance:
        job = small_study.defs.resolve_job_def("everything")
        result = job.execute_in_process(instance=instance, raise_on_error=False)
        told = report_run(instance, result.dagster_run).first_cause
    for part in ("study.yml: 1 problem(s)", "quality.tails", "score.producers", "'producer'"):
        assert part in told
    assert not folders.lake.exists()


def test_a_full_disk_under_the_run_history_is_told_in_a_sentence_to_channels_that_need_no_disk(
    folders: Folders, http: HttpListener, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("EGOV_ALERT_WEBHOOK", http.address)
    folders.outputs.mkdir()
    with mounted(folders.dagster_home, "size=4m"), StudyRun(folders, "egov_assets_tests.running.small_study") as study:
        wanted = Wanted(everything=True)
        looked = study.look(wanted)
        with filled(folders.dagster_home, room=0), pytest.raises(HistoryLost, match="full") as lost:
            study.execute(looked.stale, wanted, lambda *_: None)
    assert "\n" not in str(lost.value)
    ((_, body),) = http.posts
    assert body["headline"] == "run failed: " + str(lost.value).partition(". Next: ")[0]


def test_a_folder_in_place_of_the_catalogue_is_told_after_the_alerts(
    folders: Folders, http: HttpListener, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("EGOV_ALERT_WEBHOOK", http.address)
    (folders.raw / "quality_2011.csv").write_text("firm,qua\nb,7\na,0.25\n")
    (folders.catalog / "in the way").mkdir(parents=True)
    with StudyRun(folders, "egov_assets_tests.running.small_study") as study:
        outcomes = study.execute(study.look(Wanted()).stale, Wanted(), lambda *_: None)
        (problem,) = study.finish(outcomes)
    assert problem.startswith(f"{folders.catalog} could not be written: ")
    assert [body["kind"] for _, body in http.posts] == ["run failed"]
