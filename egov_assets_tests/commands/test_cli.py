"""The command line itself: what it lists, how fast it answers, and what it says when it cannot."""

import subprocess
import sys
from pathlib import Path

import pytest

from egov_assets import cli
from egov_assets.platform.folders import Folders

HEAVY = ("dagster", "polars", "pandas", "great_expectations", "dbt", "pyfixest", "matplotlib")


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    listed = {line.split()[0] for line in shown.splitlines() if line[:4].isspace() and line[4:5].strip()}
    assert listed == {command.__name__.rpartition(".")[2].replace("_", "-") for command in cli.COMMANDS}


def test_help_loads_nothing_heavy():
    script = f"import sys, egov_assets.cli as c; c._parser(); print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_tables_before_any_run_says_how_to_make_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("EGOV_OUTPUTS", str(tmp_path))
    assert cli.main(["tables"]) == 1
    assert "`egov run` makes everything" in capsys.readouterr().err


def test_a_run_outside_the_project_says_where_to_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["run"]) == 1
    assert "Start `egov` in the project's folder" in capsys.readouterr().err


@pytest.mark.slow
def test_empty_raw_folder_of_ones_own_is_never_filled_with_invented_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("EGOV_RAW", str(tmp_path / "mine"))
    monkeypatch.setenv("EGOV_OUTPUTS", str(tmp_path / "outputs"))
    assert cli.main(["run"]) == 1
    assert "which holds no files" in capsys.readouterr().err
    assert not (tmp_path / "mine").exists()


def test_a_slip_in_a_studys_own_tables_stops_the_run_before_its_first_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    raw, outputs = tmp_path / "raw", tmp_path / "outputs"
    raw.mkdir()
    slip = 'table_11: {title: Mine, columns: {"1": {outcome: qua, treatmant: egscore}}}'
    (raw / "specifications.yml").write_text(slip, encoding="utf-8")
    monkeypatch.setenv("EGOV_RAW", str(raw))
    monkeypatch.setenv("EGOV_OUTPUTS", str(outputs))
    assert cli.main(["run"]) == 1
    assert "treatmant: unknown key; did you mean 'treatment'?" in capsys.readouterr().err
    assert not outputs.exists()


@pytest.mark.parametrize("command", ["run", "doctor"])
def test_mistakes_in_all_settings_files_are_told_before_anything_is_read(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "quality.yml").write_text("qua: {sigma: 1}\ntails: cut\n", encoding="utf-8")
    (tmp_path / "score.yml").write_text("producers: mine\n", encoding="utf-8")
    monkeypatch.setenv("EGOV_RAW", str(tmp_path))
    monkeypatch.setenv("EGOV_OUTPUTS", str(tmp_path / "outputs"))
    assert cli.main([command]) == 1
    told = capsys.readouterr().err
    for part in (
        "quality.yml: 2 problem(s)",
        "qua.sigma",
        "tails",
        "score.yml: 1 problem(s)",
        "the nearest known one is 'producer'",
    ):
        assert part in told


def test_the_answers_of_the_demo_are_not_looked_for_beside_other_raw_files(monkeypatch: pytest.MonkeyPatch):
    for name in ("EGOV_RAW", "EGOV_TRUTH"):
        monkeypatch.delenv(name, raising=False)
    assert Folders.from_environment().truth == Path("demo/truth").absolute()
    monkeypatch.setenv("EGOV_RAW", "own/files")
    assert Folders.from_environment().truth == Path("own/truth").absolute()
