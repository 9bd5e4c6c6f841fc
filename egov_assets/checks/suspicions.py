"""What a year is suspected of: it differs from its accepted version, or, alone among the years, from all others.

What is between two years is the same whichever of them is judged, so that the order of import decides nothing; a year
is named only for what sets it apart from every other year that can tell. With two years both are named.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from pathlib import Path

import polars as pl
from pydantic import BaseModel

from egov_assets.checks.drift import (
    Drift,
    DriftSettings,
    compare,
    factor,
    missing_share_of,
    most_common_share_of,
    read_drift,
)
from egov_assets.checks.profile import Profile, profile, sum_of
from egov_assets.checks.units import (
    absent_places,
    differing_units,
    repeated_figures,
    total_without_largest,
    units_of,
)
from egov_assets.checks.watched import Watched, watched_tables
from egov_assets.platform.availability import lacking_of_table
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import scan_table, table_path
from egov_assets.platform.years import YEARS


class Accepted(BaseModel):
    """What `egov accept` recorded for a year: its tables' profiles, and table -> what it was suspected of then."""

    year: int
    because: str
    accepted_at: str
    tables: dict[str, Profile]
    suspicions: dict[str, list[str]]


@dataclass(frozen=True)
class YearOfTable:
    """One table of one year, looked at as often as it is compared."""

    rows: pl.LazyFrame
    watched: Watched

    @cached_property
    def profile(self) -> Profile:
        return profile(self.frame(), self.watched.totals, self.watched.distinct)

    @cached_property
    def units(self) -> pl.DataFrame:
        return units_of(self.rows, self.watched)

    def frame(self) -> pl.DataFrame:
        """The rows that are taken in every year, with what is compared of them."""
        taken = self.watched.taken_every_year
        rows = self.rows.filter(taken) if taken else self.rows
        return rows.drop(self.watched.not_profiled).collect()


def accepted_file(folders: Folders, year: int) -> Path:
    return folders.outputs / "accepted" / f"year={year}.json"


def accepted_of(folders: Folders, year: int) -> Accepted | None:
    """What was accepted of a year, if anything was."""
    path = accepted_file(folders, year)
    return Accepted.model_validate_json(path.read_text("utf-8")) if path.exists() else None


def accept(folders: Folders, year: int, because: str, accepted_at: str) -> Accepted:
    """The year as its tables are now, with everything that it is suspected of among the years.

    Raises  TableMissing if the year was not made
    """
    settings, tables, suspicions = read_drift(folders.study_file), {}, {}
    for table, watched in watched_tables(folders.study_file).items():
        years = years_of(folders, table, year)
        if watched.is_profiled:
            tables[table] = years[year].profile
        suspicions[table] = sorted({each.what for each in suspicions_among(years, year, settings)})
    return Accepted(year=year, because=because, accepted_at=accepted_at, tables=tables, suspicions=suspicions)


def suspicions_of(folders: Folders, table: str, year: int) -> tuple[list[Drift], list[str]]:
    """What a table of a year is suspected of and nobody has accepted, and against what it was compared.

    Raises  TableMissing if the year was not made
    """
    settings, accepted = read_drift(folders.study_file), accepted_of(folders, year)
    years = years_of(folders, table, year)
    others = [str(other) for other in years if other != year]
    against_years = suspicions_among(years, year, settings)
    if accepted is None:
        return against_years, others
    known = accepted.suspicions.get(table, [])
    found = [each for each in against_years if each.what not in known]
    if table in accepted.tables:
        now = years[year]
        found = compare(accepted.tables[table], now.profile, now.frame(), "accepted", settings.accepted) + found
    return found, ["accepted", *others]


def years_of(folders: Folders, table: str, judged: int) -> dict[int, YearOfTable]:
    """The judged year of a table, and the others that are in the lake and have their source.

    Raises  TableMissing if the judged year is not
    """
    there = [
        year
        for year in YEARS
        if year == judged
        or (table_path(folders.lake, table, year).exists() and not lacking_of_table(folders.lake, table, year))
    ]
    watched = watched_tables(folders.study_file)[table]
    return {year: YearOfTable(scan_table(folders.lake, table, [year]), watched) for year in there}


