"""The Chinese report says in Chinese what its tables hold in English."""

import re
from dataclasses import asdict

from pytest import mark

from egov_assets.clean.manifest import PROJECT
from egov_assets.firm_match.guards import refusals
from egov_assets.firm_match.picture import COLOURS
from egov_assets.firm_match.settings import FirmMatchSettings
from egov_assets.paper.published import published_cells
from egov_assets.paper.sentences import in_chinese
from egov_assets.replication.audit import audit_rows
from egov_assets.replication.report_sentences import said
from egov_assets.theory.claims import theory_claims
from egov_assets_tests.clean.test_rules_have_unit_tests import expected_reasons

ENGLISH = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")  # two words in a row: formulas and names have none
AUDIT = {"place": "place", "printed": "printed", "recomputed": "recomputed", "words": "how"}
THEORY = {
    "code": "place", "statement": "statement", "derived": "derived", "condition": "condition", "example": "condition",
}  # fmt: skip


def test_what_differs_from_row_to_row_is_taken_over_in_order():
    sentences = {"{} of {} rows": "{}行/{}行", "{} rows": "{}行"}
    assert in_chinese("3 of 10 rows", sentences) == "3行/10行"
    assert in_chinese("10 rows", sentences) == "10行"
    assert in_chinese("egscore", sentences) == "egscore"


def test_english_stays_as_it_is():
    assert said("rows of the raw files", "reason", "en") == "rows of the raw files"
    assert said("rows of the raw files", "reason", "zh") == "原始文件行数"
    assert said(None, "reason", "zh") == ""


@mark.parametrize("reason", sorted(set(expected_reasons(PROJECT / "models"))))
def test_every_reason_of_the_cleaning_is_said_in_chinese(reason):
    assert said(reason, "reason", "zh") != reason


def test_every_step_of_the_cleaning_is_said_in_chinese():
    texts = [path.read_text("utf-8") for folder in ("macros", "models") for path in (PROJECT / folder).rglob("*.sql")]
    steps = {f"07 {step}" for text in texts for step in re.findall(r"{'step': '([^']+)'", text)}
    assert len(steps) > 25
    assert [step for step in steps if said(step, "step", "zh") == step] == []


def test_every_step_and_outcome_of_the_match_is_said_in_chinese():
    everything = FirmMatchSettings(
        **{name: True for name in FirmMatchSettings.model_fields if name.startswith("same_")}
    )
    outcomes = {guard for step in COLOURS for guard in refusals(step, everything)} | set(COLOURS)
    assert {"other_city", "other_unit", "unmatched"} <= outcomes
    assert [outcome for outcome in outcomes if said(outcome, "outcome", "zh") == outcome] == []
    assert [step for step in COLOURS if step != "unmatched" and said(step, "step", "zh") == step] == []


@mark.parametrize(("rows", "kinds"), [(audit_rows(), AUDIT), (theory_claims(), THEORY)], ids=["audit", "theory"])
def test_the_audit_and_the_theory_are_said_in_chinese(rows, kinds):
    cells = [said(asdict(row)[field], kind, "zh") for row in rows for field, kind in kinds.items()]
    assert len(cells) > 100
    assert [cell for cell in cells if ENGLISH.search(cell)] == []


def test_the_remarks_on_stars_are_said_in_chinese():
    remarks = published_cells()["anomaly"].drop_nulls().unique()
    assert [each for each in remarks if ENGLISH.search(said(each, "remark", "zh"))] == []
