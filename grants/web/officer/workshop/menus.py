"""Rules as menus: what may be said of what, read from boxes and shown in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grants.calls.form.numbers import typed_decimal
from grants.calls.form.problem import Problem
from grants.calls.logic import Kind, Menu, Row, Schema, Term, Variable, operators
from grants.web import wording
from grants.web.answers.telling import tell

CALLED = re.compile(r"(count|sum|min|max)\((.+)\)")
WITHOUT_VALUE = {"yes", "no", "filled", "empty"}
DECIMALS, BETWEEN = 6, ";"
DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
SIGNS: Mapping[str, Any] = {
    "<=": _l("is at most"),
    "<": _l("is less than"),
    ">=": _l("is at least"),
    ">": _l("is more than"),
    "==": _l("is"),
    "!=": _l("is not"),
    "in": _l("is one of"),
    "not in": _l("is none of"),
    "contains": _l("includes"),
    "not contains": _l("does not include"),
    "yes": _l("is yes"),
    "no": _l("is no"),
    "filled": _l("is filled in"),
    "empty": _l("is left empty"),
}
DAY_SIGNS: Mapping[str, Any] = {
    "<=": _l("is at the latest on"),
    "<": _l("is before"),
    ">=": _l("is at the earliest on"),
    ">": _l("is after"),
    "==": _l("is on"),
}
FUNCTIONS = {
    "count": _l("Number of lines: %(what)s"),
    "sum": _l("Total: %(what)s"),
    "min": _l("Smallest: %(what)s"),
    "max": _l("Largest: %(what)s"),
}
COUNTS = {
    Kind.CHOICES: _l("Number of answers ticked: %(what)s"),
    Kind.FILES: _l("Number of documents: %(what)s"),
}
APPLIED: Mapping[Kind, tuple[str, ...]] = {
    Kind.ROWS: ("count",),
    Kind.CHOICES: ("count",),
    Kind.FILES: ("count",),
    Kind.COLUMN: ("sum", "min", "max"),
}
Options = list[tuple[str, str]]


class Unreadable(ValueError):
    """A box of a line cannot be read; its text is the sentence."""


@dataclass(frozen=True)
class Line:
    """One line as the page draws it: what its boxes hold and what they offer."""

    subject: str
    operator: str
    value: str
    other: str
    signs: Options
    box: str
    options: Options
    unit: str

    @property
    def chosen(self) -> list[str]:
        """The options of a list where several may be chosen."""
        return [one.strip() for one in self.value.split(BETWEEN)]


def subjects(schema: Schema, *, files: bool = True) -> list[tuple[str, Options]]:
    """What a rule may speak of, by family: (family, [(subject, words)])."""
    families: dict[str, Options] = {}
    for variable in schema.values():
        if variable.kind is Kind.FILES and not files:
            continue
        words = wording.localized(variable, "label")
        rows = families.setdefault(_family(variable), [])
        if variable.kind is not Kind.COLUMN:
            rows.append((variable.key, words))
        for function in APPLIED.get(variable.kind, ()):
            told = COUNTS.get(variable.kind, FUNCTIONS[function])
            told = told if function == "count" else FUNCTIONS[function]
            rows.append((f"{function}({variable.key})", str(told) % {"what": words}))
    # The applicant last: authors look for their own questions first.
    applicant = str(_("The applicant"))
    return sorted(families.items(), key=lambda pair: pair[0] == applicant)


def _family(variable: Variable) -> str:
    head, _dot, tail = variable.key.partition(".")
    if head == "applicant" and tail:
        return str(_("The applicant"))
    if tail or variable.kind is Kind.ROWS:
        return str(_("Tables and budget"))
    return str(_("Questions of the form"))


def numbers(schema: Schema) -> list[tuple[str, Options]]:
    """The same, numbers only: what one compares with, multiplies and adds up."""
    found = []
    for family, rows in subjects(schema):
        kept = [one for one in rows if kind_of_subject(one[0], schema) is Kind.NUMBER]
        if kept:
            found.append((family, kept))
    return found


def kind_of_subject(subject: str, schema: Schema) -> Kind | None:
    """The type of what a line speaks of; None when it is not known."""
    called = CALLED.fullmatch(subject)
    variable = schema.get(called[2] if called else subject)
    if variable is None:
        return None
    return Kind.NUMBER if called else variable.kind


def lines(rows: Sequence[Mapping[str, str]], schema: Schema) -> Iterator[Line]:
    """The lines to draw, each with the boxes that its subject calls for."""
    for row in rows:
        kind = kind_of_subject(row.get("subject", ""), schema)
        signs = _signs(kind)
        operator = row.get("operator", "")
        if operator not in dict(signs):
            operator = signs[0][0] if signs else ""
        variable = schema.get(row.get("subject", ""))
        yield Line(
            subject=row.get("subject", ""),
            operator=operator,
            value=row.get("value", ""),
            other=row.get("other", ""),
            signs=signs,
            box=_box(kind, operator, variable),
            options=_options(variable),
            unit=_unit(row.get("subject", ""), schema),
        )


def _signs(kind: Kind | None) -> Options:
    if kind is None:
        return []
    words = {**SIGNS, **DAY_SIGNS} if kind is Kind.DAY else SIGNS
    return [(sign, str(words[sign])) for sign in operators(kind)]


def _box(kind: Kind | None, operator: str, variable: Variable | None) -> str:
    """Which box takes the value: none, number, day, text, option or options."""
    if kind is None or operator in WITHOUT_VALUE:
        return "none"
    if kind in {Kind.NUMBER, Kind.DAY}:
        return kind.value
    if variable is not None and variable.options:
        return "options" if operator.endswith("in") else "option"
    return "text"


def _options(variable: Variable | None) -> Options:
    return [
        (one.key, wording.localized(one, "label")) for one in (variable.options if variable else ())
    ]


UNITS = {"EUR": "€", "m2": "m²", "hour": "h", "month": _l("months")}


def _unit(subject: str, schema: Schema) -> str:
    called = CALLED.fullmatch(subject)
    if called and called[1] == "count":
        return ""
    variable = schema.get(called[2] if called else subject)
    return str(UNITS.get(variable.unit, "")) if variable else ""


# --- From boxes to rows --------------------------------------------------------------------------


def read_row(row: Mapping[str, str], schema: Schema) -> Row:
    """One line as the language composes it.

    Raises:
        Unreadable: a box does not hold what the line needs.
    """
    subject, operator = row["subject"], row.get("operator", "")
    kind = kind_of_subject(subject, schema)
    if kind is None:
        raise Unreadable(_("“%(name)s” is not a question of this form.", name=subject))
    if operator not in operators(kind):
        raise Unreadable(
            _("Choose what must be true of “%(name)s”.", name=words_of(subject, schema))
        )
    typed, other = row.get("value", ""), row.get("other", "")
    if operator in WITHOUT_VALUE:
        return Row(subject, operator)
    if kind is Kind.NUMBER and other:
        return Row(subject, operator, read_number(typed) if typed else None, other)
    if not typed:
        raise Unreadable(_("Complete the line about “%(name)s”.", name=words_of(subject, schema)))
    return Row(subject, operator, _read_value(kind, operator, typed))


def _read_value(kind: Kind, operator: str, typed: str) -> Decimal | date | tuple[str, ...] | str:
    if kind is Kind.NUMBER:
        return read_number(typed)
    if kind is Kind.DAY:
        return read_day(typed)
    if operator.endswith("in"):
        return tuple(read_text(one) for one in typed.split(BETWEEN) if one.strip())
    return read_text(typed)


def read_number(typed: str) -> Decimal:
    """« 12 000 », « 0,5 » or « 50 % ».

    Raises:
        Unreadable: it is no number.
    """
    bare = typed.strip()
    percent = bare.endswith("%")
    value = typed_decimal(bare.removesuffix("%").strip(), decimals=4 if percent else DECIMALS)
    if isinstance(value, Problem):
        raise Unreadable(tell(value))
    exact = value / 100 if percent else value
    return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()


def read_day(typed: str) -> date:
    """« 15/01/2019 ». Raises as `read_number`."""
    found = DAY.fullmatch(typed.strip())
    try:
        return (
            date(int(found[3]), int(found[2]), int(found[1]))
            if found
            else date.fromisoformat(typed)
        )
    except ValueError as error:
        raise Unreadable(_("Write a date, for example 30/11/2018.")) from error


def read_text(typed: str) -> str:
    """A text that the language can quote: with typographic marks."""
    return " ".join(typed.replace('"', "”").replace("'", "’").replace("\\", "/").split())


def words_of(subject: str, schema: Schema) -> str:
    """What a subject is called."""
    called = CALLED.fullmatch(subject)
    variable = schema.get(called[2] if called else subject)
    return wording.localized(variable, "label") if variable else subject


# --- From rows to boxes --------------------------------------------------------------------------


def shown_rows(menu: Menu) -> list[dict[str, str]]:
    """A stored rule as the boxes hold it."""
    return [
        {
            "subject": row.subject,
            "operator": row.operator,
            "value": shown_value(row.value, share=bool(row.other)),
            "other": row.other,
        }
        for row in menu.rows
    ]


def shown_value(value: Any, *, share: bool = False) -> str:
    """A value as a person types it; the share of another number in percent."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return f"{BETWEEN} ".join(str(one) for one in value)
    if isinstance(value, Decimal):
        if share and value < 1:
            return f"{_plain(value * 100)}\u202f%"
        return _plain(value)
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else _day_shown(str(value))


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",")


def _day_shown(text: str) -> str:
    found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text)
    return f"{found[3]}/{found[2]}/{found[1]}" if found else text


# --- Terms ---------------------------------------------------------------------------------------


def read_term(row: Mapping[str, str]) -> Term:
    """One line of a calculation: a number, an answer, or both multiplied. Raises as `read_row`."""
    typed, key = row.get("factor", ""), row.get("key", "")
    factor = read_number(typed) if typed else Decimal(1)
    return Term(-factor if row.get("sign") == "-" else factor, key)


def shown_terms(terms: Sequence[Term]) -> list[dict[str, str]]:
    """A stored calculation as the boxes hold it."""
    return [
        {
            "sign": "-" if one.factor < 0 else "+",
            "factor": ""
            if one.key and abs(one.factor) == 1
            else shown_value(abs(one.factor), share=bool(one.key)),
            "key": one.key,
        }
        for one in terms
    ]
