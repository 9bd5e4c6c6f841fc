"""How a year differs from what was accepted before and from the years beside it, with limits and their reasons.

`drift.yml` at the top of a study's raw folder, laid over ours, changes limits and known differences.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import yaml
from pydantic import BaseModel, ConfigDict

from egov_assets.checks.profile import (
    QUANTILES,
    Column,
    Profile,
    population_stability,
    profile,
    quantile_shifts,
    shares_between,
)
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import scan_table, table_path
from egov_assets.platform.settings_file import read_settings
from egov_assets.platform.years import YEARS

FILE_NAME = "drift.yml"
SHIPPED = Path(__file__).with_name(FILE_NAME)
PICTURED_CATEGORIES = 15


class Setting(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limit(Setting):
    limit: float
    why: str


class Limits(Setting):
    """Relative change of rows and totals; absolute change of the missing share; share of a category; PSI; quantiles
    against the distance from the first to the last decile."""

    rows: Limit
    total: Limit
    missing: Limit
    category: Limit
    psi: Limit
    quantile: Limit


class Known(Setting):
    column: str
    why: str


class DriftSettings(Setting):
    accepted: Limits
    neighbour: Limits
    known: tuple[Known, ...]


class Accepted(BaseModel):
    """What `egov accept` recorded for a year."""

    year: int
    note: str
    accepted_at: str
    tables: dict[str, Profile]


@dataclass(frozen=True)
class Watched:
    """Columns of a table whose sum, and whose number of values, are compared."""

    totals: tuple[str, ...]
    distinct: tuple[str, ...]


WATCHED = {
    "clean_exports": Watched(("export_value_usd", "quantity"), ("company_id", "hs6_2007_code", "destination_iso3")),
    "clean_firms": Watched((), ("survey_firm_id",)),
    "clean_cities": Watched((), ("city_code",)),
    "clean_egov_scores": Watched((), ("city_code",)),
}


@dataclass(frozen=True)
class Shares:
    """How the rows of a column are spread over the same classes before and now."""

    classes: tuple[str, ...]
    before: tuple[float, ...]
    now: tuple[float, ...]


@dataclass(frozen=True)
class Drift:
    """One thing that changed by more than its limit."""

    against: str  # accepted, 2010, 2012
    what: str
    column: str | None
    before: str
    now: str
    limit: Limit
    shares: Shares | None = None

    @property
    def words(self) -> str:
        return f"{self.what} {self.before} -> {self.now} against {self.against} (limit {self.limit.limit:g})"


def read_drift(raw: Path) -> DriftSettings:
    """The study's drift.yml laid over ours.

    Raises  SettingsError listing every problem of the file
    """
    if (raw / FILE_NAME).exists():
        return read_settings(DriftSettings, raw / FILE_NAME, yaml.safe_load(SHIPPED.read_text("utf-8")))
    return read_settings(DriftSettings, SHIPPED)


def accepted_file(folders: Folders, year: int) -> Path:
    return folders.outputs / "accepted" / f"year={year}.json"


def profile_of(folders: Folders, table: str, year: int) -> Profile:
    """The profile of a table in the lake."""
    watched = WATCHED[table]
    return profile(scan_table(folders.lake, table, [year]).collect(), watched.totals, watched.distinct)


def drifts_of(folders: Folders, table: str, year: int) -> tuple[list[Drift], list[str]]:
    """What drifted in a table of a year, and against what it was compared."""
    settings = read_drift(folders.raw)
    watched, frame = WATCHED[table], scan_table(folders.lake, table, [year]).collect()
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
        else:
            found += _changed_column(name, old, new, frame[name], against, limits)
    return found


def _changed_column(
    name: str, old: Column, new: Column, values: pl.Series, against: str, limits: Limits
) -> list[Drift]:
    """What changed of a column of one type; of one without any value the missing share says all."""
    changed: list[tuple[str, str, str, Limit]] = []
    if abs(new.missing - old.missing) > limits.missing.limit:
        changed.append((f"missing share of {name}", f"{old.missing:.1%}", f"{new.missing:.1%}", limits.missing))
    if old.edges and new.edges:
        psi = population_stability(old.shares, shares_between(values, old.edges))
        if psi > limits.psi.limit:
            changed.append((f"distribution of {name} (PSI)", "0", f"{psi:.3f}", limits.psi))
        moved = zip(QUANTILES, old.quantiles, new.quantiles, quantile_shifts(old.quantiles, new.quantiles), strict=True)
        changed += [
            (f"{share:.0%} quantile of {name}", f"{first:.6g}", f"{second:.6g}", limits.quantile)
            for share, first, second, shift in moved
            if shift > limits.quantile.limit
        ]
    if old.categories and new.categories:
        changed += [
            (
                f"{name} {value!r}",
                f"{old.categories.get(value, 0):.2%}",
                f"{new.categories.get(value, 0):.2%}",
                limits.category,
            )
            for value in sorted(set(old.categories) ^ set(new.categories))
            if max(old.categories.get(value, 0), new.categories.get(value, 0)) >= limits.category.limit
        ]
    shares = _shares(old, new, values) if changed else None
    return [Drift(against, what, name, first, second, limit, shares) for what, first, second, limit in changed]


def _shares(old: Column, new: Column, values: pl.Series) -> Shares:
    """Shares of all rows: missing ones, then the deciles of before, or the categories that moved most."""
    if old.edges and new.edges:
        classes = _between(old.edges)
        before, now = old.shares, shares_between(values, old.edges)
    else:
        both = set(old.categories) | set(new.categories)
        moved = {value: abs(new.categories.get(value, 0) - old.categories.get(value, 0)) for value in both}
        classes = sorted(both, key=lambda value: (-moved[value], value))[:PICTURED_CATEGORIES]
        before = [old.categories.get(value, 0) for value in classes]
        now = [new.categories.get(value, 0) for value in classes]
    return Shares(
        ("missing", *classes),
        (old.missing, *((1 - old.missing) * share for share in before)),
        (new.missing, *((1 - new.missing) * share for share in now)),
    )


def _between(edges: Sequence[float]) -> list[str]:
    words = [f"{edge:.4g}" for edge in edges]
    return [f"to {words[0]}", *(f"to {word}" for word in words[1:]), f"above {words[-1]}"]


def _changed_sizes(before: Profile, now: Profile, against: str, limits: Limits) -> list[Drift]:
    sizes = [("rows", before.rows, now.rows, limits.rows)]
    sizes += [(name, value, now.totals.get(name, 0.0), limits.total) for name, value in before.totals.items()]
    return [
        Drift(against, what, None, f"{old:,.0f}", f"{new:,.0f}", limit)
        for what, old, new, limit in sizes
        if abs(new - old) > limit.limit * max(abs(old), 1)
    ]
