"""The Parquet lake: whole files, same bytes, clear words for what is not there."""

import hashlib

import polars as pl
import pyarrow.parquet as pq
import pytest

from egov_assets.platform.lake import TableMissing, scan_table, table_path, write_table

FIRMS = pl.DataFrame({"firm": ["a", "b"], "year": [2010, 2010]}, schema_overrides={"year": pl.Int32})


def test_a_table_read_back_is_the_table_written(tmp_path):
    write_table(FIRMS, table_path(tmp_path, "firms", 2010))
    assert scan_table(tmp_path, "firms", [2010]).collect().equals(FIRMS)


def test_the_version_is_the_hash_of_the_bytes(tmp_path):
    path = table_path(tmp_path, "firms", 2010)
    assert write_table(FIRMS, path) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_rows_in_other_chunks_give_the_same_bytes(tmp_path):
    in_two_chunks = pl.concat([FIRMS.head(1), FIRMS.tail(1)], rechunk=False)
    assert in_two_chunks.n_chunks() == 2
    assert write_table(FIRMS, tmp_path / "one.parquet") == write_table(in_two_chunks, tmp_path / "two.parquet")


def test_years_come_in_the_order_asked_for(tmp_path):
    for year in (2010, 2011):
        write_table(FIRMS.with_columns(pl.lit(year, pl.Int32).alias("year")), table_path(tmp_path, "firms", year))
    years = scan_table(tmp_path, "firms", [2011, 2010]).collect()["year"].to_list()
    assert years == [2011, 2011, 2010, 2010]


def test_a_table_of_all_years_is_returned_whole_to_a_yearly_reader(tmp_path):
    both = pl.concat([FIRMS, FIRMS.with_columns(pl.lit(2011, pl.Int32).alias("year"))])
    write_table(both, table_path(tmp_path, "panel"))
    assert scan_table(tmp_path, "panel", [2011]).collect().height == 4


def test_every_missing_year_is_named_at_once(tmp_path):
    write_table(FIRMS, table_path(tmp_path, "firms", 2010))
    with pytest.raises(TableMissing, match=r"firms: no file for 2011, 2012.*Materialize firms first"):
        scan_table(tmp_path, "firms", [2010, 2011, 2012])


def test_a_write_that_fails_leaves_the_earlier_file_and_no_rest(tmp_path, monkeypatch):
    path = table_path(tmp_path, "firms", 2010)
    write_table(FIRMS, path)
    before = path.read_bytes()

    def disk_full(*_, **__):
        raise OSError("no space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", disk_full)
    with pytest.raises(OSError, match="no space"):
        write_table(FIRMS.head(1), path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["data.parquet"]
