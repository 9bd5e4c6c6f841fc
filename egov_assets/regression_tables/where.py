"""A condition on firm-years as a user writes it, `province == "浙江省" and year >= 2011`, as a Polars expression.

Python's parser reads the text and nothing runs it: each node is one of a few that are allowed, or a problem. Names are
those of the panel and of `groups.py`; places are named or coded.
"""

import ast
import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

import polars as pl

from egov_assets.platform.contract import without_rows
from egov_assets.platform.known_codes import known_codes
from egov_assets.regression_tables.groups import GROUPS
from egov_assets.regression_tables.schema import FirmPanel

MOST_CHARACTERS, MOST_PARTS = 2000, 200  # beyond any sample; deeper trees would exhaust the stack
LARGEST = 1e15  # whole numbers are exact as floating point up to here
NULL = ("null", "None")
COMPARED: dict[type, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    ast.Eq: pl.Expr.eq,
    ast.NotEq: pl.Expr.ne,
    ast.Lt: pl.Expr.lt,
    ast.LtE: pl.Expr.le,
    ast.Gt: pl.Expr.gt,
    ast.GtE: pl.Expr.ge,
}
COMPUTED: dict[type, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    ast.Add: pl.Expr.add,
    ast.Sub: pl.Expr.sub,
    ast.Mult: pl.Expr.mul,
    ast.Div: pl.Expr.truediv,
}
GRAMMAR = "names, numbers, texts in quotes, == != < <= > >=, and, or, not, in [...], is null, + - * /"
Kind = Literal["condition", "number", "text", "null", "none"]


class ConditionError(ValueError):
    """A condition cannot be used; the text lists every problem."""


@dataclass(frozen=True)
class Condition:
    """Which firm-years stay: the columns of the panel that tell it, and what is true of those that do."""

    columns: tuple[str, ...]
    stays: pl.Expr

    def __and__(self, other: "Condition") -> "Condition":
        return Condition(tuple(dict.fromkeys((*self.columns, *other.columns))), self.stays & other.stays)


def condition(text: str, own_columns: Mapping[str, pl.DataType] = MappingProxyType({})) -> Condition:
    """The condition that a text says. Where a value is missing, nothing holds but `is null`.

    own_columns  of the panel, with their types, beyond the `panel_columns` of every study
    Raises  ConditionError listing every problem, unknown names and values with the nearest known
    """
    if len(text) > MOST_CHARACTERS:
        raise ConditionError(f"more than {MOST_CHARACTERS:,} characters; name long lists by a column of the panel")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else "it cannot be read"
        raise ConditionError(f"{text!r} is no condition ({reason}); it may hold {GRAMMAR}") from None
    if sum(isinstance(node, ast.expr) and not isinstance(node, ast.Constant) for node in ast.walk(tree)) > MOST_PARTS:
        raise ConditionError(f"more than {MOST_PARTS} parts; make it shorter, `in [...]` takes any number of values")
    reader = _Reader({**panel_columns(), **own_columns})
    part = reader.read(tree)
    if part.kind not in ("condition", "none"):
        reader.problems.append(f"{ast.unparse(tree)!r} is no condition; compare it, as in {ast.unparse(tree)} == 1")
    if reader.problems:
        raise ConditionError("; ".join(dict.fromkeys(reader.problems)))
    return Condition(tuple(dict.fromkeys(reader.columns)), part.expr)


@dataclass(frozen=True)
class _Part:
    """kind "none": a problem is named already, and no other follows from it; name of a column, value of a constant."""

    kind: Kind
    expr: pl.Expr = field(default_factory=lambda: pl.lit(None))
    name: str | None = None
    value: Any = None


