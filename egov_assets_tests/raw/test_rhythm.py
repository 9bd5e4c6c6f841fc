"""A source that is expected every so many days is told to be overdue, and Dagster knows its rhythm."""

import os
from datetime import timedelta

import dagster as dg

from egov_assets.raw.assets import raw_customs, raw_egov_scores
from egov_assets.raw.rhythm import overdue, rhythms, with_freshness
from egov_assets_tests.study_file import write_section

NOW, DAY = 1_800_000_000.0, 86_400.0


def study(tmp_path):
    return write_section(tmp_path, "sources", "customs: {expect_every_days: 400}")


def test_the_newest_file_is_older_than_expected(tmp_path):
    study_file, raw = study(tmp_path), tmp_path / "raw"
    assert list(overdue(raw, study_file, NOW)) == ["customs: no file, one is expected every 400 days"]
    for year, days in ((2010, 900), (2011, 401)):
        path = raw / "customs" / str(year) / "part_1.csv"
        path.parent.mkdir(parents=True)
        path.write_text("x")
        os.utime(path, (NOW - days * DAY, NOW - days * DAY))
    assert list(overdue(raw, study_file, NOW)) == [
        "customs: the newest file is 401 days old, one is expected every 400 days"
    ]
    assert list(overdue(raw, study_file, NOW - 2 * DAY)) == []


def test_a_study_that_expects_nothing_is_never_overdue(tmp_path):
    assert list(overdue(tmp_path, write_section(tmp_path, "matching", "carry_names: true"), NOW)) == []
    assert rhythms(tmp_path / "study.yml") == {}


def test_dagster_knows_the_rhythm_of_that_source_alone(tmp_path):
    rhythm = rhythms(study(tmp_path))
    (customs,), (scores,) = (with_freshness(each, rhythm).specs for each in (raw_customs, raw_egov_scores))
    assert customs.freshness_policy == dg.FreshnessPolicy.time_window(fail_window=timedelta(days=400))
    assert scores.freshness_policy is None
