"""The redacted copy of texts: what may be masked, what should be, and the text with its masks.

Pure. A text is named by its path among the answers: `project`, or `partners.2.name` for a cell.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from grants.calls.form import Field, FieldRole, FieldType, FormDocument, Reading

MASK = "████"
TEXTS = {FieldType.SHORT_TEXT, FieldType.LONG_TEXT}
STRICT = {FieldType.EMAIL, FieldType.PHONE, FieldType.URL, FieldType.SIRET, FieldType.RNA}
"""Short answers that mean nothing once half masked: they go altogether."""
WORD_MIN = 3
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
URL = re.compile(r"(?:https?://|www\.)[^\s<>()\"«»]+", re.IGNORECASE)
PHONE = re.compile(r"(?<![\d.])(?:\+33[\s.-]?|0)[1-9](?:[\s.-]?\d{2}){4}(?!\d)")
SOCIAL = re.compile(r"(?<![\w@.])@\w{3,}")
PATTERNS = (EMAIL, URL, PHONE, SOCIAL)

Mark = tuple[int, int]


@dataclass(frozen=True)
class Text:
    """One text that blind jurors would read."""

    path: str
    field: Field
    value: str
    is_title: bool = False

    @property
    def sha256(self) -> str:
        """The seal by which a mark knows its text."""
        return sealed(self.value)


def sealed(value: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(value.encode()).hexdigest()


def texts(form: FormDocument, answers: Mapping[str, Any]) -> list[Text]:
    """Every text among the answers that jurors of a blind stage may read, in reading order."""
    found: list[Text] = []
    for section in form.sections:
        for field in section.fields:
            if Reading.BLIND_JUROR in field.visible_to:
                found += _of(field, answers.get(field.key))
    return found


def _of(field: Field, value: Any) -> Iterator[Text]:
    if field.type in TEXTS | STRICT:
        if isinstance(value, str) and value.strip():
            yield Text(field.key, field, value, field.role is FieldRole.TITLE)
    elif field.type is FieldType.BUDGET and isinstance(value, Mapping):
        for side, rows in value.items():
            for at, row in enumerate(rows if isinstance(rows, list) else ()):
                if isinstance(row, Mapping) and str(row.get("label") or "").strip():
                    yield Text(f"{field.key}.{side}.{at}.label", field, str(row["label"]))
    elif field.limits.cells and isinstance(value, list):
        yield from _of_rows(field, value)


def _of_rows(field: Field, rows: Sequence[Any]) -> Iterator[Text]:
    cells = [one for one in field.limits.cells if one.type in TEXTS | STRICT]
    for at, row in enumerate(rows):
        for cell in cells:
            value = row.get(cell.key) if isinstance(row, Mapping) else None
            if isinstance(value, str) and value.strip():
                yield Text(f"{field.key}.{at}.{cell.key}", cell, value)


def merged(marks: Iterable[Sequence[int]], length: int) -> list[Mark]:
    """Marks in order, within the text, without overlap; those that touch become one."""
    kept: list[Mark] = []
    for start, end in sorted((max(0, one[0]), min(length, one[1])) for one in marks):
        if start >= end:
            continue
        if kept and start <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return kept


def masked(value: str, marks: Iterable[Sequence[int]]) -> str:
    """The text with each mark as four blocks: neither a letter nor a length shows.

    A mark of one to three characters keeps its length, so that no limit is passed.
    """
    shown, at = [], 0
    for start, end in merged(marks, len(value)):
        shown += [value[at:start], MASK[: end - start]]
        at = end
    return "".join([*shown, value[at:]])


def places(value: str, words: Iterable[str]) -> list[Mark]:
    """Where words or phrases stand in a text, whatever their case; whole words only."""
    found: list[Mark] = []
    for word in sorted({one.strip() for one in words if one.strip()}):
        spaced = r"\s+".join(re.escape(part) for part in word.split())
        pattern = re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE)
        found += [one.span() for one in pattern.finditer(value)]
    return merged(found, len(value))


def suggested(value: str, names: Iterable[str]) -> list[Mark]:
    """What should be masked: the names given, and any e-mail, link, phone or account name."""
    found = places(value, names)
    for pattern in PATTERNS:
        found += [one.span() for one in pattern.finditer(value)]
    return merged(found, len(value))


def known_names(organisation: Sequence[str], people: Sequence[str]) -> list[str]:
    """What an applicant is called: its names, each person's whole name and family name.

    First names alone are left to the officer: too many are words.
    """
    names = [one for one in organisation if len(one.strip()) >= WORD_MIN]
    for person in people:
        parts = person.split()
        names += [person, *(parts[-1:] if len(parts) > 1 else ())]
    return sorted({one.strip() for one in names if len(one.strip()) >= WORD_MIN})


def redacted(
    answers: Mapping[str, Any], found: Iterable[Text], shown: Callable[[Text], str]
) -> dict[str, Any]:
    """The answers as blind jurors read them: each text replaced by what is `shown` of it."""
    copy = deepcopy(dict(answers))
    for one in found:
        instead = shown(one)
        if instead != one.value:
            _put(copy, one, instead)
    return copy


def _put(answers: dict[str, Any], text: Text, instead: str) -> None:
    *way, last = text.path.split(".")
    place: Any = answers
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    if text.field.type in STRICT:
        place.pop(last, None)
    else:
        place[last] = instead
