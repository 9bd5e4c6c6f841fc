"""A traced cell names its sample, its tables and its files."""

import hashlib
import os

import polars as pl
from pytest import fixture, raises

from egov_assets.platform import reference
from egov_assets.platform.changed_files import inventory
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import table_path, write_table
from egov_assets.platform.years import YEARS
from egov_assets.regression_tables.specifications import Column
from egov_assets.replication.trace import (
    NoSuchCell,
    Version,
    find_cell,
    listed_since,
    panel_inputs,
    raw_versions,
    sample_by_year,
    table_versions,
    upstream,
)

TERRAIN = "terrain/*.csv"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@fixture
def folders(tmp_path):
    """A study of three years that has read two customs files, one of them packed, a tariff list and the terrain."""
    folders = Folders(raw=tmp_path / "raw", outputs=tmp_path / "outputs", truth=tmp_path / "truth")
    for name in (
        "part1.csv",
        "pack.zip",
        "tariffs/list.csv",
        "terrain/relief.csv",
        "terrain/old/relief.csv",
        "clean.yml",
    ):
        (folders.raw / name).parent.mkdir(parents=True, exist_ok=True)
        (folders.raw / name).write_bytes(name.encode())
    for year in YEARS:
        write_table(inventory(folders.raw, year, YEARS, []), table_path(folders.lake, "file_inventory", year))
        lines = {"source_file": ["part1.csv", "part1.csv", "pack.zip/a.csv", "pack.zip/b.csv"], "year": [year] * 4}
        write_table(pl.DataFrame(lines), table_path(folders.lake, "raw_customs", year))
    cells = {"source_file": ["reference/io_china_2012_139.csv"] * 2}
    write_table(pl.DataFrame(cells), table_path(folders.lake, "raw_input_output"))
    write_table(pl.DataFrame({"source_file": ["tariffs/list.csv"]}), table_path(folders.lake, "raw_tariffs"))
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


def test_only_the_inputs_of_the_panel_that_a_column_uses_count(folders):
    """Who a firm-year is comes from match, quality and survey in every column."""
    columns = {
        "firm_match": ["company_id", "survey_firm_id", "year"],
        "firm_quality": ["company_id", "year", "qua"],
        "clean_firms": ["survey_firm_id", "year", "city_code", "province_code"],
        "egscore_index": ["city_code", "year", "egscore"],
        "iv_instruments": ["city_code", "year", "IV_int"],
        "city_moderators": ["city_code", "year", "innov"],
        "sector_stages": ["sector_code", "upstreamness_open"],
        "importer_tariffs": ["company_id", "year", "input_tariff"],
    }
    for table, names in columns.items():
        write_table(pl.DataFrame(schema=dict.fromkeys(names, pl.String)), table_path(folders.lake, table))

    def beyond_the_baseline(**more):
        found = set(panel_inputs(folders, Column(**{"outcome": "qua", "treatment": "egscore"} | more), list(columns)))
        assert baseline <= found
        return found - baseline

    baseline = {"firm_match", "firm_quality", "clean_firms", "egscore_index"}
    assert beyond_the_baseline() == set()
    assert beyond_the_baseline(instrument="IV_int") == {"iv_instruments"}
    assert beyond_the_baseline(moderator="innov") == {"city_moderators"}
    assert beyond_the_baseline(outcome="D.qua", controls=["input_tariff"]) == {"importer_tariffs"}
    assert beyond_the_baseline(sample="upstream_firm_years") == {"sector_stages"}
    assert beyond_the_baseline(readings={"listed": {"treatment": "innov"}}) == {"city_moderators"}


def test_sources_come_nearest_first_and_once():
    parents = {"table": ["panel"], "panel": ["match", "scores"], "match": ["raw"], "scores": ["raw"], "raw": []}
    assert upstream(["table"], parents) == ["table", "panel", "match", "scores", "raw"]
    assert upstream(["scores", "match"], parents) == ["scores", "match", "raw"]


def test_tables_carry_rows_and_hashes(folders):
    versions = table_versions(folders, "raw_customs")
    assert [(each.year, each.rows) for each in versions] == [(2010, 4), (2011, 4), (2012, 4)]
    assert table_versions(folders, "a_view_of_dbt") == []


def test_files_carry_the_hash_of_when_they_were_read_and_say_what_changed_since(folders):
    (folders.raw / "part1.csv").write_bytes(b"changed since")
    (folders.raw / "terrain/relief.csv").unlink()
    tables = ["raw_customs", "raw_input_output", "raw_tariffs"]
    shipped = (reference.FOLDER / "io_china_2012_139.csv").read_bytes()
    assert list(raw_versions(folders, tables, ["*.yml", TERRAIN])) == [
        Version("pack.zip", None, 6, sha256(b"pack.zip")),
        Version("part1.csv", None, 6, sha256(b"part1.csv"), "changed since"),
        Version("reference/io_china_2012_139.csv", None, 2, sha256(shipped)),
        Version("tariffs/list.csv", None, 1, sha256(b"tariffs/list.csv")),
        Version("clean.yml", None, None, sha256(b"clean.yml")),
        Version("terrain/relief.csv", None, None, sha256(b"terrain/relief.csv"), "gone since"),
    ]


def test_a_file_that_one_year_read_later_than_the_others_has_both_hashes(folders):
    (folders.raw / "part1.csv").write_bytes(b"changed since")
    write_table(inventory(folders.raw, 2011, YEARS, []), table_path(folders.lake, "file_inventory", 2011))
    read = {
        (each.sha256, each.rows, each.since)
        for each in raw_versions(folders, ["raw_customs"], [])
        if each.name == "part1.csv"
    }
    assert read == {(sha256(b"part1.csv"), 4, "changed since"), (sha256(b"changed since"), 2, "")}


def test_tables_older_than_the_list_of_files_are_named(folders):
    assert listed_since(folders, ["raw_customs", "raw_tariffs"]) == []
    long_ago = 10**9
    os.utime(table_path(folders.lake, "raw_customs", 2011), ns=(long_ago, long_ago))
    assert listed_since(folders, ["raw_customs", "raw_tariffs"]) == ["raw_customs"]
