"""Reads sections, fields and limits as an author wrote them, noting every mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from grants.calls.form.kinds import (
    COLUMN_TYPES,
    GROUP_TYPES,
    LIMITS_OF,
    NUMERIC_TYPES,
    ROWS_MAX,
    YEARS_MAX,
    FieldType,
)
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
from grants.calls.reading import Reader
from grants.kernel.money import Unit
from grants.vault.models import DocumentKind

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
ALWAYS = frozenset({Reading.APPLICANT, Reading.OFFICER})
RESERVED = "applicant"


def section(reader: Reader) -> Section:
    """One section."""
    found = Section(
        key=key(reader),
        title_fr=reader.text("title_fr"),
        title_en=reader.text("title_en", ""),
        intro_fr=reader.text("intro_fr", ""),
        intro_en=reader.text("intro_en", ""),
        fields=tuple(field(one) for one in reader.rows("fields")),
        show_if=reader.text("show_if", ""),
    )
    reader.done()
    return found


def field(reader: Reader) -> Field:
    """One field."""
    kind = reader.one_of("type", FieldType)
    role = reader.raw("role")
    personal = reader.flag("personal") or kind is FieldType.IBAN
    found = Field(
        key=key(reader),
        type=kind,
        label_fr=reader.text("label_fr"),
        label_en=reader.text("label_en", ""),
        help_fr=reader.text("help_fr", ""),
        help_en=reader.text("help_en", ""),
        required=reader.flag("required", default=True),
        role=reader.one_of("role", FieldRole) if role is not None else None,
        visible_to=_visible_to(reader, kind, personal=personal),
        personal=personal,
        legal_forms=reader.texts("legal_forms"),
        limits=_limits(reader.part("limits"), kind),
        show_if=reader.text("show_if", ""),
        computed=reader.text("computed", ""),
        carry_over=reader.flag("carry_over"),
        reconfirm=reader.flag("reconfirm"),
        vault_kind=reader.text("vault_kind", ""),
    )
    _check_field(reader, found)
    reader.done()
    return found


def check(reader: Reader) -> Check:
    """One rule between answers."""
    found = Check(
        key=key(reader),
        rule=reader.text("rule"),
        message_fr=reader.text("message_fr"),
        message_en=reader.text("message_en", ""),
        field=reader.text("field", ""),
    )
    reader.done()
    return found


def key(reader: Reader) -> str:
    """A stable name of the author's."""
    found = reader.text("key")
    if found and not KEY.fullmatch(found):
        reader.wrong("key", "must be 1 to 40 small letters, digits or _, beginning with a letter")
    return found


def repeated(keys: Iterator[str]) -> list[str]:
    """The keys that come again."""
    seen: set[str] = set()
    twice = []
    for one in keys:
        if one in seen:
            twice.append(one)
        seen.add(one)
    return twice


def _check_field(reader: Reader, found: Field) -> None:
    if found.role is not None and found.type not in ROLE_TYPES[found.role]:
        reader.wrong("role", f"a field of type {found.type} cannot be the {found.role}")
    if found.vault_kind and found.type is not FieldType.FILE:
        reader.wrong("vault_kind", "only a field of type file takes a document of the vault")
    if found.vault_kind and found.vault_kind not in set(DocumentKind):
        reader.wrong("vault_kind", f"must be one of {', '.join(DocumentKind)}")
    if found.key == RESERVED and found.limits.cells:
        reader.wrong("key", f"{RESERVED} is the applicant's own name in rules")
    if found.reconfirm and not found.carry_over:
        reader.wrong("reconfirm", "only what is carried over is confirmed again")


def _visible_to(reader: Reader, kind: FieldType, *, personal: bool) -> frozenset[Reading]:
    """Applicants and officers read every answer; jurors too unless the form says otherwise.

    Jurors who do not know who applies read nothing personal. What is public is for everyone;
    a bank account is for nobody else.
    """
    known = {one.value for one in Reading}
    if kind is FieldType.IBAN:
        written: tuple[str, ...] = reader.texts("visible_to")
        for one in sorted(set(written) - {*ALWAYS} & known):
            reader.wrong("visible_to", f"a bank account is never shown to {one}")
        return ALWAYS
    written = (Reading.JUROR,) if personal else (Reading.JUROR, Reading.BLIND_JUROR)
    if reader.has("visible_to"):
        written = reader.texts("visible_to")
    for unknown in sorted(set(written) - known):
        reader.wrong("visible_to", f"{unknown} is not one of {', '.join(sorted(known))}")
    readers = ALWAYS | {Reading(one) for one in written if one in known}
    return readers | {Reading.BLIND_JUROR} if Reading.PUBLIC in readers else readers


