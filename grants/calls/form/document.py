"""The form of a call: sections of typed fields, with their limits and who may read the answers."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from grants.calls.form.kinds import LIMITS_OF, FieldType
from grants.calls.reading import Reader
from grants.kernel.money import Unit

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


class FieldRole(StrEnum):
    """What an answer means to the software, whatever the author called its field."""

    TITLE = "title"
    SUMMARY = "summary"
    REQUESTED = "requested"
    TRACK = "track"


class Reading(StrEnum):
    """Who may read an answer."""

    APPLICANT = "applicant"
    OFFICER = "officer"
    JUROR = "juror"
    PUBLIC = "public"


ROLE_TYPES = {
    FieldRole.TITLE: {FieldType.SHORT_TEXT},
    FieldRole.SUMMARY: {FieldType.SHORT_TEXT, FieldType.LONG_TEXT},
    FieldRole.REQUESTED: {FieldType.MONEY, FieldType.QUANTITY},
    FieldRole.TRACK: {FieldType.CHOICE},
}


@dataclass(frozen=True)
class Choice:
    """One option of a list. `key` is what is stored."""

    key: str
    label_fr: str
    label_en: str


@dataclass(frozen=True)
class Limits:
    """Bounds of an answer; each type uses its own (`kinds.LIMITS_OF`).

    `min` and `max` count the smallest part of the unit: cents for money, m² for area.
    """

    min: int | None = None
    max: int | None = None
    words_max: int | None = None
    characters_max: int | None = None
    decimals: int = 0
    unit: Unit | None = None
    choices: tuple[Choice, ...] = ()
    earliest: date | None = None
    latest: date | None = None
    files_max: int = 1
    kinds: tuple[str, ...] = ()
    includes_request: bool = False


@dataclass(frozen=True)
class Field:
    """One question. `key` is the author's, stable, and names the answer in the stored JSON."""

    key: str
    type: FieldType
    label_fr: str
    label_en: str
    help_fr: str
    help_en: str
    required: bool
    role: FieldRole | None
    visible_to: frozenset[Reading]
    personal: bool
    legal_forms: tuple[str, ...]
    limits: Limits

    def concerns(self, legal_form: str) -> bool:
        """Whether an applicant of this legal form (INSEE code, "" unknown) is asked.

        `legal_forms` holds beginnings of codes: "92" is every association.
        """
        return not self.legal_forms or legal_form.startswith(self.legal_forms)


@dataclass(frozen=True)
class Section:
    """One page of the form."""

    key: str
    title_fr: str
    title_en: str
    intro_fr: str
    intro_en: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class FormDocument:
    """A whole form. Two equal documents have the same hash."""

    sections: tuple[Section, ...]

    @classmethod
    def parse(cls, value: object) -> FormDocument:
        """Read the stored or written form.

        Raises:
            Malformed: with every mistake and where it is.
        """
        reader = Reader(value)
        sections = tuple(_section(one) for one in reader.rows("sections", least=1))
        reader.done()
        document = cls(sections)
        _check_keys(document, reader)
        _check_roles(document, reader)
        reader.check()
        return document

    def fields(self) -> Iterator[Field]:
        """Every field, in reading order."""
        for section in self.sections:
            yield from section.fields

    def section(self, key: str) -> Section | None:
        """The section under this key, if any."""
        return next((one for one in self.sections if one.key == key), None)

    def field(self, key: str) -> Field | None:
        """The field under this key, if any."""
        return next((one for one in self.fields() if one.key == key), None)

    def by_role(self, role: FieldRole) -> Field | None:
        """The field that plays a role, if any."""
        return next((one for one in self.fields() if one.role is role), None)

    def files(self) -> list[Field]:
        """The fields that ask for documents."""
        return [one for one in self.fields() if one.type is FieldType.FILE]


