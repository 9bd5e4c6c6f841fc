"""The generated pages of the reference: settings, commands, checks."""

from pathlib import Path

import pytest
import yaml

from docs.site.checks_page import WHAT_TO_DO, checks
from docs.site.markdown import COMMAND
from docs.site.reference import PAGES
from egov_assets import cli
from egov_assets.running.study_settings import READERS


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_page_in_docs_is_that_of_the_software_as_it_stands(path: Path):
    assert path.read_text("utf-8") == PAGES[path](), f"docs/{path.name} is stale: run `{COMMAND}`"


def page(name: str) -> str:
    return next(path for path in PAGES if path.name == name).read_text("utf-8")


def test_every_section_of_a_study_has_its_settings():
    headings = [line.removeprefix("## ") for line in page("settings.md").splitlines() if line.startswith("## ")]
    assert {name for heading in headings for name in heading.split(", ")} == set(READERS)


def test_settings_stand_with_default_limits_and_meaning():
    text = page("settings.md")
    assert (
        "| `customs.drop_reimports` | `true` | `true`, `false` | lines whose partner is China, imports as well |"
        in text
    )
    assert "| `decimals` | `3` | whole number, ≥ 1, ≤ 8 | of estimates and parentheses |" in text
    assert "| `qua_sub.price_coefficient` | `ols` |" in text  # of an outcome like `qua`, what differs from it
    assert "| `accepted.rows` | `{limit: 1.02, grave: 4}` |" in text  # of a limit, its reason is the meaning
    assert "| `<table>.columns.<name>.outcome` | must be given | text | variable of firm_panel, or its change |" in text


def test_every_command_is_there_with_its_arguments():
    text = page("commands.md")
    for command in cli.commands():
        assert f"## egov {command.__name__.rpartition('.')[2].replace('_', '-')}" in text
    assert "| `--because REASON` | why it is right, for whoever asks later |" in text
    assert "egov trace TABLE COLUMN TERM" in text


def test_of_every_check_is_said_what_to_do_and_of_no_other():
    advice = yaml.safe_load(WHAT_TO_DO.read_text("utf-8"))
    found = checks()
    assert set(advice) == set(found)
    assert [name for name, told in advice.items() if not told["do"].endswith(".")] == []
    assert [name for name, specs in found.items() if not (advice[name].get("means") or specs[0].description)] == []


def test_generic_tests_of_dbt_are_one_check_on_many_tables():
    assert len(checks()["one_row_per"]) > 8
    assert {spec.name for spec in checks()["has_rows"]} >= {"has_rows_clean_exports_", "has_rows_clean_firms_"}
