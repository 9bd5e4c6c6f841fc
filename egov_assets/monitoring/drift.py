"""How a year differs from what was accepted before and from the years beside it, with limits and their reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl
from pydantic import BaseModel, ConfigDict

from egov_assets.folders import Folders
from egov_assets.monitoring.profile import Profile, population_stability, profile, shares_between
from egov_assets.orchestration.lake import scan_table, table_path
from egov_assets.settings_file import read_settings
from egov_assets.study import YEARS

SETTINGS = Path(__file__).with_name("drift.yml")


class Setting(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limit(Setting):
    limit: float
    why: str


class Limits(Setting):
    """Relative change of rows and totals; absolute change of the missing share; share of a category; PSI."""

    rows: Limit
    total: Limit
    missing: Limit
    category: Limit
    psi: Limit


class Watched(Setting):
    totals: tuple[str, ...]
    distinct: tuple[str, ...]


class Known(Setting):
    column: str
    why: str


class DriftSettings(Setting):
    accepted: Limits
    neighbour: Limits
    tables: dict[str, Watched]
    known: tuple[Known, ...]


class Accepted(BaseModel):
    """What `egov accept` recorded for a year."""

    year: int
    note: str
    accepted_at: str
    tables: dict[str, Profile]


@dataclass(frozen=True)
class Drift:
    """One thing that changed by more than its limit."""

    against: str  # accepted, 2010, 2012
    what: str
    column: str | None
    before: str
    now: str
    limit: Limit

    @property
    def words(self) -> str:
        return f"{self.what} {self.before} -> {self.now} against {self.against} (limit {self.limit.limit:g})"


@cache
def drift_settings() -> DriftSettings:
    return read_settings(DriftSettings, SETTINGS)


def accepted_file(folders: Folders, year: int) -> Path:
    return folders.outputs / "accepted" / f"year={year}.json"


def profile_of(folders: Folders, table: str, year: int) -> Profile:
    """The profile of a table in the lake."""
    watched = drift_settings().tables[table]
    return profile(scan_table(folders.lake, table, [year]).collect(), watched.totals, watched.distinct)


def drifts_of(folders: Folders, table: str, year: int) -> tuple[list[Drift], list[str]]:
    """What drifted in a table of a year, and against what it was compared."""
    settings = drift_settings()
    watched, frame = settings.tables[table], scan_table(folders.lake, table, [year]).collect()
    now = profile(frame, watched.totals, watched.distinct)
    found, against = [], []
    if accepted_file(folders, year).exists():
        accepted = Accepted.model_validate_json(accepted_file(folders, year).read_text("utf-8"))
        if table in accepted.tables:
            against.append("accepted")
            found += compare(accepted.tables[table], now, frame, "accepted", settings.accepted)
    for beside in (year - 1, year + 1):
        if beside in YEARS and table_path(folders.lake, table, beside).exists():
            against.append(str(beside))
            between = compare(profile_of(folders, table, beside), now, frame, str(beside), settings.neighbour)
            found += [each for each in between if each.column not in {known.column for known in settings.known}]
    return found, against


def compare(before: Profile, now: Profile, frame: pl.DataFrame, against: str, limits: Limits) -> list[Drift]:
    """Everything beyond its limit; `frame` is the table of `now`, whose values are counted in the bins of `before`."""
    found = _changed_sizes(before, now, against, limits)
    for name in sorted(set(before.columns) | set(now.columns)):
        old, new = before.columns.get(name), now.columns.get(name)
        if old is None or new is None or old.type != new.type:
            types = (old.type if old else "no column", new.type if new else "no column")
            found.append(Drift(against, f"type of {name}", None, *types, Limit(limit=0, why="columns are fixed")))
            continue
        if abs(new.missing - old.missing) > limits.missing.limit:
            shares = (f"{old.missing:.1%}", f"{new.missing:.1%}")
            found.append(Drift(against, f"missing share of {name}", name, *shares, limits.missing))
        if old.edges and new.edges:  # of a column without any value the missing share says all
            psi = population_stability(old.shares, shares_between(frame[name], old.edges))
            if psi > limits.psi.limit:
                found.append(Drift(against, f"distribution of {name} (PSI)", name, "0", f"{psi:.3f}", limits.psi))
        found += _changed_categories(name, old.categories, new.categories, against, limits.category)
    return found


def _changed_sizes(before: Profile, now: Profile, against: str, limits: Limits) -> list[Drift]:
    sizes = [("rows", before.rows, now.rows, limits.rows)]
    sizes += [(name, value, now.totals.get(name, 0.0), limits.total) for name, value in before.totals.items()]
    return [
        Drift(against, what, None, f"{old:,.0f}", f"{new:,.0f}", limit)
        for what, old, new, limit in sizes
        if abs(new - old) > limit.limit * max(abs(old), 1)
    ]


def _changed_categories(
    name: str, old: Mapping[str, float], new: Mapping[str, float], against: str, limit: Limit
) -> list[Drift]:
    if not old or not new:
        return []
    return [
        Drift(against, f"{name} {value!r}", name, f"{old.get(value, 0):.2%}", f"{new.get(value, 0):.2%}", limit)
        for value in sorted(set(old) ^ set(new))
        if max(old.get(value, 0), new.get(value, 0)) >= limit.limit
    ]
