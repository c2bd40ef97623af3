"""One door for answers: what a person typed becomes a value to store, or a problem to tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from grants.calls.form import identifiers, numbers, texts
from grants.calls.form.budget import budget
from grants.calls.form.kinds import ROWS_MAX, FieldType
from grants.calls.form.problem import Problem
from grants.calls.form.shapes import Field

CleanValue: TypeAlias = str | int | bool | list[Any] | dict[str, Any] | None
"""What JSON holds. None is « not answered »; money is cents, days are ISO texts."""

Cleaner: TypeAlias = Callable[[Field, object], "CleanValue | Problem"]


def _nothing(_: Field, __: object) -> None:
    """Files are not answers: they are deposited beside them."""


def _rows(field: Field, raw: object) -> list[dict[str, Any]] | Problem | None:
    """The rows that hold something, each cell as its type stores it; blank rows go.

    The problem of a cell says in its facts which row (from 1, as shown) and which cell.
    """
    rows = []
    for nth, row in enumerate(raw if isinstance(raw, list | tuple) else (), 1):
        cells = _row(field, row)
        if isinstance(cells, Problem):
            return Problem(cells.code, {**cells.facts, "row": nth})
        if cells:
            rows.append(cells)
    most = field.limits.max or ROWS_MAX
    if len(rows) > most:
        return Problem("form.too_many_rows", {"max": most, "rows": len(rows)})
    return rows or None


def place(cell: Field) -> dict[str, object]:
    """Facts that say in which cell of a row a problem stands."""
    return {"cell": cell.key, "cell_fr": cell.label_fr, "cell_en": cell.label_en}


def _row(field: Field, row: object) -> dict[str, Any] | Problem:
    cells: dict[str, Any] = {}
    for cell in field.limits.cells if isinstance(row, Mapping) else ():
        value = clean(cell, row.get(cell.key)) if isinstance(row, Mapping) else None
        if isinstance(value, Problem):
            return Problem(value.code, {**value.facts, **place(cell)})
        if value is not None:
            cells[cell.key] = value
    return cells


CLEANERS: Mapping[FieldType, Cleaner] = {
    FieldType.SHORT_TEXT: texts.short_text,
    FieldType.LONG_TEXT: texts.long_text,
    FieldType.NUMBER: numbers.number,
    FieldType.MONEY: numbers.money,
    FieldType.QUANTITY: numbers.quantity,
    FieldType.DATE: numbers.day,
    FieldType.YES_NO: identifiers.yes_no,
    FieldType.CHOICE: identifiers.choice,
    FieldType.CHOICES: identifiers.choices,
    FieldType.EMAIL: texts.email,
    FieldType.PHONE: identifiers.phone,
    FieldType.URL: texts.url,
    FieldType.SIRET: identifiers.siret,
    FieldType.RNA: identifiers.rna,
    FieldType.COMMUNE: texts.commune,
    FieldType.ADDRESS: texts.address,
    FieldType.FILE: _nothing,
    FieldType.BUDGET: budget,
    FieldType.IBAN: identifiers.iban,
    FieldType.TABLE: _rows,
    FieldType.GROUP: _rows,
}


def clean(field: Field, raw: object) -> CleanValue | Problem:
    """The answer as it is stored, or what is wrong with it.

    A text is what a person typed; any other type is what `clean` gave before, and comes out
    as it went in. Never raises. An empty answer is None, even where one is required: drafts
    have holes, `check.problems` counts them.
    """
    return CLEANERS[field.type](field, raw)


def cleaned(
    fields: tuple[Field, ...], raws: Mapping[str, object]
) -> tuple[dict[str, Any], dict[str, Problem]]:
    """The good answers and the problems among `raws`, by field key.

    Unknown keys are dropped, and so is whatever was sent for a computed answer.
    """
    values: dict[str, Any] = {}
    problems: dict[str, Problem] = {}
    for field in fields:
        if field.key not in raws or field.type is FieldType.FILE or field.computed:
            continue
        value = clean(field, raws[field.key])
        if isinstance(value, Problem):
            problems[field.key] = value
        else:
            values[field.key] = value
    return values, problems
