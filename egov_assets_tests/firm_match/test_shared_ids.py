"""Survey years whose organisation codes do not meet are named, and stop."""

from pathlib import Path

import polars as pl
import pytest

from egov_assets.firm_match.shared_ids import ids_meet_between_years, shared_ids
from egov_assets.platform.folders import Folders
from egov_assets_tests.study_file import write_section


def records(**ids_by_year: range) -> pl.DataFrame:
    rows = [(f"{number:09}", int(year[1:])) for year, ids in ids_by_year.items() for number in ids]
    return pl.DataFrame(rows, schema={"survey_firm_id": pl.String, "year": pl.Int32}, orient="row")


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path, tmp_path / "outputs", tmp_path / "truth")


def test_the_share_is_of_the_year_with_fewer_firms():
    """40 of the 50 codes of 2011 are among the 100 of 2010; 2012 holds none of them."""
    found = shared_ids(records(y2010=range(100), y2011=range(60, 110), y2012=range(200, 230)))
    assert found.rows() == [(2010, 2011, 50, 40, 0.8), (2011, 2012, 30, 0, 0.0)]


def test_years_that_do_not_meet_stop_with_the_years_the_counts_and_the_remedy(folders: Folders):
    found = ids_meet_between_years(records(y2010=range(100), y2011=range(60, 110), y2012=range(200, 230)), folders)
    assert not found.passed
    assert "2011 and 2012 share 0 of 30 organisation codes (0.0%)" in found.words
    assert "matching.least_shared_ids" in found.words


def test_a_study_may_accept_it_and_a_few_firms_are_no_share(folders: Folders):
    apart = records(y2010=range(100), y2011=range(200, 300))
    assert not ids_meet_between_years(apart, folders).passed
    write_section(folders.study_file.parent, "matching", "least_shared_ids: 0")
    assert ids_meet_between_years(apart, folders).passed
    folders.study_file.unlink()
    assert ids_meet_between_years(records(y2010=range(100), y2011=range(200, 219)), folders).passed
    assert ids_meet_between_years(records(y2010=range(5)), folders).passed
