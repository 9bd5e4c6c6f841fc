"""Two languages, one mechanism: tables keep messages, print puts them into words.

A message is an id and the values that differ from row to row, kept as text: `exact duplicate of an earlier line`, or
`revenue below the minimum {"thousand_cny": 5000}`. Each chapter's `words.yml` holds what its ids say in both languages;
an id without English words is its own English. dbt's macro `message` writes the same text.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
FILE_NAME = "words.yml"
LABELS_NAME = "labels.yml"
CHAPTERS = Path(__file__).parents[1]


def message(name: str, **values: str | float) -> str:
    """A message as a table keeps it."""
    return f"{name} {json.dumps(values, ensure_ascii=False)}" if values else name


def message_parts(kept: str) -> tuple[str, dict[str, Any]]:
    """The id and the values of a message."""
    name, has_values, rest = kept.partition(' {"')
    return name, json.loads('{"' + rest) if has_values else {}


@dataclass(frozen=True)
class Words:
    """The words of a chapter in one language."""

    texts: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """What an id says, with its values still in braces."""
        return self.texts[name]

    def of(self, kept: str | None) -> str:
        """What a cell of a table says: a message in words; a name, formula or number as it is; nothing for no cell."""
        if kept is None:
            return ""
        name, values = message_parts(kept)
        return self.texts[name].format(**values) if name in self.texts else kept


@cache
def words_of(chapter: str, language: Language) -> Words:
    """The words of a chapter, named as its folder, in a language."""
    entries = yaml.safe_load((CHAPTERS / chapter / FILE_NAME).read_text(encoding="utf-8"))
    return Words({name: entry.get(language, name) for name, entry in entries.items()})


@cache
def labels_of(chapter: str, language: Language) -> Words:
    """What the columns of a chapter's tables are called in a language; none of a chapter without `labels.yml`."""
    file = CHAPTERS / chapter / LABELS_NAME
    entries = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    return Words({name: entry[language] for name, entry in entries.items()})
