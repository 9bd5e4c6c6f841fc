"""A caller's frame with the columns that a function needs under our names, or every reason why it cannot be used."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Literal

import polars as pl

Kind = Literal["code", "year", "number"]
Columns = Mapping[str, tuple[str | None, Kind]]  # our name -> the caller's name and what it holds


class UnusableFrame(ValueError):
    """A frame lacks columns, or holds what cannot be used; the text lists every problem."""


def taken(frame: Any, what: str, columns: Columns, key: Sequence[str] = ()) -> pl.DataFrame:
    """The frame's columns under our names; a column that the caller names None is null throughout.

    frame    of Polars, lazy or not, or of pandas
    what     the argument, for messages
    columns  a code is text, as leading zeros carry meaning
    key      ours; no value of it is missing and no combination stands twice
    Raises   UnusableFrame listing every problem
    """
    given = as_polars(frame, what)
    problems = [
        f"{what} has no column {name!r}{_nearest(name, given.columns)}"
        for name, _ in columns.values()
        if name is not None and name not in given.columns
    ]
    if not problems:
        problems = [
            f"{what}.{name} {wrong}"
            for name, kind in columns.values()
            if name is not None and (wrong := _WRONG[kind](given[name]))
        ]
    if problems:
        raise UnusableFrame("\n".join(problems))
    found = given.select(
        pl.lit(None, _TYPES[kind]).alias(own) if name is None else pl.col(name).cast(_TYPES[kind]).alias(own)
        for own, (name, kind) in columns.items()
    )
    names = {own: name for own, (name, _) in columns.items()}
    for own in key:
        if missing := found[own].null_count():
            problems.append(f"{what}.{names[own]} is missing in {missing:,} rows. Drop these rows, or fill it in.")
    if key and (again := found.filter(pl.struct(key).is_duplicated())).height:
        first = again.sort(key).row(0, named=True)
        shown = ", ".join(f"{names[own]} {first[own]}" for own in key)
        problems.append(
            f"{what} has {again.height:,} rows whose key stands more than once, such as {shown}. Add them up."
        )
    if problems:
        raise UnusableFrame("\n".join(problems))
    return found


def as_polars(frame: Any, what: str) -> pl.DataFrame:
    """The frame in Polars. Raises  UnusableFrame if it is none of Polars or pandas"""
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame
    if type(frame).__module__.partition(".")[0] == "pandas":
        return pl.from_pandas(frame)
    raise UnusableFrame(f"{what} is a {type(frame).__name__}. Give a data frame of Polars or pandas.")


def _nearest(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.0)
    return f"; the nearest is {near[0]!r}" if near else ", it has none"


def _no_text(values: pl.Series) -> str | None:
    if values.dtype in (pl.String, pl.Categorical, pl.Enum):
        return None
    return f"holds {values.dtype}, not text: a number has lost the leading zeros of its codes. Read it as text."


def _no_number(values: pl.Series) -> str | None:
    return None if values.dtype.is_numeric() else f"holds {values.dtype}, not numbers. Convert it first."


def _no_year(values: pl.Series) -> str | None:
    return None if values.dtype.is_integer() else f"holds {values.dtype}, not whole years. Convert it first."


_WRONG: Mapping[Kind, Callable[[pl.Series], str | None]] = {
    "code": _no_text,
    "year": _no_year,
    "number": _no_number,
}
_TYPES: Mapping[Kind, type[pl.DataType]] = {
    "code": pl.String,
    "year": pl.Int32,
    "number": pl.Float64,
}
