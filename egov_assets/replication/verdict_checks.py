"""What the comparison must not lose: cells that agreed before, and signs that the demo economy plants."""

import polars as pl

from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import table_path
from egov_assets.replication.verdicts import (
    AGREES,
    BOTH_INSIGNIFICANT,
    NOT_COMPUTED,
    OPPOSITE_SIGN,
    REPRODUCED,
    SAME_SIGN,
    TOO_IMPRECISE,
)

KEY = ["table", "column", "term"]
CLASSES = {
    REPRODUCED: 0,
    AGREES: 1,
    BOTH_INSIGNIFICANT: 1,
    TOO_IMPRECISE: 2,
    SAME_SIGN: 3,
    OPPOSITE_SIGN: 4,
    NOT_COMPUTED: 5,
}
ORACLE_SIGNIFICANCE = 0.05


def no_cell_is_worse_than_before(table: pl.DataFrame, folders: Folders) -> CheckResult:
    """No printed cell agrees less with ours than in the version published before."""
    before = table_path(folders.lake, "published_comparison")
    if not before.exists():
        return CheckResult(True, "there is no earlier version to compare with")
    return judge_against(table, pl.read_parquet(before))


def judge_against(table: pl.DataFrame, before: pl.DataFrame) -> CheckResult:
    """Cells whose verdict fell by a class or more; cells that cannot be judged have no class."""

    def rank(verdict: str) -> pl.Expr:
        return pl.col(verdict).replace_strict(CLASSES, default=None, return_dtype=pl.Int32)

    both = table.join(before.select(*KEY, earlier="verdict"), on=KEY)
    worse = both.filter(rank("verdict") > rank("earlier")).sort(KEY)
    listed = "; ".join(
        f"{row['table']} ({row['column']}) {row['term']}: {row['earlier']} -> {row['verdict']}"
        for row in worse.iter_rows(named=True)
    )
    words = f"{worse.height} of {both.height} cells are worse than before" + (f": {listed}" if listed else "")
    return CheckResult(worse.is_empty(), words, {"cells": both.height, "worse": worse.height})


def planted_signs_are_found(table: pl.DataFrame, folders: Folders) -> CheckResult:
    """On the demo, ours has the planted sign wherever the estimator that knows the truth is significant at 5 %."""
    path = folders.truth / "oracle_estimates.csv"
    if not path.exists():
        return CheckResult(True, "these are not demo data: nothing is planted")
    oracle = pl.read_csv(path).filter(pl.col("variant") == "oracle")
    return judge_signs(table, oracle)


def judge_signs(table: pl.DataFrame, oracle: pl.DataFrame) -> CheckResult:
    """oracle: table, column (text or number), term, p_value of the infeasible estimator."""
    sure = oracle.filter(pl.col("p_value") < ORACLE_SIGNIFICANCE).select(
        "table", pl.col("column").cast(pl.String), our_term="term"
    )
    cells = table.with_columns(
        our_term=pl.when(pl.col("term").str.starts_with("egscore_size")).then(pl.lit("egscore")).otherwise("term")
    )
    tested = cells.join(sure, on=["table", "column", "our_term"]).drop_nulls(["planted", "ours"])
    wrong = tested.filter(pl.col("planted").sign() != pl.col("ours").sign()).sort(KEY)
    listed = ", ".join(f"{row['table']} ({row['column']}) {row['term']}" for row in wrong.iter_rows(named=True))
    words = f"{tested.height - wrong.height} of {tested.height} planted signs are found" + (
        f"; not {listed}" if listed else ""
    )
    return CheckResult(wrong.is_empty(), words, {"tested": tested.height, "wrong": wrong.height})
