"""The README's way to one's own data, on files that are not the demo's."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from egov_assets import cli
from egov_assets_tests.raw import tiny_files as files

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
TEN_LINES = README.partition("## Your own data, in ten lines")[2].partition("\n## ")[0]
COMMANDS = [shlex.split(each)[1:] for each in re.findall(r"`(egov [^`]+)`", TEN_LINES)]


def test_there_are_ten_lines():
    assert re.findall(r"(?m)^(\d+)\. ", TEN_LINES) == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_every_command_is_there(arguments: list[str]):
    _, rest = cli._study_option().parse_known_args(arguments)
    assert cli._parser().parse_args(rest).command


@pytest.mark.slow
def test_the_commands_lead_from_an_empty_folder_to_tables(tmp_path: Path):
    """A line or two of every source and year: enough for every table up to the panel, too few for an estimate."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EGOV_")}

    def egov(*arguments: str) -> str:
        command = [sys.executable, "-m", "egov_assets.cli", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    init, doctor, run = COMMANDS[0], COMMANDS[1], COMMANDS[2]
    assert (init[0], doctor[-1], run[-1]) == ("init", "doctor", "run")
    egov(*init)
    study = tmp_path / init[1]
    for year in (2010, 2011, 2012):
        files.whole_year(study / "raw", year)
    assert "egov_scores" in egov(*doctor)
    assert "Report" in egov(*run)
    assert (study / "outputs" / "lake" / "clean_exports" / "year=2011" / "data.parquet").exists()
