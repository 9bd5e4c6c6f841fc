"""What each column of each table estimates, read from `specifications.yml` and checked before anything runs."""

import difflib
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from egov_assets.study import CONTROLS

SPECIFICATIONS = Path(__file__).with_name("specifications.yml")

Effect = Literal["firm", "year"]
Reading = Literal["year_dummies", "random_effects"]


class SpecificationError(ValueError):
    """The specifications hold an unknown key or a value that cannot be used; the message lists every problem."""


class Column(BaseModel):
    """One printed column: a regression on the firm panel."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: str
    treatment: str
    controls: tuple[str, ...] = ()
    fixed_effects: tuple[Effect, ...] = ()
    instrument: str | None = None
    also_as: tuple[Reading, ...] = ()

    @field_validator("controls", mode="before")
    @classmethod
    def _all_is_the_six_controls(cls, value: Any) -> Any:
        return CONTROLS if value == "all" else value

    @property
    def variables(self) -> tuple[str, ...]:
        """Every column of the panel that the regression needs."""
        return tuple(name for name in (self.outcome, self.treatment, *self.controls, self.instrument) if name)


class Table(BaseModel):
    """One printed table: its title and its columns by printed number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    columns: dict[str, Column] = Field(min_length=1)


def read_specifications(path: Path = SPECIFICATIONS) -> dict[str, Table]:
    """The tables in file order, by name.

    Raises  SpecificationError listing every problem of the file: where, what, and for an unknown key the nearest known
    """
    content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    tables, problems = {}, []
    for name, table in content.items():
        try:
            tables[name] = Table.model_validate(table)
        except ValidationError as errors:
            problems += [_problem(name, error) for error in errors.errors()]
    if problems:
        raise SpecificationError(f"{path.name}: " + "; ".join(problems))
    return tables


def _problem(table: str, error: Any) -> str:
    where = ".".join([table, *(str(part) for part in error["loc"])])
    if error["type"] != "extra_forbidden":
        return f"{where}: {error['msg']}"
    known = list((Column if "columns" in error["loc"] else Table).model_fields)
    key = str(error["loc"][-1])
    nearest = difflib.get_close_matches(key, known, n=1, cutoff=0.0)[0]
    return f"{where}: unknown key; did you mean {nearest!r}? (known: {', '.join(known)})"
