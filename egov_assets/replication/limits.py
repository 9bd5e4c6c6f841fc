"""What the study can show and what it cannot: the sentences of a referee, each from a number of the tables."""

from collections.abc import Iterator

import polars as pl

from egov_assets.platform.words import Words
from egov_assets.regression_tables.estimate import PRINTED_VARIANT, WEAK_INSTRUMENT_VARIANT
from egov_assets.regression_tables.table_notes import WEAK_F
from egov_assets.replication.answer import Cell
from egov_assets.replication.verdicts import AGREES, BOTH_INSIGNIFICANT, REPRODUCED, TOO_IMPRECISE

SEEN_TWICE = "cluster_city_reghdfe"  # the variant that leaves out firms observed once
FOUND = (REPRODUCED, AGREES, BOTH_INSIGNIFICANT)
SIGNIFICANT = 0.05
HETEROGENEITY = ("table_07", "table_08", "table_09", "table_10")


def limits(estimates: pl.DataFrame, comparison: pl.DataFrame, cell: Cell, words: Words) -> Iterator[str]:
    """Sentences, the plainest first.

    estimates   as `regression_tables` gives; comparison  as `published_comparison` gives
    cell        the headline
    """
    of_cell = estimates.filter(table=cell.table, column=cell.column, term=cell.term)
    yield from _identification(of_cell, words)
    yield from _instruments(estimates, words)
    yield from _heterogeneity(estimates, words)
    yield from _what_was_planted(comparison, words)
    yield words["limit_of_design"]


def _identification(of_cell: pl.DataFrame, words: Words) -> Iterator[str]:
    by_variant = {row["variant"]: row for row in of_cell.to_dicts() if row["estimate"] is not None}
    printed, seen_twice = by_variant.get(PRINTED_VARIANT), by_variant.get(SEEN_TWICE)
    if not printed or not seen_twice:
        return
    once = printed["n"] - seen_twice["n"]
    effective = f"{printed['effective_clusters']:.0f}"
    counts = {"n": f"{printed['n']:,}", "twice": f"{seen_twice['n']:,}", "once": f"{once:,}"}
    yield words["limit_of_identification"].format(**counts, clusters=printed["n_clusters"], effective=effective)
    # What an interval of this length would notice eight times in ten: 1.96 + 0.84 standard errors.
    yield words["limit_of_size"].format(least=f"{2.8 * printed['std_error']:.3f}", found=f"{printed['estimate']:z.3f}")


def _instruments(estimates: pl.DataFrame, words: Words) -> Iterator[str]:
    instrumented = estimates.filter(pl.col("effective_f").is_not_null(), variant=WEAK_INSTRUMENT_VARIANT)
    if instrumented.is_empty():
        return
    strong = instrumented.filter(pl.col("effective_f") >= WEAK_F).height
    excludes = instrumented.filter(pl.col("ar_p_value") < SIGNIFICANT).height
    yield words["limit_of_instruments"].format(
        all=instrumented.height, strong=strong, least=f"{WEAK_F:.0f}", found=excludes
    )


def _heterogeneity(estimates: pl.DataFrame, words: Words) -> Iterator[str]:
    interactions = estimates.filter(
        pl.col("term").str.contains(":", literal=True),
        pl.col("table").is_in(HETEROGENEITY),
        pl.col("p_value").is_not_null(),
        variant=PRINTED_VARIANT,
    )
    if interactions.is_empty():
        return
    found = interactions.filter(pl.col("p_value") < SIGNIFICANT).height
    chance = f"{SIGNIFICANT * interactions.height:.1f}"
    yield words["limit_of_heterogeneity"].format(all=interactions.height, found=found, chance=chance)


def _what_was_planted(comparison: pl.DataFrame, words: Words) -> Iterator[str]:
    planted = comparison.filter(pl.col("planted").is_not_null(), pl.col("published_stars").is_not_null())
    if planted.is_empty():
        return
    found, open_ = (planted.filter(pl.col("verdict").is_in(names)).height for names in (FOUND, (TOO_IMPRECISE,)))
    other = planted.height - found - open_
    yield words["limit_of_the_demo"].format(all=planted.height, found=found, open=open_, other=other)
