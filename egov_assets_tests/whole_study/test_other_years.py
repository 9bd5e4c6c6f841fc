"""A study of another year than the paper's, made from `egov init` to the last table."""

import polars as pl
import pytest

from egov_assets_tests.whole_study.other_years import Made, make

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("studies"), "one_year")


def test_a_study_of_2003_has_exports_firms_and_links(made: Made):
    for name in ("clean_exports", "clean_firms", "firm_match", "product_quality", "firm_panel"):
        table = made.table(name)
        assert table.height > 50, name
        assert table["year"].unique().to_list() == [2003], name


def test_its_files_are_read_in_the_dialects_of_the_time(made: Made):
    assert made.table("raw_customs")["dialect"].unique().to_list() == ["chinese_2003"]
    assert made.table("raw_firm_survey")["dialect"].unique().to_list() == ["chinese_with_units"]


def test_its_cities_carry_the_codes_of_the_study(made: Made):
    """吕梁 became a city in 2003; the codes of its time of the areas that became cities later are no others."""
    cities = pl.concat([made.table(name)["city_code"].drop_nulls() for name in ("clean_firms", "clean_egov_scores")])
    assert "522400" not in set(cities)
    assert "520500" in set(made.table("clean_egov_scores")["city_code"])


def test_what_needs_more_years_says_so_in_every_column(made: Made):
    estimates = made.table("regression_tables")
    assert estimates.filter(pl.col("estimate").is_null() & pl.col("reason").is_null()).is_empty()
    of_baseline = estimates.filter(table="table_02", column="2")["reason"].drop_nulls()
    assert of_baseline.str.contains("no firm in two years").any()
    assert estimates.filter(table="table_02", column="1")["estimate"].count() > 0
