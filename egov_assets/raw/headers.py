"""Which copy a file is, and which of its headers carries which column, by headers alone.

What belongs here: comparing headers with the declared synonyms, questions and near misses. Not here: the declaration
(`sources.py`), what the values look like (`kinds.py`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from egov_assets.raw.labels import plain_label
from egov_assets.raw.sources import Columns, Dialect, Source

BY_COLUMN = "by_column"  # the dialect of a copy whose columns are known one by one: any other that fits comes first
LIKE = 0.6  # of its characters a header has in common with a synonym that it may be a variant of
HEADERS_SHOWN = 30


@dataclass(frozen=True)
class Recognised:
    """A dialect of a source and canonical column -> header of the file."""

    dialect: str
    headers: dict[str, str]


class NotRecognised(Exception):
    """Headers that cannot be read as the source; `problems` says why, `some_known` whether any column is known."""

    def __init__(self, problems: Sequence[str], some_known: bool):
        self.problems, self.some_known = tuple(problems), some_known
        super().__init__("; ".join(problems))


def recognise(source: Source, headers: Sequence[str]) -> Recognised:
    """The dialect of a file and its canonical column -> header mapping.

    Of the dialects whose required columns are all there, the one with most marks and own headers; the first declared
    wins a tie, and `by_column` comes last.
    Raises  NotRecognised naming columns that are missing, with the headers that look like them, or two headers for one
    """
    _refuse_alike(headers)
    plain = _by_plain_header(headers)
    found = {name: _matched(_columns(source, dialect), plain) for name, dialect in source.dialects.items()}
    score = {name: _score(dialect, plain) for name, dialect in source.dialects.items()}
    fitting = [name for name, each in source.dialects.items() if _fits(each, source, found[name], score[name])]
    if fitting:
        best = max(fitting, key=lambda name: (score[name], name != BY_COLUMN))
        if questions := _questions(found[best]):
            raise NotRecognised(questions, some_known=True)
        return Recognised(best, {column: those[0] for column, those in found[best].items()})
    raise _not_recognised(source, headers, found, score)


def known_columns(source: Source, headers: Sequence[str]) -> int:
    """How many columns of the source are among these headers."""
    plain = _by_plain_header(headers)
    return max((len(_matched(_columns(source, each), plain)) for each in source.dialects.values()), default=0)


def near_misses(source: Source, headers: Sequence[str], missing: Sequence[str]) -> dict[str, str]:
    """Missing column -> the header of the file that looks most like one of its synonyms, if any looks so."""
    close = {}
    for column in missing:
        synonyms = [
            plain_header(each) for rank in _with_own_name(column, source.columns.get(column, ())) for each in rank
        ]
        likeness = {header: max(_alike(plain_header(header), each) for each in synonyms) for header in headers}
        best = max(headers, key=lambda header: likeness[header], default=None)
        if best is not None and likeness[best] >= LIKE:
            close[column] = best
    return close


def alternatives_of(source: Source, column: str, headers: Sequence[str]) -> list[str]:
    """The headers of a file that stand in one rank for a column; more than one is a question."""
    ranks = _with_own_name(column, source.columns.get(column, ()))
    return _matched({column: ranks}, _by_plain_header(headers)).get(column, [])


def plain_header(header: str) -> str:
    """A header without what copies differ in: translation, note marks, byte order mark, blanks, punctuation, case."""
    return re.sub(r"[\s\ufeff\u3000()（）【】\[\]<>《》、,，.。:：;；\"'-]", "", plain_label(header)).lower()


def _columns(source: Source, dialect: Dialect) -> Columns:
    """What each column is called in a dialect; its own name is always known."""
    declared = {**source.columns, **dialect.columns}
    return {column: _with_own_name(column, ranks) for column, ranks in declared.items()}


def _with_own_name(column: str, ranks: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    first, *others = ranks or ((),)
    return ((*first, column), *map(tuple, others))


def _refuse_alike(headers: Sequence[str]) -> None:
    """Headers that differ in blanks alone are one header twice, as equal ones are."""
    places: dict[str, list[str]] = {}
    for header in headers:
        places.setdefault(re.sub(r"[\s\ufeff]", "", header), []).append(header)
    if alike := [those for those in places.values() if len(those) > 1]:
        named = "; ".join(" and ".join(f"`{each}`" for each in those) for those in alike)
        raise NotRecognised([f"headers differ in blanks alone: {named}"], some_known=True)


def _by_plain_header(headers: Sequence[str]) -> dict[str, list[str]]:
    plain: dict[str, list[str]] = {}
    for header in headers:
        plain.setdefault(plain_header(header), []).append(header)
    return plain


def _matched(columns: Columns, plain: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Canonical column -> the headers of the first rank that the file has any of, in the declared order."""
    found = {}
    for column, ranks in columns.items():
        for rank in ranks:
            those = [header for name in dict.fromkeys(map(plain_header, rank)) for header in plain.get(name, ())]
            if those:
                found[column] = those
                break
    return found


