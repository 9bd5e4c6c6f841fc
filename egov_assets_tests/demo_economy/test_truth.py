"""The settings of the demo economy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from egov_assets.demo_economy.economy import simulate
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


def test_settings_that_leave_what_files_hold_are_refused_in_words():
    """A mean sigma of 5 with a sd of 0.7 once ended in a traceback; bounds hold for each dial and for combinations."""
    with pytest.raises(SettingsError) as told:
        read_truth().with_changes(
            sigma={"mean": 5, "ln_sd": 0.7}, effect={"on_ln_quality": float("inf")}, firms={"exit_rate": 2}
        )
    for problem in (
        "the largest sigma is 19.0, at most 15 makes amounts that a file can hold",
        "effect.on_ln_quality: Input should be a finite number",
        "firms.exit_rate: Input should be less than or equal to 1",
    ):
        assert problem in str(told.value)
    with pytest.raises(SettingsError, match="codes, at most 5,000,000 can be told apart"):
        read_truth().with_changes(scale=200, firms={"domestic_firms": 100_000})


def test_every_number_of_the_truth_has_bounds():
    def dials(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
        for name, field in model.model_fields.items():
            if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
                yield from dials(field.annotation)
            elif field.annotation in (int, float):
                yield name, field

    for name, field in dials(Truth):
        assert any(isinstance(each, Le | Lt) for each in field.metadata), name
        assert any(isinstance(each, Ge | Gt) for each in field.metadata), name


@pytest.mark.parametrize("beyond", [{"controls": {"Con_exp": 1}}, {"mechanisms": {"innovation": 1}}])
def test_dials_within_bounds_that_together_leave_what_files_hold_are_refused_where_flows_are_made(beyond):
    economy = simulate(read_truth().with_changes(scale=0.1, effect=beyond))
    with pytest.raises(SettingsError, match=r"make flows with a value of 10\^\d+ and a quantity of 10\^\d+"):
        list(economy.flows(2011))


def test_an_economy_without_exporters_is_refused():
    with pytest.raises(SettingsError, match="no firm of this economy exports"):
        simulate(read_truth().with_changes(scale=0.01, firms={"exports_in_year": 0}))


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
