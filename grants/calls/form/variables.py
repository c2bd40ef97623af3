"""What the rules of a form may speak of: its questions, its tables, its budget, the applicant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from grants.calls.form.kinds import NUMERIC_TYPES, FieldType
from grants.calls.form.shapes import Field, FieldRole
from grants.calls.logic import APPLICANT, Kind, Option, Schema, Variable
from grants.kernel.money import Unit

KINDS = {
    FieldType.NUMBER: Kind.NUMBER,
    FieldType.MONEY: Kind.NUMBER,
    FieldType.QUANTITY: Kind.NUMBER,
    FieldType.DATE: Kind.DAY,
    FieldType.YES_NO: Kind.YES_NO,
    FieldType.CHOICE: Kind.CHOICE,
    FieldType.CHOICES: Kind.CHOICES,
    FieldType.FILE: Kind.FILES,
    FieldType.TABLE: Kind.ROWS,
    FieldType.GROUP: Kind.ROWS,
    FieldType.BUDGET: Kind.ANYTHING,
    FieldType.ADDRESS: Kind.ANYTHING,
    FieldType.IBAN: Kind.ANYTHING,
}
"""The other types are texts."""

BUDGET = "budget"
"""`budget.charges` speaks of the form's only budget, whatever its author called it."""

REQUEST = "requested"
"""`requested` is what is asked of us, whatever its author called the question."""

BUDGET_TOTALS = (
    ("charges", "Total des charges", "Total charges", "le total des charges", "total charges"),
    ("products", "Total des produits", "Total income", "le total des produits", "total income"),
    (
        "grants",
        "Subventions (compte 74)",
        "Grants (account 74)",
        "le total des subventions demandées (compte 74)",
        "total grants asked for (account 74)",
    ),
    (
        "in_kind",
        "Contributions en nature (compte 86)",
        "Gifts in kind (account 86)",
        "le total des contributions en nature (compte 86)",
        "total gifts in kind (account 86)",
    ),
)
REQUESTED = {
    Unit.EUR: ("le montant demandé", "the amount requested", False),
    Unit.SQUARE_METRE: ("la surface demandée", "the floor area requested", True),
    Unit.HOUR: ("le nombre d’heures demandé", "the number of hours requested", False),
}


def schema_of(fields: Iterable[Field]) -> Schema:
    """The variables of a form's rules, the applicant's own among them."""
    asked = list(fields)
    found = dict(APPLICANT)
    for field in asked:
        for variable in _variables(field):
            found[variable.key] = variable
    if REQUEST not in found and (role := _requested(asked)):
        found[REQUEST] = replace(_of_field(role), key=REQUEST)
    budgets = [field for field in asked if field.type is FieldType.BUDGET]
    if budgets and not any(field.key == BUDGET for field in asked):
        for variable in _totals(BUDGET):
            found[variable.key] = variable
    return found


def field_of(name: str, fields: Iterable[Field]) -> Field | None:
    """The field that a variable's name speaks of; None for the applicant's and unknown ones."""
    head = name.partition(".")[0]
    asked = list(fields)
    found = next((field for field in asked if field.key == head), None)
    if found is None and head == REQUEST:
        return _requested(asked)
    if found is None and head == BUDGET:
        return next((field for field in asked if field.type is FieldType.BUDGET), None)
    return found


def _requested(fields: Iterable[Field]) -> Field | None:
    return next((field for field in fields if field.role is FieldRole.REQUESTED), None)


def _variables(field: Field) -> Iterator[Variable]:
    yield _of_field(field)
    for cell in field.limits.cells:
        yield _of_cell(field, cell)
    if field.type is FieldType.BUDGET:
        yield from _totals(field.key)


def _of_field(field: Field) -> Variable:
    fr, en, feminine = "", "", False
    if field.role is FieldRole.REQUESTED:
        fr, en, feminine = REQUESTED[field.limits.unit or Unit.EUR]
    return Variable(
        key=field.key,
        kind=KINDS.get(field.type, Kind.TEXT),
        label_fr=field.label_fr,
        label_en=field.label_en or field.label_fr,
        unit=str(field.limits.unit or ""),
        options=_options(field),
        fr=fr,
        en=en,
        feminine=feminine,
    )


def _of_cell(field: Field, cell: Field) -> Variable:
    return Variable(
        key=f"{field.key}.{cell.key}",
        kind=Kind.COLUMN if cell.type in NUMERIC_TYPES else Kind.CELLS,
        label_fr=f"{field.label_fr}\u202f: {cell.label_fr}",
        label_en=f"{field.label_en or field.label_fr}: {cell.label_en or cell.label_fr}",
        unit=str(cell.limits.unit or ""),
        options=_options(cell),
        fr=f"la colonne «\u202f{cell.label_fr}\u202f» de «\u202f{field.label_fr}\u202f»",
        en=f"the column “{cell.label_en or cell.label_fr}” of “{field.label_en or field.label_fr}”",
        feminine=True,
    )


def _options(field: Field) -> tuple[Option, ...]:
    return tuple(
        Option(one.key, one.label_fr, one.label_en or one.label_fr) for one in field.limits.choices
    )


def _totals(key: str) -> Iterator[Variable]:
    for part, label_fr, label_en, fr, en in BUDGET_TOTALS:
        yield Variable(f"{key}.{part}", Kind.NUMBER, label_fr, label_en, "EUR", fr=fr, en=en)
