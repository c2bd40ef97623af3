"""What a form is made of: sections, fields with their limits, checks between answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from grants.calls.form.kinds import FieldType
from grants.kernel.money import Unit


class FieldRole(StrEnum):
    """What an answer means to the software, whatever the author called its field."""

    TITLE = "title"
    SUMMARY = "summary"
    REQUESTED = "requested"
    TRACK = "track"
    MENTORING = "mentoring"


class Reading(StrEnum):
    """Who may read an answer."""

    APPLICANT = "applicant"
    OFFICER = "officer"
    JUROR = "juror"
    BLIND_JUROR = "blind_juror"
    PUBLIC = "public"


ROLE_TYPES = {
    FieldRole.TITLE: {FieldType.SHORT_TEXT},
    FieldRole.SUMMARY: {FieldType.SHORT_TEXT, FieldType.LONG_TEXT},
    FieldRole.REQUESTED: {FieldType.MONEY, FieldType.QUANTITY},
    FieldRole.TRACK: {FieldType.CHOICE},
    FieldRole.MENTORING: {FieldType.CHOICE, FieldType.CHOICES},
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

    `min` and `max` count the smallest part of the unit: cents for money, m² for area; rows
    for a table and a group, ticks for several choices.
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
    years: int = 1
    columns: tuple[Field, ...] = ()
    fields: tuple[Field, ...] = ()

    @property
    def cells(self) -> tuple[Field, ...]:
        """What each row of a table or of a group holds."""
        return self.columns or self.fields


@dataclass(frozen=True)
class Field:
    """One question. `key` is the author's, stable, and names the answer in the stored JSON.

    `show_if` and `computed` are expressions (grants.calls.logic). `vault_kind` says which
    document of the organisation answers a file field; `total` that a column is added up.
    """

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
    show_if: str = ""
    computed: str = ""
    carry_over: bool = False
    reconfirm: bool = False
    vault_kind: str = ""
    total: bool = False

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
    show_if: str = ""


@dataclass(frozen=True)
class Check:
    """A rule between answers, told beside `field` when it does not hold; unknown is silent."""

    key: str
    rule: str
    message_fr: str
    message_en: str
    field: str
