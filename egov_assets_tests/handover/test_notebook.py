"""The notebook runs from its first cell to its last, and its figures show the numbers of the lake."""

import importlib.util
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from egov_assets import cli
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import table_path, write_table

CELLS = {"table": "table_02", "term": "egscore", "variant": "cluster_city"}


@pytest.fixture
def results(folders: Folders) -> Folders:
    """Two estimates of Table 2 among others, twenty specifications, sixty firm-years."""
    estimates = pl.DataFrame(
        [
            CELLS | {"column": "1", "estimate": 0.05, "ci_low": 0.03, "ci_high": 0.07, "n": 60},
            CELLS | {"column": "3", "estimate": 0.04, "ci_low": 0.01, "ci_high": 0.08, "n": 40},
            CELLS | {"column": "3", "estimate": 0.9, "ci_low": 0.8, "ci_high": 1.0, "n": 40, "term": "Con_gdp"},
            CELLS | {"column": "2", "estimate": None, "ci_low": None, "ci_high": None, "n": 0},
        ]
    )
    curve = pl.DataFrame({"estimate": [n / 10 for n in range(20)], "p_value": [n / 20 for n in range(20)]})
    draw = np.random.default_rng(1)
    panel = pl.DataFrame(
        {"year": [2010, 2011, 2012] * 20, "qua": draw.uniform(size=60), "egscore": draw.uniform(size=60)}
    )
    for name, table in {"regression_tables": estimates, "specification_curve": curve, "firm_panel": panel}.items():
        write_table(table, table_path(folders.lake, name))
    return folders


def test_it_runs_to_its_end_and_draws_what_the_lake_holds(results: Folders):
    pytest.importorskip("marimo", reason="extra `notebook`")
    from egov_assets.handover import notebook

    _, defined = notebook.app.run()
    assert defined["baseline"].rows() == [("1", 0.05, 0.03, 0.07, 60), ("3", 0.04, 0.01, 0.08, 40)]
    (points, _, (bars,)) = defined["baseline_figure"].axes[0].containers[0]
    assert list(points.get_ydata()) == [0.05, 0.04]
    ends = [segment[:, 1] for segment in bars.get_segments()]
    assert np.allclose(ends, [[0.03, 0.07], [0.01, 0.08]])
    sure, unsure = defined["curve_figure"].axes[0].lines[1:]
    assert list(sure.get_ydata()) == [0.0] and len(unsure.get_ydata()) == 19
    labels = [text.get_text() for text in defined["quality_figure"].axes[0].get_legend().get_texts()]
    assert labels == ["2010: 20 firms", "2011: 20 firms", "2012: 20 firms"]


def test_the_notebook_is_copied_once_and_is_the_users_from_then_on(
    results: Folders, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    started: list[list[str]] = []
    monkeypatch.setattr("subprocess.call", lambda command, env: started.append(command) or 0)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    own = results.outputs / "notebook.py"
    assert cli.main(["notebook"]) == 0
    assert "marimo.App" in own.read_text("utf-8") and str(own) in started[0]
    own.write_text("# mine", encoding="utf-8")
    assert cli.main(["notebook", "--port", "2719"]) == 0
    assert own.read_text("utf-8") == "# mine" and "2719" in started[1]


def test_what_is_lacking_is_said(folders: Folders, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    assert cli.main(["notebook"]) == 2
    assert "`egov run` makes them" in capsys.readouterr().err
    (folders.lake / "regression_tables").mkdir(parents=True)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert cli.main(["notebook"]) == 2
    assert "pip install marimo" in capsys.readouterr().err
