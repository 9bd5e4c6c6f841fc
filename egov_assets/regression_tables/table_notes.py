"""The notes below a printed table, composed from what the table holds."""

from collections.abc import Iterator, Mapping

import polars as pl

from egov_assets.platform.words import Language, Words, words_of
from egov_assets.regression_tables.clustered import Rule
from egov_assets.regression_tables.estimate import NAMED_RULES
from egov_assets.regression_tables.settings import Printing
from egov_assets.regression_tables.specifications import Table
from egov_assets.regression_tables.variable_labels import term_label

WEAK_F = 10  # Staiger and Stock (1997); Anderson-Rubin sets stay right below it


def estimate_note(table: Table, own: pl.DataFrame, language: Language, printing: Printing, is_starred: bool) -> str:
    """What the parentheses hold, what stars mean and what R2 is: only of what is printed."""
    words, columns = words_of("regression_tables", language), table.columns.values()
    clusters = "by_city" if all(each.clustering == "city" for each in columns) else "as_named"
    parts = [
        words["note"].format(
            brackets=words[printing.in_parentheses], clusters=words[clusters], rule=words[_rule_of(own)]
        )
    ]
    if is_starred:
        parts.append(words["stars"])
    by_least_squares = [each for each in columns if not each.instrument]
    if "r2" in printing.statistics and any(each.fixed_effects for each in by_least_squares):
        parts.append(words["r2_is_net"])
    return (" " if language == "en" else "").join(parts)  # a full-width full stop has its own blank


def not_computable(cells: Mapping[tuple[str, str], dict], words: Words) -> Iterator[str]:
    """The printed columns without numbers, each with its reason."""
    left_out = {number: row["reason"] for (number, _), row in sorted(cells.items()) if row["n"] == 0}
    if left_out:
        reasons = (f"({number}) {words.of(reason)}" for number, reason in left_out.items())
        yield words["left_out"].format(reasons=words["between"].join(reasons))


def weak_first_stages(tests: Mapping[str, dict], words: Words) -> Iterator[str]:
    """A warning that names the columns whose first stage is below the rule of thumb, so that p-values mislead."""
    weak = [f"({number})" for number, row in tests.items() if row["effective_f"] < WEAK_F]
    if weak:
        yield words["weak"].format(columns=", ".join(weak), limit=WEAK_F)


def same_regression(table: Table, cells: Mapping[tuple[str, str], dict], words: Words) -> Iterator[str]:
    """A note on columns that have one estimate, error and n of the treatment: they are one regression."""
    found: dict[tuple, list[str]] = {}
    for number, column in table.columns.items():
        row = cells.get((number, column.treatment))
        if row and row["estimate"] is not None:
            key = (column.treatment, row["n"], f"{row['estimate']:.9e}", f"{row['std_error']:.6e}")
            found.setdefault(key, []).append(number)
    for same in found.values():
        if len(same) > 1:
            yield words["same_regression"].format(columns=", ".join(f"({number})" for number in same))


def zero_outside(
    table: Table, low: Mapping[str, dict], high: Mapping[str, dict], language: Language, printing: Printing
) -> Iterator[str]:
    """A warning for each column whose treatment stands alone at a value that its moderator never has."""
    words = words_of("regression_tables", language)
    for number in low:
        column = table.columns[number]
        if low[number]["moderator"] > 0 or high[number]["moderator"] < 0:
            yield words["zero_outside"].format(
                column=number,
                moderator=term_label(column.moderator or "", language, printing.variables),
                treatment=term_label(column.treatment, language, printing.variables),
                low=f"{low[number]['moderator']:.3g}",
                high=f"{high[number]['moderator']:.3g}",
            )


def _rule_of(own: pl.DataFrame) -> Rule:
    """Whose errors are printed: the rule that is no variant beside them; every column has the first two."""
    beside = own["variant"].unique().to_list()
    return next((rule for rule in NAMED_RULES if not any(name.endswith(f"_{rule}") for name in beside)), NAMED_RULES[0])
