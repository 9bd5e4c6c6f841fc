"""The first screen of the report: the question, the answer with its interval, how sure one may be, and what warns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from egov_assets.platform.words import Words
from egov_assets.product_quality.reliability import suspect_value_shares
from egov_assets.regression_tables.estimate import PRINTED_VARIANT
from egov_assets.regression_tables.specifications import Table
from egov_assets.regression_tables.table_notes import WEAK_F
from egov_assets.replication.audit import BASELINE
from egov_assets.replication.blocks import Block, Lead, Notice, Paragraph, Shares
from egov_assets.replication.verdicts import NOT_COMPARABLE, VERDICTS

FEW_CLUSTERS = 30.0  # effective ones; below, intervals by normal theory are too short (docs/inference.md)
SUSPECT_SHARE, THIN_SHARE, UNREAD_SHARE = 0.1, 0.1, 0.01


@dataclass(frozen=True)
class Cell:
    """One coefficient, by its place."""

    table: str
    column: str
    term: str


@dataclass(frozen=True)
class Warned:
    """Tables of the lake in which the report looks for what one should know; without rows where they were not made."""

    quality_coefficients: pl.DataFrame
    column_readings: pl.DataFrame
    survey_plausibility: pl.DataFrame


def headline_cell(own_tables: Mapping[str, Table], has_paper: bool) -> Cell:
    """The paper's baseline; of a study without a paper the treatment of the first column of its first table."""
    if has_paper or not own_tables:
        return Cell(*BASELINE)
    name, table = next(iter(own_tables.items()))
    number, column = next(iter(table.columns.items()))
    return Cell(name, number, column.treatment)


def names_of(cell: Cell, own_tables: Mapping[str, Table], words: Words) -> dict[str, str]:
    """Treatment and outcome as people call them; of a cell of a study's own tables their names in the panel."""
    if cell.table not in own_tables:
        return {each: words[f"{each}_of_the_paper"] for each in ("treatment", "outcome")}
    return {"treatment": cell.term, "outcome": own_tables[cell.table].columns[cell.column].outcome}


def headline(estimates: pl.DataFrame, cell: Cell) -> dict | None:
    """The estimate of a cell in the study's first variant; None if it was not computed."""
    found = estimates.filter(
        pl.col("estimate").is_not_null(), table=cell.table, column=cell.column, term=cell.term, variant=PRINTED_VARIANT
    )
    return found.row(0, named=True) if found.height else None


def answer(
    estimate: dict,
    named: Mapping[str, str],
    planted: float | None,
    spread: tuple[float, float] | None,
    words: Words,
) -> Iterator[Block]:
    """The estimate, its interval, its size, and how far it can be trusted.

    named    treatment and outcome as people call them
    planted  the answer that was put into the demo economy
    spread   standard deviations of treatment and outcome, if known
    """
    value, low, high = (estimate[name] for name in ("estimate", "ci_low", "ci_high"))
    yield lead(estimate, named, words)
    if spread:
        of_treatment, of_outcome = spread
        size = f"{value * of_treatment / of_outcome:z.2f}"
        yield Paragraph(words["answer_size"].format(spread=f"{of_treatment:.3f}", size=size))
    if planted is not None:
        inside = "answer_planted_inside" if low <= planted <= high else "answer_planted_outside"
        yield Paragraph(words[inside].format(planted=f"{planted:z.3f}"))
    yield Paragraph(_how_sure(estimate, words))


def lead(estimate: dict, named: Mapping[str, str], words: Words) -> Lead:
    """The estimate, its interval, and in a sentence what that says."""
    low, high = estimate["ci_low"], estimate["ci_high"]
    found = "answer_more" if low > 0 else "answer_less" if high < 0 else "answer_none"
    interval = words["answer_interval"].format(low=f"{low:z.3f}", high=f"{high:z.3f}")
    return Lead(f"{estimate['estimate']:z.3f}", interval, words[found].format(**named))


