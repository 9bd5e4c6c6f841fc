"""No rule of the cleaning without a row, in a dbt unit test, that it removes."""

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from egov_assets.clean.manifest import PROJECT

RULE = re.compile(r"\{'step': .*?'reason': (?:message\()?'(?P<words>[^']+)'")  # the words end where values follow
RULES = [
    (path.name, found["words"])
    for path in sorted(PROJECT.rglob("*.sql"))
    if "target" not in path.relative_to(PROJECT).parts
    for found in RULE.finditer(path.read_text("utf-8"))
]


@cache
def expected_reasons(models: Path) -> list[str]:
    tests = [
        test
        for path in sorted(models.rglob("*.yml"))
        for test in yaml.safe_load(path.read_text("utf-8")).get("unit_tests", [])
    ]
    return [row["reason"] for test in tests for row in test["expect"]["rows"] if row.get("reason")]


def test_the_rules_are_found():
    assert (
        len(RULES)
        == len(set(RULES))
        == sum(path.read_text("utf-8").count("{'step'") for path in (PROJECT / "macros").glob("*_rules.sql"))
        + (PROJECT / "models/places/scores_judged.sql").read_text("utf-8").count("{'step'")
    )


@pytest.mark.parametrize(("file", "words"), RULES)
def test_a_unit_test_expects_the_rules_reason(file: str, words: str):
    assert any(words in reason for reason in expected_reasons(PROJECT / "models")), f"{file}: {words}"
