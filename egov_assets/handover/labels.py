"""What an exported table says of its columns: label, values with labels, the name as Stata takes it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dagster as dg

from egov_assets.platform.words import Language, labels_of, words_of

LONGEST_NAME, LONGEST_LABEL = 32, 80  # characters, of Stata 14 and later
YES_OR_NO = "isin((0, 1))"  # the rule of a dummy in its schema
RESERVED = {
    *("_all", "_b", "byte", "_coef", "_cons", "double", "float", "if", "in", "int", "long", "_n", "_N", "_pi", "_pred"),
    *("_rc", "_skip", "strL", "using", "with"),
}


@dataclass(frozen=True)
class ColumnLabel:
    """One column: its name in Stata, what it is called, what its codes mean (empty: they are no codes)."""

    name: str
    stata_name: str
    label: str
    values: Mapping[int, str]


def column_labels(columns: dg.TableSchema, chapter: str, language: Language) -> list[ColumnLabel]:
    """A label for every column: the chapter's `labels.yml`, else the description in the schema, which is English."""
    labels, words = labels_of(chapter, language).texts, words_of("regression_tables", language)
    stata = stata_names([column.name for column in columns.columns])
    return [
        ColumnLabel(
            column.name,
            stata[column.name],
            labels.get(column.name) or shortened(column.description or column.name),
            {0: words["no"], 1: words["yes"]} if YES_OR_NO in column.constraints.other else {},
        )
        for column in columns.columns
    ]


def shortened(text: str, longest: int = LONGEST_LABEL) -> str:
    """The text up to a word's end, with a mark if something is left out."""
    if len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def stata_names(columns: Sequence[str]) -> dict[str, str]:
    """Column -> a name of at most 32 letters, digits and _, none twice, no reserved word: its own if that is one."""
    names: dict[str, str] = {}
    taken = {each for each in columns if _is_a_name(each)}
    for column in columns:
        if column in taken:
            names[column] = column
            continue
        plain = re.sub(r"\W", "_", column, flags=re.ASCII)
        plain = plain if _is_a_name(plain[:LONGEST_NAME]) else f"v_{plain}"
        name, number = plain[:LONGEST_NAME], 1
        while name in taken:
            number += 1
            name = f"{plain[: LONGEST_NAME - len(str(number)) - 1]}_{number}"
        taken.add(name)
        names[column] = name
    return names


def _is_a_name(column: str) -> bool:
    is_formed = re.fullmatch(r"[A-Za-z_]\w*", column, flags=re.ASCII) and len(column) <= LONGEST_NAME
    return bool(is_formed) and column not in RESERVED and not re.fullmatch(r"str\d+", column)
