"""Who applies, as the funder's side reads it: the organisation with what it declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.queries.one import received
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.people import declarations
from grants.people.models import Declaration, DeclarationKind, DeclaredAid, Organisation, Person


@dataclass(frozen=True)
class Applicant:
    """An organisation that applies, for whoever reads its application for a funder."""

    application: Application
    organisation: Organisation
    declared: Mapping[DeclarationKind, Declaration]
    aids: Sequence[DeclaredAid]
    aids_changed_at: datetime | None
    names: Mapping[UUID, str]
    """Of those who said or checked something about its places."""


def applicant(session: Session, application_id: UUID, viewer: Actor, *, now: datetime) -> Applicant:
    """The organisation behind a received application, today. Six statements.

    Raises:
        Unknown: there is no such application, the viewer does not read it for a funder of its
            call, or a natural person applies.
    """
    application = received(session, application_id, viewer)
    organisation = application.organisation
    if organisation is None:
        raise Unknown
    people = [one for one in (organisation.seat_qpv_by, organisation.place_qpv_by) if one]
    named = session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    return Applicant(
        application,
        organisation,
        declarations.last_declared(session, organisation.id),
        declarations.aids_declared(session, organisation.id, now=now),
        declarations.list_changed_at(session, organisation.id),
        {row.id: row.name for row in named},
    )
