"""What holds in a year, and years of which nothing is known."""

from pathlib import Path

import pytest

from egov_assets.platform.folders import Folders
from egov_assets.platform.reference import table
from egov_assets.platform.settings_file import SettingsError
from egov_assets.platform.validity import check_years, holding, industry_edition, what_years_lack
from egov_assets.running.study_settings import check_settings


def study_of(folder: Path, years: str) -> Path:
    (folder / "study.yml").write_text(f"years: {years}\n", encoding="utf-8")
    return folder / "study.yml"


def test_what_holds_changes_in_the_years_that_the_sources_name():
    """domain.md 1.4, 2.1, 2.5."""
    revisions = {year: holding("hs", year) for year in (2001, 2002, 2006, 2007, 2011, 2012)}
    assert revisions == {2001: "1996", 2002: "2002", 2006: "2002", 2007: "2007", 2011: "2007", 2012: "2012"}
    assert [holding("survey_threshold_thousand_cny", year) for year in (2010, 2011)] == ["5000", "20000"]
    assert [holding("survey_also_takes", year) is not None for year in (2006, 2007)] == [True, False]
    assert [industry_edition(year) for year in (2002, 2003, 2011, 2012)] == [None, "2002", "2002", "2011"]


def test_no_year_takes_what_holds_in_the_nearest_one():
    assert [holding("hs", year) for year in (1995, 2022)] == [None, None]
    assert [holding("place_list", year) for year in (1995, 2017)] == [None, None]
    with pytest.raises(ValueError, match="no row of 'hz'"):
        holding("hz", 2010)


def test_no_two_things_hold_in_one_year():
    for what in table("validity")["what"].unique():
        spans = table("validity").filter(what=what).select("first_year", "last_year").rows()
        years = [year for first, last in spans for year in range(int(first), int(last) + 1)]
        assert len(years) == len(set(years)), what


def test_every_year_of_a_list_of_places_has_its_four_municipalities_and_no_code_twice():
    """Chongqing is the fourth since 1997."""
    places = table("place_codes")
    for year in range(1996, 2017):
        assert holding("place_list", year)
        listed = [
            code
            for code, first, last in places.select("code", "first_year", "last_year").rows()
            if int(first) <= year <= int(last)
        ]
        assert len(listed) == len(set(listed)), year
        assert sum(code[2:] == "0000" for code in listed) == (3 if year == 1996 else 4)


def test_every_place_belongs_to_a_city_of_the_study_or_was_founded_after_it():
    places = table("place_codes")
    cities = set(table("prefectures")["code"])
    later = {code for code, city, _ in places.select("code", "city_code", "first_year").rows() if city not in cities}
    assert later == {"659005", "659006", "659007", "659008", "659009"}


def test_years_without_a_list_that_they_need_are_named_before_anything_runs(tmp_path: Path):
    check_years(study_of(tmp_path, "[1996..2016]"))
    folders = Folders(raw=tmp_path / "raw", outputs=tmp_path / "outputs", truth=tmp_path / "truth")
    study_of(tmp_path, "[1995, 2010, 2017, 2022]")
    with pytest.raises(SettingsError) as refused:
        check_settings(folders)
    assert "1995, 2022: no revision of the Harmonized System is shipped for these years; there are 1996 to 2021" in str(
        refused.value
    )
    assert "1995, 2017, 2022: no list of prefectures is shipped for these years; there are 1996 to 2016" in str(
        refused.value
    )


def test_years_that_lack_something_are_named():
    assert what_years_lack((2003, 2010, 2012)) == []
    assert what_years_lack((2000, 2001, 2003)) == [
        "2000, 2001: no industries; the survey's classes follow GB/T 4754 of 1994, which is not shipped"
    ]
    assert what_years_lack((2014,)) == [
        "2014: which firms the survey takes is not known, nor if the years can be compared"
    ]
