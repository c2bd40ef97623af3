"""Applications as lines of a spreadsheet that no cell can turn into a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from grants.calls.form import Field, FieldType
from grants.calls.form.budget import totals
from grants.calls.models import Call
from grants.kernel.clock import PARIS
from grants.kernel.money import Unit
from grants.web import wording
from grants.web.states import officer_words

MARK = "\ufeff"  # spreadsheets take the file for Latin-1 without it
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def exported_fields(call: Call) -> list[Field]:
    """The questions whose answers fit in a cell, in the order of the form."""
    revision = call.current_revision
    fields = revision.form.fields() if revision else ()
    return [one for one in fields if one.type is not FieldType.FILE]


def headings(fields: Sequence[Field]) -> list[str]:
    """The first line."""
    return [
        _("Number"),
        _("Title"),
        _("Applicant"),
        _("Requested"),
        _("Unit"),
        _("State"),
        _("Submitted on"),
        _("Track"),
        *(wording.localized(one, "label") for one in fields),
    ]


def writer_of(unit: Unit, fields: Sequence[Field]) -> Callable[[Sequence[Any]], list[str]]:
    """A function that turns a row of `applications.queries.exported` into cells."""
    words: dict[Any, str] = {}

    def cells(row: Sequence[Any]) -> list[str]:
        _id, number, title, applicant, requested, state, at, track, _due, answers = row
        if state not in words:
            words[state] = str(officer_words(state))
        return [
            number,
            title,
            applicant,
            decimal(requested, unit),
            unit.value,
            words[state],
            f"{at.astimezone(PARIS):%Y-%m-%d %H:%M:%S}",
            track or "",
            *(flat(one, answers.get(one.key)) for one in fields),
        ]

    return cells


def line_of(cells: Sequence[str]) -> str:
    """One line, semicolons between cells as French spreadsheets read them."""
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="\r\n").writerow([inert(one) for one in cells])
    return line.getvalue()


def inert(cell: str) -> str:
    """The cell as text: a spreadsheet runs what begins like a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def decimal(amount: int, unit: Unit) -> str:
    """An amount as a plain number: 1250000 cents → 12500,00."""
    if unit is not Unit.EUR:
        return str(amount)
    euros, cents = divmod(amount, 100)
    return f"{euros},{cents:02d}"


def flat(field: Field, value: Any) -> str:
    """An answer in one cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if field.type is FieldType.MONEY:
        return decimal(value, Unit.EUR)
    if field.type is FieldType.BUDGET:
        return str(totals(value).charges)
    return several(value)


def several(value: Any) -> str:
    """Options and the parts of an address, side by side."""
    if isinstance(value, list):
        return " | ".join(str(one) for one in value)
    if isinstance(value, Mapping):
        return " ".join(str(one) for one in value.values())
    return str(value)
