"""Every case of bad files has its right outcome, and the doctor says what the run does."""

import signal
from collections.abc import Iterator

import pytest

from egov_assets_tests.cases.case import FOLDER, Case, read_cases
from egov_assets_tests.cases.outcome import Outcome, outcome
from egov_assets_tests.cases.page import COMMAND, PAGE, SECONDS_AT_MOST, bad_inputs_page

CASES = read_cases()


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


@pytest.fixture(scope="module")
def found(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    """A case that hangs is ended, and fails; so does one that ends with anything but a refusal of the product."""
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(SECONDS_AT_MOST)
    yield outcome(case.name, tmp_path_factory.mktemp(case.name))
    signal.alarm(0)


def _too_long(*_: object) -> None:
    raise TimeoutError(f"a case took more than {SECONDS_AT_MOST} seconds")


def test_every_folder_is_a_case():
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} - {"__pycache__"} == {each.name for each in CASES}


def test_the_page_is_written_from_the_cases():
    assert PAGE.read_text("utf-8") == bad_inputs_page(CASES), f"docs/bad_inputs.md is stale: run `{COMMAND}`"


@pytest.mark.slow
def test_the_outcome_is_the_right_one(case: Case, found: Outcome):
    assert bool(found.refusals) == bool(case.refused), found.refusals
    assert case.refused in "\n".join(found.refusals)
    if not case.refused:
        assert {place: found.stays.get(place, 0) for place in case.stays} == case.stays
        assert {place: reasons for place, reasons in found.rejected.items() if place in case.stays} == case.rejected
        assert {shown: _values(found, shown) for shown in case.shows} == case.shows


@pytest.mark.slow
def test_no_row_is_lost(found: Outcome):
    assert found.rows or found.refusals
    for place, rows in found.rows.items():
        assert rows == found.stays.get(place, 0) + sum(found.rejected.get(place, {}).values())


@pytest.mark.slow
def test_the_doctor_says_what_the_run_does(case: Case, found: Outcome):
    assert found.is_sound == (not found.refusals)
    assert [words for words in (case.refused, *case.says) if words not in found.said] == []
    if not case.refused:
        sentences = [f"{each.year} {sentence}" for each in found.judged for sentence in each.rejected]
        rejected = [
            f"{year} {source}: {rows:,} of {found.rows[place]:,} rows ({rows / found.rows[place]:.1%}): {reason}"
            for place, reasons in found.rejected.items()
            for source, year in [place.split()]
            for reason, rows in reasons.items()
        ]
        assert len(sentences) == len(rejected)
        assert [each for each in rejected if not any(said.startswith(each) for said in sentences)] == []


def _values(found: Outcome, shown: str) -> list:
    table, _, column = shown.partition(".")
    return found.tables[table][column].sort(nulls_last=True).to_list()
