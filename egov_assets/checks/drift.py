"""How two versions of a table differ as wholes, with limits and their reasons: sizes, and each column's distribution.

Section `drift` of study.yml, laid over `drift.yml`, changes limits and known differences.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from pydantic import Field

from egov_assets.checks.profile import (
    QUANTILES,
    Column,
    Profile,
    population_stability,
    quantile_shifts,
    shares_between,
)
from egov_assets.platform.settings_file import Settings, read_mapping, read_section
from egov_assets.platform.years import YEARS, StudyYear

SECTION = "drift"
SHIPPED = Path(__file__).with_name("drift.yml")
PICTURED_CATEGORIES = 15
FEWEST_FOR_PSI = 100  # PSI of two samples of n in ten bins is about 18 / n by chance: 0.6 for the 31 provinces
# The last decile of n values of a tail like 1/x strays by 3 / sqrt(n) of itself: two years of 1,000 differ by half of
# it twice in ten thousand; of 300, as a small study has exporters, once in twenty-five.
FEWEST_FOR_OUTER_QUANTILES = 1_000

Size = Annotated[float, Field(ge=0)]
Factor = Annotated[float, Field(ge=1)]


class Limit(Settings):
    """What may differ without a word, and above `grave` what may not be published unaccepted."""

    limit: Size
    grave: Size | None = None
    why: str


class FactorLimit(Limit):
    limit: Factor
    grave: Factor | None = None


class Limits(Settings):
    """Factor of rows and totals; absolute change of the missing share, of a category's share and of the share of the
    most common value; share of a category that came or went; PSI; quantiles against the distance from the first to the
    last decile."""

    rows: FactorLimit
    total: FactorLimit
    missing: Limit
    category: Limit
    share: Limit
    most_common: Limit
    psi: Limit
    quantile: Limit


class UnitLimits(Settings):
    """Of units met in two years: factor of half of them; factor of one against its peers; distance from the own past
    over the distance from the other column's; shares of units with the same figure, another code, or no row."""

    scale: FactorLimit
    cell: FactorLimit
    exchanged: FactorLimit
    repeated: Limit
    recoded: Limit
    absent: Limit


class Known(Settings):
    """A column that is another in some years (all, if none is named) for a reason that is known."""

    column: str
    years: tuple[StudyYear, ...] = ()
    why: str


class DriftSettings(Settings):
    accepted: Limits
    years: Limits
    units: UnitLimits
    known: tuple[Known, ...]

    def is_known(self, column: str | None, year: int) -> bool:
        """Is the column another in that year for a known reason?"""
        return any(each.column == column and (not each.years or year in each.years) for each in self.known)


@dataclass(frozen=True)
class Shares:
    """How the rows of a column are spread over the same classes before and now."""

    classes: tuple[str, ...]
    before: tuple[float, ...]
    now: tuple[float, ...]


@dataclass(frozen=True)
class Drift:
    """One thing that changed by `size`, which is more than its limit."""

    against: str  # accepted, 2010, 2012
    what: str
    column: str | None
    before: str
    now: str
    size: float
    limit: Limit
    shares: Shares | None = None

    @property
    def is_grave(self) -> bool:
        return self.limit.grave is not None and self.size >= self.limit.grave

    @property
    def words(self) -> str:
        grave = ", grave" if self.is_grave else ""
        return f"{self.what} {self.before} -> {self.now} against {self.against} (limit {self.limit.limit:g}{grave})"

    def turned(self, against: str) -> "Drift":
        """The same seen from the other version."""
        shares = self.shares and Shares(self.shares.classes, self.shares.now, self.shares.before)
        return replace(self, against=against, before=self.now, now=self.before, shares=shares)


def read_drift(study_file: Path) -> DriftSettings:
    """Section `drift` of study.yml laid over the shipped limits.

    Raises  SettingsError listing every problem of the section
    """
    return read_section(DriftSettings, study_file, SECTION, shipped_drift())


