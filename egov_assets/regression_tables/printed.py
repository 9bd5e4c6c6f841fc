"""A regression table as people print it, in words of a language: estimates with stars, parentheses below, three rules.

Made from tidy estimates, in the order of the specification; one variant of each column is printed, the others are in
`estimates.csv`. How it becomes HTML, LaTeX or Word is in `render.py`, `latex.py` and `word.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

import polars as pl

from egov_assets.paper.stars import stars
from egov_assets.platform.words import Language, Words, words_of
from egov_assets.regression_tables.descriptives import VARIABLES
from egov_assets.regression_tables.estimate import LEAST_SQUARES_VARIANT, PRINTED_VARIANT, WEAK_INSTRUMENT_VARIANT
from egov_assets.regression_tables.settings import Chosen, Printing, Scalar, printed_terms
from egov_assets.regression_tables.specifications import Column, Table
from egov_assets.regression_tables.table_notes import (
    estimate_note,
    not_computable,
    same_regression,
    weak_first_stages,
    zero_outside,
)
from egov_assets.regression_tables.variable_labels import term_label

STATISTICS = ("mean", "sd", "min", "max")
THE_PAPERS_WAY = Printing()
PLACES_SHOWN = ("0", "1", "p10", "p50", "p90")
OF_AN_APPENDIX = re.compile("[a-z][0-9]+")  # table_a1 is Table A1
NUMBER = re.compile(r"(\(?<?-?[\d,]*\d)((?:\.\d+)?\)?\**)")
Span = tuple[str, int]


@dataclass(frozen=True)
class PrintedTable:
    """Title, heads, body and foot as text; the first cell of each line is its label.

    spans  lines above the heads, each of (text, how many columns of numbers it stands above); text may be empty
    """

    name: str
    title: str
    spans: tuple[tuple[Span, ...], ...]
    heads: tuple[tuple[str, ...], ...]
    body: tuple[tuple[str, ...], ...]
    foot: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    language: Language

    @property
    def lines_above(self) -> tuple[tuple[str, ...], ...]:
        """Spans and heads for what cannot join cells: a span is said in each of its columns."""
        repeated = (("", *(text for text, width in line for _ in range(width))) for line in self.spans)
        return (*repeated, *self.heads)


def is_chinese(character: str) -> bool:
    """True of Chinese characters and full-width marks."""
    return ord(character) > 0x2E7F


def decimal_parts(cell: str) -> tuple[str, str] | None:
    """A number as what stands before its decimal point, and the point with what follows, stars too; None of text."""
    number = NUMBER.fullmatch(cell)
    return (number[1], number[2]) if number else None


def printed_table(
    name: str,
    table: Table,
    estimates: pl.DataFrame,
    variant: str = "",
    language: Language = "en",
    printing: Printing = THE_PAPERS_WAY,
) -> PrintedTable:
    """The table of one specification, filled from tidy estimates of one variant; blank where a column lacks a term.

    variant   of all columns; by default that of each column's own clusters
    printing  style, what stands in parentheses, decimals, and what of the table is shown
    """
    words, chosen = words_of("regression_tables", language), printing.chosen(name)
    terms = _terms(table, chosen)
    if chosen.columns:
        table = table.model_copy(update={"columns": {each: table.columns[each] for each in chosen.columns}})
    own = estimates.filter(pl.col("table") == name, pl.col("column").is_in(list(table.columns)))
    cells = _by_column_and_term(own, table, variant)
    anywhere = {column: row for (column, _), row in cells.items()}
    # Effective clusters differ by term, so the treatment's; all else is the same in every row of a column.
    anywhere |= {
        number: row for number, column in table.columns.items() if (row := cells.get((number, column.treatment)))
    }
    body = []
    for term in terms:
        rows = [cells.get((number, term)) for number in table.columns]
        estimated = [_estimate(row, words, printing) for row in rows]
        if not any(estimated):  # a main effect that the firm effects absorb in every column
            continue
        body.append((term_label(term, language, printing.variables), *estimated))
        below = [_bracket(row, printing) for row in rows]
        if any(below):
            body.append(("", *below))
    columns = table.columns.values()
    tests = {
        row["column"]: row for row in own.filter(variant=WEAK_INSTRUMENT_VARIANT).drop_nulls("effective_f").to_dicts()
    }
    foot = (
        *_effects_at(table, own, words, printing),
        (words["controls"], *(words["yes" if column.controls else "no"] for column in columns)),
        *(
            (_effect(effect, words), *(words["yes" if effect in each.fixed_effects else "no"] for each in columns))
            for effect in dict.fromkeys(("firm", "year", *(name for each in columns for name in each.fixed_effects)))
        ),
        *_statistics(table, own, anywhere, tests, language, printing),
    )
    is_starred = any("*" in cell for line in (*body, *foot) for cell in line[1:])
    low, high = _rows_at(table, own, "min"), _rows_at(table, own, "max")
    number = name.removeprefix("table_").lstrip("0")
    number = number.upper() if OF_AN_APPENDIX.fullmatch(number) else number
    title = (table.title_zh if language == "zh" else None) or table.title
    return PrintedTable(
        name=name,
        title=words["title"].format(number=number, title=title),
        spans=_spans(table, chosen, language, printing),
        heads=_heads(table, language),
        body=tuple(body),
        foot=foot,
        notes=(
            estimate_note(table, own, language, printing, is_starred),
            *not_computable(cells, words),
            *weak_first_stages(tests, words),
            *same_regression(table, cells, words),
            *zero_outside(table, low, high, language, printing),
        ),
        language=language,
    )


def printed_descriptives(
    descriptives: pl.DataFrame, language: Language = "en", printing: Printing = THE_PAPERS_WAY
) -> PrintedTable:
    """Table 1 in the paper's order; blank where a variable has no observations."""
    words = words_of("regression_tables", language)
    rows = {row["variable"]: row for row in descriptives.iter_rows(named=True)}
    body = tuple(
        (
            term_label(name, language, printing.variables),
            f"{rows[name]['n']:,}",
            *("" if rows[name][each] is None else f"{rows[name][each]:z.{printing.decimals}f}" for each in STATISTICS),
        )
        for name in VARIABLES
    )
    heads = (words["variable"], words["n"], *(words[each] for each in STATISTICS))
    title = words["title"].format(number=1, title=words["descriptives"])
    return PrintedTable("table_01", title, (), (heads,), body, (), (words["own_observations"],), language)


