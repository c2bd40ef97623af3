"""A conversation about a file, between its applicant and the service."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications import rules
from grants.applications.models import Application
from grants.applications.queries import readable
from grants.appraisal.models import DigestPreference, Pace, ThreadMessage, ThreadReading
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce

TEXT_MAX = 4_000


def write(
    session: Session, application_id: UUID, *, text: str, actor: Actor, now: datetime
) -> ThreadMessage:
    """Write to the other side. Announces `message.written`, whose text it does not repeat.

    Raises:
        Unknown: there is no such file for the actor.
        Forbidden: the actor reads it, and neither applies nor is an officer of its funders.
        Refused: `message.empty`, `message.too_long`, `message.not_submitted`.
    """
    application = readable(session, application_id, actor)
    by_applicant = is_by_applicant(actor, application)
    if not by_applicant:
        rules.is_officer.require(actor, application)
    if application.submitted_at is None:
        raise Refused("message.not_submitted")
    text = text.strip()
    if not text:
        raise Refused("message.empty", field="text")
    if len(text) > TEXT_MAX:
        raise Refused("message.too_long", field="text", max=TEXT_MAX)
    message = ThreadMessage(
        application_id=application.id,
        author_id=actor.id,
        by_applicant=by_applicant,
        written_at=now,
        text=text,
    )
    session.add(message)
    session.flush()
    mark_read(session, application, actor=actor, now=now)
    announce(
        session,
        "message.written",
        by=actor,
        at=now,
        funder=application.call.lead_id,
        subject=application.id,
        application=str(application.id),
        message=str(message.id),
    )
    return message


def read(session: Session, application_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Say that the actor has read the conversation until now.

    Raises:
        Unknown: there is no such file for the actor.
    """
    mark_read(session, readable(session, application_id, actor), actor=actor, now=now)


def mark_read(session: Session, application: Application, *, actor: Actor, now: datetime) -> None:
    """The same about a file already read."""
    row = insert(ThreadReading).values(
        application_id=application.id, person_id=actor.id, read_at=now
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["application_id", "person_id"], set_={"read_at": now}
        )
    )


def is_by_applicant(actor: Actor, application: Application) -> bool:
    """On which side somebody stands: whoever applies is on the applicant's, officer or not."""
    return rules.is_author_side.holds(actor, application)


def choose_pace(session: Session, pace: Pace, *, actor: Actor) -> None:
    """Say how often to be written to."""
    row = insert(DigestPreference).values(person_id=actor.id, pace=pace)
    session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_={"pace": pace}))
