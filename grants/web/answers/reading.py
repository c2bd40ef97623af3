"""Answers to read: on the check page, on the officer's and the juror's screens, in public."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from grants.calls.form import Field, FieldType, FormDocument, Outlook, Problem, Reading, look
from grants.calls.form.budget import SIDES, Totals, totals
from grants.calls.form.kinds import NUMERIC_TYPES
from grants.calls.logic import NO_FACTS, Facts
from grants.files.models import Scan
from grants.kernel.bank import last4
from grants.kernel.money import Unit
from grants.web import wording
from grants.web.answers.controls import BUDGET_WORDS, as_typed

NOT_SENT = {Scan.WAITING, Scan.INFECTED}
"""Documents that nobody is sent (`grants.web.downloads`)."""

Files = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class ReadFile:
    """A deposited document: its name, and where to fetch it if one may.

    `scan` is what an antivirus said of it, for readers who are told.
    """

    name: str
    size: int
    url: str | None
    scan: str = ""


@dataclass(frozen=True)
class BudgetSide:
    """One side of a budget: words, and (account, label, euros) rows."""

    title: str
    rows: Sequence[tuple[str, ...]]
    total: str
    years: Sequence[str] = ()
    totals: Sequence[str] = ()


@dataclass(frozen=True)
class ReadTable:
    """A table: titles with whether they hold numbers, rows, totals (empty when none is asked)."""

    titles: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]
    totals: Sequence[str]


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
    table: ReadTable | None = None
    blocks: Sequence[Sequence[ReadLine]] = ()
    unclear: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered."""
        given = (self.text, self.items, self.files, self.sides, self.table, self.blocks)
        return not any(given)


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
    applicant: Facts = NO_FACTS,
    file_url: Callable[[Any], str | None] | None = None,
) -> list[ReadSection]:
    """Sections and answers that `audience` may read; sections left empty by that are dropped.

    So are the questions that are not asked of this applicant, or are hidden by a condition.

    `files` are by field key: rows with a `stored_file` (or stored files themselves). `file_url`
    gives the address of one. The applicant also sees, marked `unclear`, what could not be
    understood as it was typed.
    """
    outlook = look(document, answers, applicant=applicant, files=files)
    sections = []
    for section in document.sections:
        lines = [
            _files_line(field, files.get(field.key, ()), file_url, told=audience is Reading.OFFICER)
            if field.type is FieldType.FILE
            else _line(field, outlook, answers.get(field.key))
            for field in section.fields
            if audience in field.visible_to and outlook.shows(field)
        ]
        if lines:
            sections.append(ReadSection(section.key, wording.localized(section, "title"), lines))
    return sections


def _files_line(
    field: Field,
    files: Sequence[Any],
    file_url: Callable[[Any], str | None] | None,
    *,
    told: bool,
) -> ReadLine:
    rows = []
    for one in files:
        stored = getattr(one, "stored_file", one)
        scan = getattr(stored, "scan", "")
        url = file_url(one) if file_url and scan not in NOT_SENT else None
        rows.append(ReadFile(stored.name, stored.size, url, scan if told else ""))
    return ReadLine(field.key, wording.localized(field, "label"), "files", files=rows)


def _line(field: Field, outlook: Outlook, answer: Any) -> ReadLine:
    value = outlook.answer(field)
    label = wording.localized(field, "label")
    if isinstance(value, Problem):
        drawn = field.limits.cells or field.type is FieldType.IBAN
        typed = "" if drawn else as_typed(field, answer)
        return ReadLine(field.key, label, "text", text=typed or _("To correct"), unclear=True)
    return _read(field, value)


def _read(field: Field, value: Any) -> ReadLine:
    """One clean answer, drawn as its type is."""
    line = ReadLine(field.key, wording.localized(field, "label"), "text")
    if value is None:
        return line
    if field.type in DRAWN:
        return DRAWN[field.type](line, field, value)
    kind = "link" if field.type is FieldType.URL else "text"
    return replace(line, kind=kind, text=_text(field, value))


def _group(line: ReadLine, field: Field, value: Any) -> ReadLine:
    cells = field.limits.cells
    blocks = [[_read(one, row.get(one.key)) for one in cells] for row in value]
    return replace(line, kind="group", blocks=blocks)


def _paragraphs(line: ReadLine, _field: Field, value: Any) -> ReadLine:
    parts = [part for part in str(value).split("\n") if part.strip()]
    return replace(line, kind="paragraphs", items=parts)


def _list(line: ReadLine, field: Field, value: Any) -> ReadLine:
    return replace(line, kind="list", items=_chosen(field, value))


DRAWN: Mapping[FieldType, Callable[[ReadLine, Field, Any], ReadLine]] = {
    FieldType.BUDGET: lambda line, field, value: replace(
        line, kind="budget", sides=_budget(value, field.limits.years)
    ),
    FieldType.TABLE: lambda line, field, value: replace(
        line, kind="table", table=_table(field, value)
    ),
    FieldType.GROUP: _group,
    FieldType.LONG_TEXT: _paragraphs,
    FieldType.CHOICE: _list,
    FieldType.CHOICES: _list,
}


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
    FieldType.IBAN: lambda _field, value: _("ending in %(digits)s", digits=last4(value)),
    FieldType.CHOICE: lambda field, value: ", ".join(_chosen(field, value)),
}


def computed_text(field: Field, value: Any) -> str:
    """A computed answer in words, empty when it is not known."""
    return "" if value is None or isinstance(value, Problem) else _text(field, value)


def _table(field: Field, rows: Any) -> ReadTable:
    cells = field.limits.cells
    totals = [
        _text(cell, sum_of([row.get(cell.key) for row in rows])) if cell.total else ""
        for cell in cells
    ]
    return ReadTable(
        titles=[(wording.localized(cell, "label"), cell.type in NUMERIC_TYPES) for cell in cells],
        rows=[
            [_text(cell, row[cell.key]) if cell.key in row else "" for cell in cells]
            for row in rows
        ],
        totals=totals if any(totals) else (),
    )


def sum_of(values: Sequence[Any]) -> Any:
    """What a column comes to, as its cells are stored; decimals without any float."""
    total = sum((Decimal(value) for value in values if value is not None), Decimal(0))
    return int(total) if total == total.to_integral_value() else f"{total:f}".rstrip("0")


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


def _budget(value: Any, years: int) -> list[BudgetSide]:
    several = range(years) if years > 1 else ()
    return [
        BudgetSide(
            title=str(BUDGET_WORDS[side]),
            rows=[_budget_row(line, side, years) for line in value[side]],
            total=_euros(_side_total(totals(value), side)),
            years=[_("Year %(n)s", n=nth + 1) for nth in several],
            totals=[_euros(_side_total(totals(value, nth), side)) for nth in several],
        )
        for side in SIDES
    ]


def _budget_row(line: Mapping[str, Any], side: str, years: int) -> tuple[str, ...]:
    account = next(one for one in SIDES[side] if one.code == line["account"])
    label = line["label"] or wording.localized(account, "label")
    amounts = [*line.get("amounts", ()), *[0] * years][:years] if years > 1 else []
    return account.code, label, *map(_euros, amounts), _euros(line["amount"])


def _side_total(sums: Totals, side: str) -> int:
    """Contributions in kind stay out of the total, as in the Cerfa form."""
    return sums.charges if side == "charges" else sums.products


def _euros(amount: int) -> str:
    return f"{wording.number(amount)}{wording.NARROW}€"
