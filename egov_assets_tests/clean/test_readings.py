"""Cells that say nothing, or less than their column should, in words for people."""

import polars as pl

from egov_assets.clean.readings import readings_in_words
from egov_assets.commands.run import _say_what_was_not_read
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import table_path, write_table
from egov_assets.platform.years import YEARS

COLUMNS = ("source", "year", "column_name", "filled", "understood", "understood_in_part", "most_frequent_unread")


def readings(*rows: tuple) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def test_only_columns_in_which_something_is_missed_are_named():
    found = readings(
        ("customs", 2011, "flow", 10, 10, 0, None),
        ("customs", 2011, "hs8_code", 1200, 1198, 3, "8.51712e+07 (2)"),
        ("firm_survey", 2011, "region_code", 7, 7, 1, None),
    )
    assert readings_in_words(found) == [
        "customs hs8_code: 2 of 1,200 cells cannot be read: 8.51712e+07 (2) and 3 of 1,200 cells say less than the "
        "column should",
        "firm_survey region_code: 1 of 7 cells say less than the column should",
    ]


def test_a_run_ends_with_what_was_not_read(tmp_path, capsys):
    folders = Folders(tmp_path / "raw", tmp_path / "outputs", tmp_path / "truth")
    for year in YEARS:
        rows = [("customs", year, f"column {number:02}", 100, 99, 0, "777 (1)") for number in range(5)]
        write_table(readings(*rows), table_path(folders.lake, "column_readings", year))
    _say_what_was_not_read(folders)
    said = capsys.readouterr().out.splitlines()
    assert said[1] == "Cells of coded and numeric columns: 1,500 filled, 1,485 understood"
    assert said[2] == "  2010 customs column 00: 1 of 100 cells cannot be read: 777 (1)"
    assert (len(said), said[-1]) == (2 + 12 + 1, "  and 3 more: table column_readings")
