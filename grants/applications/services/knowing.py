"""What an officer found out about an applicant: the priority neighbourhood of its places."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications import rules
from grants.applications.queries.one import received
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.people import services as people
from grants.people.models import Organisation
from grants.people.standing import Where, place_of_action


def check_neighbourhood(
    session: Session,
    application_id: UUID,
    where: Where,
    *,
    answer: bool,
    code: str | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Write down that the officer looked one of the applicant's places up on the map.

    It is known for every call from then on, until the place or the answer changes. Locks the
    organisation. Announces `organisation.neighbourhood_checked`.

    Raises:
        Unknown: there is no such application for the actor, a natural person applies, or the
            organisation acts at its seat and nowhere else.
        Forbidden: the actor reads the application without appraising it.
        Refused: `people.neighbourhood_wrong`.
    """
    application = received(session, application_id, actor)
    rules.is_officer.require(actor, application)
    if application.organisation_id is None:
        raise Unknown
    organisation = session.scalars(
        select(Organisation)
        .where(Organisation.id == application.organisation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if where is Where.PLACE and place_of_action(organisation) is None:
        raise Unknown
    people.record_neighbourhood_check(
        session, organisation, where, answer=answer, code=code, actor=actor, now=now
    )
