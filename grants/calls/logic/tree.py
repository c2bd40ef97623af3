"""What an expression is once read: a small tree of known nodes, which any reader can walk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Literal, TypeAlias


class Unknown(Enum):
    """The third value: nobody has answered yet."""

    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        """An unknown condition does not hold."""
        return False


UNKNOWN: Final = Unknown.UNKNOWN

Value: TypeAlias = "Decimal | int | str | bool | date | tuple[Any, ...] | None"
"""An answer for expressions: euros and not cents, days and not texts, keys of options.

Several choices, a column of a table and the rows of a group are tuples; None is unanswered.
"""

FUNCTIONS: Final = frozenset(
    {"min", "max", "round", "sum", "count", "empty", "contains", "days_between"}
)


Plain: TypeAlias = "Decimal | str | bool"
"""What can be written in an expression."""


@dataclass(frozen=True)
class Const:
    """A number, a text or a yes or no, as written."""

    value: Plain


@dataclass(frozen=True)
class Several:
    """Texts or numbers in brackets, after « in »."""

    values: tuple[Decimal | str, ...]


@dataclass(frozen=True)
class Name:
    """A variable: a question, a column, a total of the budget, a fact of the applicant."""

    key: str


@dataclass(frozen=True)
class Call:
    """One of the listed functions."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Sum:
    """Two numbers and one of + - * /."""

    operator: Literal["+", "-", "*", "/"]
    left: Node
    right: Node


@dataclass(frozen=True)
class Minus:
    """The opposite of a number."""

    operand: Node


@dataclass(frozen=True)
class Compare:
    """Two values and one of == != < <= > >= in."""

    operator: Literal["==", "!=", "<", "<=", ">", ">=", "in"]
    left: Node
    right: Node


@dataclass(frozen=True)
class Not:
    """The contrary of a condition."""

    operand: Node


@dataclass(frozen=True)
class Joined:
    """Conditions that all hold (« and »), or of which one at least holds (« or »)."""

    joiner: Literal["and", "or"]
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Either:
    """One value when a condition holds, another when it does not."""

    condition: Node
    then: Node
    otherwise: Node


Node: TypeAlias = "Const | Several | Name | Call | Sum | Minus | Compare | Not | Joined | Either"


@dataclass(frozen=True)
class Expression:
    """An expression and the text it was read from, which is what is stored."""

    text: str
    root: Node

    def __str__(self) -> str:
        return self.text


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right under this one, in reading order."""
    match node:
        case Call(arguments=under) | Joined(parts=under):
            return under
        case Sum(left=left, right=right) | Compare(left=left, right=right):
            return left, right
        case Minus(operand=operand) | Not(operand=operand):
            return (operand,)
        case Either(condition, then, otherwise):
            return condition, then, otherwise
    return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all that is under it."""
    yield node
    for child in children(node):
        yield from walk(child)


def references(expression: Expression) -> set[str]:
    """The variables it looks at, as written (`budget.charges`)."""
    return {node.key for node in walk(expression.root) if isinstance(node, Name)}


def tree(expression: Expression) -> list[Any]:
    """The same as JSON, for the page's own evaluator (js/conditions.js): ["<=", …, …]."""
    return _listed(expression.root)


def _listed(node: Node) -> list[Any]:
    if isinstance(node, Const):
        return ["is", _plain(node.value)]
    if isinstance(node, Several):
        return ["these", *(_plain(value) for value in node.values)]
    if isinstance(node, Name):
        return ["get", node.key]
    return [_verb(node), *(_listed(child) for child in children(node))]


def _verb(node: Node) -> str:
    match node:
        case Call(function=name) | Joined(joiner=name):
            return name
        case Sum(operator=sign) | Compare(operator=sign):
            return sign
        case Minus():
            return "minus"
    return "not" if isinstance(node, Not) else "if"


def _plain(value: Plain) -> float | str | bool:
    return float(value) if isinstance(value, Decimal) else value
