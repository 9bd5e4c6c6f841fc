"""A traced cell names its sample, its tables and its files."""

import hashlib

import polars as pl
from pytest import fixture, raises

from egov_assets.folders import Folders
from egov_assets.orchestration.lake import table_path, write_table
from egov_assets.regression_tables.specifications import Column
from egov_assets.replication.trace import NoSuchCell, find_cell, raw_versions, sample_by_year, table_versions, upstream


@fixture
def folders(tmp_path):
    folders = Folders(raw=tmp_path / "raw", outputs=tmp_path / "outputs", truth=tmp_path / "truth")
    folders.raw.mkdir()
    (folders.raw / "part1.csv").write_bytes(b"one line\n")
    for year in (2010, 2011, 2012):
        lines = pl.DataFrame({"source_file": ["part1.csv", "part1.csv", f"gone_{year}.csv"], "year": [year] * 3})
        write_table(lines, table_path(folders.lake, "raw_customs", year))
    return folders


def test_the_printed_variant_stands_first_and_a_wrong_name_gets_the_nearest():
    estimates = pl.DataFrame(
        {"table": ["table_02"] * 2, "column": ["3"] * 2, "term": ["egscore"] * 2, "variant": ["a", "cluster_city"]}
    )
    assert find_cell(estimates, "table_02", "3", "egscore")["variant"].to_list() == ["cluster_city", "a"]
    with raises(NoSuchCell, match="no term egskore; the nearest is egscore"):
        find_cell(estimates, "table_02", "3", "egskore")


def test_the_sample_counts_each_variable_and_their_overlap():
    panel = pl.DataFrame({"year": [2010, 2010, 2011], "qua": [0.1, None, 0.3], "egscore": [0.5, 0.5, None]})
    counts = sample_by_year(panel, Column(outcome="qua", treatment="egscore"))
    assert counts.rows() == [("of the panel", 2, 1), ("qua", 1, 1), ("egscore", 2, 0), ("complete", 1, 0)]


def test_sources_come_nearest_first_and_once():
    parents = {"table": ["panel"], "panel": ["match", "scores"], "match": ["raw"], "scores": ["raw"], "raw": []}
    assert upstream("table", parents) == ["table", "panel", "match", "scores", "raw"]


def test_tables_and_files_carry_rows_and_hashes(folders):
    versions = table_versions(folders, "raw_customs")
    assert [(each.year, each.rows) for each in versions] == [(2010, 3), (2011, 3), (2012, 3)]
    assert table_versions(folders, "a_view_of_dbt") == []
    files = {each.name: (each.rows, each.sha256) for each in raw_versions(folders, ["raw_customs"])}
    assert files["part1.csv"] == (6, hashlib.sha256(b"one line\n").hexdigest())
    assert files["gone_2011.csv"] == (1, "missing")
