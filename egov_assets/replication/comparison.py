"""Each printed cell beside ours, and on the demo beside the planted truth. Not here: the rule, in `verdicts.py`."""

from pathlib import Path
from typing import Any

import polars as pl

from egov_assets.paper.published import published_cells
from egov_assets.paper.stars import stars
from egov_assets.regression_tables.estimate import PRINTED_VARIANT, WEAK_INSTRUMENT_VARIANT
from egov_assets.replication.verdicts import (
    INCONSISTENT,
    NOT_COMPARABLE,
    NOT_COMPUTED,
    distance_of,
    planted_target,
    printed_error,
    printed_target,
    verdict_on_description,
    verdict_on_estimate,
)

# LABEL-02: rows named after the instrument hold the second-stage coefficient of the score.
OUR_TERM = {("table_06", f"egscore_size{count}"): "egscore" for count in (5, 7, 10)}
OURS = {"ours": pl.Float64, "our_error": pl.Float64, "our_p": pl.Float64, "reason": pl.String}
JUDGED = {"published_error": pl.Float64, "distance": pl.Float64, "verdict": pl.String}


def compare_with_published(
    estimates: pl.DataFrame, descriptives: pl.DataFrame, planted: pl.DataFrame | None = None
) -> pl.DataFrame:
    """One row per printed number of tables 1 to 10, sorted by table, column and term.

    estimates     tidy estimates; the first variant counts (clusters by city, firms observed once kept), with an
                  instrument by the p-value that its weakness leaves valid (Anderson-Rubin)
    descriptives  table 1
    planted       table, column, term, planted: the demo economy's expected answer, which judges in print's place; None
                  with a user's own data
    """
    ours = pl.concat([_our_estimates(estimates), _our_footers(estimates), _our_descriptives(descriptives)])
    cells = published_cells().with_columns(
        our_term=pl.struct("table", "term").map_elements(
            lambda cell: OUR_TERM.get((cell["table"], cell["term"]), cell["term"]), return_dtype=pl.String
        )
    )
    joined = cells.join(
        ours, left_on=["table", "column", "our_term"], right_on=["table", "column", "term"], how="left", validate="1:1"
    )
    joined = _with_papers_samples(_with_planted(joined, planted), is_demo=planted is not None)
    judged = [_judged(cell, is_demo=planted is not None) for cell in joined.iter_rows(named=True)]
    our_stars = [stars(p) for p in joined["our_p"]]
    return (
        pl.concat([joined, pl.DataFrame(judged, schema=JUDGED, orient="row")], how="horizontal")
        .with_columns(
            pl.col("published", "published_p").cast(pl.Float64),
            our_stars=pl.when(pl.col("our_p").is_not_null()).then(pl.Series(our_stars, dtype=pl.String)),
        )
        .select(
            "table",
            "column",
            "term",
            "published",
            "published_stars",
            "published_p",
            "published_error",
            "ours",
            "our_stars",
            "our_p",
            "our_error",
            "planted",
            "distance",
            "verdict",
            "anomaly",
            "reason",
        )
        .sort("table", "column", "term")
    )


def _judged(cell: dict[str, Any], is_demo: bool) -> tuple[float | None, float | None, str]:
    """The printed estimate's error, the distance from what judges, and the verdict."""
    published, ours = cell["published"], cell["ours"]
    if cell["published_stars"] is None:
        if ours is None:
            return None, None, NOT_COMPUTED
        is_target = cell["has_the_papers_sample"] and cell["anomaly"] is None
        return None, None, verdict_on_description(published, ours, is_target)
    error = printed_error(published, cell["published_stars"], cell["published_p"], cell["our_error"])
    if ours is None:
        return error, None, NOT_COMPUTED
    if is_demo and cell["planted"] is None:
        return error, None, NOT_COMPARABLE
    if not is_demo and cell["anomaly"] is not None:
        return error, None, INCONSISTENT
    if is_demo:
        target = planted_target(cell["planted"], published)
    else:
        target = printed_target(published, cell["published_stars"], error)
    verdict = verdict_on_estimate(target, ours, cell["our_error"], cell["our_p"])
    return error, distance_of(target, ours, cell["our_error"]), verdict


def read_planted(truth_folder: Path) -> pl.DataFrame | None:
    """The demo economy's expected answers: table, column, term, planted; None where there is no such file."""
    path = truth_folder / "planted.csv"
    if not path.exists():
        return None
    texts = pl.read_csv(path, infer_schema=False).select("table", "column", "term", "planted")
    return texts.with_columns(pl.col("planted").cast(pl.Float64))


def _our_estimates(estimates: pl.DataFrame) -> pl.DataFrame:
    key = ["table", "column", "term"]
    robust = estimates.filter(pl.col("variant") == WEAK_INSTRUMENT_VARIANT).select(*key, robust_p="ar_p_value")
    printed = estimates.filter(pl.col("variant") == PRINTED_VARIANT).join(robust, on=key, how="left", validate="1:1")
    p_value = pl.coalesce("robust_p", "p_value")
    return printed.select(*key, ours="estimate", our_error="std_error", our_p=p_value, reason="reason")


def _our_footers(estimates: pl.DataFrame) -> pl.DataFrame:
    """Observations and R2 of each column; the R2 is within effects where there are any (N-13)."""
    columns = estimates.filter(pl.col("variant") == PRINTED_VARIANT).unique(["table", "column"], keep="first")
    is_estimated = pl.col("n") > 0
    values = {"n": pl.when(is_estimated).then(pl.col("n").cast(pl.Float64)), "r2": pl.coalesce("r2_within", "r2")}
    return pl.concat(
        _described(columns, "table", "column", pl.lit(footer).alias("term"), value.alias("ours")).with_columns(
            reason=columns.select(pl.when(~is_estimated).then("reason")).to_series()
        )
        for footer, value in values.items()
    )


def _our_descriptives(descriptives: pl.DataFrame) -> pl.DataFrame:
    long = descriptives.with_columns(pl.col("n").cast(pl.Float64)).unpivot(
        index="variable", variable_name="column", value_name="ours"
    )
    return _described(long, pl.lit("table_01").alias("table"), "column", pl.col("variable").alias("term"), "ours")


def _described(frame: pl.DataFrame, *columns: str | pl.Expr) -> pl.DataFrame:
    """Numbers that are no estimates: without error and p-value."""
    lacking = {name: pl.lit(None, kind) for name, kind in OURS.items() if name != "ours"}
    return frame.select(*columns, **lacking)


def _with_planted(cells: pl.DataFrame, planted: pl.DataFrame | None) -> pl.DataFrame:
    if planted is None:
        return cells.with_columns(planted=pl.lit(None, pl.Float64))
    key = ["table", "column"]
    return cells.join(planted, left_on=[*key, "our_term"], right_on=[*key, "term"], how="left", validate="1:1")


def _with_papers_samples(cells: pl.DataFrame, is_demo: bool) -> pl.DataFrame:
    """has_the_papers_sample: the column, of Table 1 the variable, has the printed n; nothing on the demo has."""
    is_first = pl.col("table") == "table_01"
    sample = pl.when(is_first).then("term").otherwise("column").alias("sample")
    is_count = pl.when(is_first).then(pl.col("column") == "n").otherwise(pl.col("term") == "n")
    is_equal = is_count & (pl.col("ours") == pl.col("published").cast(pl.Float64))
    found = is_equal.any().over("table", sample).fill_null(False)
    return cells.with_columns(has_the_papers_sample=pl.lit(False) if is_demo else found)
