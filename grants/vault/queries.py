"""The documents of organisations, read by those who act for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, joinedload

from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.vault import rules
from grants.vault.kinds import WARNED_BEFORE
from grants.vault.models import OrganisationDocument

VERSIONS_MAX = 400


def current(
    session: Session, organisation_id: UUID, *, viewer: Actor
) -> Sequence[OrganisationDocument]:
    """The documents in force with their files, by kind, newest first. One statement.

    Empty for whoever does not act for the organisation. How many there may be is bounded
    (`services.IN_FORCE_MAX`).
    """
    statement = _of(organisation_id, viewer).where(*in_force())
    return session.scalars(
        statement.order_by(
            OrganisationDocument.kind,
            OrganisationDocument.added_at.desc(),
            OrganisationDocument.id.desc(),
        )
    ).all()


def versions(
    session: Session, organisation_id: UUID, *, viewer: Actor
) -> Sequence[OrganisationDocument]:
    """Every version ever deposited with its file and author, newest first; the last 400.

    Empty for whoever does not act for the organisation. One statement.
    """
    return session.scalars(
        _of(organisation_id, viewer)
        .options(joinedload(OrganisationDocument.author, innerjoin=True))
        .order_by(OrganisationDocument.added_at.desc(), OrganisationDocument.id.desc())
        .limit(VERSIONS_MAX)
    ).all()


def document(session: Session, document_id: UUID, *, viewer: Actor) -> OrganisationDocument:
    """One version with its file, in force or not.

    Raises:
        Unknown: there is none, or the viewer does not act for its organisation.
    """
    found = session.scalar(
        select(OrganisationDocument)
        .where(OrganisationDocument.id == document_id, rules.is_of_mine.where(viewer))
        .options(joinedload(OrganisationDocument.stored_file, innerjoin=True))
    )
    if found is None:
        raise Unknown
    return found


def ending(day: date, *, limit: int) -> Select[Any]:
    """The documents in force that end within thirty days of `day`, and of whose end nobody knows.

    Locked; those that another worker holds are left to it. For the software: no viewer.
    """
    return (
        select(OrganisationDocument)
        .where(
            *in_force(),
            OrganisationDocument.valid_until >= day,
            OrganisationDocument.valid_until <= day + WARNED_BEFORE,
            OrganisationDocument.warned_until.is_distinct_from(OrganisationDocument.valid_until),
        )
        .order_by(OrganisationDocument.valid_until, OrganisationDocument.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def in_force() -> tuple[ColumnElement[bool], ...]:
    """The conditions of being the version that calls may take."""
    return (
        OrganisationDocument.replaced_at.is_(None),
        OrganisationDocument.withdrawn_at.is_(None),
    )


def _of(organisation_id: UUID, viewer: Actor) -> Select[Any]:
    return (
        select(OrganisationDocument)
        .where(
            OrganisationDocument.organisation_id == organisation_id,
            rules.is_of_mine.where(viewer),
        )
        .options(joinedload(OrganisationDocument.stored_file, innerjoin=True))
    )
