"""Backups belong together, hide the password, cost what changed, and come back byte for byte."""

import os
import sqlite3
import stat
import subprocess
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from egov_assets import cli
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import table_path, write_table
from egov_assets.running import backup
from egov_assets.running.backup import KEPT, NotBackedUp, NotRestored, back_up, backups, restore

SECRET = r"canary:9\1"  # as PostgreSQL's file of passwords has to escape it
ADDRESS = "postgresql+psycopg2://egov:canary%3A9%5C1@127.0.0.1:5499/egov?sslmode=disable"


@pytest.fixture
def study(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> Folders:
    """Two tables, a log, and a history in SQLite that somebody has open."""
    monkeypatch.setattr(backup, "SETTLED_SECONDS", 0.0)
    for year in (2010, 2011):
        write_table(pl.DataFrame({"year": [year]}), table_path(folders.lake, "firms", year))
    (folders.candidates / "clean-2011-1-x").mkdir(parents=True)
    (folders.candidates / "clean-2011-1-x" / "half.parquet").write_text("half")
    (folders.outputs / "logs").mkdir()
    (folders.outputs / "logs" / "alerts.log").write_text("one line\n")
    folders.dagster_home.mkdir(exist_ok=True)
    with closing(sqlite3.connect(folders.dagster_home / "runs.db")) as history:
        history.execute("pragma journal_mode = wal")
        history.execute("create table runs (id text)")
        history.execute("insert into runs values ('first')")
        history.commit()
    return folders


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def program(place: Path, name: str, lines: str) -> None:
    """A program of PostgreSQL that writes down how it was called, then does `lines`."""
    place.mkdir(exist_ok=True)
    told = f'printf "%s\\n" "$@" > "{place}/arguments"; stat -c %a "$PGPASSFILE" > "{place}/mode"\n'
    told += f'cat "$PGPASSFILE" > "{place}/password"\n'
    (place / name).write_text(f"#!/bin/sh\n{told}{lines}\n")
    (place / name).chmod(0o755)


def test_a_backup_comes_back_into_an_empty_place_as_it_was(study: Folders, tmp_path: Path):
    with closing(sqlite3.connect(study.dagster_home / "runs.db")) as writer:  # its last line is not in the file yet
        writer.execute("insert into runs values ('second')")
        writer.commit()
        night = back_up(study, tmp_path / "backups")
    assert stat.S_IMODE(night.stat().st_mode) == 0o700
    other = Folders(raw=study.raw, outputs=tmp_path / "other", truth=study.truth)
    restore(night, other)
    assert files(other.lake) == files(study.lake)
    assert (other.outputs / "logs" / "alerts.log").read_text() == "one line\n"
    assert not other.candidates.exists()
    with closing(sqlite3.connect(other.dagster_home / "runs.db")) as history:
        assert history.execute("select id from runs").fetchall() == [("first",), ("second",)]
    with pytest.raises(NotRestored, match="is not empty"):
        restore(night, other)
    with pytest.raises(NotRestored, match="is no backup"):
        restore(study.raw, other)


def test_a_file_as_it_was_costs_nothing_and_one_made_again_does_not_reach_into_older_backups(
    study: Folders, tmp_path: Path
):
    first = back_up(study, tmp_path / "backups").rename(tmp_path / "backups" / "2026-11-01_000000")
    write_table(pl.DataFrame({"year": [0]}), table_path(study.lake, "firms", 2011))
    second = back_up(study, tmp_path / "backups")
    of_2010, of_2011 = (f"outputs/lake/firms/year={year}/data.parquet" for year in (2010, 2011))
    assert (first / of_2010).samefile(second / of_2010)
    assert not (first / of_2010).samefile(table_path(study.lake, "firms", 2010))
    assert pl.read_parquet(first / of_2011)["year"].item() == 2011
    assert pl.read_parquet(second / of_2011)["year"].item() == 0


def test_a_lake_that_changed_before_the_history_was_copied_is_copied_again(
    study: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A table is published while pg_dump works, once."""
    table, newer = table_path(study.lake, "firms", 2011), tmp_path / "newer"
    write_table(pl.DataFrame({"year": [7]}), newer)
    program(tmp_path / "bin", "pg_dump", f'if [ -e "{newer}" ]; then mv "{newer}" "{table}"; fi')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("EGOV_POSTGRES", ADDRESS)
    with pytest.raises(NotBackedUp, match="changed at each of 1 looks"):
        back_up(study, tmp_path / "backups", looks=1, wait=0)
    assert backups(tmp_path / "backups") == []
    write_table(pl.DataFrame({"year": [8]}), newer)
    night = back_up(study, tmp_path / "backups", looks=2, wait=0)
    assert files(night / "outputs" / "lake") == files(study.lake)
    assert pl.read_parquet(table)["year"].item() == 8


def test_a_table_published_a_moment_ago_may_not_be_in_the_history_yet(
    study: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(backup, "SETTLED_SECONDS", 3600.0)
    with pytest.raises(NotBackedUp):
        back_up(study, tmp_path / "backups", looks=1)


def test_the_password_is_in_no_argument_and_in_no_file_that_stays(
    study: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    told = tmp_path / "bin"
    program(told, "pg_dump", "")
    monkeypatch.setenv("PATH", f"{told}:{os.environ['PATH']}")
    monkeypatch.setenv("EGOV_POSTGRES", ADDRESS)
    night = back_up(study, tmp_path / "backups")
    arguments = (told / "arguments").read_text()
    assert "--dbname=postgresql://egov@127.0.0.1:5499/egov?sslmode=disable" in arguments
    assert "canary" not in arguments
    assert (told / "mode").read_text() == "600\n"
    assert (told / "password").read_text() == "*:*:*:*:canary\\:9\\\\1\n"
    assert not [name for name, content in files(night).items() if b"canary" in content]


def test_a_database_that_cannot_be_asked_leaves_no_backup_and_no_password(
    study: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    program(tmp_path / "bin", "pg_dump", "echo 'no such database' >&2; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("EGOV_POSTGRES", ADDRESS)
    assert cli.main(["backup", str(tmp_path / "backups")]) != 0
    assert "pg_dump: no such database. The earlier backups stay." in capsys.readouterr().err
    assert [*(tmp_path / "backups").iterdir()] == []


def test_what_a_killed_backup_left_is_removed_and_two_weeks_are_kept(study: Folders, tmp_path: Path):
    place = tmp_path / "backups"
    dead = subprocess.Popen(["true"])
    dead.wait()
    left, living = (place / f".2026-11-01_023000.{number}.unfinished" for number in (dead.pid, os.getpid()))
    for folder in (left, living, *(place / f"2026-11-{day:02}_023000" for day in range(1, KEPT + 3))):
        folder.mkdir(parents=True)
    night = back_up(study, place)
    assert not left.exists()
    assert living.exists()
    assert len(backups(place)) == KEPT
    assert backups(place)[-1] == night


def test_a_backup_does_not_lie_in_what_it_copies(study: Folders):
    with pytest.raises(NotBackedUp, match="lies in the outputs"):
        back_up(study, study.outputs / "backups")
