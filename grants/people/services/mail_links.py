"""Making and spending the links that go out by mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grants.kernel.errors import Refused
from grants.people.models import OneTimeLink, Person, Purpose

LIFETIMES = {
    Purpose.CONFIRM: timedelta(hours=24),
    Purpose.SIGN_IN: timedelta(minutes=15),
    Purpose.RESET: timedelta(hours=1),
    Purpose.INVITATION: timedelta(days=30),
}


def make_link(
    session: Session,
    purpose: Purpose,
    *,
    email: str,
    person: Person | None = None,
    payload: dict[str, Any] | None = None,
    now: datetime,
) -> OneTimeLink:
    """A link of that purpose for that address, good once and for its purpose's lifetime."""
    link = OneTimeLink(
        person_id=person.id if person else None,
        email=email.strip().lower(),
        purpose=purpose,
        asked_at=now,
        expires_at=now + LIFETIMES[purpose],
        payload=payload or {},
    )
    session.add(link)
    session.flush()
    return link


def usable_link(
    session: Session, link_id: UUID, purpose: Purpose, *, now: datetime, lock: bool = False
) -> OneTimeLink:
    """A link that may still be spent; locked on request.

    Raises:
        Refused: `people.link_unusable` (no such link), `people.link_used`, `people.link_expired`.
    """
    wanted = select(OneTimeLink).where(OneTimeLink.id == link_id, OneTimeLink.purpose == purpose)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    link = session.scalar(wanted)
    if link is None:
        raise Refused("people.link_unusable")
    if link.used_at is not None:
        raise Refused("people.link_used")
    if link.expires_at <= now:
        raise Refused("people.link_expired")
    return link


def spend_link(session: Session, link_id: UUID, purpose: Purpose, *, now: datetime) -> OneTimeLink:
    """Use a link up. Locks it: of two clicks at once, one is refused.

    Raises:
        Refused: `people.link_unusable`, `people.link_used`, `people.link_expired`.
    """
    link = usable_link(session, link_id, purpose, now=now, lock=True)
    link.used_at = now
    return link


def spend_all(session: Session, person: Person, *purposes: Purpose, now: datetime) -> None:
    """Use up every link of those purposes that still lies in the person's mailbox."""
    session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.person_id == person.id,
            OneTimeLink.purpose.in_(purposes),
            OneTimeLink.used_at.is_(None),
        )
        .values(used_at=now)
    )
