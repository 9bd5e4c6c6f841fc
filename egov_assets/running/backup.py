"""A backup of outputs and run history that belong together, made while runs go on, and the way back from it.

A file of the lake is renamed to its place and never written again, so the copy of one is whole. The copy of all is one
of a moment if the lake is the same before it and after that of the history; else it is brought up to date and looked at
again. Raw files are not copied: they are the deliveries that the user keeps.
"""

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from egov_assets.platform.catalog import build_catalog
from egov_assets.platform.folders import Folders
from egov_assets.platform.processes import is_alive
from egov_assets.platform.written_files import unfinished_folder
from egov_assets.running.instance import DATABASE_SETTING

KEPT = 14  # backups: two weeks of nights
LOOKS, WAIT_SECONDS = 120, 30.0  # an hour: the longest step of a study publishes several tables in that
SETTLED_SECONDS = 10.0  # from the moment a table is in its place the history has it within a second or two
OUTPUTS, HISTORY, PASSWORD = "outputs", "history.dump", "password"
DATABASES = (".db", ".sqlite")  # suffixes; they are written in place, and copied by SQLite itself
NOT_COPIED = ("-wal", "-shm", "-journal", ".unfinished", ".earlier", ".lease.json")  # endings of what is of a moment
State = dict[str, tuple[int, int, int]]


class NotBackedUp(Exception):
    """There is no new backup; the message says why and what to do."""


class NotRestored(Exception):
    """Nothing, or not all, was restored; the message says why and what to do."""


def back_up(folders: Folders, place: Path, looks: int = LOOKS, wait: float = WAIT_SECONDS) -> Path:
    """Write a dated folder in `place` that only its owner reads, remove what exceeds KEPT, and return the new one.

    A file that is as in the backup before is a hard link to that: a night costs what changed.

    Raises  NotBackedUp if the lake changed at every look, or the database cannot be asked
    """
    if place.absolute().is_relative_to(folders.outputs):
        raise NotBackedUp(f"{place} lies in the outputs themselves. Name a folder outside of {folders.outputs}.")
    place.mkdir(parents=True, exist_ok=True)
    for left in place.glob(".*.unfinished"):
        if not is_alive(int(left.name.split(".")[-2])):
            shutil.rmtree(left)
    before = next(reversed(backups(place)), None)
    night = place / time.strftime("%Y-%m-%d_%H%M%S")
    with unfinished_folder(night) as unfinished:
        unfinished.chmod(0o700)
        for look in range(looks):
            time.sleep(wait if look else 0)
            if _is_of_one_moment(folders, unfinished, before):
                break
        else:
            raise NotBackedUp(
                f"{folders.lake} changed at each of {looks} looks. The earlier backups stay; once the runs are done, "
                "`egov backup` again."
            )
    for older in backups(place)[:-KEPT]:
        shutil.rmtree(older)
    return night


def backups(place: Path) -> list[Path]:
    """The whole backups in a folder, the oldest first."""
    return sorted(folder for folder in place.glob("20??-??-??_??????") if folder.is_dir())


def restore(backup: Path, folders: Folders) -> None:
    """Bring outputs and history of a backup into empty ones, which may be others than those they came from.

    Raises  NotRestored if it is no backup, if there is something already, or if the database refuses
    """
    if not (backup / OUTPUTS).is_dir():
        raise NotRestored(f"{backup} is no backup: it has no folder {OUTPUTS}. Name one of those `egov backup` wrote.")
    if folders.outputs.exists() and any(folders.outputs.iterdir()):
        raise NotRestored(f"{folders.outputs} is not empty. Move away what lies there, or name another EGOV_OUTPUTS.")
    dump, address = backup / HISTORY, os.environ.get(DATABASE_SETTING)
    if dump.exists() != bool(address):
        raise NotRestored(
            f"{backup} holds its run history in {HISTORY}: name an empty PostgreSQL database in {DATABASE_SETTING}."
            if dump.exists()
            else f"{backup} holds its run history in {OUTPUTS}: unset {DATABASE_SETTING}."
        )
    folders.outputs.mkdir(parents=True, exist_ok=True)
    if address:
        options = ["--single-transaction", "--exit-on-error", "--no-owner", str(dump)]
        if problem := _of_postgres("pg_restore", address, folders.outputs, options):
            raise NotRestored(f"{problem} Nothing was restored. Is the database there and empty?")
    shutil.copytree(backup / OUTPUTS, folders.outputs, dirs_exist_ok=True)
    build_catalog(folders)  # its views name the folder


