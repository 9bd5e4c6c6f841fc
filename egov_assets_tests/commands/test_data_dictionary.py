"""The checked-in page of every table and column."""

import pytest

from egov_assets.commands.data_dictionary import COMMAND, PAGE, data_dictionary
from egov_assets.definitions import chapter_names, defs, study_assets


@pytest.fixture(scope="module")
def page() -> str:
    return data_dictionary(study_assets(), chapter_names())


def test_the_page_in_docs_is_that_of_the_tables_as_they_stand(page: str):
    assert PAGE.read_text("utf-8") == page, f"docs/data_dictionary.md is stale: run `{COMMAND}`"


def test_no_table_of_the_graph_and_no_key_is_left_out(page: str):
    headings = [line.removeprefix("### ").split(", ") for line in page.splitlines() if line.startswith("### ")]
    listed = [name for heading in headings for name in heading]
    keys = defs.get_repository_def().asset_graph.materializable_asset_keys
    assert sorted(listed) == sorted(key.to_user_string() for key in keys)
    assert page.count("\nKey: `") == len(headings)


def test_columns_of_python_and_of_dbt_stand_with_type_meaning_and_rules(page: str):
    meaning = "Quality between the bounds of its product (or market, see quality.bounds), 0 to 1"
    assert f"| `rquality` | number | {meaning} | never missing, >= 0, <= 1 |" in page
    assert "| `firms` | integer | different firms among these rows; a firm can occur at several steps |  |" in page
