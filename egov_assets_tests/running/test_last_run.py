"""Which years `egov run` has to make: those in which a file, a setting, the software or a table is another."""

import os

import pytest

from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import table_path
from egov_assets.running import last_run
from egov_assets.running.last_run import inspect, remember

pytestmark = pytest.mark.slow

YEARS = {2010, 2011, 2012}


@pytest.fixture
def made(folders: Folders) -> Folders:
    """A study with a yearly table and one of all years, put on record."""
    for year in YEARS:
        write(table_path(folders.lake, "firm_quality", year), f"quality of {year}")
    write(table_path(folders.lake, "firm_panel"), "panel")
    write(folders.raw / "province_yearbook" / "yearbook_2012.xlsx", "read for every year")
    remember(folders, inspect(folders), YEARS)
    return folders


def write(path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def years(folders: Folders) -> set[int]:
    return set(inspect(folders).reasons)


def test_without_a_complete_run_every_year_is_made(folders: Folders):
    assert inspect(folders).reasons == dict.fromkeys(sorted(YEARS), "no complete run is on record")


def test_nothing_changed_leaves_nothing_to_do_also_when_a_file_was_only_touched(made: Folders):
    os.utime(made.raw / "quality_2011.csv", (1, 1))
    assert years(made) == set()


def test_a_changed_file_touches_its_year_and_is_named(made: Folders):
    write(made.raw / "quality_2011.csv", "other")
    write(made.raw / "more_2011.csv", "new")
    assert inspect(made).reasons == {2011: "raw/more_2011.csv (new) and 1 more"}


@pytest.mark.parametrize(
    "name",
    [
        "../study.yml",
        "../corrections.yml",
        "io_2007.csv",  # names a year outside the study
        "province_yearbook/yearbook_2012.xlsx",  # a source without a year in its pattern
        "prices_2010_2012.csv",
    ],
)
def test_settings_and_files_of_several_years_touch_them_all(made: Folders, name: str):
    write(made.raw / name, "other")
    assert years(made) == YEARS


def test_what_was_planted_counts_as_an_input(made: Folders):
    write(made.truth / "truth.yml", "effect: 1")
    assert years(made) == YEARS


@pytest.mark.parametrize("part", ["package", "libraries", "dbt project"])
def test_other_software_touches_every_year(made: Folders, part: str, monkeypatch, tmp_path):
    if part == "package":
        write(tmp_path / "package" / "a.py", "other code")
        monkeypatch.setattr(last_run, "PACKAGE", tmp_path / "package")
    elif part == "libraries":
        monkeypatch.setattr(last_run, "distributions", lambda: [])
    else:
        monkeypatch.setattr(last_run, "project_fingerprint", lambda: "another")
    assert inspect(made).reasons == dict.fromkeys(sorted(YEARS), "the software or a library is another")


def test_a_lost_table_of_a_year_is_made_again_and_a_lost_table_of_all_years_needs_all(made: Folders):
    table_path(made.lake, "firm_quality", 2012).unlink()
    assert years(made) == {2012}
    table_path(made.lake, "firm_panel").unlink()
    assert years(made) == YEARS


def test_a_run_of_one_year_is_on_record_only_if_no_other_year_needed_it(made: Folders):
    write(made.raw / "quality_2011.csv", "other")
    write(made.raw / "quality_2012.csv", "other")
    remember(made, inspect(made), {2011})
    assert years(made) == {2011, 2012}
    remember(made, inspect(made), {2011, 2012})
    assert years(made) == set()


def test_a_file_that_changes_during_a_run_counts_as_changed_after_it(made: Folders):
    found = inspect(made)
    write(made.raw / "quality_2010.csv", "changed while the run read it")
    remember(made, found, YEARS)
    assert years(made) == {2010}
