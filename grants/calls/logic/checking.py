"""Finds what is wrong with an expression where it is written: unknown names, mixed-up types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from grants.calls.logic.schema import Kind, Schema, Variable
from grants.calls.logic.tree import (
    Call,
    Compare,
    Const,
    Either,
    Expression,
    Joined,
    Minus,
    Name,
    Node,
    Not,
    Plain,
    Several,
    Sum,
)

ROUND_MAX = 6


@dataclass(frozen=True)
class Mistake:
    """`code` is `logic.<reason>`; `facts` fill its sentence (grants.web.sentences.calls).

    Codes: `logic.unknown_name` (name), `logic.wrong_type` (where, expected, found),
    `logic.cannot_compare` (left, right), `logic.unknown_option` (name, option),
    `logic.not_a_day` (text), `logic.arguments` (function), `logic.result` (expected, found).
    """

    code: str
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


WORDS: Mapping[str, str] = {
    "logic.unknown_name": "{name} is not known here",
    "logic.wrong_type": "{where} takes a {expected}, not a {found}",
    "logic.cannot_compare": "a {left} cannot be compared with a {right}",
    "logic.unknown_option": "{option} is not an option of {name}",
    "logic.not_a_day": "{text} is not a day written 2018-11-30",
    "logic.arguments": "{function} was not given what it needs",
    "logic.result": "gives a {found}, where a {expected} is expected",
}


def in_words(mistake: Mistake) -> str:
    """The mistake in plain English, for files and logs."""
    return WORDS[mistake.code].format(**mistake.facts)


def mistakes(expression: Expression, schema: Schema, expected: Kind | None = None) -> list[Mistake]:
    """Everything wrong with an expression about these variables; `expected` is its own type.

    An expression without mistakes always evaluates to its type, or to unknown.
    """
    checker = _Checker(schema)
    found = checker.kind(expression.root)
    if expected is not None and found is not None and not _fits(found, expected):
        checker.note("logic.result", expected=expected, found=found)
    return checker.found


def kind_of(expression: Expression, schema: Schema) -> Kind | None:
    """The type of an expression, None when its mistakes hide it."""
    return _Checker(schema).kind(expression.root)


def _fits(found: Kind, expected: Kind) -> bool:
    return found is expected or {found, expected} <= {Kind.TEXT, Kind.CHOICE}


COUNTED = {Kind.ROWS, Kind.COLUMN, Kind.CELLS, Kind.CHOICES, Kind.FILES}
SEARCHED = {Kind.CHOICES, Kind.CELLS, Kind.TEXT}
SINGLE = {Kind.NUMBER, Kind.TEXT, Kind.YES_NO, Kind.DAY, Kind.CHOICE}


class _Checker:
    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.found: list[Mistake] = []
        self.functions: Mapping[str, Callable[[Call], Kind | None]] = {
            "min": self._numbers,
            "max": self._numbers,
            "sum": self._numbers,
            "round": self._round,
            "count": self._count,
            "empty": self._empty,
            "contains": self._contains,
            "days_between": self._days_between,
        }

    def note(self, code: str, **facts: str) -> None:
        """Keep a mistake, once."""
        mistake = Mistake(code, {name: str(value) for name, value in facts.items()})
        if mistake not in self.found:
            self.found.append(mistake)

    def kind(self, node: Node) -> Kind | None:
        """The type of a node; None once a mistake was noted under it."""
        found: Kind | None = None
        match node:
            case Const(value):
                found = _kind_of_value(value)
            case Name(key):
                found = self._variable(key)
            case Call():
                found = self.functions[node.function](node)
            case Sum() | Minus():
                found = self._arithmetic(node)
            case Compare():
                found = self._compare(node)
            case Not() | Joined():
                found = self._condition(node)
            case Either():
                found = self._either(node)
        return found

    def _variable(self, key: str) -> Kind | None:
        variable = self.schema.get(key)
        if variable is None:
            self.note("logic.unknown_name", name=key)
            return None
        return variable.kind

    def _require(self, node: Node, where: str, *expected: Kind) -> bool:
        found = self.kind(node)
        if found is None:
            return False
        if found not in expected:
            self.note("logic.wrong_type", where=where, expected=expected[0], found=found)
            return False
        return True

    def _arithmetic(self, node: Sum | Minus) -> Kind:
        if isinstance(node, Minus):
            self._require(node.operand, "-", Kind.NUMBER)
        else:
            for side in (node.left, node.right):
                self._require(side, node.operator, Kind.NUMBER)
        return Kind.NUMBER

    def _condition(self, node: Not | Joined) -> Kind:
        where = "not" if isinstance(node, Not) else node.joiner
        for part in (node.operand,) if isinstance(node, Not) else node.parts:
            self._require(part, where, Kind.YES_NO)
        return Kind.YES_NO

    def _either(self, node: Either) -> Kind | None:
        self._require(node.condition, "if", Kind.YES_NO)
        then, otherwise = self.kind(node.then), self.kind(node.otherwise)
        if then is None or otherwise is None:
            return None
        if not _fits(then, otherwise) or then not in SINGLE:
            self.note("logic.wrong_type", where="else", expected=then, found=otherwise)
            return None
        return then

    def _compare(self, node: Compare) -> Kind:
        left = self.kind(node.left)
        if isinstance(node.right, Several):
            for value in node.right.values:
                self._comparable(node.left, left, Const(value), _kind_of_value(value), "==")
        else:
            right = self.kind(node.right)
            self._comparable(node.left, left, node.right, right, node.operator)
        return Kind.YES_NO

    def _comparable(
        self, a: Node, left: Kind | None, b: Node, right: Kind | None, sign: str
    ) -> None:
        if left is None or right is None:
            return
        if isinstance(a, Const) and not isinstance(b, Const):
            a, left, b, right = b, right, a, left
        if isinstance(b, Const) and isinstance(b.value, str):
            right = self._literal(a, left, b.value)
        ordered = sign not in {"==", "!="}
        if right is None or (left is right and self._can(left, ordered=ordered)):
            return
        if not ordered and {left, right} <= {Kind.TEXT, Kind.CHOICE}:
            return
        self.note("logic.cannot_compare", left=left, right=right)

    @staticmethod
    def _can(kind: Kind, *, ordered: bool) -> bool:
        return kind in {Kind.NUMBER, Kind.DAY} if ordered else kind in SINGLE

    def _literal(self, other: Node, kind: Kind, text: str) -> Kind | None:
        """A quoted text stands for a day beside a day, for an option beside a choice."""
        if kind is Kind.DAY:
            if as_day(text) is None:
                self.note("logic.not_a_day", text=text)
                return None
            return Kind.DAY
        if kind is Kind.CHOICE:
            self._option(other, text)
            return Kind.CHOICE
        return Kind.TEXT

    def _option(self, node: Node, text: str) -> None:
        variable: Variable | None = None
        if isinstance(node, Name):
            variable = self.schema.get(node.key)
        if variable is not None and variable.options and variable.option(text) is None:
            self.note("logic.unknown_option", name=variable.key, option=text)

    def _numbers(self, node: Call) -> Kind:
        if not node.arguments:
            self.note("logic.arguments", function=node.function)
        for one in node.arguments:
            self._require(one, node.function, Kind.NUMBER, Kind.COLUMN)
        return Kind.NUMBER

    def _round(self, node: Call) -> Kind:
        if len(node.arguments) not in {1, 2}:
            self.note("logic.arguments", function="round")
            return Kind.NUMBER
        self._require(node.arguments[0], "round", Kind.NUMBER)
        if len(node.arguments) > 1 and places_of(node.arguments[1]) is None:
            self.note("logic.arguments", function="round")
        return Kind.NUMBER

    def _count(self, node: Call) -> Kind:
        if len(node.arguments) != 1:
            self.note("logic.arguments", function="count")
        for one in node.arguments:
            self._require(one, "count", Kind.ROWS, *(COUNTED - {Kind.ROWS}))
        return Kind.NUMBER

    def _empty(self, node: Call) -> Kind:
        if len(node.arguments) != 1 or not isinstance(node.arguments[0], Name):
            self.note("logic.arguments", function="empty")
        for one in node.arguments:
            self.kind(one)
        return Kind.YES_NO

    def _contains(self, node: Call) -> Kind:
        if len(node.arguments) != 2:  # noqa: PLR2004
            self.note("logic.arguments", function="contains")
            return Kind.YES_NO
        where, what = node.arguments
        fits = self._require(where, "contains", Kind.CHOICES, *(SEARCHED - {Kind.CHOICES}))
        self._require(what, "contains", Kind.TEXT, Kind.CHOICE)
        if fits and isinstance(what, Const) and isinstance(what.value, str):
            self._option(where, what.value)
        return Kind.YES_NO

    def _days_between(self, node: Call) -> Kind:
        if len(node.arguments) != 2:  # noqa: PLR2004
            self.note("logic.arguments", function="days_between")
            return Kind.NUMBER
        for one in node.arguments:
            if isinstance(one, Const) and isinstance(one.value, str):
                self._literal(one, Kind.DAY, one.value)
            else:
                self._require(one, "days_between", Kind.DAY)
        return Kind.NUMBER


def _kind_of_value(value: Plain) -> Kind:
    if isinstance(value, bool):
        return Kind.YES_NO
    return Kind.NUMBER if isinstance(value, Decimal) else Kind.TEXT


def as_day(text: str) -> date | None:
    """The day that a quoted text stands for, if any."""
    try:
        return date.fromisoformat(text) if len(text) == len("2018-11-30") else None
    except ValueError:
        return None


def places_of(node: Node) -> int | None:
    """How many decimals `round` keeps: a whole number between -6 and 6, written as such."""
    sign = 1
    if isinstance(node, Minus):
        node, sign = node.operand, -1
    if not isinstance(node, Const) or not isinstance(node.value, Decimal):
        return None
    whole = node.value == node.value.to_integral_value()
    return sign * int(node.value) if whole and node.value <= ROUND_MAX else None
