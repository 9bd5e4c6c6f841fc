"""From raw files to Table 2: what was planted comes back, and nothing where nothing was planted."""

from pathlib import Path

import polars as pl
import pytest

from egov_assets.paper.study import CONFIDENCE_LEVEL
from egov_assets_tests.running.finished_study import FinishedStudy
from egov_assets_tests.whole_study.economies import economy, make_table_2

pytestmark = pytest.mark.slow


def _score(path: Path) -> dict[str, object]:
    """The estimate of digital government in column 3 of Table 2."""
    table = pl.read_csv(path) if path.suffix == ".csv" else pl.read_parquet(path)
    rows = table.filter(
        pl.col("table") == "table_02",
        pl.col("column").cast(pl.String) == "3",
        pl.col("term") == "egscore",
        ~pl.col("variant").str.contains("ln_quality"),
    )
    assert rows["variant"].n_unique() == len(rows)
    return rows.row(0, named=True)


def _planted(made: FinishedStudy) -> float:
    planted = pl.read_csv(made.folders.truth / "planted.csv", schema_overrides={"column": pl.String})
    return planted.filter(table="table_02", column="3", term="egscore")["planted"].item()


def _finds_what_is_planted(made: FinishedStudy, ours: Path) -> None:
    """In the oracle's own table, which is computed from the truth, and in ours."""
    planted = _planted(made)
    assert planted > 0.03
    for path in (made.folders.truth / "oracle_estimates.csv", ours):
        found = _score(path)
        assert found["ci_low"] < planted < found["ci_high"], path


def test_the_planted_effect_lies_inside_both_intervals_of_table_2_column_3(finished_third: FinishedStudy):
    _finds_what_is_planted(finished_third, finished_third.folders.tables / "estimates.parquet")


def test_so_it_does_in_another_draw_of_the_economy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = economy(tmp_path, seed=2)
    _finds_what_is_planted(made, make_table_2(made, monkeypatch))


def test_a_planted_zero_yields_no_significant_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = economy(tmp_path, seed=1, effect={"on_ln_quality": 0.0, "reverse_causality": 0.0})
    assert abs(_planted(made)) < 0.0005  # not exactly 0: attenuation is an average over 200 drawn worlds
    for path in (made.folders.truth / "oracle_estimates.csv", make_table_2(made, monkeypatch)):
        assert _score(path)["p_value"] > 1 - CONFIDENCE_LEVEL, path