def document_hash(value: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON: same questions, same hash."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@lru_cache(maxsize=256)
def _parsed(canonical: str) -> FormDocument:
    return FormDocument.parse(json.loads(canonical))


def parsed(value: Mapping[str, Any]) -> FormDocument:
    """The document read once per text and remembered: a page asks for it at every request."""
    return _parsed(json.dumps(value, sort_keys=True))


def _section(reader: Reader) -> Section:
    section = Section(
        key=_key(reader),
        title_fr=reader.text("title_fr"),
        title_en=reader.text("title_en"),
        intro_fr=reader.text("intro_fr", ""),
        intro_en=reader.text("intro_en", ""),
        fields=tuple(_field(one) for one in reader.rows("fields", least=1)),
    )
    reader.done()
    return section


def _field(reader: Reader) -> Field:
    kind = reader.one_of("type", FieldType)
    role = reader.raw("role")
    field = Field(
        key=_key(reader),
        type=kind,
        label_fr=reader.text("label_fr"),
        label_en=reader.text("label_en"),
        help_fr=reader.text("help_fr", ""),
        help_en=reader.text("help_en", ""),
        required=reader.flag("required", default=True),
        role=reader.one_of("role", FieldRole) if role is not None else None,
        visible_to=_visible_to(reader),
        personal=reader.flag("personal"),
        legal_forms=reader.texts("legal_forms"),
        limits=_limits(reader.part("limits"), kind),
    )
    if field.role is not None and kind not in ROLE_TYPES[field.role]:
        reader.wrong("role", f"a field of type {kind} cannot be the {field.role}")
    reader.done()
    return field


def _visible_to(reader: Reader) -> frozenset[Reading]:
    """Applicants and officers read every answer; jurors too unless the form says otherwise."""
    written = reader.texts("visible_to") if reader.has("visible_to") else (Reading.JUROR,)
    known = {one.value for one in Reading}
    for unknown in sorted(set(written) - known):
        reader.wrong("visible_to", f"{unknown} is not one of {', '.join(sorted(known))}")
    always = {Reading.APPLICANT, Reading.OFFICER}
    return frozenset(always | {Reading(one) for one in written if one in known})


def _limits(reader: Reader, kind: FieldType) -> Limits:
    allowed = LIMITS_OF[kind]
    limits = Limits(
        min=reader.optional_integer("min") if "min" in allowed else None,
        max=reader.optional_integer("max") if "max" in allowed else None,
        words_max=reader.optional_integer("words_max", least=1) if "words_max" in allowed else None,
        characters_max=(
            reader.optional_integer("characters_max", least=1)
            if "characters_max" in allowed
            else None
        ),
        decimals=reader.integer("decimals", 0) if "decimals" in allowed else 0,
        unit=_unit(reader, kind),
        choices=_choices(reader) if "choices" in allowed else (),
        earliest=_day(reader, "earliest") if "earliest" in allowed else None,
        latest=_day(reader, "latest") if "latest" in allowed else None,
        files_max=reader.integer("files_max", 1, least=1) if "files_max" in allowed else 1,
        kinds=reader.texts("kinds") if "kinds" in allowed else (),
        includes_request=reader.flag("includes_request")
        if "includes_request" in allowed
        else False,
    )
    if limits.min is not None and limits.max is not None and limits.min > limits.max:
        reader.wrong("min", "is above max")
    reader.done()
    return limits


def _unit(reader: Reader, kind: FieldType) -> Unit | None:
    if kind is FieldType.MONEY:
        return Unit.EUR
    if kind is FieldType.QUANTITY:
        return reader.one_of("unit", Unit, Unit.SQUARE_METRE)
    return None


def _choices(reader: Reader) -> tuple[Choice, ...]:
    choices = []
    for one in reader.rows("choices", least=2):
        choices.append(Choice(_key(one), one.text("label_fr"), one.text("label_en")))
        one.done()
    for twice in _repeated(choice.key for choice in choices):
        reader.wrong("choices", f"the key {twice} is used twice")
    return tuple(choices)


def _day(reader: Reader, key: str) -> date | None:
    value = reader.raw(key)
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        reader.wrong(key, "must be a day written 2018-11-30")
        return None


def _key(reader: Reader) -> str:
    key = reader.text("key")
    if key and not KEY.fullmatch(key):
        reader.wrong("key", "must be 1 to 40 small letters, digits or _, beginning with a letter")
    return key


def _check_keys(document: FormDocument, reader: Reader) -> None:
    for twice in _repeated(section.key for section in document.sections):
        reader.wrong("sections", f"the key {twice} is used twice")
    for twice in _repeated(field.key for field in document.fields()):
        reader.wrong("sections", f"the field key {twice} is used twice")


def _check_roles(document: FormDocument, reader: Reader) -> None:
    for twice in _repeated(field.role for field in document.fields() if field.role):
        reader.wrong("sections", f"two fields play the role {twice}")


def _repeated(keys: Iterator[str]) -> list[str]:
    seen: set[str] = set()
    twice = []
    for key in keys:
        if key in seen:
            twice.append(key)
        seen.add(key)
    return twice
