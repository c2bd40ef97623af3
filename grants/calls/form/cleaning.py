"""One door for answers: what a person typed becomes a value to store, or a problem to tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from grants.calls.form import identifiers, numbers, texts
from grants.calls.form.budget import budget
from grants.calls.form.document import Field
from grants.calls.form.kinds import FieldType
from grants.calls.form.problem import Problem

CleanValue: TypeAlias = str | int | bool | list[str] | dict[str, Any] | None
"""What JSON holds. None is « not answered »; money is cents, days are ISO texts."""

Cleaner: TypeAlias = Callable[[Field, object], "CleanValue | Problem"]


def _nothing(_: Field, __: object) -> None:
    """Files are not answers: they are deposited beside them."""


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
    """The good answers and the problems among `raws`, by field key; unknown keys are dropped."""
    values: dict[str, Any] = {}
    problems: dict[str, Problem] = {}
    for field in fields:
        if field.key not in raws or field.type is FieldType.FILE:
            continue
        value = clean(field, raws[field.key])
        if isinstance(value, Problem):
            problems[field.key] = value
        else:
            values[field.key] = value
    return values, problems
