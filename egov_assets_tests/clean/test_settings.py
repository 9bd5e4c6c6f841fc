"""Section `cleaning`: one's own choices over the paper's, checked before anything runs."""

from pathlib import Path

import pytest
import yaml

from egov_assets.clean.manifest import PROJECT
from egov_assets.clean.settings import Cleaning, read_cleaning
from egov_assets.platform.settings_file import SettingsError
from egov_assets_tests.study_file import write_section


def test_the_dbt_project_defaults_to_the_same_choices():
    declared = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))["vars"]
    chosen = Cleaning().dbt_variables(2010)
    assert {name: declared[name] for name in chosen} == chosen


def test_without_a_file_the_papers_choices_hold(tmp_path: Path):
    assert read_cleaning(tmp_path / "study.yml") == Cleaning()


def test_ones_own_choices_lie_over_the_papers(tmp_path: Path):
    text = "customs: &c {goods: all}\nsurvey: {min_revenue_thousand_cny: {2011: 20000}}"
    own = read_cleaning(write_section(tmp_path, "cleaning", text))
    assert own.dbt_variables(2010) | {"goods": "differentiated"} == Cleaning().dbt_variables(2010)
    assert own.dbt_variables(2011)["min_revenue_thousand_cny"] == 20000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "customs: {min_flow_value: 5}",
            "customs.min_flow_value: unknown key; the nearest known one is 'min_flow_value_usd'",
        ),
        ("survy: {}", "survy: unknown key; the nearest known one is 'survey'"),
        ('customs: {partner_names: {"x\'; drop": USA}}', "customs.partner_names"),
        ("customs: {goods: cars}", "customs.goods: Input should be 'differentiated'"),
        ("customs: {overlaps_accepted: [1999]}", "1999 is no year of the study"),
        ("customs: {files_left_out: [../x.csv]}", "'../x.csv' is no path below the raw folder"),
        ("customs: {excluded_chapters: ['9']}", "customs.excluded_chapters.0"),
        ('customs: {intermediary_keywords: ["贸易\' or 1=1"]}', "customs.intermediary_keywords"),
        ("survey: {required_figures: [wages]}", "survey.required_figures.0"),
        ("survey: {min_employees: -1}\ncustoms: {rauch: x}", "2 problem"),
        ("customs: {goods: all, goods: manufactures}", "key 'goods' is given twice"),
    ],
)
def test_a_choice_that_cannot_be_made_is_named(tmp_path: Path, text: str, said: str):
    with pytest.raises(SettingsError) as refused:
        read_cleaning(write_section(tmp_path, "cleaning", text))
    assert said in str(refused.value)


def test_a_merged_mapping_may_be_overridden_beside_it(tmp_path: Path):
    own = write_section(tmp_path, "cleaning", "customs: &common {goods: all}\nsurvey: {}\n")
    assert read_cleaning(own).customs.goods == "all"
    text = "survey:\n  <<: {min_employees: 10, first_opening_year: 1949}\n  min_employees: 30\n"
    own = read_cleaning(write_section(tmp_path, "cleaning", text)).survey
    assert (own.min_employees, own.first_opening_year) == (30, 1949)