def _score(dialect: Dialect, plain: Mapping[str, list[str]]) -> int:
    own = [each for ranks in dialect.columns.values() for rank in ranks for each in rank]
    return sum(plain_header(each) in plain for each in (*dialect.marks, *own))


def _fits(dialect: Dialect, source: Source, found: Mapping[str, list[str]], score: int) -> bool:
    return (
        not _missing(dialect, source, found)
        and not any(column in found for column in dialect.without)
        and (score > 0 or not dialect.marks)
    )


def _missing(dialect: Dialect, source: Source, found: Mapping[str, list[str]]) -> list[str]:
    required = source.requires if dialect.requires is None else dialect.requires
    return [column for column in required if column not in found and column not in dialect.fixed]


def _questions(found: Mapping[str, list[str]]) -> list[str]:
    return [
        f"{column} could be {' or '.join(those)}: say which under columns.{column} of the source in study.yml"
        for column, those in found.items()
        if len(those) > 1
    ]


def _not_recognised(
    source: Source, headers: Sequence[str], found: Mapping[str, dict[str, list[str]]], score: Mapping[str, int]
) -> NotRecognised:
    nearest = max(source.dialects, key=lambda name: (score[name], len(found[name])))
    dialect = source.dialects[nearest]
    if len(found[nearest]) < 2:
        return NotRecognised([f"it has no header of this source; {_listed(headers)}"], some_known=False)
    if dialect.cannot_be_used and score[nearest]:
        return NotRecognised([f"it is of the dialect {nearest}: {dialect.cannot_be_used}"], some_known=True)
    missing = _missing(dialect, source, found[nearest])
    unused = [header for header in headers if header not in [each[0] for each in found[nearest].values()]]
    close = near_misses(source, unused, missing)
    problems = [
        f"column {column} is missing "
        + (
            f"(`{close[column]}` looks like it)"
            if column in close
            else f"(known as {_synonyms(source, dialect, column)})"
        )
        for column in missing
    ]
    return NotRecognised([*problems, _listed(headers)], some_known=True)


def _synonyms(source: Source, dialect: Dialect, column: str) -> str:
    return ", ".join(each for rank in _columns(source, dialect)[column] for each in rank)


def _alike(header: str, synonym: str) -> float:
    """Share of characters in common; a synonym wholly inside a header, or the reverse, is a likeness by itself."""
    if len(synonym) > 1 and len(header) > 1 and (synonym in header or header in synonym):
        return max(LIKE, SequenceMatcher(None, header, synonym).ratio())
    return SequenceMatcher(None, header, synonym).ratio()


def _listed(headers: Sequence[str]) -> str:
    shown = ", ".join(headers[:HEADERS_SHOWN])
    return f"the file has {shown}{', …' if len(headers) > HEADERS_SHOWN else ''}"
