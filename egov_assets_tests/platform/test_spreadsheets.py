"""Files that people open in a spreadsheet."""

from pathlib import Path

import polars as pl
import pytest

from egov_assets.platform.spreadsheets import publish_csv


@pytest.mark.parametrize("cell", ["=1+1", '=HYPERLINK("http://example.org")', "+86 10", "-1", "@sum", "\tx", "\rx"])
def test_a_cell_that_a_spreadsheet_would_run_is_written_as_text(cell: str, tmp_path: Path):
    table = pl.DataFrame({"name": [cell, "a=b", "杭州", None], "number": [-1.5, 2.0, 3.0, None]})
    publish_csv(table, tmp_path / "names.csv")
    back = pl.read_csv(tmp_path / "names.csv")
    assert back["name"].to_list() == [f"'{cell}", "a=b", "杭州", None]
    assert back["number"].to_list() == table["number"].to_list()
    assert (tmp_path / "names.csv").read_bytes().startswith(b"\xef\xbb\xbf")