def _limits(reader: Reader, kind: FieldType) -> Limits:
    allowed = LIMITS_OF[kind]

    def count(name: str, least: int = 0) -> int | None:
        return reader.optional_integer(name, least=least) if name in allowed else None

    limits = Limits(
        min=count("min"),
        max=count("max"),
        words_max=count("words_max", 1),
        characters_max=count("characters_max", 1),
        decimals=reader.integer("decimals", 0) if "decimals" in allowed else 0,
        unit=_unit(reader, kind),
        choices=_choices(reader) if "choices" in allowed else (),
        earliest=_day(reader, "earliest") if "earliest" in allowed else None,
        latest=_day(reader, "latest") if "latest" in allowed else None,
        files_max=count("files_max", 1) or 1,
        kinds=reader.texts("kinds") if "kinds" in allowed else (),
        includes_request=reader.flag("includes_request")
        if "includes_request" in allowed
        else False,
        years=count("years", 1) or 1,
        columns=_cells(reader, "columns", COLUMN_TYPES) if "columns" in allowed else (),
        fields=_cells(reader, "fields", GROUP_TYPES) if "fields" in allowed else (),
    )
    _check_limits(reader, limits)
    reader.done()
    return limits


def _check_limits(reader: Reader, limits: Limits) -> None:
    if limits.min is not None and limits.max is not None and limits.min > limits.max:
        reader.wrong("min", "is above max")
    if limits.cells and max(limits.min or 0, limits.max or 0) > ROWS_MAX:
        reader.wrong("max", f"must be at most {ROWS_MAX} rows")
    if limits.years > YEARS_MAX:
        reader.wrong("years", f"must be at most {YEARS_MAX}")


def _cells(reader: Reader, name: str, allowed: frozenset[FieldType]) -> tuple[Field, ...]:
    cells = tuple(_cell(one, allowed) for one in reader.rows(name, least=1))
    if not reader.has(name):
        reader.wrong(name, "is missing")
    for twice in repeated(cell.key for cell in cells):
        reader.wrong(name, f"the key {twice} is used twice")
    return cells


def _cell(reader: Reader, allowed: frozenset[FieldType]) -> Field:
    """A column, or a question that is asked again for each row."""
    kind = reader.one_of("type", FieldType)
    if kind not in allowed:
        reader.wrong("type", f"a field of type {kind} cannot be repeated")
    cell = Field(
        key=key(reader),
        type=kind,
        label_fr=reader.text("label_fr"),
        label_en=reader.text("label_en", ""),
        help_fr=reader.text("help_fr", ""),
        help_en=reader.text("help_en", ""),
        required=reader.flag("required", default=True),
        role=None,
        visible_to=ALWAYS,
        personal=False,
        legal_forms=(),
        limits=_limits(reader.part("limits"), kind),
        total=reader.flag("total"),
    )
    if cell.total and kind not in NUMERIC_TYPES:
        reader.wrong("total", "only numbers and amounts are added up")
    reader.done()
    return cell


def _unit(reader: Reader, kind: FieldType) -> Unit | None:
    if kind is FieldType.MONEY:
        return Unit.EUR
    if kind is FieldType.QUANTITY:
        return reader.one_of("unit", Unit, Unit.SQUARE_METRE)
    return None


def _choices(reader: Reader) -> tuple[Choice, ...]:
    choices = []
    for one in reader.rows("choices", least=2):
        choices.append(Choice(key(one), one.text("label_fr"), one.text("label_en", "")))
        one.done()
    for twice in repeated(choice.key for choice in choices):
        reader.wrong("choices", f"the key {twice} is used twice")
    return tuple(choices)


def _day(reader: Reader, name: str) -> date | None:
    value = reader.raw(name)
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        reader.wrong(name, "must be a day written 2018-11-30")
        return None