def _terms(table: Table, chosen: Chosen) -> list[str]:
    terms = [term for term in printed_terms(table) if not chosen.keep or term in chosen.keep]
    return sorted(terms, key=lambda term: chosen.order.index(term) if term in chosen.order else len(chosen.order))


def _spans(table: Table, chosen: Chosen, language: Language, printing: Printing) -> tuple[tuple[Span, ...], ...]:
    """The study's headings, if any, and the outcomes: each above the adjacent columns that share it."""

    def joined(texts: list[str]) -> tuple[Span, ...]:
        return tuple((text, len(list(same))) for text, same in groupby(texts))

    heading = {number: text for text, numbers in chosen.groups.items() for number in numbers}
    groups = joined([heading.get(number, "") for number in table.columns])
    outcomes = joined([term_label(each.outcome, language, printing.variables) for each in table.columns.values()])
    return (*([groups] if heading else []), outcomes)


def _heads(table: Table, language: Language) -> tuple[tuple[str, ...], ...]:
    numbers = ("", *(f"({number})" for number in table.columns))
    headers = ("", *(_head(column, language) for column in table.columns.values()))
    return (numbers, headers) if any(headers) else (numbers,)


def _statistics(
    table: Table,
    own: pl.DataFrame,
    anywhere: Mapping[str, dict],
    tests: Mapping[str, dict],
    language: Language,
    printing: Printing,
) -> list[tuple[str, ...]]:
    """The lines of the statistics that are asked for, in their order; none of one that no column has."""
    words = words_of("regression_tables", language)
    plain = {row["column"]: row for row in own.filter(variant=LEAST_SQUARES_VARIANT).iter_rows(named=True)}
    instruments = [column.instrument for column in table.columns.values()]
    named = [term_label(each, language, printing.variables) if each else "" for each in instruments]
    # Labels of instruments begin with the word that stands before the line.
    lines = [(words["instrument"], *(re.sub(f"^{words['instrument']}[:：] ?", "", text) for text in named))]

    def cells(name: Scalar, number: str) -> str:
        row = anywhere[number]
        match name:
            case "least_squares":
                return _estimate(plain.get(number), words, printing)
            case "first_stage":
                return _first_stage(tests.get(number))
            case "anderson_rubin":
                return _set(tests.get(number), words)
            case "n":
                return _count(row["n"])
            case "r2":
                return "" if table.columns[number].instrument else _r2(row)
            case "years":
                return row.get("years") or ""
            case _:
                return _of_the_sample(row.get(name), name, printing.decimals)

    for name in printing.statistics:
        if name == "clusters":
            lines += _cluster_rows(table, anywhere, words)
        else:
            lines.append((words[name], *(cells(name, number) for number in table.columns)))
    return [line for line in lines if any(line[1:])]


