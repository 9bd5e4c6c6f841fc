"""From the firm panel to the observations of one column, with the paper's terms as columns."""

import difflib
from dataclasses import dataclass, replace

import polars as pl

from egov_assets.platform.words import message
from egov_assets.regression_tables.samples import SAMPLES
from egov_assets.regression_tables.specifications import Column, Effect, Estimator

CHANGE = "D."
EFFECT_COLUMNS = {"firm": "company_id", "year": "year"}
# Clusters are text: two letters of a city code are its province, and a city-year is one cluster of its own.
CLUSTERS = {
    "city": pl.col("city_code"),
    "firm": pl.col("company_id"),
    "city_year": pl.format("{} {}", "city_code", "year"),
    "province": pl.col("city_code").str.slice(0, 2),
}


class NotComputable(ValueError):
    """A column cannot be estimated on the panel at hand; its text is a message of `words.yml` that says why."""


@dataclass(frozen=True)
class Design:
    """The observations of one column.

    frame   company_id, year, one column per cluster level, y, x0 to x<k-1>, and z with an instrument; sorted by firm
            and year, nothing missing
    terms   the paper's names of x0 to x<k-1>, in order; the first is the treatment
    outcome, instrument  the paper's names of y and z
    """

    frame: pl.DataFrame
    outcome: str
    terms: tuple[str, ...]
    instrument: str | None
    fixed_effects: tuple[Effect, ...]
    estimator: Estimator

    @property
    def regressors(self) -> list[str]:
        return [f"x{at}" for at in range(len(self.terms))]

    @property
    def absorbed(self) -> str | None:
        """The column of the effects that are absorbed; years beside firms are dummies."""
        return next((EFFECT_COLUMNS[name] for name in ("firm", "year") if name in self.fixed_effects), None)

    def without_singletons(self) -> "Design":
        """The observations left when those whose absorbed effect no other has are dropped."""
        return replace(self, frame=self.frame.filter(pl.len().over(self.absorbed) > 1))


def design_of(column: Column, panel: pl.DataFrame) -> Design:
    """The complete observations of a column.

    Raises  NotComputable naming every variable that the panel lacks, or how often each is observed if never together,
            or the years left if firm effects leave no variation
    """
    needed = [*column.variables, *(SAMPLES[column.sample][0] if column.sample else ())]
    unknown = sorted({_base(name) for name in needed} - set(panel.columns))
    if unknown:
        raise NotComputable(_lacking(unknown, panel.columns))
    rows = panel.sort("company_id", "year")
    if column.sample:
        rows = rows.with_columns(_stays=SAMPLES[column.sample][1]())
    rows = rows.with_columns(_change_within_firm(name) for name in column.variables if name.startswith(CHANGE))
    if column.sample:
        rows = rows.filter("_stays")
    if never := [name for name in column.variables if not rows[name].count()]:
        # Named alone, so that all columns which lack the same variable give one reason.
        raise NotComputable(message("never observed", names=", ".join(never)))
    complete = rows.drop_nulls(list(column.variables))
    if complete.is_empty():
        counts = ", ".join(f"{name} {rows[name].count()}" for name in column.variables)
        raise NotComputable(message("no complete firm-year", counts=counts))
    if "firm" in column.fixed_effects and complete["company_id"].is_unique().all():
        years = ", ".join(map(str, sorted(complete["year"].unique())))
        raise NotComputable(message("no firm in two years", years=years))
    names = {f"x{at}": _value(term) for at, term in enumerate(column.regressors)}
    if column.instrument:
        names["z"] = _value(column.instrument)
    frame = complete.select("company_id", "year", y=_value(column.outcome), **names, **CLUSTERS)
    return Design(frame, column.outcome, column.regressors, column.instrument, column.fixed_effects, column.estimator)


def _base(name: str) -> str:
    return name.removeprefix(CHANGE)


def _lacking(unknown: list[str], known: list[str]) -> str:
    names = ", ".join(unknown)
    near = [match for name in unknown for match in difflib.get_close_matches(name, known, n=1, cutoff=0.75)]
    if near:
        return message("the panel lacks variables, others are near", names=names, nearest=", ".join(near))
    return message("the panel lacks variables", names=names)


def _change_within_firm(name: str) -> pl.Expr:
    """x less x of the year before, missing where the firm has no such row; on the panel before any row is dropped."""
    value, year = pl.col(_base(name)), pl.col("year")
    follows = year - year.shift(1).over("company_id") == 1
    return pl.when(follows).then(value - value.shift(1).over("company_id")).alias(name)


def _value(term: str) -> pl.Expr:
    """The variable, or the product of the two that a colon joins."""
    value = pl.lit(1.0)
    for factor in term.split(":"):
        value = value * pl.col(factor).cast(pl.Float64)
    return value
