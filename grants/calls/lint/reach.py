"""Whether a condition can ever hold: every answer that matters is tried, within reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any

from grants.calls.logic import Expression, Kind, Schema, Variable, evaluate, references
from grants.calls.logic.checking import as_day
from grants.calls.logic.tree import Const, Several, walk

TRIES_MAX = 4096
"""Beyond, the condition is believed: it is no author's mistake of one word."""


def can_hold(expression: Expression, schema: Schema) -> bool:
    """Whether some answers make the condition true. Unknown variables are believed."""
    names = sorted(references(expression))
    offered: list[tuple[Any, ...]] = []
    for name in names:
        values = _tried(schema.get(name), expression)
        if not values:
            return True
        offered.append(values)
    if prod(len(one) for one in offered) > TRIES_MAX:
        return True
    return any(
        evaluate(expression, dict(zip(names, values, strict=True))) is True
        for values in product(*offered)
    )


def _tried(variable: Variable | None, expression: Expression) -> tuple[Any, ...]:
    """The answers worth trying for one variable; none when nothing is known of it."""
    keys = [one.key for one in variable.options] if variable else []
    tried: dict[Kind, tuple[Any, ...]] = {
        Kind.YES_NO: (True, False),
        Kind.CHOICE: (None, *keys),
        Kind.CHOICES: (None, (), *((key,) for key in keys), tuple(keys)),
        Kind.NUMBER: (None, *_around(_numbers(expression))),
        Kind.DAY: (None, *_days(expression)),
    }
    return tried.get(variable.kind, ()) if variable else ()


def _numbers(expression: Expression) -> set[Decimal]:
    found = {Decimal(0), Decimal(1)}
    for node in walk(expression.root):
        if isinstance(node, Const) and isinstance(node.value, Decimal):
            found.add(node.value)
        if isinstance(node, Several):
            found |= {one for one in node.values if isinstance(one, Decimal)}
    return found


def _around(numbers: set[Decimal]) -> list[Decimal]:
    """Each number, its neighbours, and one far above: whatever a comparison turns on."""
    near = {one + step for one in numbers for step in (-1, 0, 1)}
    return sorted({*near, max(numbers) * 1000 + 1})


def _days(expression: Expression) -> Iterator[date]:
    for node in walk(expression.root):
        written: Mapping[str, Any] = {"value": getattr(node, "value", None)}
        day = as_day(written["value"]) if isinstance(written["value"], str) else None
        if day is not None:
            yield from (day - timedelta(days=1), day, day + timedelta(days=1))