class _Reader:
    def __init__(self, panel: Mapping[str, pl.DataType]) -> None:
        self.panel = panel
        self.problems: list[str] = []
        self.columns: list[str] = []

    def read(self, node: ast.expr) -> _Part:
        match node:
            case ast.BoolOp():
                parts = [self._condition(each) for each in node.values]
                together = pl.all_horizontal if isinstance(node.op, ast.And) else pl.any_horizontal
                return _Part("condition", together(parts))
            case ast.UnaryOp(op=ast.Not()):
                return _Part("condition", self._condition(node.operand).not_())
            case ast.UnaryOp(op=ast.USub()):
                return _Part("number", self._number(node.operand).neg())
            case ast.BinOp() if type(node.op) in COMPUTED:
                left, right = self._number(node.left), self._number(node.right)
                return _Part("number", COMPUTED[type(node.op)](left, right))
            case ast.Compare():
                sides = [node.left, *node.comparators]
                pairs = zip(sides, node.ops, sides[1:], strict=False)
                return _Part("condition", pl.all_horizontal([self._compared(*pair) for pair in pairs]))
            case ast.Name():
                return self._named(node.id)
            case ast.Constant():
                return self._constant(node.value)
        return self._problem(f"{ast.unparse(node)!r} cannot stand in a condition, which may hold {GRAMMAR}")

    def _problem(self, sentence: str) -> _Part:
        self.problems.append(sentence)
        return _Part("none")

    def _condition(self, node: ast.expr) -> pl.Expr:
        part = self.read(node)
        if part.kind not in ("condition", "none"):
            text = ast.unparse(node)
            self._problem(f"{text!r} is no condition; compare it, as in {text} == 1")
        return part.expr

    def _number(self, node: ast.expr) -> pl.Expr:
        part = self.read(node)
        if part.kind not in ("number", "none"):
            self._problem(f"{ast.unparse(node)!r} is no number")
        return part.expr

    def _named(self, name: str) -> _Part:
        if name in NULL:
            return _Part("null")
        if name in GROUPS:
            column, expr = GROUPS[name]
        elif name in self.panel:
            column, expr = name, pl.col(name)
        else:
            return self._problem(unknown_name(name, (*GROUPS, *self.panel)))
        self.columns.append(column)
        return _Part("number" if self.panel[column].is_numeric() else "text", expr, name)

    def _constant(self, value: Any) -> _Part:
        if value is None:
            return _Part("null")
        if isinstance(value, str):
            return _Part("text", pl.lit(value), value=value)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST:
            return _Part("number", pl.lit(float(value)), value=value)
        return self._problem(f"{str(value)[:40]} is neither a text nor a number that can be compared")

    def _compared(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> pl.Expr:
        one = self.read(left)
        if isinstance(operator, ast.In | ast.NotIn):
            if not isinstance(right, ast.List | ast.Tuple | ast.Set):
                return self._problem(f"after `in` stands a list: {ast.unparse(left)} in [...]").expr
            equal = [self._pair(one, self.read(each), ast.Eq(), left, each) for each in right.elts]
            among = pl.any_horizontal(equal) if equal else pl.lit(False)
            return among.not_() if isinstance(operator, ast.NotIn) else among
        other = self.read(right)
        if isinstance(operator, ast.Is | ast.IsNot):
            if other.kind != "null":
                return self._problem(f"after `is` stands `null` or `not null`, not {ast.unparse(right)}").expr
            return one.expr.is_null() if isinstance(operator, ast.Is) else one.expr.is_not_null()
        return self._pair(one, other, operator, left, right)

    def _pair(self, one: _Part, other: _Part, operator: ast.cmpop, left: ast.expr, right: ast.expr) -> pl.Expr:
        both, text = {one.kind, other.kind}, f"{ast.unparse(left)!r} and {ast.unparse(right)!r}"
        if "none" in both:
            return pl.lit(None)
        if "null" in both:
            return self._problem(f"{text}: a missing value is asked for by `is null`").expr
        if len(both) > 1 or both == {"condition"}:
            hint = ": codes and names of places are texts, in quotes" if both == {"text", "number"} else ""
            return self._problem(f"{text} cannot be compared{hint}").expr
        if both == {"text"} and not isinstance(operator, ast.Eq | ast.NotEq):
            return self._problem(f"{text}: texts have no order; use ==, != or in").expr
        return COMPARED[type(operator)](self._valued(one, other), self._valued(other, one))

    def _valued(self, part: _Part, of: _Part) -> pl.Expr:
        """The part; of a constant what the other side has for it, checked where its values are known."""
        values = known_values(of.name) if of.name and part.value is not None else None
        if values is None:
            return part.expr
        if part.value in values:
            return pl.lit(values[part.value])
        near = difflib.get_close_matches(str(part.value), [str(value) for value in values], n=1, cutoff=0.0)[0]
        return self._problem(f"{of.name} is nowhere {part.value!r}; the nearest it can be is {near!r}").expr


@cache
def panel_columns() -> Mapping[str, pl.DataType]:
    """The columns of `firm_panel` in every study, and their types; a study's own sources add theirs."""
    return without_rows(FirmPanel).schema


@cache
def known_values(name: str) -> Mapping[Any, Any] | None:
    """What may be written for a value of a group or column -> what the panel has; None if that is not known before."""
    if codes := known_codes(name):
        return codes
    check_of = FirmPanel.to_schema().columns
    for check in check_of[name].checks if name in check_of else ():
        if check.name == "isin":
            return {value: float(value) for value in check.statistics["allowed_values"]}
    return None


def unknown_name(name: str, known: tuple[str, ...]) -> str:
    """What is said of a name that the panel lacks."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else "what it has is listed in docs/data_dictionary.md, firm_panel"
    return f"the panel has no {name!r}; {hint}"
