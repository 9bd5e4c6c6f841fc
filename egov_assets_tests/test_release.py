"""What is released says which version it is, and is the same bytes whoever builds it."""

import configparser
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.version import Version

PROJECT = Path(__file__).parents[1]


def versions() -> tuple[Version, Version | None, Version]:
    """Of setup.cfg, of the changelog's first heading (none if it is not released), of the newest release there."""
    setup = configparser.ConfigParser()
    setup.read(PROJECT / "setup.cfg", encoding="utf-8")
    headings = re.findall(r"(?m)^## (.+)$", (PROJECT / "CHANGELOG.md").read_text("utf-8"))
    released = [Version(heading) for heading in headings if heading != "Unreleased"]
    return Version(setup["metadata"]["version"]), None if headings[0] == "Unreleased" else released[0], released[0]


def test_the_version_is_that_of_the_changelog_or_the_one_under_way():
    version, first, newest = versions()
    if first:
        assert version == first
    else:  # else two files of other content would bear the name of the last release
        assert version.is_devrelease and version > newest


def test_the_citation_names_the_newest_release():
    *_, newest = versions()
    assert Version(yaml.safe_load((PROJECT / "CITATION.cff").read_text("utf-8"))["version"]) == newest


@pytest.mark.slow
@pytest.mark.skipif(not (PROJECT / ".git").exists(), reason="a release is built from a commit")
def test_two_builds_of_a_commit_are_equal_and_hold_its_date_alone(tmp_path: Path):
    """`build_dist.py` itself compares them."""
    command = [sys.executable, str(PROJECT / ".ci" / "build_dist.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    commit = ["git", "-C", str(PROJECT), "log", "-1", "--format=%ct"]
    date = int(subprocess.run(commit, capture_output=True, text=True, check=True).stdout)
    (archive,), (wheel,) = tmp_path.glob("*.tar.gz"), tmp_path.glob("*.whl")
    with tarfile.open(archive) as source:
        assert {member.mtime for member in source.getmembers()} == {date}
        assert any(name.endswith("/dbt_project/dbt_project.yml") for name in source.getnames())
    with zipfile.ZipFile(wheel) as packed:
        assert len({member.date_time for member in packed.infolist()}) == 1
        assert "egov_assets/dbt_project/dbt_project.yml" in packed.namelist()
