"""What a form is for one applicant, given the answers so far: what is asked, shown, computed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from grants.calls.form import budget
from grants.calls.form.cleaning import CleanValue, clean
from grants.calls.form.document import FormDocument
from grants.calls.form.kinds import FieldType
from grants.calls.form.problem import Problem
from grants.calls.form.shapes import Check, Field, Section
from grants.calls.form.variables import field_of
from grants.calls.logic import NO_FACTS, Facts, Value, evaluate, holds, parse
from grants.kernel.bank import last4
from grants.kernel.money import Unit

Files = Mapping[str, Collection[object]]
"""Deposited documents by field key; only their number is looked at."""

NO_FILES: Files = {}
LEGAL_FORM = "applicant.legal_form"
LARGEST = 10**14


class Outlook(Mapping[str, Value]):
    """The answers as rules see them: a mapping from variable names to values.

    A question that is hidden, for this legal form or by a condition, has no value; a computed
    one has its rule's. Nothing is worked out before it is asked for, and then only once.
    """

    def __init__(
        self,
        document: FormDocument,
        answers: Mapping[str, Any],
        *,
        applicant: Facts = NO_FACTS,
        files: Files = NO_FILES,
    ) -> None:
        self.document = document
        self.applicant = applicant
        self._answers = answers
        self._files = files
        self._shown: dict[str, bool] = {}
        self._cleaned: dict[str, CleanValue | Problem] = {}
        self._values: dict[str, Value] = {}

    def shows_section(self, section: Section) -> bool:
        """Whether a section is on this applicant's list: its condition holds, and it asks."""
        if section.show_if and holds(parse(section.show_if), self) is not True:
            return False
        return any(self.shows(field) for field in section.fields)

    def shows(self, field: Field) -> bool:
        """Whether a question is asked. One whose condition is not known yet is not."""
        if field.key not in self._shown:
            self._shown[field.key] = False
            self._shown[field.key] = self._asked(field)
        return self._shown[field.key]

    def fields(self, section: Section) -> list[Field]:
        """The questions of a section that are asked."""
        return [field for field in section.fields if self.shows(field)]

    def sections(self) -> list[Section]:
        """The sections that ask something."""
        return [one for one in self.document.sections if self.shows_section(one)]

    def answer(self, field: Field) -> CleanValue | Problem:
        """What counts as the answer: nothing when hidden, the rule's result when computed."""
        if field.key not in self._cleaned:
            self._cleaned[field.key] = None
            self._cleaned[field.key] = self._answer(field)
        return self._cleaned[field.key]

    @cached_property
    def computed(self) -> dict[str, CleanValue]:
        """The results of the form's own calculations, by field key; None where unknown."""
        return {
            field.key: None if isinstance(found := self.answer(field), Problem) else found
            for field in self.document.fields()
            if field.computed
        }

    @cached_property
    def counted(self) -> dict[str, CleanValue]:
        """The answers that count, by field key: asked, understood, computed ones among them."""
        found = {field.key: self.answer(field) for field in self.document.fields()}
        return {
            key: value
            for key, value in found.items()
            if value is not None and not isinstance(value, Problem)
        }

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The keys of the questions that are not asked."""
        return frozenset(one.key for one in self.document.fields() if not self.shows(one))

    def failing(self) -> list[Check]:
        """The rules between answers that do not hold; what is unknown fails nobody."""
        return [one for one in self.document.checks if holds(parse(one.rule), self) is False]

    def __getitem__(self, name: str) -> Value:
        if name not in self._values:
            self._values[name] = self._value(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.document.schema)

    def __len__(self) -> int:
        return len(self.document.schema)

    def _asked(self, field: Field) -> bool:
        legal_form = self.applicant.get(LEGAL_FORM)
        section = self.document.section_of.get(field.key)
        conditions = [section.show_if if section else "", field.show_if]
        return field.concerns(legal_form if isinstance(legal_form, str) else "") and all(
            holds(parse(text), self) is True for text in conditions if text
        )

    def _answer(self, field: Field) -> CleanValue | Problem:
        if not self.shows(field):
            return None
        if field.computed:
            return _stored(field, evaluate(parse(field.computed), self))
        return clean(field, self._answers.get(field.key))

    def _value(self, name: str) -> Value:
        field = self.document.by_key.get(name.partition(".")[0])
        field = field or field_of(name, self.document.fields())
        if field is None:
            return self.applicant.get(name)
        if field.type is FieldType.FILE:
            return len(self._files.get(field.key, ())) or None if self.shows(field) else None
        found = self.answer(field)
        if found is None or isinstance(found, Problem):
            return None
        return value_of(field, found, name.partition(".")[2])


def look(
    document: FormDocument,
    answers: Mapping[str, Any],
    *,
    applicant: Facts = NO_FACTS,
    files: Files = NO_FILES,
) -> Outlook:
    """The form as this applicant meets it, with these answers and documents."""
    return Outlook(document, answers, applicant=applicant, files=files)


def value_of(field: Field, answer: Any, part: str = "") -> Value:
    """A stored answer as rules see it: euros, days, columns; `part` is what follows the dot."""
    if part:
        return _part(field, answer, part)
    return VALUES.get(field.type, str)(answer) if not _is_number(field) else _number(field, answer)


def _is_number(field: Field) -> bool:
    return field.type in {FieldType.NUMBER, FieldType.MONEY, FieldType.QUANTITY}


def _number(field: Field, answer: Any) -> Decimal:
    scale = field.limits.unit.scale if field.limits.unit else 1
    return Decimal(answer) / scale


VALUES: Mapping[FieldType, Callable[[Any], Value]] = {
    FieldType.DATE: date.fromisoformat,
    FieldType.YES_NO: bool,
    FieldType.CHOICES: tuple,
    FieldType.IBAN: last4,
    FieldType.COMMUNE: lambda answer: answer["code"] or answer["name"],
    FieldType.ADDRESS: lambda answer: tuple(answer.values()),
    FieldType.BUDGET: tuple,
    FieldType.TABLE: lambda answer: (1,) * len(answer),
    FieldType.GROUP: lambda answer: (1,) * len(answer),
}


def _part(field: Field, answer: Any, part: str) -> Value:
    if field.type is FieldType.BUDGET:
        sums = budget.totals(answer)
        amounts = {
            "charges": sums.charges,
            "products": sums.products,
            "grants": budget.grants_expected(answer),
            "in_kind": sums.in_kind_used,
        }
        return amounts.get(part)
    cell = next((one for one in field.limits.cells if one.key == part), None)
    if cell is None:
        return None
    return tuple(value_of(cell, row[part]) if part in row else None for row in answer)


def _stored(field: Field, value: object) -> CleanValue:
    """The result of a rule as an answer is stored: cents, whole m², plain decimals."""
    if field.type is FieldType.YES_NO:
        return value if isinstance(value, bool) else None
    if not isinstance(value, Decimal) or abs(value) > LARGEST:
        return None
    scale = (field.limits.unit or Unit.SQUARE_METRE).scale
    if field.type is FieldType.NUMBER and field.limits.decimals:
        places = Decimal(1).scaleb(-min(field.limits.decimals, 6))
        found = clean(field, f"{value.quantize(places, ROUND_HALF_UP):f}")
        return None if isinstance(found, Problem) else found
    return int((value * scale).to_integral_value(ROUND_HALF_UP))
