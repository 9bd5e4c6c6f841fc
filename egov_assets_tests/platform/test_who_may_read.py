"""Outputs hold rows of single firms: other accounts of the machine do not read them."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from egov_assets import cli
from egov_assets.platform.folders import Folders, keep_from_others
from egov_assets.platform.lake import table_path, write_table
from egov_assets.platform.written_files import publish_text

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """As most systems give it: everybody may read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(place: Path) -> dict[str, set[int]]:
    paths = [place, *place.rglob("*")]
    return {
        "files": {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_file()},
        "folders": {stat.S_IMODE(path.stat().st_mode) & 0o777 for path in paths if path.is_dir()},
    }


def written(outputs: Path) -> None:
    write_table(pl.DataFrame({"firm": ["a"]}), table_path(outputs / "lake", "firms", 2011))
    publish_text("a firm", outputs / "tables" / "table.md")


def test_new_outputs_are_their_owners_alone(tmp_path: Path):
    keep_from_others(tmp_path / "outputs")
    written(tmp_path / "outputs")
    assert modes(tmp_path / "outputs") == {"files": {0o600}, "folders": {0o700}}


def test_a_folder_whose_group_is_handed_on_is_read_by_the_group(tmp_path: Path):
    outputs = tmp_path / "outputs"
    outputs.mkdir()
    outputs.chmod(0o2750)
    keep_from_others(outputs)
    written(outputs)
    assert modes(outputs) == {"files": {0o640}, "folders": {0o750}}


def test_a_stricter_umask_stays(tmp_path: Path):
    os.umask(0o377)
    keep_from_others(tmp_path / "outputs")
    assert os.umask(0o022) == 0o377


def test_every_command_of_a_study_begins_so(folders: Folders, capsys: pytest.CaptureFixture[str]):
    cli.main(["alert", "test"])
    assert modes(folders.outputs) == {"files": {0o600}, "folders": {0o700}}
