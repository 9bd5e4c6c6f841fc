"""What cannot be made for want of a source, and which files would make it possible.

A table that cannot be made is published all the same, without rows, and its file says what it lacks: patterns of files
below the raw folder, one for each source and year that has none. So everything downstream finds its columns, and the
reason travels with the table. A source that is there and broken is an error, never a lack.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from egov_assets.platform.lake import table_path

Lacking = tuple[str, ...]  # patterns of files, sorted; nothing: the table can be made

LACKS = "egov_lacks"  # in the footer of the Parquet file of a table that could not be made
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class NotAvailable(Exception):
    """A source has no files; `lacking` says which would be read."""

    def __init__(self, lacking: Iterable[str]) -> None:
        self.lacking: Lacking = tuple(sorted(set(lacking)))
        super().__init__(words_of_lacking(self.lacking))


def footer_of(lacking: Lacking) -> dict[str, str]:
    """What the file of a table that cannot be made says of it."""
    return {LACKS: json.dumps(lacking)}


def lacking_of_table(lake: Path, table: str, year: int | None) -> Lacking:
    """What a table of the lake lacks, in a year unless it is one of all years: nothing if it was made, or not yet.

    Raises  OSError if its file is no Parquet file
    """
    whole = table_path(lake, table)
    path = whole if whole.exists() else table_path(lake, table, year)
    if not path.exists():
        return ()
    kept = pq.read_metadata(path).metadata or {}
    return tuple(json.loads(kept.get(LACKS.encode(), b"[]")))


def lacking_in(lake: Path, years: Collection[int]) -> dict[tuple[str, int | None], Lacking]:
    """What each table of the lake that could not be made lacks: by table and year, None for a table of all years."""
    tables = sorted(folder.name for folder in lake.glob("*") if folder.is_dir())
    places = [(table, year) for table in tables for year in _years_of(lake, table, years)]
    found = {place: lacking_of_table(lake, *place) for place in places}
    return {place: lacking for place, lacking in found.items() if lacking}


def _years_of(lake: Path, table: str, years: Collection[int]) -> Iterable[int | None]:
    return (None,) if table_path(lake, table).exists() else sorted(years)


@dataclass(frozen=True)
class Needs:
    """What a table of a year (None: of all years) is made from.

    inputs       input -> the years of it that are read; None for a table of all years
    optional     inputs that it can do without, though not without all of its inputs
    all_or_none  inputs without which it is another reading, if no year has them; if one has, its own year must
    """

    year: int | None
    inputs: Mapping[str, Sequence[int | None]]
    optional: Collection[str] = ()
    all_or_none: Collection[str] = ()

    def lacking(self, of: Callable[[str, int | None], Lacking]) -> Lacking:
        """What the table lacks; `of` says it of an input and year. An input is there if one of its years is."""
        read = {name: [of(name, year) for year in years] for name, years in self.inputs.items()}
        away = {name for name, lacking in read.items() if all(lacking)}
        can_spare = {*self.optional, *self.all_or_none}
        needed = away if away == set(read) <= can_spare else away - can_spare
        patterns = {pattern for name in needed for lacking in read[name] for pattern in lacking}
        for name in set(self.all_or_none) - away:
            patterns |= set(of(name, self.year))
        return tuple(sorted(patterns))


def words_of_lacking(lacking: Lacking) -> str:
    """What files would make a table possible: patterns that differ in their year only are said once."""
    years: dict[str, list[str]] = {}
    for pattern in lacking:
        found = _YEAR.search(pattern)
        years.setdefault(_YEAR.sub("{year}", pattern), []).extend([found[0]] if found else [])
    named = [f"{pattern} of {', '.join(of)}" if of else pattern for pattern, of in years.items()]
    return f"no file fits {' and none '.join(named)}"


def tables_by_reason(lacking: Mapping[tuple[str, int | None], Lacking]) -> list[tuple[str, str]]:
    """Tables that lack files of the same patterns, and these in words: a line for each, as people read it.

    lacking  (table, year or None for all years) -> what it lacks
    """
    alike: dict[Lacking, dict[tuple[str, int | None], Lacking]] = {}
    for place, patterns in lacking.items():
        alike.setdefault(tuple(sorted({_YEAR.sub("{year}", each) for each in patterns})), {})[place] = patterns
    lines = []
    for places in alike.values():
        years: dict[str, list[int]] = {}
        for table, year in places:
            years.setdefault(table, []).extend([] if year is None else [year])
        most = max(map(len, years.values()))
        tables = [name if len(of) in (0, most) else f"{name} ({', '.join(map(str, of))})" for name, of in years.items()]
        union = tuple(sorted({each for patterns in places.values() for each in patterns}))
        lines.append((", ".join(tables), words_of_lacking(union)))
    return lines
