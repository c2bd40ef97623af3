"""Answers that any form accepts: clean values in the order of its questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import count
from typing import Any

from grants.calls.form import Field, FieldRole, FieldType, FormDocument
from grants.kernel.money import Unit

FIRST_DAY = date(2019, 1, 7)
REQUESTED = 5_000
EUROS = 10_000
CHARGES = 200_000
"""Large enough for the other amounts to be a part of it."""

T = FieldType


def complete(form: FormDocument, **wanted: Any) -> dict[str, Any]:
    """An answer to every question but documents and what is worked out.

    `wanted` are answers of the test's own.
    Days follow each other in the order of the questions, numbers are all alike, the budget is
    balanced and holds what is requested.
    """
    days = count()
    answers = {
        field.key: wanted.get(field.key, _answer(field, days))
        for field in form.fields()
        if field.type is not T.FILE and not field.computed
    }
    if unknown := set(wanted) - set(answers):
        raise ValueError(f"the form does not ask for {unknown}")
    return answers


def _answer(field: Field, days: count[int]) -> Any:
    if field.role is FieldRole.REQUESTED and field.limits.unit is Unit.EUR:
        return REQUESTED * Unit.EUR.scale
    if field.type is T.DATE:
        return (FIRST_DAY + timedelta(days=next(days))).isoformat()
    if field.type in {T.CHOICE, T.CHOICES}:
        keys = [one.key for one in field.limits.choices]
        return keys[0] if field.type is T.CHOICE else keys[: field.limits.min or 1]
    if field.limits.cells:
        return [{cell.key: _answer(cell, days) for cell in field.limits.cells}]
    return BY_TYPE[field.type](field)


def _number(field: Field) -> int | str:
    value = max(5, field.limits.min or 0)
    value = min(value, field.limits.max) if field.limits.max is not None else value
    return str(value) if field.limits.decimals else value


BUDGET = {
    "charges": [
        {"account": "60", "label": "", "amount": CHARGES // 4},
        {"account": "64", "label": "", "amount": CHARGES * 3 // 4},
    ],
    "products": [
        {"account": "70", "label": "", "amount": CHARGES // 4},
        {"account": "74", "label": "Subvention demandée", "amount": CHARGES * 3 // 4},
    ],
}

BY_TYPE: Mapping[FieldType, Callable[[Field], Any]] = {
    T.SHORT_TEXT: lambda _field: "La fabrique du canal",
    T.LONG_TEXT: lambda _field: "Nous sommes partis d’un constat partagé avec les habitants.",
    T.NUMBER: _number,
    T.MONEY: lambda _field: EUROS * Unit.EUR.scale,
    T.QUANTITY: _number,
    T.YES_NO: lambda _field: True,
    T.EMAIL: lambda _field: "contact@canal.example",
    T.PHONE: lambda _field: "0473000000",
    T.URL: lambda _field: "https://canal.example/",
    T.SIRET: lambda _field: "73282932000074",
    T.RNA: lambda _field: "W632001234",
    T.COMMUNE: lambda _field: {"name": "Clermont-Ferrand", "code": "63113", "postcode": "63000"},
    T.ADDRESS: lambda _field: {
        "street": "12 rue des Lilas",
        "postcode": "63000",
        "city": "Clermont-Ferrand",
    },
    T.IBAN: lambda _field: "FR7630006000011234567890189",
    T.BUDGET: lambda _field: BUDGET,
}
