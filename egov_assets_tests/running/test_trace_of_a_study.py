"""`egov trace` on a finished study: the files of a cell, and what is said of one that changed after the run."""

import json
from pathlib import Path

import polars as pl
import pytest

from egov_assets.platform.lake import file_hash, table_path
from egov_assets.replication.trace import SHOWN_OF_HASH
from egov_assets_tests.running.finished_study import FinishedStudy

pytestmark = pytest.mark.slow

TERRAIN, INNOVATION, POLICIES = "terrain/terrain_relief.csv", "innovation/innovation_index.csv", "policies/"
SHIPPED = "reference/io_china_2012_139.csv"


def traced(study: FinishedStudy, *cell: str) -> str:
    done = study.egov("trace", "--details", *cell)
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
    assert "1 of them changed or went since: `egov run` takes that in" in shown


def test_a_cell_without_instruments_and_lists_names_none_of_their_files(finished: FinishedStudy):
    shown = traced(finished, "table_02", "3", "egscore")
    assert "customs/2010/" in shown and "province_yearbook/" in shown
    for other in (TERRAIN, INNOVATION, POLICIES, SHIPPED, "work_reports/", "tariffs/"):
        assert other not in shown
    assert INNOVATION in traced(finished, "table_10", "4", "egscore:innov")


def test_ten_lines_come_first_and_an_instrument_of_scores_rests_on_no_work_report(finished: FinishedStudy):
    done = finished.egov("trace", "table_06", "2", "egscore")
    lines = done.stdout.splitlines()
    begun = [each for each in lines if not each.startswith("    ")]  # what is set in further goes on with a line
    assert len(begun) <= 12, "the cell, ten lines, the page"
    assert all(len(each) <= 80 for each in lines[:-1])
    assert "Instrument egscore_size7: F " in done.stdout and "work_reports" not in done.stdout
    page = Path(lines[-1].partition(": ")[2]).read_text("utf-8")
    assert page.count("<rect") > 10 and ">iv_instruments<" in page and "work_report_words" not in page


def test_table_1_is_traced_by_variable_and_statistic_and_its_asset_is_a_name_too(finished: FinishedStudy):
    table = pl.read_parquet(table_path(finished.folders.lake, "table_01_descriptives"))
    mean = table.filter(variable="Con_gdp")["mean"][0]
    for name in ("table_01", "table_01_descriptives"):
        told = json.loads(finished.egov("trace", "--json", name, "Con_gdp", "mean").stdout)
        assert told["variants"][0]["mean"] == mean and told["cell"] == "table_01 (Con_gdp) mean"
        assert {"clean_cities", "raw_city_yearbook"} <= set(told["tables"])
        assert any(each["name"].startswith("city_yearbook/") for each in told["versions"])
    done = finished.egov("trace", "table_01", "Con_gpd", "mean")
    assert done.returncode == 2 and "the nearest is Con_gdp" in done.stderr
