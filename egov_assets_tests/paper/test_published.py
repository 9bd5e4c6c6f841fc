"""The printed tables are read whole, and their contradictions are found by rule."""

import polars as pl
import yaml

from egov_assets.paper.published import PUBLISHED_TABLES, half_a_unit, published_cells


def test_every_printed_estimate_is_there_as_often_as_the_audit_counted():
    audit = yaml.safe_load(PUBLISHED_TABLES.read_text(encoding="utf-8"))["star_audit"]
    counted = {f"table_{int(name.split('_')[1]):02d}": count for name, count in audit["coefficients_per_table"].items()}
    estimates = published_cells().drop_nulls("published_stars")
    assert dict(estimates.group_by("table").len().iter_rows()) == counted


def test_stars_that_do_not_fit_the_p_value_are_those_of_the_audit():
    audit = yaml.safe_load(PUBLISHED_TABLES.read_text(encoding="utf-8"))["star_audit"]
    expected = {
        (f"table_{int(cell['table'].split('_')[1]):02d}", cell["column"].strip("()"), cell["term"])
        for cell in audit["mismatches"]
    }
    found = published_cells().drop_nulls("published_stars").drop_nulls("anomaly")
    assert set(found.select("table", "column", "term").iter_rows()) == expected


def test_numbers_keep_the_decimals_of_the_print():
    cell = published_cells().row(
        by_predicate=(pl.col("table") == "table_02") & (pl.col("column") == "3") & (pl.col("term") == "Con_exp"),
        named=True,
    )
    assert (cell["published"], cell["published_stars"], cell["published_p"]) == ("0.020", "***", "0.000")


def test_half_a_unit_is_of_the_last_decimal_printed():
    assert [half_a_unit(printed) for printed in ("0.020", "-1.2", "84512")] == [0.0005, 0.05, 0.5]


def test_each_cell_is_there_once():
    cells = published_cells()
    assert cells.select("table", "column", "term").n_unique() == cells.height
