"""The command line itself: what it lists, how fast it answers, and what it says when it cannot."""

import argparse
import importlib.metadata
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from egov_assets import cli
from egov_assets.platform.folders import Folders
from egov_assets_tests.study_file import write_section

HEAVY = ("dagster", "polars", "pandas", "great_expectations", "dbt", "pyfixest", "matplotlib")


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    listed = {line.split()[0] for line in shown.splitlines() if line[:4].isspace() and line[4:5].strip()}
    assert listed == {command.__name__.rpartition(".")[2].replace("_", "-") for command in cli.commands()}


def _leaves(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    deeper = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for action in deeper:
        for each in action.choices.values():
            yield from _leaves(each)
    if not deeper:
        yield parser


@pytest.mark.parametrize("parser", _leaves(cli._parser()), ids=lambda parser: parser.prog)
def test_the_help_of_every_command_ends_with_an_example_that_can_be_typed(parser: argparse.ArgumentParser):
    assert parser.epilog and parser.epilog.startswith("Example: ")
    example = re.search(r"egov [^;)]+", parser.epilog.partition(", then")[0])[0]
    assert example.startswith(parser.prog)
    assert cli._parser().parse_args(shlex.split(example.strip())[1:]).command


def test_the_version_is_the_installed_one(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"egov {importlib.metadata.version('egov_assets')}\n"


def test_the_shell_completes_commands_and_options(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    """Bash itself is asked."""
    assert cli.main(["completion", "bash"]) == 0
    script = tmp_path / "completion.sh"
    script.write_text(capsys.readouterr().out, encoding="utf-8")
    asked = """source "$1"; COMP_WORDS=(egov "${@:2}"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _shtab_egov egov "${@: -1}"
    printf '%s\n' "${COMPREPLY[@]}"
    """

    def completed(*words: str) -> set[str]:
        done = subprocess.run(
            ["bash", "-c", asked, "bash", str(script), *words], capture_output=True, text=True, check=True
        )
        return set(done.stdout.split())

    assert {"doctor", "defects", "demo"} <= completed("d") and "run" not in completed("d")
    assert {"--why", "--year", "--json"} <= completed("run", "--")


CLOSED = """
import sys
from egov_assets import cli
cli._run = lambda _: [print(n, end=end) for n in range(100_000)] and 0
sys.exit(cli.main([]))
"""


@pytest.mark.parametrize("end", ["\n", ""], ids=["lines", "one long line"])
def test_a_reader_who_goes_away_gets_no_traceback(end: str):
    script = CLOSED.replace("end=end", f"end={end!r}")
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.read(1)
        process.stdout.close()
        told = process.stderr.read()
    assert (process.returncode, told) == (1, b"")


def test_another_pipe_that_breaks_is_no_reader_that_went_away():
    script = CLOSED.replace("[print(n, end=end) for n in range(100_000)] and 0", "exec('raise BrokenPipeError')")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "BrokenPipeError" in done.stderr


def test_ctrl_c_gets_a_sentence_and_the_shells_own_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_run", interrupted)
    assert cli.main([]) == 130
    assert capsys.readouterr().err == "egov: ended by Ctrl-C; what was published before is whole.\n"


def test_json_of_a_run_is_of_what_it_would_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("EGOV_RAW", str(tmp_path / "raw"))
    assert cli.main(["run", "--json"]) == 2
    assert "--json goes with --why" in capsys.readouterr().err


def test_help_loads_nothing_heavy():
    script = f"import sys, egov_assets.cli as c; c._parser(); print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_tables_before_any_run_says_how_to_make_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("EGOV_OUTPUTS", str(tmp_path))
    assert cli.main(["tables"]) == 2
    assert "`egov run` makes everything" in capsys.readouterr().err


def test_a_run_in_a_folder_without_a_study_says_where_to_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Study.yaml").touch()
    assert cli.main(["run"]) == 2
    told = capsys.readouterr().err
    assert f"{tmp_path} holds no study.yml. Start `egov` in the folder of a study" in told
    assert "Study.yaml: nothing reads it. Name it study.yml" in told
    assert [path.name for path in tmp_path.iterdir()] == ["Study.yaml"]


@pytest.mark.parametrize("arguments", [("--study", "mine", "tables"), ("tables", "--study", "mine"), ("tables",)])
def test_the_study_is_named_before_or_after_the_command_or_is_the_current_folder(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    write_section(tmp_path / "mine", "years", "- 2010")
    monkeypatch.setenv("EGOV_STUDY", "")  # and is as it was behind the test
    monkeypatch.chdir(tmp_path if "--study" in arguments else tmp_path / "mine")
    assert cli.main(arguments) == 2
    assert str(tmp_path / "mine" / "outputs") in capsys.readouterr().err


def test_raw_files_outside_of_the_study_whose_settings_would_not_be_read_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("EGOV_STUDY", str(write_section(tmp_path / "mine", "years", "- 2010").parent))
    monkeypatch.setenv("EGOV_RAW", str(tmp_path / "mine" / "raw"))
    assert Folders.from_environment().study_file == tmp_path / "mine" / "study.yml"
    monkeypatch.setenv("EGOV_RAW", str(tmp_path / "elsewhere"))
    assert cli.main(["tables"]) == 2
    assert f"EGOV_RAW names {tmp_path / 'elsewhere'}, which is not in the study" in capsys.readouterr().err


@pytest.mark.slow
def test_empty_raw_folder_of_ones_own_is_never_filled_with_invented_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("EGOV_RAW", str(tmp_path / "mine"))
    monkeypatch.setenv("EGOV_OUTPUTS", str(tmp_path / "outputs"))
    assert cli.main(["run"]) == 2
    assert "holds no files" in capsys.readouterr().err
    assert not (tmp_path / "mine").exists()


def test_a_slip_in_a_studys_own_tables_stops_the_run_before_its_first_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    slip = 'table_11: {title: Mine, columns: {"1": {outcome: qua, treatmant: egscore}}}'
    write_section(tmp_path, "tables", slip)
    monkeypatch.setenv("EGOV_STUDY", str(tmp_path))
    assert cli.main(["run"]) == 2
    assert "treatmant: unknown key; did you mean 'treatment'?" in capsys.readouterr().err
    assert not (tmp_path / "outputs").exists()


@pytest.mark.parametrize("command", ["run", "doctor"])
def test_mistakes_in_all_sections_are_told_before_anything_is_read(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    write_section(tmp_path, "quality", "qua: {sigma: 1}\ntails: cut")
    write_section(tmp_path, "score", "producers: mine")
    write_section(tmp_path, "qualty", "{}")
    (tmp_path / "raw").mkdir()
    monkeypatch.setenv("EGOV_STUDY", str(tmp_path))
    assert cli.main([command]) == 2
    told = capsys.readouterr().err
    for part in (
        "study.yml: 2 problem(s)",
        "quality.qua.sigma",
        "quality.tails",
        "study.yml: 1 problem(s)",
        "score.producers",
        "study.yml: qualty: unknown section; the nearest known one is 'quality'",
        "the nearest known one is 'producer'",
    ):
        assert part in told


def test_the_answers_of_the_demo_are_not_looked_for_beside_other_raw_files(monkeypatch: pytest.MonkeyPatch):
    for name in ("EGOV_RAW", "EGOV_TRUTH"):
        monkeypatch.delenv(name, raising=False)
    assert Folders.from_environment().truth == Path("demo/truth").absolute()
    monkeypatch.setenv("EGOV_RAW", "own/files")
    assert Folders.from_environment().truth == Path("own/truth").absolute()
