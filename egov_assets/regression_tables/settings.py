"""Section `printing` of study.yml: how tables are printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from egov_assets.platform.settings_file import Settings, SettingsError, read_section
from egov_assets.regression_tables.fits import CONSTANT
from egov_assets.regression_tables.specifications import Table, read_specifications

SECTION = "printing"
Brackets = Literal["p_value", "statistic", "std_error"]
StyleName = Literal["plain", "aer", "economic_research"]
Scalar = Literal[
    "least_squares", "first_stage", "anderson_rubin", "n", "clusters", "effective_clusters", "firms",
    "firms_seen_again", "singletons", "outcome_mean", "outcome_sd", "years", "r2",
]  # fmt: skip
EVERY_SCALAR: tuple[Scalar, ...] = get_args(Scalar)


@dataclass(frozen=True)
class Style:
    """What a journal prints where the study says nothing else."""

    brackets: Brackets
    scalars: tuple[Scalar, ...]
    has_stars: bool = True


STYLES: Mapping[StyleName, Style] = {
    "plain": Style("p_value", EVERY_SCALAR),
    # The American Economic Association asks for standard errors and for no asterisks.
    "aer": Style(
        "std_error", ("n", "clusters", "outcome_mean", "r2", "first_stage", "anderson_rubin"), has_stars=False
    ),
    "economic_research": Style("std_error", ("n", "r2", "clusters", "first_stage", "anderson_rubin")),
}


class Chosen(Settings):
    """What of one table is printed, as esttab's options of these names."""

    columns: tuple[str, ...] = Field((), description="printed numbers of the columns shown; all unless given")
    keep: tuple[str, ...] = Field(
        (), description="terms shown (a:b is a product, _cons the constant); all unless given"
    )
    order: tuple[str, ...] = Field((), description="terms that come first, in this order")
    groups: dict[str, tuple[str, ...]] = Field({}, description="heading: printed numbers of adjacent columns below it")


def _by_its_chinese_name(value: Any) -> Any:
    return "economic_research" if value == "经济研究" else value


class Printing(Settings):
    """What journals differ in."""

    style: Annotated[StyleName, BeforeValidator(_by_its_chinese_name)] = Field(
        "plain",
        description="what stands in parentheses, which statistics, whether stars; 经济研究 is economic_research",
    )
    brackets: Brackets | None = Field(
        None,
        description="in parentheses below each estimate: p-value (the paper), t statistic, or error; else by style",
    )
    decimals: int = Field(3, ge=1, le=8, description="of estimates and parentheses")
    variables: Literal["labels", "names"] = Field("labels", description="labels with units, or the columns' own names")
    scalars: tuple[Scalar, ...] | None = Field(
        None, description="statistics below the estimates, in order; else by style"
    )
    tables: dict[str, Chosen] = Field({}, description="by table, what of it is printed")

    @property
    def in_parentheses(self) -> Brackets:
        """What is printed below each estimate."""
        return self.brackets or STYLES[self.style].brackets

    @property
    def statistics(self) -> tuple[Scalar, ...]:
        """What is printed below the estimates, in order."""
        return STYLES[self.style].scalars if self.scalars is None else self.scalars

    @property
    def has_stars(self) -> bool:
        """Whether estimates carry stars."""
        return STYLES[self.style].has_stars

    def chosen(self, table: str) -> Chosen:
        """What of a table is printed; all of it unless the study says otherwise."""
        return self.tables.get(table, Chosen())


def read_printing(study_file: Path) -> Printing:
    """Section `printing` of study.yml laid over the paper's way.

    Raises  SettingsError listing every problem of the section, names of tables, columns and terms among them
    """
    printing = read_section(Printing, study_file, SECTION)
    if printing.tables:
        specifications = read_specifications(study_file)
        problems = [
            problem for name, chosen in printing.tables.items() for problem in _problems(name, chosen, specifications)
        ]
        if problems:
            raise SettingsError(f"{study_file}: {SECTION}.tables: " + "; ".join(problems))
    return printing


def printed_terms(table: Table) -> list[str]:
    """Every printed term of any column once: treatments, moderators, products; controls where the table shows them."""
    columns = table.columns.values()
    hidden = set() if table.show_controls else {name for column in columns for name in column.controls}
    terms = [term for column in columns for term in column.regressors if term not in hidden]
    has_constant = table.show_controls and not all(column.instrument for column in columns)
    return [*dict.fromkeys(terms), *([CONSTANT] if has_constant else [])]


def _problems(name: str, chosen: Chosen, specifications: Mapping[str, Table]) -> list[str]:
    if name not in specifications:
        return [f"there is no table {name}{_hint(name, list(specifications))}"]
    table, terms = specifications[name], printed_terms(specifications[name])
    numbers = list(table.columns)
    problems = [
        f"{name}: it has no column {each}{_hint(each, numbers)}" for each in chosen.columns if each not in numbers
    ]
    problems += [
        f"{name}: it prints no term {each}{_hint(each, terms)}"
        for each in (*chosen.keep, *chosen.order)
        if each not in terms
    ]
    shown = list(chosen.columns or numbers)
    for heading, below in chosen.groups.items():
        if not below or list(below) not in [shown[at : at + len(below)] for at in range(len(shown))]:
            problems.append(
                f"{name}: the columns below {heading!r} must stand side by side; shown are {', '.join(shown)}"
            )
    below_any = [each for below in chosen.groups.values() for each in below]
    if len(set(below_any)) < len(below_any):
        problems.append(f"{name}: a column stands below two headings")
    return list(dict.fromkeys(problems))


def _hint(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f" (did you mean {near[0]!r}?)" if near else f" (it has {', '.join(known)})"
