"""A rule tried on a sample answer: one box for each thing that it looks at, and what comes out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext as _
from wtforms.validators import ValidationError

from grants.calls.award import Line
from grants.calls.logic import Expression, Kind, Schema, Value, evaluate, lacking, references
from grants.kernel.money import Unit
from grants.web import wording
from grants.web.officer.workshop import menus

PREFIX = "try-"


@dataclass(frozen=True)
class Box:
    """One thing to try: its name on the page, its words, what it holds and offers."""

    name: str
    words: str
    kind: str
    typed: str
    options: menus.Options
    unit: str
    problem: str


@dataclass(frozen=True)
class Sample:
    """What was typed for a trial, and what the rule makes of it."""

    boxes: list[Box]
    values: Mapping[str, Value]
    found: Any
    lacking: list[str]

    @property
    def is_begun(self) -> bool:
        """Whether something was typed."""
        return any(one.typed for one in self.boxes)

    @property
    def holds(self) -> bool | None:
        """Whether the condition holds; None when it cannot be known."""
        return self.found if isinstance(self.found, bool) else None

    @property
    def number(self) -> Decimal | None:
        """The result of a calculation, if it has one."""
        return self.found if isinstance(self.found, Decimal) else None


def sample_of(expression: Expression, schema: Schema, also: Collection[str] = ()) -> Sample:
    """The boxes of everything that the rule looks at, and its result for what they hold.

    `also` are asked besides, where the form knows them.
    """
    boxes, values = [], {}
    asked = references(expression) | (set(also) & schema.keys())
    for key in sorted(asked, key=list(schema).index):
        typed = request.form.get(f"{PREFIX}{key}", "").strip()
        problem = ""
        try:
            values[key] = read(typed, schema[key].kind)
        except (menus.Unreadable, ValidationError) as error:
            problem = str(error)
        boxes.append(_box(key, typed, schema, problem))
    missing = [menus.words_of(key, schema) for key in sorted(lacking(expression, values))]
    return Sample(boxes, values, evaluate(expression, values), missing)


def _box(key: str, typed: str, schema: Schema, problem: str) -> Box:
    variable = schema[key]
    options = [(one.key, wording.localized(one, "label")) for one in variable.options]
    if variable.kind in {Kind.YES_NO, Kind.ANYTHING}:
        options = [("yes", _("Yes")), ("no", _("No"))]
    listed = variable.kind in {Kind.YES_NO, Kind.ANYTHING, Kind.CHOICE}
    return Box(
        name=f"{PREFIX}{key}",
        words=wording.localized(variable, "label"),
        kind="option" if listed else HINTED.get(variable.kind, "text"),
        typed=typed,
        options=options if listed or variable.kind is Kind.CHOICES else [],
        unit=str(menus.UNITS.get(variable.unit, "")),
        problem=problem,
    )


HINTED = {
    Kind.NUMBER: "number",
    Kind.DAY: "day",
    Kind.ROWS: "count",
    Kind.FILES: "count",
    Kind.COLUMN: "numbers",
    Kind.CHOICES: "options",
    Kind.CELLS: "list",
}


def read(typed: str, kind: Kind) -> Value:
    """What was typed as the language sees it; None when nothing was.

    Raises:
        Unreadable: it is none of that kind.
    """
    if not typed:
        return None
    parts = [one.strip() for one in typed.split(menus.BETWEEN) if one.strip()]
    if kind in {Kind.YES_NO, Kind.ANYTHING}:
        return typed == "yes" if kind is Kind.YES_NO or typed == "yes" else None
    if kind is Kind.COLUMN:
        return tuple(menus.read_number(one) for one in parts)
    if kind in {Kind.CHOICES, Kind.CELLS}:
        return tuple(parts)
    return _single(typed, kind)


def _single(typed: str, kind: Kind) -> Value:
    if kind is Kind.NUMBER:
        return menus.read_number(typed)
    if kind is Kind.DAY:
        return menus.read_day(typed)
    if kind is Kind.FILES:
        return menus.read_number(typed)
    if kind is Kind.ROWS:
        count = menus.read_number(typed)
        return tuple(["x"] * min(int(count), MOST_ROWS)) if count >= 0 else ()
    return typed


MOST_ROWS = 1000


def written(value: object, unit: str) -> str:
    """A result as people write it: « 244 000,00 € », « 12,5 »."""
    if isinstance(value, Decimal):
        if unit == Unit.EUR.value:
            return wording.money(int((value * 100).to_integral_value()))
        text = menus.shown_value(value)
        mark = str(menus.UNITS.get(unit, ""))
        return f"{text}{wording.NARROW}{mark}" if mark else text
    return str(value)


def step(line: Line) -> str:
    """One step of an estimate, in the reader's language."""
    return line.en if wording.language() == "en" else line.fr


def amount(value: int, unit: str) -> str:
    """A quantity in the smallest unit, with its mark."""
    return wording.amount(value, unit)
