"""One message per incident, a reminder after a day, and one when it is over."""

import sqlite3

from egov_assets.alerts.incidents import follow
from egov_assets.alerts.run_report import FailedCheck, FailedStep, RunReport
from egov_assets.platform.folders import Folders

DAY = 24 * 3600.0


def run(number: int, *failing: str, well: tuple[str, ...] = (), year: str = "2011") -> RunReport:
    checks = tuple(FailedCheck(*name.split("."), "WARN", False, f"{name} is off") for name in failing)
    kind = "checks failed" if failing else "all well"
    return RunReport(kind, f"run {number}", "prepare_year", year, checks, (), 3, well)


def kinds(report: RunReport, folders: Folders, now: float) -> list[str]:
    return [alert.kind for alert in follow(report, folders, now)]


def test_a_failure_is_told_once_and_its_end_once(folders: Folders):
    assert kinds(run(1, "raw.codes"), folders, 0.0) == ["checks failed"]
    assert kinds(run(2, "raw.codes"), folders, 600.0) == []
    (over,) = follow(run(3, well=("raw.codes", "raw.schema")), folders, 3600.0)
    assert over.headline == "recovered: 2011 raw.codes"
    assert over.lines == ("raw.codes: passes again after 2 failed runs in 60 min",)
    assert kinds(run(4, well=("raw.codes",)), folders, 3700.0) == []


def test_what_fails_newly_beside_something_known_is_told(folders: Folders):
    follow(run(1, "raw.codes"), folders, 0.0)
    assert kinds(run(2, "raw.codes", "raw.names"), folders, 1.0) == ["checks failed"]


def test_years_are_separate(folders: Folders):
    follow(run(1, "raw.codes"), folders, 0.0)
    assert kinds(run(2, "raw.codes", year="2012"), folders, 1.0) == ["checks failed"]
    assert kinds(run(3, well=("raw.codes",), year="2010"), folders, 2.0) == []


def test_a_run_that_did_not_look_ends_nothing(folders: Folders):
    follow(run(1, "raw.codes"), folders, 0.0)
    assert kinds(run(2, well=("clean.rows",)), folders, 1.0) == []
    assert kinds(run(3, well=("raw.codes",)), folders, 2.0) == ["recovered"]


def test_after_a_day_it_is_told_again_with_its_age(folders: Folders):
    follow(run(1, "raw.codes"), folders, 0.0)
    assert kinds(run(2, "raw.codes"), folders, DAY - 1) == []
    (again,) = follow(run(3, "raw.codes"), folders, DAY)
    assert again.lines[-1] == "not new: for 24 h, 3 runs"
    assert kinds(run(4, "raw.codes"), folders, DAY + 60) == []


def test_told_by_two_watchers_one_run_speaks_once(folders: Folders):
    assert kinds(run(1, "raw.codes"), folders, 0.0) == ["checks failed"]
    assert kinds(run(1, "raw.codes"), folders, 2 * DAY) == []


def test_a_clock_set_back_makes_no_absurd_age(folders: Folders):
    follow(run(1, "raw.codes"), folders, DAY)
    (over,) = follow(run(2, well=("raw.codes",)), folders, 0.0)
    assert over.lines == ("raw.codes: passes again after 1 failed run in 0 min",)


def test_a_killed_run_is_an_incident_of_its_job(folders: Folders):
    killed = RunReport("run failed", "run 1", "grade_year", "2011", (), (), 0, ())
    (told,) = follow(killed, folders, 0.0)
    assert "its process was killed" in told.text
    well = RunReport("all well", "run 2", "grade_year", "2011", (), (), 0, ("grade_year",))
    assert kinds(well, folders, 60.0) == ["recovered"]


def test_where_incidents_cannot_be_kept_every_failure_is_told(folders: Folders):
    folders.dagster_home.mkdir(parents=True)
    sqlite3.connect(folders.dagster_home / "incidents.sqlite").close()
    (folders.dagster_home / "incidents.sqlite").write_bytes(b"no database at all" * 100)
    failed = RunReport("run failed", "run 1", "pool_years", None, (), (FailedStep("x", "why"),), 0, ())
    assert kinds(failed, folders, 0.0) == ["run failed"]
    assert kinds(failed, folders, 0.0) == ["run failed"]