def suspicions_among(years: Mapping[int, YearOfTable], year: int, settings: DriftSettings) -> list[Drift]:
    """What sets one year of a table apart from every other year that can tell, against each of them."""
    between = {pair: _between(years, pair, settings) for pair in combinations(sorted(years), 2)}
    sizes = {pair: {drift.what: drift.size for drift in drifts} for pair, drifts in between.items()}
    judged, others = years[year], [other for other in sorted(years) if other != year]

    def is_apart(drift: Drift) -> bool:
        telling = [other for other in others if _can_tell(years, other, drift, settings)]
        own = [sizes[_pair(year, other)].get(drift.what, 0.0) for other in telling]
        # Where all years differ the odd one is farther from its nearest than the others are from each other.
        nearest = min((sizes[pair].get(drift.what, 0.0) for pair in combinations(telling, 2)), default=0.0)
        return all(own) and min(own) > nearest

    found = []
    for other in others:
        pair = _pair(year, other)
        drifts = [drift if year == pair[1] else drift.turned(str(other)) for drift in between[pair]]
        found += [drift for drift in drifts if _can_tell(years, other, drift, settings) and is_apart(drift)]
    absent = {
        other: absent_places(years[other].units, judged.units, judged.watched, settings.units, str(other))
        for other in others
    }
    everywhere = (
        set.intersection(*({drift.what for drift in drifts} for drifts in absent.values())) if absent else set()
    )
    found += [drift for drifts in absent.values() for drift in drifts if drift.what in everywhere]
    for other in others:
        if other < year:  # of two years with the same figures the later is the copy
            found += repeated_figures(years[other].units, judged.units, judged.watched, settings.units, str(other))
    return [
        drift for drift in found if not settings.is_known(drift.column, year) and not _is_fuller(years, year, drift)
    ]


def _is_fuller(years: Mapping[int, YearOfTable], year: int, drift: Drift) -> bool:
    """Has the year more values of a column, or more different ones, than the other? Then the other is to be asked."""
    if drift.column is None or not years[year].watched.is_profiled:
        return False
    now, other = (years[each].profile.columns[drift.column] for each in (year, int(drift.against)))
    if drift.what == most_common_share_of(drift.column):
        return now.most_common < other.most_common
    return drift.what == missing_share_of(drift.column) and now.missing < other.missing


def _pair(first: int, second: int) -> tuple[int, int]:
    return min(first, second), max(first, second)


def _between(years: Mapping[int, YearOfTable], pair: tuple[int, int], settings: DriftSettings) -> list[Drift]:
    """What differs from the earlier to the later of two years."""
    earlier, later = (years[year] for year in pair)
    drifts = differing_units(earlier.units, later.units, later.watched, settings.units, str(pair[0]))
    if later.watched.is_profiled:
        found = compare(earlier.profile, later.profile, later.frame(), str(pair[0]), settings.years)
        drifts = [_of_many(drift, earlier, later) for drift in found] + drifts
    return [drift for drift in drifts if drift.size > drift.limit.limit]


def _of_many(drift: Drift, earlier: YearOfTable, later: YearOfTable) -> Drift:
    """A total no further from the other year's than it is without the largest unit of each: one shipyard is no year."""
    for name in later.watched.totals:
        if drift.what == sum_of(name):
            rest = factor(*(total_without_largest(year.units, name) for year in (earlier, later)))
            return replace(drift, size=min(drift.size, rest))
    return drift


def _can_tell(years: Mapping[int, YearOfTable], other: int, drift: Drift, settings: DriftSettings) -> bool:
    """Is the other year one to hold the column against: not known to differ, and not without any value of it?"""
    is_of_missing = drift.what == missing_share_of(drift.column)
    return not settings.is_known(drift.column, other) and (is_of_missing or not _is_empty(years[other], drift.column))


def _is_empty(year: YearOfTable, column: str | None) -> bool:
    columns = year.profile.columns if year.watched.is_profiled else {}
    return column in columns and columns[column].missing == 1
