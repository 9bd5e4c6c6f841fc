"""A study's own files as sources, section `own_sources` of study.yml: figures of firms, places, industries or goods.

What belongs here: the declaration and its validation. Not here: reading the files (`own_rows.py`), joining their
figures to the firm panel (`regression_tables/own_columns.py`).
"""

import keyword
import re
from collections import Counter
from pathlib import Path

from pydantic import Field, field_validator

from egov_assets.platform.settings_file import Settings, SettingsError, mapping_in, parse_settings, section_of
from egov_assets.raw.patterns import FilePattern

SECTION = "own_sources"
KEYS = {  # what a row may be about -> the column that holds its code
    "survey_firm_id": "survey_firm_id",
    "company_id": "company_id",
    "city": "city_code",
    "province": "province_code",
    "industry": "division_2002_code",
    "industry_2002_code": "industry_2002_code",
    "hs6": "hs6_code",
}
YEAR = "year"
PRINTED_KEY, PRINTED_YEAR = "printed_key", "printed_year"  # what the file has for the two, as text
TAKEN = {"source_file", "source_row", YEAR, PRINTED_KEY, PRINTED_YEAR, "rejected", *KEYS, *KEYS.values()}
SOURCE_NAME = re.compile("[a-z][a-z0-9_]{0,30}")
COLUMN_NAME = re.compile("[A-Za-z][A-Za-z0-9_]{0,31}")  # as Stata takes it
LISTS = ("work_reports", "input_output", "tariffs")  # raw tables that are no sources of sources.yml


class OwnColumn(Settings):
    """A figure: the header above it in the file, what it is called in print, and its unit."""

    header: str = Field(min_length=1)
    label: str = Field(min_length=1)
    unit: str = Field(min_length=1)

    @property
    def description(self) -> str:
        return f"{self.label}, {self.unit}"


class OwnSource(Settings):
    """One file, or one a year, of figures.

    title    what the source is called
    files    pattern below the raw folder; without {year} a file serves every year
    key      what a row is about -> the header above it; `year` as well where each row says its own
    columns  name in the firm panel -> header, label and unit; every figure is a number, or nothing
    """

    title: str = Field(min_length=1)
    files: FilePattern
    key: dict[str, str]
    columns: dict[str, OwnColumn] = Field(min_length=1)

    @field_validator("key")
    @classmethod
    def _names_one_thing(cls, key: dict[str, str]) -> dict[str, str]:
        if len(set(key) - {YEAR}) != 1 or not set(key) <= {*KEYS, YEAR}:
            raise ValueError(f"a row is about one of {', '.join(KEYS)}, with or without {YEAR}")
        return key

    @field_validator("columns")
    @classmethod
    def _can_be_columns_of_the_panel(cls, columns: dict[str, OwnColumn]) -> dict[str, OwnColumn]:
        bad = [name for name in columns if not COLUMN_NAME.fullmatch(name) or keyword.iskeyword(name)]
        problems = [
            f"{name}: a name has letters, digits and _, at most 32, and is no word of a condition" for name in bad
        ]
        problems += [f"{name} is a name of every table; choose another" for name in columns if name in TAKEN]
        if problems:
            raise ValueError("; ".join(problems))
        return columns

    @property
    def about(self) -> str:
        """The one of KEYS that its rows are about."""
        return next(name for name in self.key if name != YEAR)

    @property
    def code(self) -> str:
        """The column of its table that holds the code of what a row is about."""
        return KEYS[self.about]

    @property
    def headers(self) -> dict[str, str]:
        """Column as text -> header of the file."""
        of_key = {PRINTED_KEY: self.key[self.about]} | ({PRINTED_YEAR: self.key[YEAR]} if YEAR in self.key else {})
        return of_key | {name: column.header for name, column in self.columns.items()}


class OwnSources(Settings):
    """The section: sources by name."""

    own_sources: dict[str, OwnSource]

    @field_validator("own_sources")
    @classmethod
    def _have_names_of_their_own(cls, sources: dict[str, OwnSource]) -> dict[str, OwnSource]:
        problems = [
            f"{name}: a source is named in small letters, digits and _, as its table raw_{name} will be"
            for name in sources
            if not SOURCE_NAME.fullmatch(name)
        ]
        problems += [f"{name} is read already; name yours otherwise" for name in sources if name in LISTS]
        count = Counter(column for source in sources.values() for column in source.columns)
        problems += [f"{column} is a column of {times} sources" for column, times in count.items() if times > 1]
        if problems:
            raise ValueError("; ".join(problems))
        return sources


def read_own_sources(study_file: Path | None) -> dict[str, OwnSource]:
    """The study's own sources by name; none without the section or the file.

    Raises  SettingsError listing every problem of the section, each unknown key with the nearest known one
    """
    given = mapping_in(section_of(study_file, SECTION), study_file, SECTION) if study_file else {}
    return parse_settings(OwnSources, {SECTION: given}, study_file).own_sources if given and study_file else {}


def declared_or_none(study_file: Path | None) -> dict[str, OwnSource]:
    """As `read_own_sources`, for the asset graph: of a section that cannot be used there are none.

    `check_settings` stops every run with the reason.
    """
    try:
        return read_own_sources(study_file)
    except SettingsError:
        return {}
