"""Each printed cell against ours, and on the demo against the planted truth, with a verdict."""

from pathlib import Path

import polars as pl

from egov_assets.paper.published import half_a_unit, published_cells
from egov_assets.paper.stars import stars
from egov_assets.regression_tables.estimate import PRINTED_VARIANT

# LABEL-02: rows named after the instrument hold the second-stage coefficient of the score.
OUR_TERM = {("table_06", f"egscore_size{count}"): "egscore" for count in (5, 7, 10)}

REPRODUCED = "reproduced"
SAME_SIGN_AND_SIGNIFICANCE = "same sign and significance"
SAME_SIGN = "same sign"
DIFFERS = "differs"
NOT_COMPUTED = "cannot be computed"
INCONSISTENT = "printed cell is inconsistent"
VERDICTS = (REPRODUCED, SAME_SIGN_AND_SIGNIFICANCE, SAME_SIGN, DIFFERS, NOT_COMPUTED, INCONSISTENT)


def agrees_as_printed(ours: float, published: str) -> bool:
    """True if ours, rounded to the decimals that are printed, can be the printed number (half a unit either way)."""
    return abs(ours - float(published)) <= half_a_unit(published) * (1 + 1e-9)


def verdict(
    published: str, published_stars: str | None, anomaly: str | None, ours: float | None, our_p: float | None
) -> str:
    """How a printed cell and ours agree.

    published_stars  null for counts, R2 and descriptive statistics, which are reproduced or differ
    An estimate is reproduced if it rounds to the printed number with the printed stars; its significance is the same if
    both or neither reach 10 %. A printed zero has no sign and is neither.
    """
    if anomaly is not None:
        return INCONSISTENT
    if ours is None:
        return NOT_COMPUTED
    is_estimate = published_stars is not None
    our_stars = stars(our_p)
    if agrees_as_printed(ours, published) and (not is_estimate or our_stars == published_stars):
        return REPRODUCED
    if not is_estimate or ours * float(published) <= 0:
        return DIFFERS
    return SAME_SIGN_AND_SIGNIFICANCE if bool(our_stars) == bool(published_stars) else SAME_SIGN


def compare_with_published(
    estimates: pl.DataFrame, descriptives: pl.DataFrame, planted: pl.DataFrame | None = None
) -> pl.DataFrame:
    """One row per printed number of tables 1 to 10, sorted by table, column and term.

    estimates     tidy estimates; the first variant counts (clusters by city, firms observed once kept)
    descriptives  table 1
    planted       table, column, term, planted: the demo economy's expected answer; None with a user's own data
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
    joined = _with_planted(joined, planted)
    verdicts = [
        verdict(*cell) for cell in joined.select("published", "published_stars", "anomaly", "ours", "our_p").iter_rows()
    ]
    our_stars = [stars(p) for p in joined["our_p"]]
    return (
        joined.with_columns(
            pl.col("published", "published_p").cast(pl.Float64),
            our_stars=pl.when(pl.col("our_p").is_not_null()).then(pl.Series(our_stars, dtype=pl.String)),
            verdict=pl.Series(verdicts, dtype=pl.String),
        )
        .select(
            "table",
            "column",
            "term",
            "published",
            "published_stars",
            "published_p",
            "ours",
            "our_stars",
            "our_p",
            "planted",
            "verdict",
            "anomaly",
        )
        .sort("table", "column", "term")
    )


def read_planted(truth_folder: Path) -> pl.DataFrame | None:
    """The demo economy's expected answers: table, column, term, planted; None where there is no such file."""
    path = truth_folder / "planted.csv"
    if not path.exists():
        return None
    texts = pl.read_csv(path, infer_schema=False).select("table", "column", "term", "planted")
    return texts.with_columns(pl.col("planted").cast(pl.Float64))


def _our_estimates(estimates: pl.DataFrame) -> pl.DataFrame:
    printed = estimates.filter(pl.col("variant") == PRINTED_VARIANT)
    return printed.select("table", "column", "term", ours="estimate", our_p="p_value")


def _our_footers(estimates: pl.DataFrame) -> pl.DataFrame:
    """Observations and R2 of each column; the R2 is within effects where there are any (N-13)."""
    estimated = estimates.filter(pl.col("variant") == PRINTED_VARIANT, pl.col("n") > 0)
    columns = estimated.unique(["table", "column"], keep="first")
    values = {"n": pl.col("n").cast(pl.Float64), "r2": pl.coalesce("r2_within", "r2")}
    return pl.concat(
        columns.select("table", "column", term=pl.lit(footer), ours=value, our_p=pl.lit(None, pl.Float64))
        for footer, value in values.items()
    )


def _our_descriptives(descriptives: pl.DataFrame) -> pl.DataFrame:
    long = descriptives.with_columns(pl.col("n").cast(pl.Float64)).unpivot(
        index="variable", variable_name="column", value_name="ours"
    )
    return long.select(
        pl.lit("table_01").alias("table"), "column", term="variable", ours="ours", our_p=pl.lit(None, pl.Float64)
    )


def _with_planted(cells: pl.DataFrame, planted: pl.DataFrame | None) -> pl.DataFrame:
    if planted is None:
        return cells.with_columns(planted=pl.lit(None, pl.Float64))
    key = ["table", "column"]
    return cells.join(planted, left_on=[*key, "our_term"], right_on=[*key, "term"], how="left", validate="1:1")
