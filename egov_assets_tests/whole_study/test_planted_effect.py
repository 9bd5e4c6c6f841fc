"""From raw files to Table 2: what was planted comes back, and nothing where nothing was planted."""

from pathlib import Path

import polars as pl
import pytest

from egov_assets.paper.study import CONFIDENCE_LEVEL

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


def _planted(study) -> float:
    planted = pl.read_csv(study.folders.truth / "planted.csv", schema_overrides={"column": pl.String})
    return planted.filter(table="table_02", column="3", term="egscore")["planted"].item()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_planted_effect_lies_inside_both_intervals_of_table_2_column_3(study, seed):
    made = study(seed=seed)
    planted = _planted(made)
    assert planted > 0.03
    for path in (made.folders.truth / "oracle_estimates.csv", made.folders.outputs / "tables" / "estimates.parquet"):
        found = _score(path)
        assert found["ci_low"] < planted < found["ci_high"], path


def test_a_planted_zero_yields_no_significant_effect(study):
    made = study(seed=1, effect={"on_ln_quality": 0.0, "reverse_causality": 0.0})
    assert abs(_planted(made)) < 0.0005  # not exactly 0: attenuation is an average over 200 drawn worlds
    for path in (made.folders.truth / "oracle_estimates.csv", made.folders.outputs / "tables" / "estimates.parquet"):
        assert _score(path)["p_value"] > 1 - CONFIDENCE_LEVEL, path
