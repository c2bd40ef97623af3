"""What the public register answered: kept for a week, and adopted field by field."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce
from grants.people import standing
from grants.people.models import Organisation, RegisterAnswer
from grants.people.proposals import adopted, kept_answer
from grants.people.register import Entry
from grants.people.services.standing import forget_seat_neighbourhood, represented


def keep_answer(session: Session, number: str, entry: Entry | None, *, now: datetime) -> None:
    """Keep what the register said of a number, over what it said before. One statement."""
    values = {"asked_at": now, "found": entry.as_stored() if entry else None}
    statement = insert(RegisterAnswer).values(number=number, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["number"], set_=values))


def adopt_answer(
    session: Session,
    organisation_id: UUID,
    names: Collection[str],
    *,
    actor: Actor,
    now: datetime,
) -> Organisation:
    """Take over the fields `names` of what the register said of the organisation's SIRET.

    Fields: name, legal_form, rna, address, registered_on, is_social. Others are left alone, and
    so is whatever the register does not tell. Locks the organisation. Announces
    `organisation.updated`.

    Raises:
        Unknown: there is none, or the actor is not a member.
        Forbidden: the actor does not represent it.
        Refused: `people.register_not_asked`, when no recent answer is kept.
    """
    organisation = represented(session, organisation_id, actor)
    _, entry = kept_answer(session, organisation.siret or "", now=now)
    if entry is None:
        raise Refused("people.register_not_asked")
    before = standing.seat(organisation)
    for name, value in adopted(entry, names).items():
        setattr(organisation, name, value)
    if standing.seat(organisation) != before:
        forget_seat_neighbourhood(organisation)
    announce(session, "organisation.updated", by=actor, at=now, subject=organisation.id)
    return organisation