def _how_sure(estimate: dict, words: Words) -> str:
    effective, wild = estimate["effective_clusters"], estimate["wild_p_value"]
    sure = words["answer_clusters"].format(
        n=f"{estimate['n']:,}",
        clusters=estimate["n_clusters"],
        effective=f"{effective:.0f}",
        p=_p_value(estimate["p_value"]),
    )
    return sure + ("" if wild is None else words["answer_wild"].format(p=_p_value(wild)))


def _p_value(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def verdict_shares(comparison: pl.DataFrame, words: Words) -> Shares:
    """All printed estimates by verdict."""
    estimates = comparison.filter(pl.col("published_stars").is_not_null())
    counts = dict(estimates.group_by("verdict").len().iter_rows())
    parts = tuple((words[name], counts[name], name) for name in VERDICTS if name in counts)
    others = comparison.height - estimates.height
    not_asked = comparison.filter(pl.col("published_stars").is_null(), verdict=NOT_COMPARABLE).height
    return Shares(words["verdict_shares"].format(estimates=estimates.height, others=others, not_asked=not_asked), parts)


def warnings(
    estimates: pl.DataFrame, cell: dict | None, warned: Warned, not_available: int, words: Words
) -> Iterator[Notice]:
    """What one should know before believing a number, the gravest first; one line that says so if there is nothing."""
    found = [*_warnings(estimates, cell, warned, not_available)]
    for name, values in found:
        yield Notice("warning", words[name].format(**values))
    if not found:
        yield Notice("well", words["warn_nothing"])


def _warnings(
    estimates: pl.DataFrame, cell: dict | None, warned: Warned, not_available: int
) -> Iterator[tuple[str, Mapping[str, object]]]:
    if cell and cell["effective_clusters"] < FEW_CLUSTERS:
        yield "warn_few_clusters", {"clusters": cell["n_clusters"], "effective": f"{cell['effective_clusters']:.0f}"}
    coefficients = warned.quality_coefficients.filter(outcome="qua")
    if coefficients.height:
        shares = suspect_value_shares(coefficients)
        if shares["is_suspect"] > SUSPECT_SHARE:
            yield "warn_suspect", {name: f"{share:.0%}" for name, share in shares.items()}
        total, thin = (float(coefficients[name].sum()) for name in ("export_value_usd", "thin_market_value_usd"))
        if total and thin / total > THIN_SHARE:
            yield "warn_thin", {"share": f"{thin / total:.0%}"}
    printed = estimates.filter(pl.col("variant") == PRINTED_VARIANT)
    weak = printed.filter(pl.col("effective_f") < WEAK_F).sort("table", "column")
    if weak.height:
        places = [f"{_number(row['table'])} ({row['column']}) F {row['effective_f']:.1f}" for row in weak.to_dicts()]
        yield "warn_weak", {"places": ", ".join(places), "least": f"{WEAK_F:.0f}"}
    empty = printed.filter(pl.col("n") == 0).select("table", "column").unique().sort("table", "column")
    if empty.height:
        places = [f"{_number(table)} ({column})" for table, column in empty.iter_rows()]
        yield "warn_not_estimated", {"places": ", ".join(places)}
    suspect = warned.survey_plausibility.filter("is_suspect")
    if suspect.height:
        years = ", ".join(map(str, suspect["year"].unique().sort()))
        yield "warn_years", {"years": years, "figures": ", ".join(suspect["figure"].unique().sort())}
    filled, understood = (float(warned.column_readings[name].sum()) for name in ("filled", "understood"))
    if filled and 1 - understood / filled > UNREAD_SHARE:
        yield "warn_unread", {"share": f"{1 - understood / filled:.1%}"}
    if not_available:
        yield "warn_not_available", {"reasons": not_available}


def _number(table: str) -> str:
    """table_06 is 6; a study's own table keeps its name."""
    number = table.removeprefix("table_").lstrip("0")
    return number if number.isdigit() else table
