"""Whatever the tables of the report can hold has words in Chinese."""

import re
from dataclasses import asdict
from pathlib import Path

from pytest import mark

from egov_assets.clean.manifest import PROJECT
from egov_assets.firm_match.guards import refusals
from egov_assets.firm_match.picture import COLOURS
from egov_assets.firm_match.settings import FirmMatchSettings
from egov_assets.paper.published import published_cells
from egov_assets.platform.words import message_parts, words_of
from egov_assets.product_quality.coefficients import Rule
from egov_assets.regression_tables import robust_inference
from egov_assets.replication.audit import SAYINGS, audit_rows
from egov_assets.replication.verdicts import VERDICTS
from egov_assets.theory.claims import theory_claims
from egov_assets_tests.clean.test_rules_have_unit_tests import expected_reasons

ENGLISH = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")  # two words in a row: formulas and names have none
AUDIT = ("place", "printed", "recomputed", "words")
THEORY = ("code", "statement", "derived", "condition", "example")


@mark.parametrize("reason", sorted(set(expected_reasons(PROJECT / "models"))))
def test_every_reason_of_the_cleaning_has_words(reason):
    assert message_parts(reason)[0] in words_of("clean", "zh").texts
    assert not ENGLISH.search(words_of("clean", "zh").of(reason))


def test_every_step_of_the_cleaning_has_words():
    texts = [path.read_text("utf-8") for folder in ("macros", "models") for path in (PROJECT / folder).rglob("*.sql")]
    steps = {step for text in texts for step in re.findall(r"{'step': '([^']+)'", text)}
    assert len(steps) > 25
    assert steps <= set(words_of("clean", "zh").texts)


def test_every_rule_of_quality_has_words():
    assert {str(rule) for rule in Rule} <= set(words_of("product_quality", "zh").texts)


def test_every_step_and_outcome_of_the_match_has_words():
    everything = FirmMatchSettings(
        **{name: True for name in FirmMatchSettings.model_fields if name.startswith("same_")}
    )
    outcomes = {guard for step in COLOURS for guard in refusals(step, everything)} | set(COLOURS)
    assert {"other_city", "other_unit", "unmatched"} <= outcomes
    assert outcomes <= set(words_of("firm_match", "zh").texts)


@mark.parametrize(
    ("chapter", "rows", "columns"),
    [("replication", audit_rows(published_cells(), SAYINGS), AUDIT), ("theory", theory_claims(), THEORY)],
    ids=["audit", "theory"],
)
def test_the_audit_and_the_theory_are_put_into_words(chapter, rows, columns):
    english, chinese = (words_of(chapter, language) for language in ("en", "zh"))
    cells = [asdict(row)[column] for row in rows for column in columns]
    assert len(cells) > 60
    assert [cell for cell in cells if ENGLISH.search(chinese.of(cell))] == []
    assert [cell for cell in cells if '{"' in english.of(cell)] == []


def test_verdicts_and_remarks_on_stars_have_words():
    assert set(VERDICTS) <= set(words_of("replication", "zh").texts)
    remarks = [each for each in published_cells()["anomaly"].drop_nulls().unique() if " " in each]
    assert remarks
    assert {message_parts(each)[0] for each in remarks} == set(words_of("paper", "zh").texts)


def test_every_method_of_inference_has_words():
    code = Path(robust_inference.__file__).read_text(encoding="utf-8")
    methods = set(re.findall(r'"method": "(\w+)"', code))
    assert len(methods) >= 8
    assert methods <= set(words_of("replication", "zh").texts)
