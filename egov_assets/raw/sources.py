"""The declaration of sources: where their files are, and under which headers each copy carries a column.

What belongs here: `sources.yml`, the user's own beside the raw files, their validation, and recognising a dialect from
a header. Not here: reading bytes.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import polars as pl
import yaml
from pydantic import BaseModel, ConfigDict, field_validator

from egov_assets.platform.settings_file import SettingsError, parse_settings, read_settings
from egov_assets.raw.schema import (
    RawCityYearbook,
    RawCustoms,
    RawEgovScores,
    RawFirmSurvey,
    RawProvinceYearbook,
    file_columns,
)

FILE_NAME = "sources.yml"
SHIPPED = Path(__file__).with_name(FILE_NAME)
RAW_TABLES = {
    "customs": RawCustoms,
    "firm_survey": RawFirmSurvey,
    "egov_scores": RawEgovScores,
    "city_yearbook": RawCityYearbook,
    "province_yearbook": RawProvinceYearbook,
}
ONLY_TO_RECOGNISE = ("unit_value",)  # tells a dialect from another, but is recomputed from value and quantity
BELOW_THE_RAW_FOLDER = re.compile(r"(?!/)(?!(.*/)?\.\.(/|$))[^\\:\0{}]+")
NUMBER = r"^[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?$"


class Dialect(BaseModel):
    """One vendor's way of writing the source: the headers each canonical column is known under.

    requires        canonical columns without which a file is not of this dialect
    columns         canonical column -> headers it is known under, the preferred first
    fixed           canonical column -> what every row of such a file means, where the copy has no column for it
    factors         canonical column -> factor that turns the copy's figures into the column's unit
    together_with   dialect of a second file that completes the first, as the survey's 2010 comes in two
    cannot_be_used  why a copy that is recognised cannot feed the study
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    note: str
    requires: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    fixed: dict[str, str] = {}
    factors: dict[str, float] = {}
    together_with: str | None = None
    cannot_be_used: str | None = None

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

    def value(self, column: str, headers: Mapping[str, str]) -> pl.Expr:
        """The text of a canonical column in a file with these canonical column -> header; null if it has none."""
        if column not in headers:
            return pl.lit(self.fixed.get(column), dtype=pl.String)
        printed = pl.col(headers[column])
        if column not in self.factors:
            return printed
        number = printed.str.strip_chars().str.replace_all(",", "").cast(pl.Float64, strict=False)
        scaled = (number * self.factors[column]).round(4).cast(pl.String)
        return pl.when(printed.str.contains(NUMBER)).then(scaled).otherwise(printed)


class Source(BaseModel):
    """One source: what it is, its file patterns below the raw folder (`{year}` is the year), and its dialects.

    `units` are the units that canonical columns are in after reading, for people; columns in plain text have none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    producer: str
    citation: str
    files: tuple[str, ...]
    units: dict[str, str] = {}
    dialects: dict[str, Dialect]

    @field_validator("files")
    @classmethod
    def _lie_below_the_raw_folder(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            if not BELOW_THE_RAW_FOLDER.fullmatch(pattern.replace("{year}", "0")):
                raise ValueError(
                    f"{pattern!r} is no path below the raw folder: / between folders, no .. and no drive, and {{year}} "
                    "as the only word in braces"
                )
        return patterns


class Sources(BaseModel):
    """The whole declaration: the sources by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: dict[str, Source]


class UnknownDialect(Exception):
    """No dialect fits a header; `problems` says what the nearest one misses."""

    def __init__(self, problems: Sequence[str]):
        self.problems = tuple(problems)
        super().__init__("; ".join(problems))


def read_sources(raw: Path | None = None) -> dict[str, Source]:
    """The declared sources by name: the shipped ones, with the user's `sources.yml` in the raw folder laid over them.

    Raises  SettingsError listing every problem of the file, each unknown key with the nearest known one
    """
    shipped = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    own = raw / FILE_NAME if raw else None
    if own and own.exists():
        sources = read_settings(Sources, own, defaults=shipped).sources
        if problems := column_problems(sources):
            raise SettingsError("\n".join([f"{own}: {len(problems)} problem(s)", *problems]))
        return sources
    return parse_settings(Sources, shipped, source=FILE_NAME).sources


def read_for_every_year(raw: Path) -> list[str]:
    """The patterns of files below the raw folder that serve all years: those of the sources without a year in them.

    With a `sources.yml` that cannot be used every file is one of them; whatever reads the sources says what is wrong.
    """
    try:
        sources = read_sources(raw)
    except SettingsError:
        return ["*"]
    return [pattern for source in sources.values() for pattern in source.files if "{year}" not in pattern]


def column_problems(sources: Mapping[str, Source]) -> list[str]:
    """Columns of dialects that no raw table has, and required ones for which no header is named."""
    problems = []
    for source, schema in RAW_TABLES.items():
        known = [*file_columns(schema), *ONLY_TO_RECOGNISE]
        for name, dialect in sources[source].dialects.items():
            place = f"  sources.{source}.dialects.{name}"
            for part, columns in (("columns", dialect.columns), ("fixed", dialect.fixed), ("factors", dialect.factors)):
                for column in columns:
                    if column not in known:
                        nearest = get_close_matches(column, known, n=1, cutoff=0.0)[0]
                        problems.append(
                            f"{place}.{part}.{column}: unknown column; the nearest known one is {nearest!r}."
                        )
            problems += [
                f"{place}.requires: {column} is required, but `columns` names no header for it."
                for column in dialect.requires
                if column not in dialect.columns
            ]
    return problems


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


def plain_header(header: str) -> str:
    """A header without what copies differ in: byte order mark, blanks, brackets, punctuation, case."""
    return re.sub(r"[\s\ufeff\u3000()（）【】\[\]<>《》、,，.。:：;；\"'-]", "", header).lower()


def _listed(headers: Sequence[str]) -> str:
    shown = ", ".join(headers[:30])
    return f"the file has {shown}{', …' if len(headers) > 30 else ''}"