def _is_of_one_moment(folders: Folders, into: Path, before: Path | None) -> bool:
    """Copy all, or what is another than copied at the look before."""
    lake = _state(folders.lake)
    now = time.time_ns()
    if any(0 <= now - changed < SETTLED_SECONDS * 1e9 for _, _, changed in lake.values()):
        return False
    try:
        _copy_files(folders.outputs, into / OUTPUTS, before / OUTPUTS if before else None)
    except FileNotFoundError:  # gone between the listing and the copy: a table made again
        return False
    if address := os.environ.get(DATABASE_SETTING):
        options = ["--format=custom", f"--file={into / HISTORY}"]
        if problem := _of_postgres("pg_dump", address, into, options):
            raise NotBackedUp(f"{problem} The earlier backups stay.")
    return _state(folders.lake) == lake


def _state(lake: Path) -> State:
    """Size, time and time of the renaming of each table, in nanoseconds."""
    states: State = {}
    for path in lake.rglob("data.parquet"):
        found = path.stat()
        states[str(path)] = (found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    return states


def _copy_files(source: Path, into: Path, before: Path | None) -> None:
    """Make `into` hold what `source` holds; databases last, so that they know of all tables copied."""
    names = [
        path.relative_to(source)
        for path in source.rglob("*")
        if path.is_file() and ".candidates" not in path.parts and not path.name.endswith(NOT_COPIED)
    ]
    for name in sorted(names, key=lambda each: (each.suffix in DATABASES, str(each))):
        path, copy = source / name, into / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if name.suffix in DATABASES:
            copy.unlink(missing_ok=True)
            with (
                closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as kept,
                closing(sqlite3.connect(copy)) as other,
            ):
                kept.backup(other)
        elif not _is_same(path, copy):
            copy.unlink(missing_ok=True)
            if before and _is_same(path, before / name):
                os.link(before / name, copy)
            else:
                shutil.copy2(path, copy)
    for copy in [each for each in into.rglob("*") if each.is_file() and each.relative_to(into) not in {*names}]:
        copy.unlink()


def _is_same(path: Path, other: Path) -> bool:
    if not other.exists():
        return False
    one, two = path.stat(), other.stat()
    return (one.st_size, one.st_mtime_ns) == (two.st_size, two.st_mtime_ns)


def _of_postgres(program: str, address: str, folder: Path, options: list[str]) -> str | None:
    """Run a program of PostgreSQL on the database; its words if it fails. The password is in no argument."""
    given = make_url(address)
    password = given.password or given.query.get("password")
    query = {name: value for name, value in given.query.items() if name != "password"}
    plain = URL.create("postgresql", given.username, None, given.host, given.port, given.database, query)
    if shutil.which(program) is None:
        return f"{program} is not there; install PostgreSQL's client programs."
    with _password_file(folder, str(password or "")) as file:
        done = subprocess.run(
            [program, f"--dbname={plain.render_as_string()}", *options],
            env=os.environ | {"PGPASSFILE": str(file)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    return f"{program}: {done.stderr.strip()}." if done.returncode else None


@contextmanager
def _password_file(folder: Path, password: str) -> Iterator[Path]:
    """As libpq reads it, for the owner only, as long as the block lasts; what a kill leaves goes with the folder."""
    path = folder / PASSWORD
    escaped = password.replace("\\", r"\\").replace(":", r"\:")
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(f"*:*:*:*:{escaped}\n", "utf-8")
    try:
        yield path
    finally:
        path.unlink()
