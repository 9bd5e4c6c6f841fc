"""`corrections.yml` beside study.yml: single values that a user knows to be wrong, put right with a reason.

Raw files stay as they came. A correction names the value it expects to find: when the file is exchanged for a better
one, a correction that no longer fits stops the run instead of spoiling the new value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from pathlib import Path

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator

from egov_assets.platform.folders import CORRECTIONS_FILE, is_given
from egov_assets.platform.settings_file import SettingsError, read_settings
from egov_assets.platform.years import YEARS
from egov_assets.raw.sources import read_sources

SECTION = "corrections"  # a file beside the study.yml


class Correction(BaseModel):
    """One value: where it stands, what is there, what it should be, and why.

    source   name of the source
    year     data year
    file     path of the file below the raw folder
    row      data row in the file, 1 = first below the header, as in `rejected_rows`
    where    canonical column -> text as printed, instead of or beside `row`; must meet one row
    column   canonical column to correct
    expect   the text that is there, null for nothing
    value    the right text, null for nothing
    reason   why, with its source
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    source: str
    year: int
    file: str
    row: int | None = Field(default=None, ge=1)
    where: dict[str, str] = {}
    column: str
    expect: str | None
    value: str | None
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _names_a_row(self) -> "Correction":
        if self.row is None and not self.where:
            raise ValueError("it names no row: give `row`, or `where` with a key")
        return self

    @property
    def place(self) -> str:
        key = ([f"row {self.row}"] if self.row else []) + [f"{name} {text}" for name, text in self.where.items()]
        return f"{self.file}, {', '.join(key)}, {self.column}"

    def meets(self) -> pl.Expr:
        """True for the row that the correction is about."""
        keys = [pl.col("source_file") == self.file]
        keys += [pl.col("source_row") == self.row] if self.row else []
        keys += [pl.col(name).eq_missing(pl.lit(text)) for name, text in self.where.items()]
        return reduce(and_, keys)


class CorrectionFile(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True)
class Corrections:
    """The corrections of a study, or of one source and year."""

    all: Sequence[Correction]

    def of(self, source: str, year: int) -> "Corrections":
        return Corrections([each for each in self.all if (each.source, each.year) == (source, year)])

    def problems(self, rows: pl.LazyFrame) -> list[str]:
        """What keeps corrections from being applied: no such row or column, or another value than expected."""
        columns = rows.collect_schema().names()
        return [problem for each in self.all for problem in _problems(each, rows, columns)]

    def applied(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """The rows with every corrected value; call `problems` first."""
        for each in self.all:
            right = pl.lit(each.value, dtype=pl.String)
            rows = rows.with_columns(pl.when(each.meets()).then(right).otherwise(each.column).alias(each.column))
        return rows


def read_corrections(study_file: Path) -> Corrections:
    """The user's corrections, in a file beside the study.yml; none if there is no file.

    Raises  SettingsError listing every problem of the file
    """
    own = study_file.with_name(CORRECTIONS_FILE)
    corrections = read_settings(CorrectionFile, own).corrections if is_given(own) else ()
    sources = read_sources(study_file)
    problems = [
        f"  corrections.{place}: there is no {what}"
        for place, each in enumerate(corrections)
        for what, known in (
            (f"source {each.source!r}; the sources are {', '.join(sources)}", each.source in sources),
            (f"year {each.year} in the study; its years are {', '.join(map(str, YEARS))}", each.year in YEARS),
        )
        if not known
    ]
    if problems:
        raise SettingsError("\n".join([f"{own}: {len(problems)} problem(s)", *problems]))
    return Corrections(corrections)


def _problems(correction: Correction, rows: pl.LazyFrame, columns: Sequence[str]) -> list[str]:
    start = f"{CORRECTIONS_FILE}: {correction.place}:"
    unknown = [name for name in (correction.column, *correction.where) if name not in columns]
    if unknown:
        return [f"{start} there is no column {', '.join(unknown)}. The columns are {', '.join(columns)}."]
    values = rows.filter(correction.meets()).select(correction.column).collect().to_series().to_list()
    if len(values) != 1:
        found = "no row" if not values else f"{len(values)} rows"
        return [f"{start} {found} found, one expected. Correct the row, the file or the key, or remove the entry."]
    if values[0] != correction.expect:
        return [
            f"{start} expected {correction.expect!r}, the file has {values[0]!r}. "
            "The file changed: check whether the correction is still needed, then correct or remove the entry."
        ]
    return []
