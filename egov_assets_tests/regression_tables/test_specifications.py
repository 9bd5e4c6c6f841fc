"""The specifications are checked before anything runs, and a user's table needs no Python."""

from pathlib import Path

from pytest import raises

from egov_assets.regression_tables.estimate import estimate_table
from egov_assets.regression_tables.gather import gather_tables, publish_tables
from egov_assets.regression_tables.specifications import SPECIFICATIONS, SpecificationError, read_specifications
from egov_assets.study import CONTROLS
from egov_assets_tests.regression_tables.small_panel import small_panel

OWN_TABLE = """
table_11:
  title: Levels
  columns:
    "1": {outcome: qua, treatment: egscore, controls: [Con_inc], fixed_effects: [year]}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "specifications.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_file_holds_the_baseline_with_its_six_controls():
    column = read_specifications()["table_02"].columns["3"]
    assert column.controls == CONTROLS
    assert column.fixed_effects == ("firm", "year")


def test_unknown_keys_name_the_nearest_known_one_and_all_are_listed(tmp_path):
    text = """
table_02:
  titel: Baseline
  columns:
    "1": {outcome: qua, treatmant: egscore}
    "2": {outcome: qua, treatment: egscore, fixed_effects: [city]}
"""
    with raises(SpecificationError) as error:
        read_specifications(written(tmp_path, text))
    message = str(error.value)
    assert "table_02.titel: unknown key; did you mean 'title'?" in message
    assert "table_02.columns.1.treatmant: unknown key; did you mean 'treatment'?" in message
    assert "table_02.columns.2.fixed_effects.0" in message


def test_a_users_table_is_estimated_and_rendered(tmp_path):
    specifications = read_specifications(written(tmp_path, SPECIFICATIONS.read_text(encoding="utf-8") + OWN_TABLE))
    panel = small_panel()
    done = [estimate_table(name, specifications[name], panel) for name in ("table_02", "table_06")]
    estimates = gather_tables(specifications, done, panel)
    assert set(estimates["table"]) == {"table_02", "table_06", "table_11"}
    publish_tables(specifications, estimates, tmp_path / "tables")
    names = sorted(path.name for path in (tmp_path / "tables").iterdir())
    assert names == [
        "estimates.csv",
        "estimates.parquet",
        *(f"table_{number}.{kind}" for number in ("02", "06", "11") for kind in ("html", "md")),
    ]
