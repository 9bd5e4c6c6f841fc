"""The declaration of sources: where their files are, and under which headers each copy carries a column.

What belongs here: `sources.yml`, its validation, and recognising a dialect from a header. Not here: reading bytes.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from egov_assets.settings_file import read_settings

SHIPPED = Path(__file__).with_name("sources.yml")


class Dialect(BaseModel):
    """One vendor's way of writing the source: the headers each canonical column is known under.

    `requires` are the canonical columns without which a file is not of this dialect; `together_with` names the
    dialect of a second file that completes the first, as the survey's 2010 comes in two.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    note: str
    requires: tuple[str, ...]
    together_with: str | None = None
    columns: dict[str, tuple[str, ...]]

    def matched(self, headers: Sequence[str]) -> dict[str, str]:
        """Canonical column -> the header it has in this file, in the declared order of preference."""
        known = {plain_header(header): header for header in reversed(headers)}
        found = {}
        for column, aliases in self.columns.items():
            for alias in aliases:
                if plain_header(alias) in known:
                    found[column] = known[plain_header(alias)]
                    break
        return found


class Source(BaseModel):
    """One source: its file patterns below the raw folder (`{year}` stands for the year) and its dialects."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    files: tuple[str, ...]
    dialects: dict[str, Dialect]


class Sources(BaseModel):
    """The whole declaration: the sources by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: dict[str, Source]


class UnknownDialect(Exception):
    """No dialect fits a header; `problems` says what the nearest one misses."""

    def __init__(self, problems: Sequence[str]):
        self.problems = tuple(problems)
        super().__init__("; ".join(problems))


@cache
def read_sources(path: Path = SHIPPED) -> dict[str, Source]:
    """The declared sources by name.

    Raises  SettingsError listing every problem of the file, each unknown key with the nearest known one
    """
    return read_settings(Sources, path).sources


def recognise(source: Source, headers: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The dialect of a header and its canonical column -> header mapping.

    The dialect whose required columns are all there and that explains most columns; the first declared wins a tie.
    Raises  UnknownDialect naming the columns the nearest dialect misses
    """
    matches = {name: dialect.matched(headers) for name, dialect in source.dialects.items()}
    missing = {
        name: [column for column in dialect.requires if column not in matches[name]]
        for name, dialect in source.dialects.items()
    }
    complete = [name for name in source.dialects if not missing[name]]
    if complete:
        best = max(complete, key=lambda name: len(matches[name]))
        return best, matches[best]
    nearest = max(source.dialects, key=lambda name: len(matches[name]))
    if not matches[nearest]:
        raise UnknownDialect([f"no column is known in any dialect ({', '.join(source.dialects)})", _listed(headers)])
    raise UnknownDialect(
        [
            f"column {column} is missing (the dialect {nearest} calls it {' or '.join(aliases)})"
            for column in missing[nearest]
            if (aliases := source.dialects[nearest].columns[column])
        ]
        + [_listed(headers)]
    )


def source_files(raw: Path, source: Source, year: int) -> list[Path]:
    """The files of a source and year in natural order of their names (part_2 before part_10).

    The order of the folder's listing never matters. Editors' lock files (`~$...`) and hidden files are left out.
    """
    found = {path for pattern in source.files for path in raw.glob(pattern.replace("{year}", str(year)))}
    return sorted(
        (path for path in found if not path.name.startswith((".", "~$"))), key=lambda path: natural_order(path.name)
    )


def natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key in which numbers inside a name count as numbers and a stem precedes its own continuation."""
    stem, _, ending = name.partition(".")
    pieces = [piece for piece in re.split(r"(\d+)", stem) if piece]
    return (*((0, int(piece), "") if piece.isdigit() else (1, 0, piece) for piece in pieces), (-1, 0, ending))


def plain_header(header: str) -> str:
    """A header without what copies differ in: byte order mark, blanks, brackets, punctuation, case."""
    return re.sub(r"[\s\ufeff\u3000()（）【】\[\]<>《》、,，.。:：;；\"'-]", "", header).lower()


def _listed(headers: Sequence[str]) -> str:
    shown = ", ".join(headers[:30])
    return f"the file has {shown}{', …' if len(headers) > 30 else ''}"
