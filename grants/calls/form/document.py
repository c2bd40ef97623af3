"""The form of a call: sections of typed fields, with the rules between their answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from grants.calls.form import written
from grants.calls.form.kinds import FieldType
from grants.calls.form.shapes import (
    ROLE_TYPES,
    Check,
    Choice,
    Field,
    FieldRole,
    Limits,
    Reading,
    Section,
)
from grants.calls.form.soundness import check_rules
from grants.calls.form.variables import schema_of
from grants.calls.logic import Schema
from grants.calls.reading import Reader

__all__ = [
    "KEY",
    "ROLE_TYPES",
    "Check",
    "Choice",
    "Field",
    "FieldRole",
    "FormDocument",
    "Limits",
    "Reading",
    "Section",
    "document_hash",
    "parsed",
]

KEY = written.KEY


@dataclass(frozen=True)
class FormDocument:
    """A whole form. Two equal documents have the same hash."""

    sections: tuple[Section, ...]
    checks: tuple[Check, ...] = ()

    @classmethod
    def parse(cls, value: object) -> FormDocument:
        """Read the stored or written form.

        Raises:
            Malformed: with every mistake and where it is.
        """
        reader = Reader(value)
        document = cls(
            sections=tuple(written.section(one) for one in reader.rows("sections", least=1)),
            checks=tuple(written.check(one) for one in reader.rows("checks")),
        )
        reader.done()
        _check_keys(document, reader)
        _check_roles(document, reader)
        if not reader.errors:
            check_rules(document.sections, document.checks, reader)
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
        return self.by_key.get(key)

    def by_role(self, role: FieldRole) -> Field | None:
        """The field that plays a role, if any."""
        return next((one for one in self.fields() if one.role is role), None)

    def files(self) -> list[Field]:
        """The fields that ask for documents."""
        return [one for one in self.fields() if one.type is FieldType.FILE]

    @cached_property
    def hides(self) -> bool:
        """Whether some question is not asked of everyone."""
        return any(section.show_if for section in self.sections) or any(
            one.show_if or one.legal_forms for one in self.fields()
        )

    @cached_property
    def by_key(self) -> Mapping[str, Field]:
        """Every field by its key."""
        return {one.key: one for one in self.fields()}

    @cached_property
    def section_of(self) -> Mapping[str, Section]:
        """The section of each field, by the field's key."""
        return {one.key: section for section in self.sections for one in section.fields}

    @cached_property
    def schema(self) -> Schema:
        """What rules about this form's answers may speak of."""
        return schema_of(self.fields())


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


def _check_keys(document: FormDocument, reader: Reader) -> None:
    for twice in written.repeated(section.key for section in document.sections):
        reader.wrong("sections", f"the key {twice} is used twice")
    for twice in written.repeated(field.key for field in document.fields()):
        reader.wrong("sections", f"the field key {twice} is used twice")


def _check_roles(document: FormDocument, reader: Reader) -> None:
    for twice in written.repeated(field.role for field in document.fields() if field.role):
        reader.wrong("sections", f"two fields play the role {twice}")
