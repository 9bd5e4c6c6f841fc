"""What counts as told: each incident of a year gone wrong in one message, and no message about a sound one."""

import json
import os
import urllib.request

import pytest

from egov_assets.alerts.channels import configured
from egov_assets.validation.alert_rate import SOUND, Told, receiver, summary
from egov_assets.validation.defects_of_files import DEFECTS
from egov_assets.validation.planted_suspicions import Noticed

CHECK = ("2011", "clean_exports.drift")


def told(words: str | None, incidents: dict[tuple[str | None, str], int], messages: int, again: int = 0) -> Told:
    return Told(Noticed(DEFECTS[0], words, False, ()), incidents, messages, again)


@pytest.mark.parametrize(
    ("case", "is_right"),
    [
        (told("rows", {CHECK: 1}, 1), True),
        (told("rows", {CHECK: 2}, 2), False),
        (told("rows", {CHECK: 0}, 0), False),
        (told("rows", {}, 0), False),
        (told("rows", {CHECK: 1}, 1, again=1), False),
        (told(None, {}, 0), True),
        (told(None, {CHECK: 1}, 1), False),
    ],
    ids=["once", "twice", "never", "no incident", "again at night", "nothing to tell", "told in vain"],
)
def test_told_once_and_only_what_is_noticed(case: Told, is_right: bool):
    assert case.is_right == is_right


def test_the_summary_counts_sound_years_apart():
    sound = Told(Noticed(SOUND[0], None, False, ()), {}, 0, 0)
    said = summary([sound, told("rows", {CHECK: 1}, 1), told("rows", {CHECK: 2}, 2)])
    assert "1 of 2 told as they should be: 1 of 2 incidents once; 0 messages about the years as they are" in said


def test_no_channel_of_the_user_is_told_of_what_is_planted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EGOV_ALERT_SLACK", "http://127.0.0.1:9/")
    monkeypatch.setenv("EGOV_ALERT_WEBHOOK", "http://127.0.0.1:9/")
    with receiver() as received:
        assert configured() == ["EGOV_ALERT_WEBHOOK"]
        address = os.environ["EGOV_ALERT_WEBHOOK"]
        urllib.request.urlopen(address, json.dumps({"kind": "test"}).encode(), timeout=5).close()
    assert received == [{"kind": "test"}]
