"""Carries answers over from one revision of a form to the next, losing none. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from grants.calls.form import Field, FieldType, FormDocument, cleaned

WRITTEN = {
    FieldType.SHORT_TEXT,
    FieldType.LONG_TEXT,
    FieldType.NUMBER,
    FieldType.MONEY,
    FieldType.QUANTITY,
    FieldType.DATE,
    FieldType.EMAIL,
    FieldType.PHONE,
    FieldType.URL,
    FieldType.SIRET,
    FieldType.RNA,
}
"""Types whose box holds a text: what cannot be understood there is shown as it was typed."""


@dataclass(frozen=True)
class Rebased:
    """The answers under the new form; `archived` are those that it no longer has room for."""

    answers: dict[str, Any]
    as_typed: dict[str, Any]
    archived: dict[str, Any]


def rebased(
    answers: Mapping[str, Any],
    as_typed: Mapping[str, Any],
    before: FormDocument,
    after: FormDocument,
) -> Rebased:
    """Where each answer goes.

    A question that stays keeps its answer. One whose type changed keeps it too where the new
    type understands it, else as typed, to be mended. What has no place any more is archived
    with its old question.
    """
    kept: dict[str, Any] = {}
    typed: dict[str, Any] = {}
    archived: dict[str, Any] = {}
    for key, value in {**answers, **as_typed}.items():
        old, new = before.field(key), after.field(key)
        if new is None or old is None:
            archived[key] = _put_away(value, old)
        elif _fits(value, old, new):
            (typed if key in as_typed else kept)[key] = value
        elif new.type in WRITTEN and (text := written(value, old)) is not None:
            good, wrong = cleaned((new,), {key: text})
            if key in wrong:
                typed[key] = text
            else:
                kept |= {one: found for one, found in good.items() if found is not None}
        else:
            archived[key] = _put_away(value, old)
    return Rebased(kept, typed, archived)


def _fits(value: Any, old: Field, new: Field) -> bool:
    """Whether the new question can hold the answer as it is stored."""
    if old.type is not new.type:
        return False
    if new.type is FieldType.CHOICE:
        return any(one.key == value for one in new.limits.choices)
    if new.type is FieldType.CHOICES and isinstance(value, list):
        return set(value) <= {one.key for one in new.limits.choices}
    return old.limits.cells == new.limits.cells and old.limits.unit is new.limits.unit


def written(value: Any, field: Field) -> str | None:
    """An answer as a person would type it; None when it is more than a text, or an account."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if field.type is FieldType.MONEY and isinstance(value, int):
        euros, cents = divmod(value, 100)
        return f"{euros},{cents:02d}"
    if field.type is FieldType.DATE and isinstance(value, str):
        try:
            return f"{date.fromisoformat(value):%d/%m/%Y}"
        except ValueError:
            return value
    if field.type in {FieldType.CHOICE, FieldType.CHOICES}:
        return _labels(value, field)
    is_text = isinstance(value, str | int) and field.type is not FieldType.IBAN
    return str(value) if is_text else None


def _labels(value: Any, field: Field) -> str:
    """The words of the options chosen."""
    chosen = value if isinstance(value, list) else [value]
    words = {one.key: one.label_fr for one in field.limits.choices}
    return ", ".join(words.get(str(one), str(one)) for one in chosen)


def _put_away(value: Any, old: Field | None) -> dict[str, Any]:
    return {
        "value": value,
        "text": (written(value, old) if old else None) or "",
        "type": old.type.value if old else "",
        "label_fr": old.label_fr if old else "",
        "label_en": old.label_en if old else "",
    }
