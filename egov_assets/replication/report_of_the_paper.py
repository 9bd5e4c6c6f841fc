"""What the report says of the paper itself: its words on its data, its print held against itself, its model."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from egov_assets.platform.words import Language, Words, words_of
from egov_assets.replication.blocks import Block, Grid, Heading, Paragraph


@dataclass(frozen=True)
class Against:
    """The lake tables that hold the study against its paper."""

    comparison: pl.DataFrame
    audit: pl.DataFrame
    theory: pl.DataFrame
    claims: pl.DataFrame


def print_and_theory(against: Against, words: Words, language: Language) -> Iterator[Block]:
    """What the paper says of its data, what can be recomputed from print alone, and what of the model follows."""
    yield Heading(words["claims"], 2)
    yield Paragraph(words["claims_text"])
    yield _claims(against.claims, words)
    yield Heading(words["audit"], 2)
    judged = against.audit["agrees"].drop_nulls()
    yield Paragraph(words["audit_text"].format(contradictions=judged.len() - judged.sum(), judged=judged.len()))
    yield _audit(against.audit, words)
    yield Heading(words["theory"], 2)
    yield Paragraph(words["theory_text"].format(follow=against.theory["follows"].sum(), all=against.theory.height))
    yield _theory(against.theory, words, words_of("theory", language))


def _claims(claims: pl.DataFrame, words: Words) -> Grid:
    rows = tuple(
        (
            words.of(row["claim"]),
            words.of(row["place"]),
            row["published"],
            "" if row["ours"] is None else f"{row['ours']:.{len(row['published'].partition('.')[2])}f}",
            _yes(row["agrees"], words),
        )
        for row in claims.iter_rows(named=True)
    )
    return Grid(tuple(words[head] for head in ("claim", "place", "published", "ours", "agrees_as_printed")), rows)


def _audit(audit: pl.DataFrame, words: Words) -> Grid:
    """Stars that agree with their p are left out: there are some sixty."""
    shown = audit.filter((pl.col("kind") != "stars") | ~pl.col("agrees"))
    rows = tuple(
        (
            words.of(row["place"]),
            words.of(row["printed"]),
            words.of(row["recomputed"]),
            _yes(row["agrees"], words),
            row["anomaly"] or "",
            words.of(row["words"]),
        )
        for row in shown.iter_rows(named=True)
    )
    heads = ("place", "printed", "recomputed", "follows", "code", "how")
    return Grid(tuple(words[head] for head in heads), rows)


def _theory(theory: pl.DataFrame, words: Words, claims: Words) -> Grid:
    rows = tuple(
        (
            claims.of(row["code"]),
            claims.of(row["statement"]),
            _yes(row["follows"], words),
            claims.of(row["derived"]),
            words["between"].join(claims.of(row[each]) for each in ("condition", "example") if row[each]),
            row["anomaly"] or "",
        )
        for row in theory.iter_rows(named=True)
    )
    heads = ("place", "statement", "follows", "derived", "condition", "code")
    return Grid(tuple(words[head] for head in heads), rows)


def _yes(value: bool | None, words: Words) -> str:
    return "" if value is None else words["yes"] if value else words["no"]
