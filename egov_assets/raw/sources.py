"""The declaration of sources: where their files are, and what each column is called in the copies that circulate.

What belongs here: `sources.yml`, section `sources` of study.yml over it, and their validation. Not here: recognising a
file by its headers (`headers.py`), reading bytes.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from egov_assets.platform.settings_file import SettingsError, mapping_in, overlay, parse_settings, section_of
from egov_assets.raw.own_sources import SECTION as OWN
from egov_assets.raw.own_sources import OwnSource, read_own_sources
from egov_assets.raw.patterns import FilePattern
from egov_assets.raw.schema import (
    RawCityYearbook,
    RawCustoms,
    RawEgovScores,
    RawFirmSurvey,
    RawProvinceYearbook,
    file_columns,
)

SECTION = "sources"
SHIPPED = Path(__file__).with_name("sources.yml")
RAW_TABLES = {
    "customs": RawCustoms,
    "firm_survey": RawFirmSurvey,
    "egov_scores": RawEgovScores,
    "city_yearbook": RawCityYearbook,
    "province_yearbook": RawProvinceYearbook,
}


def _in_ranks(headers: object) -> object:
    """A header alone is a rank of one."""
    if not isinstance(headers, list):
        return headers
    return [[each] if not isinstance(each, list) else each for each in headers]


Factor = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Ranks = Annotated[tuple[tuple[str, ...], ...], BeforeValidator(_in_ranks)]
Columns = dict[str, Ranks]  # canonical column -> ranks of headers; within a rank alternatives, an earlier rank first


class Dialect(BaseModel):
    """One copy that circulates: how it is told from others, and what holds for it beyond its headers.

    marks           headers that this copy has; any of them, the dialect with most of them is taken
    requires        canonical columns without which a file is not of this dialect; the source's unless given
    without         canonical columns that such a file does not have
    columns         canonical column -> headers, instead of the source's
    fixed           canonical column -> what every row of such a file means, where the copy has no column for it
    factors         canonical column -> factor that turns the copy's figures into the column's unit
    together_with   dialect of a second file that completes the first, as the survey's 2010 comes in two
    cannot_be_used  why a copy that lacks a required column cannot feed the study
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    note: str
    marks: tuple[str, ...] = ()
    requires: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    columns: Columns = {}
    fixed: dict[str, str] = {}
    factors: dict[str, Factor] = {}
    together_with: str | None = None
    cannot_be_used: str | None = None


class Source(BaseModel):
    """One source: what it is, its file patterns below the raw folder (`{year}` is the year), columns and dialects.

    title        what the source is called
    producer     who made it
    citation     how it is cited
    files        patterns of its files below the raw folder; without {year} a file is read for every year
    units        canonical column -> unit that it is in after reading, for people; codes and words have none
    requires     canonical columns without which a file cannot be read
    one_row_per  canonical columns that name what a row is about, where two sheets could contradict each other
    columns      canonical column -> headers it is known under
    expect_every_days  how often new files are expected; an older newest file is overdue. Without it none is
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    producer: str
    citation: str
    files: tuple[FilePattern, ...]
    units: dict[str, str] = {}
    requires: tuple[str, ...] = ()
    one_row_per: tuple[str, ...] = ()
    columns: Columns = {}
    expect_every_days: int | None = Field(None, ge=1)
    dialects: dict[str, Dialect]


class Sources(BaseModel):
    """The whole declaration: the sources by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: dict[str, Source]


def read_sources(study_file: Path | None = None) -> dict[str, Source]:
    """The declared sources by name: the shipped ones with section `sources` of study.yml laid over them, then those of
    its section `own_sources`.

    Raises  SettingsError listing every problem of the sections, each unknown key with the nearest known one
    """
    shipped = _shipped()
    if study_file is None:
        return parse_settings(Sources, shipped, SHIPPED).sources
    given = section_of(study_file, SECTION)
    declared = overlay(shipped, {SECTION: mapping_in(given, study_file, SECTION)} if given is not None else {})
    sources = parse_settings(Sources, declared, SHIPPED if given is None else study_file).sources
    own = read_own_sources(study_file)
    problems = column_problems(sources)
    problems += [
        f"  {OWN}.{name}: a source is called so already. Name yours otherwise." for name in own.keys() & sources
    ]
    if problems:
        raise SettingsError("\n".join([f"{study_file}: {len(problems)} problem(s)", *problems]))
    return sources | {name: _declared(each) for name, each in own.items()}


def _declared(own: OwnSource) -> Source:
    """A source of one's own as the readers take it: every column is needed, under the one header that is named."""
    return Source(
        title=own.title,
        producer="",
        citation=own.title,
        files=(own.files,),
        units={name: column.unit for name, column in own.columns.items()},
        requires=tuple(own.headers),
        columns={column: ((header,),) for column, header in own.headers.items()},
        dialects={"own": Dialect(note=own.title)},
    )


@cache
def _shipped() -> dict[str, Any]:
    """The shipped declaration; every table reads it, and YAML takes 60 ms for it."""
    return yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))


def read_for_every_year(study_file: Path) -> list[str]:
    """The patterns of files below the raw folder that serve all years: those of the sources without a year in them.

    With sources that cannot be used every file is one of them; whatever reads the sources says what is wrong.
    """
    try:
        sources = read_sources(study_file)
    except SettingsError:
        return ["*"]
    return [pattern for source in sources.values() for pattern in source.files if "{year}" not in pattern]


def column_problems(sources: Mapping[str, Source]) -> list[str]:
    """Columns that no raw table has, each with the nearest known one."""
    problems = []
    for name, schema in RAW_TABLES.items():
        known = file_columns(schema)
        for place, columns in _named_columns(name, sources[name]):
            problems += [
                f"  {place}.{column}: unknown column; the nearest known one is "
                f"{get_close_matches(column, known, n=1, cutoff=0.0)[0]!r}."
                for column in columns
                if column not in known
            ]
    return problems


def _named_columns(name: str, source: Source) -> Iterator[tuple[str, list[str]]]:
    yield f"sources.{name}.columns", list(source.columns)
    yield f"sources.{name}.requires", list(source.requires)
    for dialect, each in source.dialects.items():
        place = f"sources.{name}.dialects.{dialect}"
        yield f"{place}.columns", list(each.columns)
        yield f"{place}.fixed", list(each.fixed)
        yield f"{place}.factors", list(each.factors)
        yield f"{place}.requires", list(each.requires or ())
        yield f"{place}.without", list(each.without)
