"""The settings of the demo economy."""

from pathlib import Path

import pytest
import yaml

from egov_assets.demo_economy.truth import DEFAULT_FILE, Truth, read_truth
from egov_assets.platform.settings_file import SettingsError, parse_settings


def test_every_problem_of_a_file_is_told_at_once_and_unknown_keys_name_the_nearest(tmp_path: Path):
    mine = tmp_path / "mine.yml"
    mine.write_text("scale: -1\neffect: {on_ln_qualty: 0.1}\ndefcts: {}\n")
    with pytest.raises(SettingsError) as told:
        read_truth(mine)
    for problem in (
        "scale: Input should be greater than 0; the file has -1",
        "effect.on_ln_qualty: unknown key; the nearest known one is 'on_ln_quality'",
        "defcts: unknown key; the nearest known one is 'defects'",
    ):
        assert problem in str(told.value)


def test_years_that_the_demo_does_not_know_are_refused():
    with pytest.raises(SettingsError, match="1999 is not between 2000 and 2013, for which layouts are known"):
        read_truth().with_changes(years=[1999, 2012])


def test_a_file_changes_what_it_names_and_the_written_truth_reads_back(tmp_path: Path):
    mine = tmp_path / "mine.yml"
    mine.write_text("effect: {on_ln_quality: 0}\n")
    changed, shipped = read_truth(mine), read_truth()
    assert changed.effect.on_ln_quality == 0
    assert changed == shipped.with_changes(effect={"on_ln_quality": 0.0})
    again = tmp_path / "truth.yml"
    again.write_text(changed.as_yaml(), encoding="utf-8")
    assert read_truth(again) == changed


def test_no_setting_has_a_value_anywhere_but_in_the_shipped_file():
    assert Truth.model_validate(yaml.safe_load(DEFAULT_FILE.read_text("utf-8"))) == read_truth()
    with pytest.raises(SettingsError, match=r"defects.c01_amount_missing: missing"):
        parse_settings(Truth, read_truth().model_dump() | {"defects": {}}, source="here")
