"""What the public register's answer would change in an organisation; read from what is kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.people.legal_forms import BY_KEY, LEGAL_FORMS
from grants.people.models import RegisterAnswer
from grants.people.register import Entry

KEPT = timedelta(days=7)
UNKNOWN_KEPT = timedelta(hours=1)
"""A number that the register does not know yet may enter it any day."""
ADDRESS = ("street", "postcode", "city", "commune_code")


def kept_answer(session: Session, number: str, *, now: datetime) -> tuple[bool, Entry | None]:
    """Whether the register was asked lately, and what it said. Public data: no viewer."""
    kept = session.scalar(select(RegisterAnswer).where(RegisterAnswer.number == number))
    if kept is None:
        return False, None
    lasts = KEPT if kept.found is not None else UNKNOWN_KEPT
    if now - kept.asked_at > lasts:
        return False, None
    return True, Entry.stored(kept.found) if kept.found is not None else None


def adopted(entry: Entry, names: Collection[str]) -> dict[str, object]:
    """The columns that the chosen fields of an entry amount to; nothing for what is not told."""
    columns: dict[str, object] = {}
    if "name" in names and entry.name:
        columns["name"] = entry.name
    if "legal_form" in names and (label := label_of(entry.legal_form)):
        columns |= {"legal_form": entry.legal_form, "legal_label": label}
    if "rna" in names and entry.rna:
        columns["rna"] = entry.rna
    if "address" in names and entry.postcode and entry.city:
        columns |= {name: getattr(entry, name) for name in ADDRESS}
    if "registered_on" in names and entry.founded_on:
        columns["registered_on"] = entry.founded_on
    if "is_social" in names and entry.is_social:
        columns["is_social_company"] = True
    return columns


def label_of(code: str) -> str:
    """The label of our list under which INSEE's code goes, "" when the list has none."""
    exact = BY_KEY.get(code) or next((one for one in LEGAL_FORMS if one.code == code), None)
    return exact.label if exact else ""
