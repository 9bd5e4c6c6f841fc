"""What each column of each table estimates, checked before anything runs: the paper's tables (`specifications.yml`),
and a study's own, in section `tables` of its study.yml or in `tables.yml` beside it.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from egov_assets import paper
from egov_assets.paper.chosen import has_paper
from egov_assets.paper.study import CONTROLS
from egov_assets.platform.folders import TABLES_FILE, is_given
from egov_assets.platform.settings_file import SettingsError, mapping_in, read_mapping, section_of
from egov_assets.regression_tables.groups import COMBINED, GROUPS
from egov_assets.regression_tables.own_columns import columns_of_study
from egov_assets.regression_tables.samples import SAMPLES
from egov_assets.regression_tables.where import condition, panel_columns, unknown_name

SECTION = "tables"
SHIPPED = Path(paper.__file__).with_name("specifications.yml")
TABLE_NAME = re.compile("[a-z][a-z0-9_]*")

CHANGE = "D."
LIKE_A_KEY = 0.6  # of the letters in common
Estimator = Literal["least_squares", "random_effects"]


Names = Mapping[str, pl.DataType]  # columns of the panel and their types
# Context of a validation of what a user wrote: its names are columns of the study's panel. A Column made in code may be
# of any frame.
PANEL = "panel"


class SpecificationError(SettingsError):
    """The specifications hold an unknown key or a value that cannot be used; the message lists every problem."""


class Column(BaseModel):
    """One printed column: a regression on the firm panel. `D.x` is the change of x on the year before, within firms.

    outcome        variable of firm_panel, or its change
    treatment      the same; its slope is what the table is about
    moderator      variable whose product with the treatment is added, and itself where it is not absorbed
    main_effect    whether the moderator itself is a regressor
    controls       variables; all: the six of the paper, alone or in a list
    sample         a named subsample (samples.py); all firm-years unless given
    where          a condition on the firm-years, beside the sample or alone (docs/tables.md)
    fixed_effects  firm, year, city, province, industry, a column of firm_panel with codes, or a^b of these
    cluster        whose clusters the printed errors have, as fixed_effects: one (city by default) or two
    instrument     variable of the panel that stands in for the treatment, by two-stage least squares
    estimator      random_effects takes neither fixed effects nor an instrument
    years_needed   years without which the column is known to be out of reach
    header         printed above the column
    header_zh      the same in Chinese
    readings       name -> keys that differ; estimated beside the column, not printed
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: str
    treatment: str
    moderator: str | None = None
    main_effect: bool = True
    controls: tuple[str, ...] = ()
    sample: str | None = None
    where: str | None = None
    fixed_effects: tuple[str, ...] = ()
    cluster: tuple[str, ...] = Field((), max_length=2)
    instrument: str | None = None
    estimator: Estimator = "least_squares"
    years_needed: int = 1
    header: str | None = None
    header_zh: str | None = None
    readings: dict[str, dict[str, Any]] = {}

    @field_validator("controls", mode="before")
    @classmethod
    def _all_is_the_six_controls(cls, value: Any) -> Any:
        if value == "all":
            return CONTROLS
        if isinstance(value, list):
            return tuple(name for each in value for name in (CONTROLS if each == "all" else (each,)))
        return value

    @field_validator("sample")
    @classmethod
    def _is_a_known_sample(cls, value: str | None) -> str | None:
        if value is not None and value not in SAMPLES:
            near = difflib.get_close_matches(value, SAMPLES, n=1, cutoff=LIKE_A_KEY)
            hint = f"did you mean {near[0]!r}?" if near else f"the named ones are {', '.join(SAMPLES)}."
            raise ValueError(
                f'unknown sample {value!r}; {hint} A sample of your own is a condition: where: province == "浙江省"'
            )
        return value

    @field_validator("where")
    @classmethod
    def _is_a_condition(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.context:
            condition(
                value, info.context[PANEL]
            )  # a ConditionError is a ValueError, which pydantic gathers with the others
        return value

    @field_validator("outcome", "treatment", "moderator", "instrument", "controls")
    @classmethod
    def _is_a_number_of_the_panel(cls, value: Any, info: ValidationInfo) -> Any:
        names = (value,) if isinstance(value, str) else value or ()
        if info.context and (problems := [each for name in names if (each := _problem_of(name, info.context[PANEL]))]):
            raise ValueError("; ".join(problems))
        return value

    @field_validator("cluster", mode="before")
    @classmethod
    def _may_be_one_name(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("fixed_effects", "cluster")
    @classmethod
    def _are_groups_of_the_panel(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        panel = info.context[PANEL] if info.context else panel_columns()
        parts = [part for name in value for part in name.split(COMBINED)]
        if problems := [each for part in parts if (each := _problem_of_group(part, panel))]:
            raise ValueError("; ".join(dict.fromkeys(problems)))
        if len(set(value)) < len(value):
            raise ValueError("a name stands there twice")
        return value

    @model_validator(mode="after")
    def _can_be_estimated(self) -> Self:
        if self.instrument and self.moderator:
            raise ValueError("an instrumented treatment cannot also be moderated: leave out moderator or instrument")
        if self.estimator == "random_effects" and (self.instrument or self.fixed_effects):
            raise ValueError("random effects take neither fixed effects nor an instrument")
        return self

    @property
    def clustering(self) -> str:
        """Whose clusters the printed errors have: by city, unless the column says otherwise; of two ways `a+b`."""
        return "+".join(self.cluster) or "city"

    @property
    def printed_variant(self) -> str:
        """The variant of `estimates` that is printed."""
        return f"cluster_{self.clustering}"

    @property
    def regressors(self) -> tuple[str, ...]:
        """Terms in printed order: treatment, moderator and their product, controls."""
        product = (f"{self.treatment}:{self.moderator}",) if self.moderator else ()
        moderated = (self.moderator, *product) if self.moderator and self.main_effect else product
        return tuple(dict.fromkeys((self.treatment, *moderated, *self.controls)))

    @property
    def variables(self) -> tuple[str, ...]:
        """Every variable of the panel that the regression needs; changes as `D.x`, products as their factors."""
        names = (self.outcome, *self.regressors, *([self.instrument] if self.instrument else []))
        return tuple(dict.fromkeys(factor for name in names for factor in name.split(":")))

    def read_as(self, reading: str, context: Mapping[str, Any] | None = None) -> "Column":
        """The column under one of its further readings, or itself under none; context as for `PANEL`."""
        if not reading:
            return self
        fields = self.model_dump(exclude={"readings"}, exclude_defaults=True)
        return Column.model_validate(fields | self.readings[reading], context=context)


class Table(BaseModel):
    """One printed table: its columns by printed number.

    title          printed above the table
    title_zh       the same in Chinese
    asset          name of the asset that makes it; the table's own name unless given
    description    of the asset, in the UI
    show_controls  whether the controls are printed
    columns        printed number -> column
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    title_zh: str | None = None
    asset: str | None = None
    description: str | None = None
    show_controls: bool = False
    columns: dict[str, Column] = Field(min_length=1)


def read_specifications(study_file: Path | None = None) -> dict[str, Table]:
    """The tables in order, by name: the paper's, unless the study has none, then the study's own.

    Raises  SpecificationError listing every problem of a file: where, what, and for an unknown key the nearest known;
            SettingsError if it is no YAML, or gives a key twice
    """
    tables = _tables_of(read_mapping(SHIPPED), str(SHIPPED), panel_columns()) if has_paper(study_file) else {}
    if study_file:
        added = own_tables(study_file)
        if taken := sorted(set(added) & {*tables, "table_01"}):
            raise SpecificationError(
                f"{study_file}: {SECTION}: {', '.join(taken)} is a table of the paper, or of every study. Name yours "
                "otherwise."
            )
        tables |= added
    return tables


def own_tables(study_file: Path) -> dict[str, Table]:
    """The study's own tables alone, in order, by name.

    Raises  as `read_specifications`
    """
    return _tables_of(*_written_by(study_file), columns_of_study(study_file))


def table_of(columns: Mapping[str, Any]) -> Table:
    """One table of columns made in code, for any frame: whether it has the variables is told when they are estimated.

    Raises  SpecificationError listing every problem
    """
    try:
        return Table.model_validate({"title": "", "columns": columns})
    except ValidationError as errors:
        raise SpecificationError("; ".join(_problem("models", error) for error in errors.errors())) from None


def _written_by(study_file: Path) -> tuple[dict[str, Any], str]:
    """The study's own tables as written, and where they are written."""
    in_section = mapping_in(section_of(study_file, SECTION), study_file, SECTION)
    beside = study_file.with_name(TABLES_FILE)
    if not is_given(beside):
        return in_section, f"{study_file}: {SECTION}"
    if in_section:
        raise SpecificationError(f"{study_file}: {SECTION}: {beside} holds tables too. Keep them in one of the two.")
    return read_mapping(beside), str(beside)


def _tables_of(given: Mapping[str, Any], source: str, panel: Names) -> dict[str, Table]:
    tables, problems = {}, []
    for name, table in given.items():
        if not TABLE_NAME.fullmatch(str(name)):
            problems.append(f"{name}: a table is named in small letters, digits and _, as its files will be")
            continue
        try:
            tables[name] = Table.model_validate(table, context={PANEL: panel})
        except ValidationError as errors:
            problems += [_problem(name, error) for error in errors.errors()]
        else:
            problems += _problems_of_readings(name, tables[name], panel)
    if problems:
        raise SpecificationError(f"{source}: " + "; ".join(problems))
    return tables


def _problems_of_readings(name: str, table: Table, panel: Names) -> Iterator[str]:
    for number, column in table.columns.items():
        for reading in column.readings:
            try:
                column.read_as(reading, {PANEL: panel})
            except ValidationError as errors:
                place = ("columns", number, "readings", reading)
                yield from (_problem(name, {**error, "loc": (*place, *error["loc"])}) for error in errors.errors())


def _problem(table: str, error: Mapping[str, Any]) -> str:
    where = ".".join([table, *(str(part) for part in error["loc"])])
    if error["type"] != "extra_forbidden":
        return f"{where}: {error['msg']}"
    known = list((Column if "columns" in error["loc"] else Table).model_fields)
    key = str(error["loc"][-1])
    near = difflib.get_close_matches(key, known, n=1, cutoff=LIKE_A_KEY)
    return f"{where}: unknown key{f'; did you mean {near[0]!r}?' if near else ''} (known: {', '.join(known)})"


def _problem_of(variable: str, panel: Names) -> str | None:
    base = variable.removeprefix(CHANGE)
    if base not in panel:
        return unknown_name(base, tuple(each for each, kind in panel.items() if kind.is_numeric()))
    return None if panel[base].is_numeric() else f"{variable} is no number; as groups it can be one of fixed_effects"


def _problem_of_group(name: str, panel: Names) -> str | None:
    if name in GROUPS:
        return None
    if name not in panel:
        return unknown_name(name, (*GROUPS, *(each for each, kind in panel.items() if kind != pl.Float64)))
    return f"{name} is a measure, no grouping of firm-years" if panel[name] == pl.Float64 else None
