"""Every command on the pages is one that the software has, and those that cost little do what they say."""

import argparse
import contextlib
import importlib.util
import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.site.assemble import ROOT
from egov_assets import cli
from egov_assets.platform.years import YEARS
from egov_assets_tests.docs.documented import Documented, commands_in, documented
from egov_assets_tests.running.finished_study import FinishedStudy

COMMANDS = documented()
# Of the others, init and doctor are taken from the README by commands/test_readme.py, `finished` is made by demo and
# run, and trace, verify, run --why, ui and accept have tests of their own that run them.
CHEAP = (
    *(("run",), ("tables",), ("defects",), ("alert", "test")),
    *(("match-review", "write"), ("match-review", "score")),
)


def of(*programs: str) -> list[Documented]:
    return [each for each in COMMANDS if each.program in programs]


def is_understood(words: tuple[str, ...]) -> bool:
    """Does `egov` take these words? A page may also name a command or an option without what belongs to it."""
    of_this_study = [str(YEARS[-1]) if re.fullmatch(r"20\d\d", word) else word for word in words]
    parser = cli._parser()
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        try:
            parser.parse_args(cli._study_option().parse_known_args(of_this_study)[1])
        except SystemExit as ended:
            return ended.code == 0 or set(words) <= set(names(parser, words))
    return True


def names(parser: argparse.ArgumentParser, words: tuple[str, ...]) -> Iterator[str]:
    """Options of the parser, its commands, and the same of those commands that the words name."""
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices
            for word in words:
                if word in action.choices:
                    yield from names(action.choices[word], words)


@pytest.mark.parametrize("command", of("egov"), ids=str)
def test_egov_has_the_command(command: Documented):
    assert is_understood(command.words)


@pytest.mark.parametrize("command", of("make"), ids=str)
def test_make_has_the_target(command: Documented):
    words = [word for word in command.words if not word.startswith("/") and word != "-C"]
    done = subprocess.run(["make", "--dry-run", *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", of("python -m", "py -m"), ids=str)
def test_python_has_the_module(command: Documented):
    assert importlib.util.find_spec(command.words[0])


def test_many_commands_were_found_in_fences_indented_lines_and_between_backticks(tmp_path: Path):
    assert len(COMMANDS) > 100
    page = tmp_path / "page.md"
    page.write_text(
        "Say `egov tables`, or:\n\n```sh\ncd my_study && .venv/bin/egov run --all  # egov nothing\n```\n\n"
        "    make PYTHON=python3.14 run\n\n`sudo -u egov something`, `python -m a.b c`, `EGOV_RAW`\n"
    )
    assert [each[1:] for each in commands_in(page)] == [
        ("egov", ("run", "--all")),
        ("egov", ("tables",)),
        ("make", ("PYTHON=python3.14", "run")),
        ("python -m", ("a.b", "c")),
    ]


@pytest.mark.parametrize(
    ("words", "is_right"),
    [
        (("trace", "table_02", "3", "egscore"), True),
        (("accept", "2013", "--because", "a reason"), True),
        (("trace",), True),
        (("demo", "--seed"), True),
        (("runs",), False),
        (("run", "--everything"), False),
        (("accept", "--year"), False),
        (("trace", "table_02"), False),
    ],
)
def test_a_command_that_egov_does_not_have_is_noticed(words: tuple[str, ...], is_right: bool):
    assert is_understood(words) == is_right


@pytest.mark.parametrize("page", ["README.md", "docs/how_to.md"])
def test_the_chinese_page_names_the_same_commands(page: str):
    english, chinese = ROOT / page, (ROOT / page).with_suffix(".zh-CN.md")
    of_english, of_chinese = ({each[1:] for each in COMMANDS if each.page == path} for path in (english, chinese))
    assert of_english == of_chinese != set()


def test_the_cheap_commands_stand_on_a_page():
    assert set(CHEAP) <= {command.words for command in COMMANDS}


@pytest.mark.slow
@pytest.mark.parametrize("words", CHEAP, ids=" ".join)
def test_a_documented_command_ends_well_on_a_finished_study(words: tuple[str, ...], finished: FinishedStudy):
    done = finished.egov(*words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout
