"""A regression table as people print it, in words of a language: estimates with stars, brackets below, three rules.

Made from tidy estimates, in the order of the specification; one variant of each column is printed, the others are in
`estimates.csv`. How it becomes HTML, LaTeX or Word is in `render.py` and `word.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from egov_assets.paper.stars import stars
from egov_assets.platform.words import Language, Words, words_of
from egov_assets.regression_tables.clustered import Rule
from egov_assets.regression_tables.descriptives import VARIABLES
from egov_assets.regression_tables.estimate import (
    LEAST_SQUARES_VARIANT,
    NAMED_RULES,
    PRINTED_VARIANT,
    WEAK_INSTRUMENT_VARIANT,
)
from egov_assets.regression_tables.fits import CONSTANT
from egov_assets.regression_tables.settings import Brackets, Printing
from egov_assets.regression_tables.specifications import Column, Table

STATISTICS = ("mean", "sd", "min", "max")
THE_PAPERS_WAY = Printing()
PLACES_SHOWN = ("0", "1", "p10", "p50", "p90")
OF_AN_APPENDIX = re.compile("[a-z][0-9]+")  # table_a1 is Table A1


@dataclass(frozen=True)
class PrintedTable:
    """Title, lines of column heads, body and foot as text; the first cell of each line is its label."""

    title: str
    heads: tuple[tuple[str, ...], ...]
    body: tuple[tuple[str, ...], ...]
    foot: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    language: Language


def is_chinese(character: str) -> bool:
    """True of Chinese characters and full-width marks."""
    return ord(character) > 0x2E7F


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
    printing  what stands in brackets below each estimate; decimals of both
    """
    words = words_of("regression_tables", language)
    own = estimates.filter(pl.col("table") == name)
    cells = _by_column_and_term(own, table, variant)
    anywhere = {column: row for (column, _), row in cells.items()}
    # Effective clusters differ by term, so the treatment's; all else is the same in every row of a column.
    anywhere |= {
        number: row for number, column in table.columns.items() if (row := cells.get((number, column.treatment)))
    }
    body = []
    for term in _terms(table):
        rows = [cells.get((number, term)) for number in table.columns]
        estimated = [_estimate(row, words, printing.decimals) for row in rows]
        if not any(estimated):  # a main effect that the firm effects absorb in every column
            continue
        body.append((_label(term, words), *estimated))
        below = [_bracket(row, printing) for row in rows]
        if any(below):
            body.append(("", *below))
    columns = table.columns.values()
    foot = [
        *_effects_at(table, own, words, printing.decimals),
        (words["controls"], *(words["yes" if column.controls else "no"] for column in columns)),
        *(
            (_effect(effect, words), *(words["yes" if effect in each.fixed_effects else "no"] for each in columns))
            for effect in dict.fromkeys(("firm", "year", *(name for each in columns for name in each.fixed_effects)))
        ),
        *_instrument_rows(table, own, words, printing.decimals),
        (words["n"], *(_count(anywhere[number]["n"]) for number in table.columns)),
        *_cluster_rows(table, anywhere, words),
        *_sample_rows(table, anywhere, words, printing.decimals),
        (words["r2"], *(_r2(anywhere[number]) for number in table.columns)),
    ]
    number = name.removeprefix("table_").lstrip("0")
    number = number.upper() if OF_AN_APPENDIX.fullmatch(number) else number
    title = (table.title_zh if language == "zh" else None) or table.title
    return PrintedTable(
        title=words["title"].format(number=number, title=title),
        heads=(
            ("", *(f"({number})" for number in table.columns)),
            ("", *(_head(column, language) for column in columns)),
        ),
        body=tuple(body),
        foot=tuple(foot),
        notes=(
            *_notes(table, own, words, printing.brackets),
            *_same(table, cells, words),
            *_zero_outside(table, own, words),
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
            name,
            f"{rows[name]['n']:,}",
            *("" if rows[name][each] is None else f"{rows[name][each]:z.{printing.decimals}f}" for each in STATISTICS),
        )
        for name in VARIABLES
    )
    heads = (words["variable"], words["n"], *(words[each] for each in STATISTICS))
    title = words["title"].format(number=1, title=words["descriptives"])
    return PrintedTable(title, (heads,), body, (), (words["own_observations"],), language)


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


def _sample_rows(table: Table, rows: dict[str, dict], words: Words, decimals: int) -> list[tuple[str, ...]]:
    """What each column's observations are; nothing of estimates that do not say."""

    def number(value: float | None, places: int) -> str:
        return "" if value is None else f"{value:,.{places}f}"

    places = {
        "effective_clusters": 1,
        "firms": 0,
        "firms_seen_again": 0,
        "singletons": 0,
        "outcome_mean": decimals,
        "outcome_sd": decimals,
    }
    lines = [
        (words[name], *(number(rows[each].get(name), digits) for each in table.columns))
        for name, digits in places.items()
    ]
    years = (words["years"], *(rows[each].get("years") or "" for each in table.columns))
    return [line for line in (*lines, years) if any(line[1:])]


def _same(table: Table, cells: Mapping[tuple[str, str], dict], words: Words) -> list[str]:
    """A note on columns that have one estimate, error and n of the treatment: they are one regression."""
    found: dict[tuple, list[str]] = {}
    for number, column in table.columns.items():
        row = cells.get((number, column.treatment))
        if row and row["estimate"] is not None:
            key = (column.treatment, row["n"], f"{row['estimate']:.9e}", f"{row['std_error']:.6e}")
            found.setdefault(key, []).append(number)
    return [
        words["same_regression"].format(columns=", ".join(f"({number})" for number in same))
        for same in found.values()
        if len(same) > 1
    ]


def _rows_at(table: Table, own: pl.DataFrame, place: str) -> dict[str, dict]:
    """By column the treatment's effect at a place of the moderator, under the column's own clusters."""
    variants = {number: f"at_{place}_{column.printed_variant}" for number, column in table.columns.items()}
    found = own.filter(pl.col("variant") == pl.col("column").replace_strict(variants, default=""))
    return {row["column"]: row for row in found.drop_nulls("estimate").iter_rows(named=True)}


def _effects_at(table: Table, own: pl.DataFrame, words: Words, decimals: int) -> list[tuple[str, ...]]:
    """Lines of the effect and its interval at each place of the moderators that any column has."""
    lines = []
    for place in PLACES_SHOWN:
        rows = _rows_at(table, own, place)
        if rows:
            lines.append(
                (words[f"at_{place}"], *(_effect_at(rows.get(each), words, decimals) for each in table.columns))
            )
    return lines


def _effect_at(row: dict | None, words: Words, decimals: int) -> str:
    if row is None:
        return ""
    low, high = (f"{row[end]:z.{decimals}f}" for end in ("ci_low", "ci_high"))
    return f"{_estimate(row, words, decimals)} [{low}, {high}]"


def _zero_outside(table: Table, own: pl.DataFrame, words: Words) -> list[str]:
    """A warning for each column whose treatment stands alone at a value that its moderator never has."""
    low, high = _rows_at(table, own, "min"), _rows_at(table, own, "max")
    return [
        words["zero_outside"].format(
            column=number,
            moderator=table.columns[number].moderator,
            treatment=table.columns[number].treatment,
            low=f"{low[number]['moderator']:.3g}",
            high=f"{high[number]['moderator']:.3g}",
        )
        for number in low
        if low[number]["moderator"] > 0 or high[number]["moderator"] < 0
    ]


def _cluster_rows(table: Table, anywhere: dict[str, dict], words: Words) -> list[tuple[str, ...]]:
    """How many clusters, and where they are not cities in every column, of what."""
    counts = [_count(anywhere[number]["n_clusters"]) for number in table.columns]
    clusterings = [column.clustering for column in table.columns.values()]
    if set(clusterings) == {"city"}:
        return [(words["cities"], *counts)]
    named = [words["city"] if each == "city" else each.replace("+", ", ") for each in clusterings]
    return [(words["clustered_by"], *named), (words["clusters"], *counts)]


def _terms(table: Table) -> list[str]:
    """Every printed term of any column once: treatments, moderators, products; controls where the table shows them."""
    columns = table.columns.values()
    hidden = set() if table.show_controls else {name for column in columns for name in column.controls}
    terms = [term for column in columns for term in column.regressors if term not in hidden]
    has_constant = table.show_controls and not all(column.instrument for column in columns)
    return [*dict.fromkeys(terms), *([CONSTANT] if has_constant else [])]


def _label(term: str, words: Words) -> str:
    return words["constant"] if term == CONSTANT else term.replace(":", " × ")


def _head(column: Column, language: Language) -> str:
    return (column.header_zh if language == "zh" else column.header) or column.header or column.outcome


def _estimate(row: dict | None, words: Words, decimals: int) -> str:
    if row is None:
        return ""
    if row["n"] == 0:
        return words["none"]
    if row["estimate"] is None:
        return ""
    return f"{row['estimate']:z.{_enough(row['estimate'], decimals)}f}{stars(row['p_value'])}"


def _enough(value: float, decimals: int) -> int:
    """One decimal more where the estimate would be printed as zero, as the paper does with -0.0003."""
    return decimals + 1 if value and abs(value) < 0.5 * 10**-decimals else decimals


def _bracket(row: dict | None, printing: Printing) -> str:
    value = None if row is None else row[printing.brackets]
    return "" if value is None else f"({value:z.{printing.decimals}f})"


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def _r2(row: dict) -> str:
    r2 = row["r2"] if row["r2_within"] is None else row["r2_within"]
    return "" if r2 is None else f"{r2:.4f}"


def _instrument_rows(table: Table, own: pl.DataFrame, words: Words, decimals: int) -> list[tuple[str, ...]]:
    if not any(column.instrument for column in table.columns.values()):
        return []
    tests = {row["column"]: row for row in own.filter(variant=WEAK_INSTRUMENT_VARIANT).iter_rows(named=True)}
    plain = {row["column"]: row for row in own.filter(variant=LEAST_SQUARES_VARIANT).iter_rows(named=True)}
    return [
        (words["instrument"], *(column.instrument or "" for column in table.columns.values())),
        (words["least_squares"], *(_estimate(plain.get(each), words, decimals) for each in table.columns)),
        (
            words["first_stage"],
            *(f"{tests[each]['effective_f']:.1f}" if each in tests else "" for each in table.columns),
        ),
        (words["anderson_rubin"], *(_set(tests.get(each), words) for each in table.columns)),
    ]


def _set(row: dict | None, words: Words) -> str:
    if row is None:
        return ""
    if row["ar_shape"] == "line":
        return words["line"]
    low, high = f"{row['ar_low']:z.3f}", f"{row['ar_high']:z.3f}"
    return words["outside"].format(low=low, high=high) if row["ar_shape"] == "two rays" else f"[{low}, {high}]"


def _rule_of(own: pl.DataFrame) -> Rule:
    """Whose errors are printed: the rule that is no variant beside them; every column has the first two."""
    beside = own["variant"].unique().to_list()
    return next((rule for rule in NAMED_RULES if not any(name.endswith(f"_{rule}") for name in beside)), NAMED_RULES[0])


def _notes(table: Table, own: pl.DataFrame, words: Words, brackets: Brackets) -> tuple[str, ...]:
    clusters = "by_city" if all(each.clustering == "city" for each in table.columns.values()) else "as_named"
    rule = words[_rule_of(own)]
    notes = [words["note"].format(brackets=words[brackets], clusters=words[clusters], rule=rule)]
    left_out = own.filter(pl.col("n") == 0).unique(["column"], keep="first").sort("column")
    if not left_out.is_empty():
        reasons = words["between"].join(
            f"({row['column']}) {words.of(row['reason'])}" for row in left_out.iter_rows(named=True)
        )
        notes.append(words["left_out"].format(reasons=reasons))
    return tuple(notes)
