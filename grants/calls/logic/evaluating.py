"""Works out the value of an expression: decimal arithmetic, three-valued logic, no surprise.

Nothing here raises, whatever the tree and the values: what cannot be worked out is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, TypeAlias

from grants.calls.logic.checking import as_day, places_of
from grants.calls.logic.tree import (
    UNKNOWN,
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
    Several,
    Sum,
    Unknown,
    Value,
    references,
)

Found: TypeAlias = "Decimal | str | bool | date | tuple[Any, ...] | Unknown"

ARITHMETIC = Context(prec=28, rounding=ROUND_HALF_UP, Emin=-99, Emax=99, traps=[])
"""No trap: a division by zero gives a number that is none, hence unknown."""


def evaluate(expression: Expression, values: Mapping[str, Value]) -> Found:
    """The value of an expression, or UNKNOWN when an answer that it needs is not there.

    Numbers come as Decimal. « and » with something false is false, « or » with something true
    is true, even when the rest is unknown. `sum` skips blanks, unless all are. Never raises.
    """
    return _value(expression.root, values)


def holds(expression: Expression, values: Mapping[str, Value]) -> bool | None:
    """Whether a condition holds; None when it cannot be known yet."""
    found = evaluate(expression, values)
    return found if isinstance(found, bool) else None


def lacking(expression: Expression, values: Mapping[str, Value]) -> set[str]:
    """The variables it looks at and that have no value."""
    return {key for key in references(expression) if _known(values.get(key)) is UNKNOWN}


def _value(node: Node, values: Mapping[str, Value]) -> Found:
    found: Found = UNKNOWN
    match node:
        case Const(value):
            found = value
        case Name(key):
            found = _known(values.get(key))
        case Call():
            found = FUNCTION[node.function](node, values)
        case Sum():
            found = _arithmetic(node, values)
        case Minus():
            found = _opposite(node, values)
        case Compare():
            found = _compare(node, values)
        case Not() | Joined() | Either():
            found = _logic(node, values)
    return found


def _known(value: object) -> Found:
    if isinstance(value, bool | str | tuple):
        return value
    if isinstance(value, int) and abs(value) < 10**30:
        return Decimal(value)
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return tuple(value) if isinstance(value, list) else UNKNOWN


def _number(value: object) -> Decimal | None:
    """A finite number, None for anything else (yes and no are no numbers)."""
    return value if isinstance(value, Decimal) and value.is_finite() else None


def _finite(value: Decimal) -> Found:
    return value if value.is_finite() else UNKNOWN


OPERATIONS: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": ARITHMETIC.add,
    "-": ARITHMETIC.subtract,
    "*": ARITHMETIC.multiply,
    "/": ARITHMETIC.divide,
}


def _arithmetic(node: Sum, values: Mapping[str, Value]) -> Found:
    left, right = _number(_value(node.left, values)), _number(_value(node.right, values))
    if left is None or right is None:
        return UNKNOWN
    return _finite(OPERATIONS[node.operator](left, right))


def _opposite(node: Minus, values: Mapping[str, Value]) -> Found:
    number = _number(_value(node.operand, values))
    return UNKNOWN if number is None else ARITHMETIC.minus(number)


def _logic(node: Not | Joined | Either, values: Mapping[str, Value]) -> Found:
    if isinstance(node, Not):
        found = _value(node.operand, values)
        return not found if isinstance(found, bool) else UNKNOWN
    if isinstance(node, Either):
        found = _value(node.condition, values)
        if not isinstance(found, bool):
            return UNKNOWN
        return _value(node.then if found else node.otherwise, values)
    decisive = node.joiner == "or"
    parts = [_value(part, values) for part in node.parts]
    if any(part is decisive for part in parts):
        return decisive
    return not decisive if all(isinstance(part, bool) for part in parts) else UNKNOWN


def _compare(node: Compare, values: Mapping[str, Value]) -> Found:
    left = _value(node.left, values)
    if isinstance(node.right, Several):
        found = [_compared("==", left, one) for one in node.right.values]
        return any(one is True for one in found) if UNKNOWN not in found else UNKNOWN
    return _compared(node.operator, left, _value(node.right, values))


ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}


def _compared(sign: str, left: Found, right: Found) -> Found:
    if isinstance(left, date) and isinstance(right, str):
        right = as_day(right) or UNKNOWN
    if isinstance(right, date) and isinstance(left, str):
        left = as_day(left) or UNKNOWN
    if isinstance(left, Unknown | tuple) or type(left) is not type(right):
        return UNKNOWN
    return ORDERS[sign](left, right)


def _spread(node: Call, values: Mapping[str, Value]) -> list[Found]:
    """The arguments, columns opened into their cells; a blank cell is unknown."""
    cells: list[Found] = []
    for one in node.arguments:
        found = _value(one, values)
        cells += [_known(cell) for cell in found] if isinstance(found, tuple) else [found]
    return cells


def _sum(node: Call, values: Mapping[str, Value]) -> Found:
    numbers = [n for one in _spread(node, values) if (n := _number(one)) is not None]
    total = Decimal(0)
    for one in numbers:
        total = ARITHMETIC.add(total, one)
    return _finite(total) if numbers else UNKNOWN


def _extreme(choose: Callable[[Iterable[Decimal]], Decimal]) -> Function:
    def extreme(node: Call, values: Mapping[str, Value]) -> Found:
        numbers = [_number(one) for one in _spread(node, values)]
        known = [one for one in numbers if one is not None]
        return choose(known) if known and len(known) == len(numbers) else UNKNOWN

    return extreme


def _round(node: Call, values: Mapping[str, Value]) -> Found:
    number = _number(_value(node.arguments[0], values)) if node.arguments else None
    places = places_of(node.arguments[1]) if len(node.arguments) > 1 else 0
    if number is None or places is None:
        return UNKNOWN
    rounded = ARITHMETIC.quantize(number, Decimal(1).scaleb(-places))
    return _finite(ARITHMETIC.quantize(rounded, Decimal(1)) if places < 0 else rounded)


def _count(node: Call, values: Mapping[str, Value]) -> Found:
    found = _value(node.arguments[0], values) if node.arguments else UNKNOWN
    if isinstance(found, Decimal):  # deposited documents are known by their number
        return found
    if not isinstance(found, tuple):
        return UNKNOWN
    return Decimal(sum(cell is not None and cell != "" for cell in found))


def _empty(node: Call, values: Mapping[str, Value]) -> Found:
    found = _value(node.arguments[0], values) if node.arguments else UNKNOWN
    return found is UNKNOWN or found in ("", ())


def _contains(node: Call, values: Mapping[str, Value]) -> Found:
    found = [_value(one, values) for one in node.arguments]
    if len(found) != 2 or not isinstance(found[1], str):  # noqa: PLR2004
        return UNKNOWN
    where, what = found[0], found[1]
    if isinstance(where, str):
        return what.casefold() in where.casefold()
    return what in where if isinstance(where, tuple) else UNKNOWN


def _days_between(node: Call, values: Mapping[str, Value]) -> Found:
    days = [_value(one, values) for one in node.arguments]
    days = [as_day(one) or UNKNOWN if isinstance(one, str) else one for one in days]
    if len(days) != 2:  # noqa: PLR2004
        return UNKNOWN
    first, last = days
    if not isinstance(first, date) or not isinstance(last, date):
        return UNKNOWN
    return Decimal((last - first).days)


Function: TypeAlias = Callable[[Call, Mapping[str, Value]], Found]

FUNCTION: Mapping[str, Function] = {
    "min": _extreme(min),
    "max": _extreme(max),
    "sum": _sum,
    "round": _round,
    "count": _count,
    "empty": _empty,
    "contains": _contains,
    "days_between": _days_between,
}
