"""`catalog.duckdb`: views over the lake that follow it."""

import duckdb
import polars as pl

from egov_assets.platform.catalog import build_catalog
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import table_path, write_table

ROW = pl.DataFrame({"firm": ["a"]})


def count(folders: Folders, table: str) -> int:
    with duckdb.connect(str(folders.catalog), read_only=True) as connection:
        return connection.execute(f"select count(*) from {table}").fetchone()[0]


def test_yearly_and_whole_tables_become_views(folders: Folders):
    write_table(ROW, table_path(folders.lake, "firms", 2010))
    write_table(ROW, table_path(folders.lake, "panel"))
    assert build_catalog(folders) == ["firms", "panel"]
    assert count(folders, "firms") == count(folders, "panel") == 1


def test_a_view_sees_a_new_year_without_a_rebuild(folders: Folders):
    write_table(ROW, table_path(folders.lake, "firms", 2010))
    build_catalog(folders)
    write_table(ROW, table_path(folders.lake, "firms", 2011))
    assert count(folders, "firms") == 2


def test_it_is_replaced_while_somebody_reads_it(folders: Folders):
    write_table(ROW, table_path(folders.lake, "firms", 2010))
    build_catalog(folders)
    with duckdb.connect(str(folders.catalog), read_only=True) as reader:
        build_catalog(folders)
        assert reader.execute("select count(*) from firms").fetchone() == (1,)


def test_an_empty_lake_makes_an_empty_catalog(folders: Folders):
    assert build_catalog(folders) == []