def shipped_drift() -> dict[str, Any]:
    """The shipped limits, and of the differences known of single years those of the study's years."""
    shipped = read_mapping(SHIPPED)
    known = [
        each | {"years": [year for year in each.get("years", YEARS) if year in YEARS]} for each in shipped["known"]
    ]
    return shipped | {"known": [each for each in known if each["years"]]}


def missing_share_of(column: str | None) -> str:
    return f"missing share of {column}"


def most_common_share_of(column: str | None) -> str:
    return f"share of the most common {column}"


def factor(first: float, second: float) -> float:
    """How many times the larger is the smaller, at least 1; infinite if one of them is 0."""
    low, high = sorted((abs(first), abs(second)))
    return high / low if low else math.inf if high else 1.0


def compare(before: Profile, now: Profile, frame: pl.DataFrame, against: str, limits: Limits) -> list[Drift]:
    """Everything beyond its limit; `frame` is the table of `now`, whose values are counted in the bins of `before`."""
    found = _changed_sizes(before, now, against, limits)
    for name in sorted(set(before.columns) | set(now.columns)):
        old, new = before.columns.get(name), now.columns.get(name)
        if old is None or new is None or old.type != new.type:
            types = (old.type if old else "no column", new.type if new else "no column")
            fixed = Limit(limit=0, why="columns are fixed")
            found.append(Drift(against, f"type of {name}", None, *types, 1.0, fixed))
        else:
            found += _changed_column(name, old, new, frame[name], against, limits)
    return found


def _changed_column(
    name: str, old: Column, new: Column, values: pl.Series, against: str, limits: Limits
) -> list[Drift]:
    """What changed of a column of one type; of one without any value the missing share says all."""
    changed = [(missing_share_of(name), *_percent(old.missing, new.missing), limits.missing)]
    if 1 not in (old.missing, new.missing) and not (old.categories and new.categories):
        changed.append((most_common_share_of(name), *_percent(old.most_common, new.most_common), limits.most_common))
    if old.edges and new.edges and values.count() >= FEWEST_FOR_PSI:
        psi = population_stability(old.shares, shares_between(values, old.edges))
        changed.append((f"distribution of {name} (PSI)", "0", f"{psi:.3f}", psi, limits.psi))
    if old.edges and new.edges:
        moved = zip(QUANTILES, old.quantiles, new.quantiles, quantile_shifts(old.quantiles, new.quantiles), strict=True)
        changed += [
            (f"{share:.0%} quantile of {name}", f"{first:.6g}", f"{second:.6g}", shift, limits.quantile)
            for share, first, second, shift in moved
            if share == 0.5 or values.count() >= FEWEST_FOR_OUTER_QUANTILES
        ]
    if old.categories and new.categories:
        for value in sorted(set(old.categories) | set(new.categories)):
            first, second = old.categories.get(value, 0.0), new.categories.get(value, 0.0)
            limit = limits.share if first and second else limits.category
            changed.append((f"{name} {value!r}", f"{first:.2%}", f"{second:.2%}", abs(second - first), limit))
    beyond = [each for each in changed if each[3] > each[4].limit]
    shares = _shares(old, new, values) if beyond else None
    return [
        Drift(against, what, name, first, second, size, limit, shares) for what, first, second, size, limit in beyond
    ]


def _percent(old: float, new: float) -> tuple[str, str, float]:
    return f"{old:.1%}", f"{new:.1%}", abs(new - old)


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
    sizes: list[tuple[str, float, float, Limit]] = [("rows", before.rows, now.rows, limits.rows)]
    sizes += [(name, value, now.totals.get(name, 0.0), limits.total) for name, value in before.totals.items()]
    return [
        Drift(against, what, None, f"{old:,.0f}", f"{new:,.0f}", factor(old, new), limit)
        for what, old, new, limit in sizes
        if factor(old, new) > limit.limit
    ]