def _first_stage(row: dict | None) -> str:
    if row is None:
        return ""
    return f"{row['effective_f']:.1f}" if row["effective_f"] >= 0.05 else "<0.1"


def _of_the_sample(value: float | None, name: Scalar, decimals: int) -> str:
    places = {"effective_clusters": 1, "outcome_mean": decimals, "outcome_sd": decimals}.get(name, 0)
    return "" if value is None else f"{value:z,.{places}f}"


def _by_column_and_term(own: pl.DataFrame, table: Table, variant: str) -> dict[tuple[str, str], dict]:
    """What is printed; the reason of a column that is not estimated stands under clusters by city."""
    of_column = {number: variant or column.printed_variant for number, column in table.columns.items()}
    chosen = own.filter(
        (pl.col("variant") == pl.col("column").replace_strict(of_column, default=""))
        | ((pl.col("variant") == PRINTED_VARIANT) & (pl.col("n") == 0))
    )
    return {(row["column"], row["term"]): row for row in chosen.iter_rows(named=True)}


def _effect(name: str, words: Words) -> str:
    return words[name] if name in ("firm", "year") else words["effects_of"].format(name=name.replace("^", " × "))


def _rows_at(table: Table, own: pl.DataFrame, place: str) -> dict[str, dict]:
    """By column the treatment's effect at a place of the moderator, under the column's own clusters."""
    variants = {number: f"at_{place}_{column.printed_variant}" for number, column in table.columns.items()}
    found = own.filter(pl.col("variant") == pl.col("column").replace_strict(variants, default=""))
    return {row["column"]: row for row in found.drop_nulls("estimate").iter_rows(named=True)}


def _effects_at(table: Table, own: pl.DataFrame, words: Words, printing: Printing) -> list[tuple[str, ...]]:
    """Lines of the effect and its interval at each place of the moderators that any column has."""
    lines = []
    for place in PLACES_SHOWN:
        rows = _rows_at(table, own, place)
        if rows:
            lines.append(
                (words[f"at_{place}"], *(_effect_at(rows.get(each), words, printing) for each in table.columns))
            )
    return lines


def _effect_at(row: dict | None, words: Words, printing: Printing) -> str:
    if row is None:
        return ""
    low, high = (f"{row[end]:z.{printing.decimals}f}" for end in ("ci_low", "ci_high"))
    return f"{_estimate(row, words, printing)} [{low}, {high}]"


def _cluster_rows(table: Table, anywhere: Mapping[str, dict], words: Words) -> list[tuple[str, ...]]:
    """How many clusters, and where they are not cities in every column, of what."""
    counts = [_count(anywhere[number]["n_clusters"]) for number in table.columns]
    clusterings = [column.clustering for column in table.columns.values()]
    if set(clusterings) == {"city"}:
        return [(words["cities"], *counts)]
    named = [words["city"] if each == "city" else each.replace("+", ", ") for each in clusterings]
    return [(words["clustered_by"], *named), (words["clusters"], *counts)]


def _head(column: Column, language: Language) -> str:
    return (column.header_zh if language == "zh" else column.header) or column.header or ""


def _estimate(row: dict | None, words: Words, printing: Printing) -> str:
    if row is None:
        return ""
    if row["n"] == 0:
        return words["none"]
    if row["estimate"] is None:
        return ""
    starred = stars(row["p_value"]) if printing.has_stars else ""
    return f"{row['estimate']:z.{_enough(row['estimate'], printing.decimals)}f}{starred}"


def _enough(value: float, decimals: int) -> int:
    """One decimal more where the estimate would be printed as zero, as the paper does with -0.0003."""
    return decimals + 1 if value and abs(value) < 0.5 * 10**-decimals else decimals


def _bracket(row: dict | None, printing: Printing) -> str:
    value = None if row is None else row[printing.in_parentheses]
    if value is None:
        return ""
    least = 10**-printing.decimals
    if printing.in_parentheses == "p_value" and value < 0.5 * least:  # no p-value is zero
        return f"(<{least:.{printing.decimals}f})"
    decimals = _enough(value, printing.decimals) if printing.in_parentheses == "std_error" else printing.decimals
    return f"({value:z.{decimals}f})"


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def _r2(row: dict) -> str:
    r2 = row["r2"] if row["r2_within"] is None else row["r2_within"]
    return "" if r2 is None else f"{r2:.4f}"


def _set(row: dict | None, words: Words) -> str:
    if row is None:
        return ""
    if row["ar_shape"] == "line":
        return words["line"]
    low, high = f"{row['ar_low']:z.3f}", f"{row['ar_high']:z.3f}"
    return words["outside"].format(low=low, high=high) if row["ar_shape"] == "two rays" else f"[{low}, {high}]"
