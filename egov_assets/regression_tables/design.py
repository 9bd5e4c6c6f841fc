"""From the firm panel to the observations of one column, with the paper's terms as columns."""

import difflib
from dataclasses import dataclass, replace

import polars as pl

from egov_assets.platform.words import message
from egov_assets.regression_tables.groups import columns_of_group, labels
from egov_assets.regression_tables.samples import sample_of
from egov_assets.regression_tables.specifications import CHANGE, Column, Estimator

# The clusterings that every column has: two letters of a city code are its province.
CLUSTERS = {
    "city": labels("city"),
    "firm": labels("firm"),
    "city_year": labels("city^year"),
    "province": labels("province"),
}


def effect_column(name: str) -> str:
    """The column of a design that holds a fixed effect; its name may stand in a formula."""
    return {"firm": "firm_id", "year": "year"}.get(name) or f"effect_{name.replace('^', '__')}"


class NotComputable(ValueError):
    """A column cannot be estimated on the panel at hand; its text is a message of `words.yml` that says why."""


@dataclass(frozen=True)
class Design:
    """The observations of one column.

    frame   firm_id, year, one column per cluster level and effect, y, x0 to x<k-1>, and z with an instrument; sorted by
            firm and year, nothing missing
    terms   the paper's names of x0 to x<k-1>, in order; the first is the treatment
    outcome, instrument  the paper's names of y and z
    moderator_values  (n,) of the moderator, which may be no term of its own; None without one
    fixed_effects  the one with most levels first, firms before others
    """

    frame: pl.DataFrame
    outcome: str
    terms: tuple[str, ...]
    instrument: str | None
    fixed_effects: tuple[str, ...]
    estimator: Estimator
    moderator_values: pl.Series | None = None

    @property
    def regressors(self) -> list[str]:
        return [f"x{at}" for at in range(len(self.terms))]

    @property
    def absorbed(self) -> str | None:
        """The column of the effect that is absorbed; the others are `beside` it."""
        return effect_column(self.fixed_effects[0]) if self.fixed_effects else None

    @property
    def beside(self) -> list[str]:
        """The columns of the effects that are not absorbed, of which dummies are made."""
        return [effect_column(name) for name in self.fixed_effects[1:]]

    def without_singletons(self) -> "Design":
        """The observations left when those whose absorbed effect no other has are dropped."""
        return replace(self, frame=self.frame.filter(pl.len().over(self.absorbed) > 1))


def design_of(column: Column, panel: pl.DataFrame) -> Design:
    """The complete observations of a column.

    Raises  NotComputable naming every variable that the panel lacks, or how often each is observed if never together,
            or the years left if firm effects leave no variation
    """
    sample = sample_of(column.sample, column.where, panel.schema)
    groups = [name for group in (*column.fixed_effects, *column.cluster) for name in columns_of_group(group)]
    needed = [*column.variables, *groups, *(sample.columns if sample else ())]
    unknown = sorted({_base(name) for name in needed} - set(panel.columns))
    if unknown:
        raise NotComputable(_lacking(unknown, panel.columns))
    # Without what nothing here reads: to sort all columns of the panel took longer than to estimate.
    read = {"firm_id", "year", "city_code", *map(_base, needed)}
    rows = panel.select(name for name in panel.columns if name in read).sort("firm_id", "year")
    if sample:
        rows = rows.with_columns(_stays=sample.stays)
    rows = rows.with_columns(_change_within_firm(name) for name in column.variables if name.startswith(CHANGE))
    if sample:
        rows = rows.filter("_stays")
        if rows.is_empty():
            raise NotComputable(message("no firm-year in the sample", sample=column.where or column.sample or ""))
    if never := [name for name in column.variables if not rows[name].count()]:
        # Named alone, so that all columns which lack the same variable give one reason.
        raise NotComputable(message("never observed", names=", ".join(never)))
    complete = rows.drop_nulls([*column.variables, *groups])
    if complete.is_empty():
        counts = ", ".join(f"{name} {rows[name].count()}" for name in dict.fromkeys((*column.variables, *groups)))
        raise NotComputable(message("no complete firm-year", counts=counts))
    if "firm" in column.fixed_effects and complete["firm_id"].is_unique().all():
        years = ", ".join(map(str, sorted(complete["year"].unique())))
        raise NotComputable(message("no firm in two years", years=years))
    names = {f"x{at}": _value(term) for at, term in enumerate(column.regressors)}
    if column.instrument:
        names["z"] = _value(column.instrument)
    effects = {effect_column(effect): labels(effect) for effect in column.fixed_effects}
    clusters = CLUSTERS | {group: labels(group) for group in column.cluster}
    values = {"y": _value(column.outcome), **names}
    frame = complete.select(**{"firm_id": "firm_id", "year": "year"} | clusters | effects, **values)
    moderator = complete.select(_value(column.moderator)).to_series() if column.moderator else None
    levels = {effect: frame[effect_column(effect)].n_unique() for effect in column.fixed_effects}
    largest_first = sorted(levels, key=lambda effect: (effect != "firm", -levels[effect]))
    return Design(
        frame,
        column.outcome,
        column.regressors,
        column.instrument,
        tuple(largest_first),
        column.estimator,
        moderator,
    )


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
    follows = year - year.shift(1).over("firm_id") == 1
    return pl.when(follows).then(value - value.shift(1).over("firm_id")).alias(name)


def _value(term: str) -> pl.Expr:
    """The variable, or the product of the two that a colon joins."""
    value = pl.lit(1.0)
    for factor in term.split(":"):
        value = value * pl.col(factor).cast(pl.Float64)
    return value
