"""How well the demo is matched, judged by its truth; and that the result is one and the same every time."""

import hashlib
import os
import subprocess
import sys

import polars as pl
import pytest

from egov_assets.firm_match.panel_ids import firm_panel_ids
from egov_assets.firm_match.settings import FirmMatchSettings, read_match_settings
from egov_assets.platform.settings_file import SettingsError
from egov_assets_tests.firm_match.demo_registers import DemoRegisters, demo_registers
from egov_assets_tests.study_file import write_section

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo() -> DemoRegisters:
    return demo_registers()


def test_names_alone_miss_about_a_fifth_of_the_links(demo):
    assert 0.75 < demo.scored_by_name_alone().recall < 0.85


def test_the_baseline_finds_ten_points_more_than_names_alone_at_precision_0_995(demo):
    found = demo.scored()
    assert found.recall >= demo.scored_by_name_alone().recall + 0.10
    assert found.precision >= 0.995


def test_each_step_beyond_the_name_finds_links_that_the_others_do_not(demo):
    whole = demo.scored().recall
    assert demo.scored(carry_names=False).recall < whole - 0.02
    assert demo.scored(carry_phones=False).recall < whole - 0.01


def test_the_probabilistic_step_reaches_recall_0_97_at_precision_0_99_at_every_level(demo):
    found = [demo.scored(probabilistic=True, least_probability=least) for least in (0.90, 0.95, 0.99)]
    assert all(each.recall >= 0.97 and each.precision >= 0.99 for each in found)
    assert [each.recall for each in found] == sorted((each.recall for each in found), reverse=True)


def test_doubled_noise_costs_recall_and_not_precision(demo):
    noisy = demo_registers(noise_factor=2)
    assert noisy.scored_by_name_alone().recall < 0.70
    assert noisy.scored().recall < demo.scored().recall - 0.05
    assert noisy.scored().precision >= 0.99
    assert noisy.scored(probabilistic=True).precision >= 0.98


def test_panel_ids_follow_the_firms_of_the_demo(demo):
    """No more than two exporters in a thousand, told by customs ids, are cut in two or run into another.

    Firms that move get another customs id, so only chains in one city can be judged.
    """
    records = demo.survey.select("survey_firm_id", "year", "city_code").join(demo.links, on=["survey_firm_id", "year"])
    found = firm_panel_ids(demo.survey).join(records, on=["survey_firm_id", "year"])
    companies = found.group_by("panel_id", "city_code").agg(pl.col("company_id").n_unique())
    panels = found.group_by("company_id").agg(pl.col("panel_id").n_unique())
    assert (companies["company_id"] > 1).mean() < 0.002
    assert (panels["panel_id"] > 1).mean() < 0.002
    assert (found["linked_by"] == "name").any()


def fingerprint(order_seed: int | None) -> str:
    """SHA-256 of every candidate of a third of the demo, all steps on, the rows in the order given or shuffled."""
    made = demo_registers(scale=0.3)
    if order_seed is not None:
        shuffled = (table.sample(fraction=1, shuffle=True, seed=order_seed) for table in (made.customs, made.survey))
        made = DemoRegisters(*shuffled, made.links)
    candidates = made.candidates(probabilistic=True)
    return hashlib.sha256(candidates.write_csv().encode()).hexdigest()


def test_the_result_does_not_depend_on_the_order_of_rows_nor_on_threads():
    here = fingerprint(order_seed=None)
    code = "from egov_assets_tests.firm_match.test_targets import fingerprint; print(fingerprint(order_seed=5))"
    for threads in ("1", "3"):
        other = subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"POLARS_MAX_THREADS": threads}, check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        assert other.stdout.strip() == here


def test_a_study_without_the_section_has_the_baseline_and_one_with_it_has_its_own(tmp_path):
    assert read_match_settings(tmp_path / "study.yml") == FirmMatchSettings(probabilistic=False)
    own = write_section(tmp_path, "matching", "probabilistic: true\nsame_city: false")
    assert read_match_settings(own) == FirmMatchSettings(probabilistic=True, same_city=False)
    own = write_section(tmp_path, "matching", "same_town: false\nleast_probability: 0.3")
    with pytest.raises(SettingsError, match=r"(?s)least_probability.*same_town: unknown key; .*'same_"):
        read_match_settings(own)
