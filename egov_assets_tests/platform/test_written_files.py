"""Files and folders appear whole or not at all, also where two processes write the same one."""

import subprocess
import sys
from pathlib import Path

import pytest

from egov_assets.platform.written_files import publish_text, unfinished_file, unfinished_folder

OTHER_PROCESS = """
import sys
from pathlib import Path
from egov_assets.platform.written_files import publish_text
publish_text("of the other process", Path(sys.argv[1]))
"""


def in_another_process(path: Path) -> None:
    subprocess.run([sys.executable, "-c", OTHER_PROCESS, str(path)], check=True)


def test_two_processes_that_write_one_file_do_not_write_into_each_others(tmp_path: Path):
    """The other process writes and finishes the same target while ours is half written."""
    path = tmp_path / "table.csv"
    with unfinished_file(path) as unfinished:
        unfinished.write_text("half of ")
        in_another_process(path)
        assert path.read_text() == "of the other process"
        assert unfinished.read_text() == "half of "
        with unfinished.open("a") as ours:
            ours.write("ours")
    assert path.read_text() == "half of ours"
    assert [each.name for each in tmp_path.iterdir()] == ["table.csv"]


def test_a_write_that_fails_leaves_the_earlier_file_and_no_rest(tmp_path: Path):
    path = tmp_path / "table.csv"
    publish_text("earlier", path)
    with pytest.raises(ValueError, match="half-way"), unfinished_file(path) as unfinished:
        unfinished.write_text("half")
        raise ValueError("half-way")
    assert path.read_text() == "earlier"
    assert [each.name for each in tmp_path.iterdir()] == ["table.csv"]


def test_a_folder_takes_the_place_of_the_earlier_one_only_when_it_is_complete(tmp_path: Path):
    folder = tmp_path / "raw[1]"
    with unfinished_folder(folder) as unfinished:
        (unfinished / "a").touch()
    with pytest.raises(ValueError, match="half-way"), unfinished_folder(folder) as unfinished:
        (unfinished / "b").touch()
        raise ValueError("half-way")
    assert [each.name for each in folder.iterdir()] == ["a"]
    with unfinished_folder(folder) as unfinished:
        (unfinished / "b").touch()
    assert [each.name for each in folder.iterdir()] == ["b"]
    assert [each.name for each in tmp_path.iterdir()] == ["raw[1]"]


def test_what_a_killed_process_left_of_a_folder_is_removed_and_a_living_ones_is_kept(tmp_path: Path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as living:
        for process in (dead.pid, living.pid):
            (tmp_path / f".raw.{process}.unfinished").mkdir()
        with unfinished_folder(tmp_path / "raw"):
            pass
        assert {each.name for each in tmp_path.iterdir()} == {"raw", f".raw.{living.pid}.unfinished"}
