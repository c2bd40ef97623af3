"""Expressions as the menus of the call workshop show them: rows joined by « and » or « or »."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Literal, TypeAlias

from grants.calls.logic.parsing import parse
from grants.calls.logic.schema import Kind
from grants.calls.logic.tree import (
    Call,
    Compare,
    Const,
    Expression,
    Joined,
    Minus,
    Name,
    Node,
    Not,
    Several,
    Sum,
)

Joiner: TypeAlias = Literal["and", "or"]
Choice: TypeAlias = "Decimal | int | str | bool | date | tuple[str, ...] | None"

OPERATORS: Mapping[Kind, tuple[str, ...]] = {
    Kind.NUMBER: ("<=", "<", ">=", ">", "==", "!=", "filled", "empty"),
    Kind.DAY: ("<=", "<", ">=", ">", "==", "filled", "empty"),
    Kind.TEXT: ("==", "!=", "in", "not in", "contains", "not contains", "filled", "empty"),
    Kind.CHOICE: ("==", "!=", "in", "not in", "filled", "empty"),
    Kind.CHOICES: ("contains", "not contains", "filled", "empty"),
    Kind.CELLS: ("contains", "not contains", "filled", "empty"),
    Kind.COLUMN: ("filled", "empty"),
    Kind.YES_NO: ("yes", "no", "filled", "empty"),
    Kind.ROWS: ("filled", "empty"),
    Kind.FILES: ("filled", "empty"),
    Kind.ANYTHING: ("filled", "empty"),
}
MIRROR: Mapping[str, Literal["==", "!=", "<", "<=", ">", ">="]] = {
    "==": "==",
    "!=": "!=",
    "<": ">",
    ">": "<",
    "<=": ">=",
    ">=": "<=",
}
WITHOUT_VALUE = frozenset({"yes", "no", "filled", "empty"})


def operators(kind: Kind) -> tuple[str, ...]:
    """What a menu offers after a variable of this type."""
    return OPERATORS[kind]


@dataclass(frozen=True)
class Row:
    """One line of the menus: a variable, what is said of it, and a value or another variable.

    `subject` is a variable's key, or `count(key)`, `sum(table.column)`, `min(…)`, `max(…)`.
    `operator` is one of `operators(kind)`. `value` is a number, a text (an option's key), a
    day, several texts for « in »; or, when `other` names a variable (or a count or a sum),
    the number it is multiplied by (None: once). yes, no, filled and empty take none.
    """

    subject: str
    operator: str
    value: Choice = None
    other: str = ""


@dataclass(frozen=True)
class Menu:
    """Rows and what joins them."""

    rows: tuple[Row, ...]
    joiner: Joiner


@dataclass(frozen=True)
class Term:
    """One part of a sum: `factor` × `key`, or the bare factor when there is no key."""

    factor: Decimal
    key: str = ""


def compose(rows: Iterable[Row], joiner: Joiner = "and") -> Expression:
    """The expression that rows of the menus make; its text is what is stored.

    Raises:
        BadExpression: a row is incomplete, or there is none.
    """
    return parse(f" {joiner} ".join(_written(row) for row in rows))


def _written(row: Row) -> str:
    subject, sign = row.subject, row.operator
    simple = {
        "yes": subject,
        "no": f"not {subject}",
        "empty": f"empty({subject})",
        "filled": f"not empty({subject})",
    }
    if sign in simple:
        return simple[sign]
    if sign.endswith("contains"):
        return f"{'not ' if sign != 'contains' else ''}contains({subject}, {_right(row)})"
    return f"{subject} {sign} {_right(row)}"


def _right(row: Row) -> str:
    if not row.other:
        return _quoted(row.value)
    return row.other if row.value is None else f"{_quoted(row.value)} * {row.other}"


def _quoted(value: Choice) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(_quoted(one) for one in value)},)"
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no"}.get(bool(value), "") if value is not None else ""
    if isinstance(value, Decimal | int):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return f'"{value.isoformat()}"' if isinstance(value, date) else f'"{value}"'


def decompose(expression: Expression) -> Menu | None:
    """The rows that would compose an expression, None when menus cannot show it."""
    root = expression.root
    parts: Sequence[Node] = root.parts if isinstance(root, Joined) else (root,)
    rows = [_row(part) for part in parts]
    joiner: Joiner = root.joiner if isinstance(root, Joined) else "and"
    known = [row for row in rows if row is not None]
    return Menu(tuple(known), joiner) if len(known) == len(rows) else None


def _row(node: Node) -> Row | None:
    no = isinstance(node, Not)
    inner = node.operand if isinstance(node, Not) else node
    match inner:
        case Name() | Call():
            return _said(inner, no=no)
        case Compare("in", left, Several(values)) if all(isinstance(v, str) for v in values):
            subject = _subject(left)
            texts = tuple(str(value) for value in values)
            return Row(subject, "not in" if no else "in", texts) if subject else None
        case Compare(sign, Const() as left, right) if not no and not isinstance(right, Const):
            return _row(Compare(MIRROR[sign], right, left)) if sign in MIRROR else None
        case Compare(sign, left, right) if not no and (subject := _subject(left)):
            return _comparison(subject, sign, right)
    return None


def _said(node: Name | Call, *, no: bool) -> Row | None:
    match node:
        case Name(key):
            return Row(key, "no" if no else "yes")
        case Call("empty", (Name(key),)):
            return Row(key, "filled" if no else "empty")
        case Call("contains", (Name(key), Const(str() as value))):
            return Row(key, "not contains" if no else "contains", value)
    return None


def _comparison(subject: str, sign: str, right: Node) -> Row | None:
    if isinstance(right, Const) and isinstance(right.value, bool):
        return Row(subject, "yes" if right.value is (sign == "==") else "no")
    if isinstance(right, Const):
        return Row(subject, sign, right.value)
    if isinstance(right, Minus) and isinstance(right.operand, Const):
        value = right.operand.value
        return Row(subject, sign, -value) if isinstance(value, Decimal) else None
    if other := _subject(right):
        return Row(subject, sign, None, other)
    match right:
        case Sum("*", Const(Decimal() as factor), times) if other := _subject(times):
            return Row(subject, sign, factor, other)
    return None


def _subject(node: Node) -> str:
    match node:
        case Name(key):
            return key
        case Call(function, (Name(key),)) if function in {"count", "sum", "min", "max"}:
            return f"{function}({key})"
    return ""


def compose_terms(terms: Sequence[Term]) -> Expression:
    """A sum of products, as computed values and award rules are built in the menus.

    Raises:
        BadExpression: there is no term.
    """
    text = ""
    for term in terms:
        sign = "-" if term.factor < 0 else "+"
        written = f"{abs(term.factor):f}"
        if term.key:
            written = term.key if abs(term.factor) == 1 else f"{written} * {term.key}"
        text = f"{text} {sign} {written}" if text else f"{'-' if sign == '-' else ''}{written}"
    return parse(text)


def decompose_terms(expression: Expression) -> tuple[Term, ...] | None:
    """The terms that would compose an expression, None when menus cannot show it."""
    terms = [_term(node, sign) for node, sign in _signed(expression.root, 1)]
    known = [term for term in terms if term is not None]
    return tuple(known) if len(known) == len(terms) else None


def _signed(node: Node, sign: int) -> list[tuple[Node, int]]:
    match node:
        case Sum("+", left, right):
            return [*_signed(left, sign), *_signed(right, sign)]
        case Sum("-", left, right):
            return [*_signed(left, sign), *_signed(right, -sign)]
        case Minus(operand):
            return _signed(operand, -sign)
    return [(node, sign)]


def _term(node: Node, sign: int) -> Term | None:
    factors = _factors(node)
    numbers = [one.value for one in factors if isinstance(one, Const)]
    keys = [key for one in factors if not isinstance(one, Const) and (key := _subject(one))]
    decimals = [value for value in numbers if isinstance(value, Decimal)]
    if len(keys) > 1 or len(keys) + len(decimals) != len(factors):
        return None
    return Term(reduce(lambda a, b: a * b, decimals, Decimal(sign)), "".join(keys))


def _factors(node: Node) -> list[Node]:
    if isinstance(node, Minus):
        return [Const(Decimal(-1)), *_factors(node.operand)]
    if isinstance(node, Sum) and node.operator == "*":
        return [*_factors(node.left), *_factors(node.right)]
    return [node]
