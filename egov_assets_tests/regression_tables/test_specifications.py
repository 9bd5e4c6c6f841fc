"""The specifications are checked before anything runs, and a user's table needs no Python."""

from pathlib import Path

import polars as pl
from pytest import raises

from egov_assets.paper.published import published_cells
from egov_assets.paper.study import CONTROLS
from egov_assets.platform.settings_file import SettingsError
from egov_assets.regression_tables.descriptives import descriptive_statistics
from egov_assets.regression_tables.design import NotComputable, design_of
from egov_assets.regression_tables.estimate import estimate_table
from egov_assets.regression_tables.gather import publish_tables
from egov_assets.regression_tables.specifications import SpecificationError, read_specifications
from egov_assets_tests.regression_tables.small_panel import small_panel
from egov_assets_tests.study_file import write_section

TABLES = """
table_11:
  title: Levels
  columns:
    "1": {outcome: qua, treatment: egscore, controls: [all, Con_inc], fixed_effects: [year]}
"""


def written(study: Path, text: str) -> Path:
    return write_section(study, "tables", text)


def test_the_shipped_file_holds_the_baseline_with_its_six_controls():
    column = read_specifications()["table_02"].columns["3"]
    assert column.controls == CONTROLS
    assert column.fixed_effects == ("firm", "year")


def test_every_printed_column_of_tables_2_to_10_is_specified():
    printed = published_cells().filter(pl.col("table") != "table_01").select("table", "column").unique().rows()
    specified = {(name, number) for name, table in read_specifications().items() for number in table.columns}
    assert set(printed) <= specified


def test_every_printed_term_is_estimated_under_its_name():
    """But for the rows that the paper names after the instrument (LABEL-02)."""
    specifications = read_specifications()
    for row in published_cells().filter(pl.col("table") != "table_01").iter_rows(named=True):
        column = specifications[row["table"]].columns[row["column"]]
        names = {*column.regressors, column.instrument, "_cons", "n", "r2"}
        assert row["term"] in names, row


def test_unknown_keys_name_the_nearest_known_one_and_all_are_listed(tmp_path):
    text = """
table_11:
  titel: Baseline
  columns:
    "1": {outcome: qua, treatmant: egscore}
    "2": {outcome: qua, treatment: egscore, fixed_effects: [province^yaer, qua]}
    "3": {outcome: qua, treatment: egscore, sample: eastern_city}
    "4": {outcome: qua, treatment: egscore, moderator: exit, instrument: IV_gov}
    "5": {outcome: quality, treatment: D.egscor, controls: [all, city_code], sample: zhejiang}
    "6": {outcome: qua, treatment: egscore, where: 'provinz == "浙江省"'}
"""
    with raises(SpecificationError) as error:
        read_specifications(written(tmp_path, text))
    message = str(error.value)
    assert "table_11.titel: unknown key; did you mean 'title'?" in message
    assert "table_11.columns.1.treatmant: unknown key; did you mean 'treatment'?" in message
    assert (
        "columns.2.fixed_effects: Value error, the panel has no 'yaer'; did you mean 'year'?; qua is a measure"
        in message
    )
    assert "table_11.columns.5.treatment: Value error, the panel has no 'egscor'; did you mean 'egscore'?" in message
    assert "table_11.columns.5.outcome: Value error, the panel has no 'quality'; did you mean 'ln_quality'?" in message
    assert (
        "columns.5.controls: Value error, city_code is no number; as groups it can be one of fixed_effects" in message
    )
    assert "unknown sample 'zhejiang'; the named ones are" in message
    assert "A sample of your own is a condition: where:" in message
    assert "table_11.columns.6.where: Value error, the panel has no 'provinz'; did you mean 'province'?" in message
    assert "unknown sample 'eastern_city'; did you mean 'eastern_cities'?" in message
    assert "an instrumented treatment cannot also be moderated" in message


def test_the_names_of_a_reading_are_checked_too(tmp_path):
    text = 'table_11: {title: T, columns: {"1": {outcome: qua, treatment: egscore, readings: {a: {outcome: qau}}}}}'
    with raises(SpecificationError, match=r"columns\.1\.readings\.a\.outcome.*no 'qau'; did you mean 'qua'"):
        read_specifications(written(tmp_path, text))


def test_a_reading_is_checked_like_a_column(tmp_path):
    text = 'table_11: {title: T, columns: {"1": {outcome: qua, treatment: egscore, readings: {other: {outcom: y}}}}}'
    with raises(SpecificationError, match=r"columns\.1\.readings\.other\.outcom: unknown key; did you mean 'outcome'"):
        read_specifications(written(tmp_path, text))


def test_a_users_table_stands_beside_the_papers_and_is_estimated_and_rendered(tmp_path):
    specifications = read_specifications(written(tmp_path, TABLES))
    assert [*specifications][-2:] == ["table_a1", "table_11"]
    panel, wanted = small_panel(), {name: specifications[name] for name in ("table_02", "table_11")}
    estimates = pl.concat(estimate_table(name, table, panel) for name, table in wanted.items())
    assert set(estimates["table"]) == {"table_02", "table_11"}
    publish_tables(wanted, estimates, descriptive_statistics(panel), tmp_path / "tables")
    names = sorted(path.name for path in (tmp_path / "tables").iterdir())
    kinds = [f"{ending}.{kind}" for ending in ("", "_zh") for kind in ("docx", "html", "md", "tex")]
    expected = [
        *(f"all_tables{each}" for each in (".docx", ".tex", "_zh.docx", "_zh.tex")),
        "estimates.csv",
        "estimates.parquet",
    ]
    assert names == sorted([*expected, *(f"table_{number}{kind}" for number in ("01", "02", "11") for kind in kinds)])


def test_a_column_given_twice_is_not_lost_silently(tmp_path):
    text = 'table_11: {title: T, columns: {"1": {outcome: qua, treatment: egscore}, "1": {outcome: y, treatment: x}}}'
    with raises(SettingsError, match="key '1' is given twice"):
        read_specifications(written(tmp_path, text))


def test_a_moderated_column_can_leave_out_the_moderator_itself():
    column = read_specifications()["table_08"].columns["1"]
    assert column.regressors[:3] == ("egscore", "ind_type", "egscore:ind_type")
    assert column.read_as("without_main_effect").regressors[:2] == ("egscore", "egscore:ind_type")


def test_the_papers_tables_are_not_to_be_changed(tmp_path):
    text = TABLES.replace("table_11", "table_02")
    with raises(SpecificationError, match=r"table_02 is a table of the paper.*Name yours otherwise"):
        read_specifications(written(tmp_path, text))


def test_a_name_that_cannot_be_a_files_name_is_refused(tmp_path):
    with raises(SpecificationError, match=r"\.\./table_11: a table is named in small letters"):
        read_specifications(written(tmp_path, TABLES.replace("table_11", "../table_11")))


def test_a_column_with_every_firm_seen_once_gives_the_years_as_its_reason():
    """Exit lacks the last year and wages the first, so that a panel of three years can leave one."""
    column = read_specifications()["table_02"].columns["3"]
    one_year = small_panel().filter(pl.col("year") == 2011)
    with raises(NotComputable, match=r'no firm in two years \{"years": "2011"\}'):
        design_of(column, one_year)
