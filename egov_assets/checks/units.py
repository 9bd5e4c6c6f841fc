"""The same firms, cities and provinces in two years: another unit of measure, columns that changed places, a file
redated, codes exchanged, one misprinted cell. What came new or went away does not blur it.
"""

from collections.abc import Iterator
from itertools import combinations
from math import exp, log, nan
from typing import cast

import polars as pl

from egov_assets.checks.drift import Drift, Limit, UnitLimits
from egov_assets.checks.watched import Watched

FEWEST = 10  # units met in both years, below which half of them is nobody
ROUNDING = 1e-12  # figures added up in another order
ORDINARY_SPREAD = 8  # median absolute deviations from the median that a sound cell of a noisy column may lie away


def units_of(rows: pl.LazyFrame, watched: Watched) -> pl.DataFrame:
    """One row per unit: its measures added up (missing if none is there), its most frequent codes."""
    totals = [
        pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).cast(pl.Float64).alias(name)
        for name in watched.measures
    ]
    usual = [_most_frequent(name, watched.codes_counted_by) for name in watched.codes]
    return rows.drop_nulls(watched.unit).group_by(watched.unit).agg(*totals, *usual).sort(watched.unit).collect()


def _most_frequent(name: str, counted_by: str | None) -> pl.Expr:
    """The code of most rows, or of most of what `counted_by` counts in rows of different codes; the first of equals."""
    if counted_by is None:
        return pl.col(name).drop_nulls().mode().sort().first()
    return pl.col(name).sort_by(counted_by, name, descending=[True, False]).first()


def total_without_largest(units: pl.DataFrame, name: str) -> float:
    """A measure of all units but the one that has most of it; 0 if there are none."""
    return float(units[name].sum()) - cast("float", units[name].max() or 0.0)


def differing_units(
    earlier: pl.DataFrame, later: pl.DataFrame, watched: Watched, limits: UnitLimits, against: str
) -> list[Drift]:
    """What holds between two years whichever is judged: scale, single cells, exchanged columns, codes."""
    both = earlier.join(later, on=watched.unit, suffix=" later").sort(watched.unit)
    found: list[Drift] = []
    if both.height < FEWEST:
        return found
    ratios = {name: _ratio(both, name, watched) for name in watched.measures}
    if not watched.measures_are_shares:
        for name, ratio in ratios.items():
            found += _scale_and_cells(both, name, ratio, watched, limits, against)
    for first, second in combinations(ratios, 2):
        found += _exchanged(both, first, second, watched, limits.exchanged, against)
    for name in watched.codes:
        differ = cast("float | None", (both[name] != both[f"{name} later"]).mean()) or 0.0
        if differ > limits.recoded.limit:
            what = f"{name} of the same {watched.unit[0]}"
            found.append(Drift(against, what, name, "as it was", f"{differ:.1%} another", differ, limits.recoded))
    return found


def repeated_figures(
    earlier: pl.DataFrame, later: pl.DataFrame, watched: Watched, limits: UnitLimits, against: str
) -> list[Drift]:
    """Measures that the later year has from the earlier one to the last digit, for more units than the limit."""
    both = earlier.join(later, on=watched.unit, suffix=" later")
    found = []
    for name in watched.measures:
        pairs = both.select(a=name, b=f"{name} later").drop_nulls().filter(pl.col("a") != 0)
        if pairs.height < FEWEST:
            continue
        same = cast("float", ((pairs["a"] - pairs["b"]).abs() <= ROUNDING * pairs["a"].abs()).mean())
        if same > limits.repeated.limit:
            what = f"{name} of the same {watched.unit[0]}"
            found.append(Drift(against, what, name, "as printed", f"{same:.1%} the same", same, limits.repeated))
    return found


def absent_places(
    other: pl.DataFrame, judged: pl.DataFrame, watched: Watched, limits: UnitLimits, against: str
) -> list[Drift]:
    """Places of the other year that the judged year lacks, if they are few."""
    place = watched.unit[0]
    lacking = other.join(judged, on=place, how="anti")[place].unique().sort()
    if not watched.units_are_places or len(lacking) > limits.absent.limit * other.height:
        return []
    return [Drift(against, f"row of {name}", None, "there", "absent", 1.0, limits.absent) for name in lacking]


def _ratio(both: pl.DataFrame, name: str, watched: Watched, later: str | None = None) -> pl.Series:
    """ln(later / earlier) of each unit, or the difference of shares; missing unless both are there and positive."""
    before, now = pl.col(name), pl.col(f"{later or name} later")
    if watched.measures_are_shares:
        return both.select((now - before).alias("ratio")).to_series()
    positive = (before > 0) & (now > 0)
    return both.select(pl.when(positive).then((now / before).log()).alias("ratio")).to_series()


def _scale_and_cells(
    both: pl.DataFrame, name: str, ratio: pl.Series, watched: Watched, limits: UnitLimits, against: str
) -> Iterator[Drift]:
    if ratio.count() < FEWEST:
        return
    usual = cast("float", ratio.median())
    if exp(abs(usual)) > limits.scale.limit:
        yield Drift(against, f"scale of {name}", name, "1", f"{exp(usual):.3g}", exp(abs(usual)), limits.scale)
    if watched.units_are_places:
        away = (ratio - usual).abs()
        spread = cast("float", away.median())
        odd = both.filter(away > max(log(limits.cell.limit), ORDINARY_SPREAD * spread))
        for row in odd.select(*watched.unit, name, f"{name} later").iter_rows():
            *unit, before, now = row
            size = exp(abs(log(now / before) - usual))
            yield Drift(against, f"{name} of {_named(unit)}", name, f"{before:.6g}", f"{now:.6g}", size, limits.cell)


def _exchanged(
    both: pl.DataFrame, first: str, second: str, watched: Watched, limit: Limit, against: str
) -> Iterator[Drift]:
    """Is each of two columns nearer to the other's figures of the other year than to its own?"""
    own = _distance(both, first, first, watched) + _distance(both, second, second, watched)
    cross = _distance(both, first, second, watched) + _distance(both, second, first, watched)
    size = own / cross if cross else 1.0
    if size > limit.limit:
        what = f"{first} exchanged with {second}"
        yield Drift(against, what, first, f"{own:.3g} from the own past", f"{cross:.3g} from the other's", size, limit)


def _distance(both: pl.DataFrame, name: str, later: str, watched: Watched) -> float:
    """Mean size of the units' ratios; nan, which exceeds no limit, if none can be made."""
    mean = cast("float | None", _ratio(both, name, watched, later).abs().mean())
    return nan if mean is None else mean


def _named(unit: tuple | list) -> str:
    return " / ".join(map(str, unit))
