"""Answers to read: on the check page, on the officer's and the juror's screens, in public."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from grants.calls.form import Field, FieldType, FormDocument, Problem, Reading, clean
from grants.calls.form.budget import SIDES, Totals, totals
from grants.kernel.money import Unit
from grants.web import wording
from grants.web.answers.controls import BUDGET_WORDS, as_typed

Files = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class ReadFile:
    """A deposited document: its name, and where to fetch it if one may."""

    name: str
    size: int
    url: str | None


@dataclass(frozen=True)
class BudgetSide:
    """One side of a budget: words, and (account, label, euros) rows."""

    title: str
    rows: Sequence[tuple[str, str, str]]
    total: str


@dataclass(frozen=True)
class ReadLine:
    """One question with its answer. `kind` chooses how it is drawn; empty answers have none."""

    key: str
    label: str
    kind: str
    text: str = ""
    items: Sequence[str] = ()
    files: Sequence[ReadFile] = ()
    sides: Sequence[BudgetSide] = ()
    unclear: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered."""
        return not (self.text or self.items or self.files or self.sides)


@dataclass(frozen=True)
class ReadSection:
    """One section, with the lines that the reader may see."""

    key: str
    title: str
    lines: Sequence[ReadLine]


def read_sections(
    document: FormDocument,
    answers: Mapping[str, Any],
    files: Files,
    audience: Reading,
    *,
    legal_form: str = "",
    file_url: Callable[[Any], str] | None = None,
) -> list[ReadSection]:
    """Sections and answers that `audience` may read; sections left empty by that are dropped.

    `files` are by field key: rows with a `stored_file` (or stored files themselves). `file_url`
    gives the address of one. The applicant also sees, marked `unclear`, what could not be
    understood as it was typed.
    """
    sections = []
    for section in document.sections:
        lines = [
            _files_line(field, files.get(field.key, ()), file_url)
            if field.type is FieldType.FILE
            else _line(field, answers.get(field.key))
            for field in section.fields
            if audience in field.visible_to and field.concerns(legal_form)
        ]
        if lines:
            sections.append(ReadSection(section.key, wording.localized(section, "title"), lines))
    return sections


def _files_line(
    field: Field, files: Sequence[Any], file_url: Callable[[Any], str] | None
) -> ReadLine:
    rows = [
        ReadFile(
            name=getattr(one, "stored_file", one).name,
            size=getattr(one, "stored_file", one).size,
            url=file_url(one) if file_url else None,
        )
        for one in files
    ]
    return ReadLine(field.key, wording.localized(field, "label"), "files", files=rows)


def _line(field: Field, answer: Any) -> ReadLine:
    label = wording.localized(field, "label")
    value = clean(field, answer)
    if isinstance(value, Problem):
        return ReadLine(field.key, label, "text", text=as_typed(field, answer), unclear=True)
    if value is None:
        return ReadLine(field.key, label, "text")
    if field.type is FieldType.BUDGET:
        return ReadLine(field.key, label, "budget", sides=_budget(value))
    if field.type is FieldType.LONG_TEXT:
        paragraphs = [part for part in str(value).split("\n") if part.strip()]
        return ReadLine(field.key, label, "paragraphs", items=paragraphs)
    if field.type in {FieldType.CHOICE, FieldType.CHOICES}:
        return ReadLine(field.key, label, "list", items=_chosen(field, value))
    kind = "link" if field.type is FieldType.URL else "text"
    return ReadLine(field.key, label, kind, text=_text(field, value))


WRITTEN: Mapping[FieldType, Callable[[Field, Any], str]] = {
    FieldType.MONEY: lambda _field, value: wording.money(value),
    FieldType.QUANTITY: lambda field, value: wording.amount(value, field.limits.unit or Unit.EUR),
    FieldType.DATE: lambda _field, value: wording.day(date.fromisoformat(value)),
    FieldType.YES_NO: lambda _field, value: _("Yes") if value else _("No"),
    FieldType.NUMBER: lambda field, value: (
        wording.number(value) if isinstance(value, int) else as_typed(field, value)
    ),
    FieldType.ADDRESS: lambda _field, value: (
        f"{value['street']}, {value['postcode']} {value['city']}"
    ),
    FieldType.PHONE: lambda _field, value: _pairs(value),
}


def _text(field: Field, value: Any) -> str:
    return WRITTEN.get(field.type, as_typed)(field, value)


def _pairs(phone: str) -> str:
    """03 89 00 00 00; a foreign number stays as it is."""
    if phone.startswith("+"):
        return phone
    return wording.NARROW.join(phone[at : at + 2] for at in range(0, len(phone), 2))


def _chosen(field: Field, value: Any) -> list[str]:
    keys = value if isinstance(value, list) else [value]
    chosen = [one for one in field.limits.choices if one.key in keys]
    return [wording.localized(one, "label") for one in chosen]


def _budget(value: Any) -> list[BudgetSide]:
    sums = totals(value)
    return [
        BudgetSide(
            title=str(BUDGET_WORDS[side]),
            rows=[_budget_row(line, side) for line in value[side]],
            total=_euros(_side_total(sums, side)),
        )
        for side in SIDES
    ]


def _budget_row(line: Mapping[str, Any], side: str) -> tuple[str, str, str]:
    account = next(one for one in SIDES[side] if one.code == line["account"])
    label = line["label"] or wording.localized(account, "label")
    return account.code, label, _euros(line["amount"])


def _side_total(sums: Totals, side: str) -> int:
    """Contributions in kind stay out of the total, as in the Cerfa form."""
    return sums.charges if side == "charges" else sums.products


def _euros(amount: int) -> str:
    return f"{wording.number(amount)}{wording.NARROW}€"
