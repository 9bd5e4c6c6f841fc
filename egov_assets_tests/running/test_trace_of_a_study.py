"""`egov trace` on a finished study: the files of a cell, and what is said of one that changed after the run."""

import pytest

from egov_assets.platform.lake import file_hash
from egov_assets.replication.trace import SHOWN_OF_HASH
from egov_assets_tests.running.finished_study import FinishedStudy

pytestmark = pytest.mark.slow

TERRAIN, INNOVATION, POLICIES = "terrain/terrain_relief.csv", "innovation/innovation_index.csv", "policies/"
SHIPPED = "reference/io_china_2012_139.csv"


def traced(study: FinishedStudy, *cell: str) -> str:
    done = study.egov("trace", *cell)
    assert done.returncode == 0, done.stderr
    return done.stdout


def line_of(file: str, shown: str) -> str:
    return next(line for line in shown.splitlines() if file in line)


def test_a_cell_rests_on_the_lists_that_its_variables_need_as_the_run_read_them(finished: FinishedStudy):
    file = finished.folders.raw / TERRAIN
    original, read = file.read_bytes(), file_hash(file)[:SHOWN_OF_HASH]
    unchanged = line_of(TERRAIN, traced(finished, "table_06", "5", "egscore"))
    assert read in unchanged and "changed" not in unchanged
    file.write_bytes(original + b"\n")
    shown = traced(finished, "table_06", "5", "egscore")
    file.write_bytes(original)
    assert read in line_of(TERRAIN, shown) and "changed" in line_of(TERRAIN, shown)
    assert "`egov run` takes in what changed since" in shown


def test_a_cell_without_instruments_and_lists_names_none_of_their_files(finished: FinishedStudy):
    shown = traced(finished, "table_02", "3", "egscore")
    assert "customs/2010/" in shown and "province_yearbook/" in shown
    for other in (TERRAIN, INNOVATION, POLICIES, SHIPPED, "work_reports/", "tariffs/"):
        assert other not in shown
    assert INNOVATION in traced(finished, "table_10", "4", "egscore:innov")
