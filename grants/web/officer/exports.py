"""Applications as lines of a spreadsheet that no cell can turn into a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grants.appraisal.queries.exported import Row
from grants.calls.form import Field, FieldType, FormDocument
from grants.calls.form.budget import SIDES, totals
from grants.calls.models import Call
from grants.kernel.bank import last4
from grants.kernel.cells import safe
from grants.kernel.clock import PARIS
from grants.kernel.money import Unit
from grants.web import wording
from grants.web.answers.controls import BUDGET_WORDS
from grants.web.states import officer_words

MARK = "\ufeff"  # spreadsheets take the file for Latin-1 without it
REPEATED = {"table", "group"}
"""Types of answers that hold several lines: each has a sheet of its own."""

HEADINGS: Mapping[str, object] = {
    "number": _l("Number"),
    "title": _l("Title"),
    "applicant": _l("Applicant"),
    "siret": _l("SIRET number"),
    "town": _l("Municipality"),
    "qpv": _l("Priority neighbourhood"),
    "requested": _l("Requested"),
    "unit": _l("Unit"),
    "state": _l("State"),
    "submitted": _l("Submitted on"),
    "track": _l("Track"),
    "batch": _l("Session"),
    "call": _l("Call"),
    "referent": _l("Referent"),
    "labels": _l("Labels"),
}
"""The columns that are not answers, in their usual order."""
USUAL = ("number", "title", "applicant", "requested", "unit", "state", "submitted", "track")


@dataclass(frozen=True)
class Layout:
    """What an export holds: columns, then answers in one cell, then answers on several lines."""

    columns: tuple[str, ...]
    fields: tuple[Field, ...]
    repeated: tuple[Field, ...]

    def headings(self) -> list[str]:
        """The first line."""
        labels = [wording.localized(one, "label") for one in self.fields]
        return [*(str(HEADINGS[one]) for one in self.columns), *labels]


def layout_of(
    call: Call | None, columns: Sequence[str] = (), keys: Sequence[str] | None = None
) -> Layout:
    """The layout of an export; without `columns` the usual ones, without `keys` every answer.

    A key that this form does not have is passed over: a profile serves several years.
    """
    revision = call.current_revision if call else None
    return layout(revision.form if revision else None, columns, keys)


def layout(
    form: FormDocument | None, columns: Sequence[str] = (), keys: Sequence[str] | None = None
) -> Layout:
    """The same from a form, or without any answer."""
    asked = [one for one in (form.fields() if form else ()) if one.type is not FieldType.FILE]
    if keys is not None:
        by_key = {one.key: one for one in asked}
        asked = [by_key[key] for key in keys if key in by_key]
    chosen = tuple(one for one in columns if one in HEADINGS) or USUAL
    several = {FieldType.BUDGET.value, *REPEATED}
    return Layout(
        columns=chosen,
        fields=tuple(one for one in asked if one.type.value not in REPEATED),
        repeated=tuple(one for one in asked if one.type.value in several),
    )


def cells_of(given: Layout) -> Callable[[Row], list[Any]]:
    """A function that turns a row into cells: texts, or numbers where they are amounts."""
    words: dict[Any, str] = {}
    answer_of = [(one.key, _reader(one)) for one in given.fields]

    def state(row: Row) -> str:
        if row.state not in words:
            words[row.state] = str(officer_words(row.state))
        return words[row.state]

    by_column: Mapping[str, Callable[[Row], Any]] = {
        "number": lambda row: row.number,
        "title": lambda row: row.title,
        "applicant": lambda row: row.applicant,
        "siret": lambda row: row.siret or "",
        "town": lambda row: row.town or "",
        "qpv": lambda row: _yes_no(row.qpv),
        "requested": lambda row: row.requested / 100 if row.unit is Unit.EUR else row.requested,
        "unit": lambda row: row.unit.value,
        "state": state,
        "submitted": lambda row: f"{row.submitted_at.astimezone(PARIS):%Y-%m-%d %H:%M:%S}",
        "track": lambda row: row.track_key or "",
        "batch": lambda row: row.batch or "",
        "call": lambda row: row.call,
        "referent": lambda row: row.referent or "",
        "labels": lambda row: ", ".join(row.labels),
    }
    columns = [by_column[one] for one in given.columns]

    def cells(row: Row) -> list[Any]:
        answers = row.answers
        return [one(row) for one in columns] + [
            "" if (value := answers.get(key)) is None else read(value) for key, read in answer_of
        ]

    return cells


def line_of(cells: Sequence[Any]) -> str:
    """One line, semicolons between cells as French spreadsheets read them."""
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="\r\n").writerow([plain(one) for one in cells])
    return line.getvalue()


def plain(cell: Any) -> str:
    """A cell as text that no spreadsheet runs; numbers with a comma."""
    if isinstance(cell, float):
        return f"{cell:.2f}".replace(".", ",")
    return safe(cell) if isinstance(cell, str) else str(cell)


def repeated_headings(field: Field) -> list[str]:
    """The first line of the sheet of an answer on several lines."""
    if field.type is FieldType.BUDGET:
        years = range(1, field.limits.years + 1) if field.limits.years > 1 else ()
        heads = [_("Number"), _("Side"), _("Account"), _("What"), _("Amount")]
        return [*heads, *(_("Year %(n)s", n=year) for year in years)]
    return [_("Number"), *(wording.localized(one, "label") for one in field.limits.cells)]


def repeated_lines(field: Field) -> Callable[[str, Any], list[list[Any]]]:
    """A function that turns one file's number and answer into the lines of that sheet."""
    if field.type is FieldType.BUDGET:
        return _budget_lines
    cells = [(one.key, _reader(one)) for one in field.limits.cells]

    def lines(number: str, value: Any) -> list[list[Any]]:
        return [
            [number, *("" if (it := one.get(key)) is None else read(it) for key, read in cells)]
            for one in (value if isinstance(value, list) else ())
        ]

    return lines


def _budget_lines(number: str, value: Any) -> list[list[Any]]:
    return [
        [number, words, one["account"], one["label"], one["amount"], *one.get("amounts", ())]
        for words, side in ((str(BUDGET_WORDS[side]), side) for side in SIDES)
        for one in value.get(side, ())
    ]


def _reader(field: Field) -> Callable[[Any], Any]:
    if field.type is FieldType.IBAN:
        return lambda value: f"…{last4(value)}"
    if field.type is FieldType.MONEY:
        return lambda value: value / 100
    if field.type is FieldType.BUDGET:
        return lambda value: totals(value).charges
    if field.limits.choices:
        words = {one.key: wording.localized(one, "label") for one in field.limits.choices}
        return lambda value: " | ".join(words.get(one, one) for one in _several(value))
    return _cell


def _several(value: Any) -> Sequence[str]:
    return value if isinstance(value, list) else [str(value)]


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return _yes_no(value)
    if value is None:
        return ""
    if isinstance(value, list):
        return " | ".join(str(one) for one in value)
    if isinstance(value, Mapping):
        return " ".join(str(one) for one in value.values())
    return value if isinstance(value, str | int | float) else str(value)


def _yes_no(value: bool | None) -> str:  # noqa: FBT001 -- an answer, not a switch
    return "" if value is None else str(_("Yes") if value else _("No"))
