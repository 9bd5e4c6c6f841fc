"""A year gone wrong, from its raw rows through the cleaning to the comparison of years; the other years are sound."""

from pathlib import Path

import pytest

from egov_assets.checks.suspicions import suspicions_of
from egov_assets.checks.watched import WATCHED
from egov_assets.platform.years import YEARS
from egov_assets.validation.defects_of_files import DEFECTS
from egov_assets.validation.planted_suspicions import judge
from egov_assets_tests.running.finished_study import FinishedStudy

pytestmark = pytest.mark.slow


def test_the_sound_years_of_a_study_are_under_no_suspicion(finished_third: FinishedStudy):
    folders = finished_third.folders
    found = {(table, year): suspicions_of(folders, table, year)[0] for table in WATCHED for year in YEARS}
    assert {place: [each.words for each in drifts] for place, drifts in found.items() if drifts} == {}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("values tenfold", "clean_exports: sum of export_value_usd"),
        ("last year's firms redated", "no_column_is_left_unread fails"),
        ("two score fields exchanged", "clean_egov_scores: egscore_tax exchanged with egscore_hou"),
        ("one city's GDP tenfold", "clean_cities: gdp_10k_cny of 330100"),
        ("a province column as the year before", "clean_provinces: "),
    ],
)
def test_a_defect_of_a_whole_file_is_noticed_in_its_year_alone(
    finished_third: FinishedStudy, tmp_path: Path, name: str, said: str
):
    (defect,) = [each for each in DEFECTS if each.name == name]
    noticed = judge(defect, finished_third.folders.lake, tmp_path)
    assert noticed.words.startswith(said)
    assert noticed.stops == defect.is_grave
    assert noticed.blamed == ()
