"""What happened to an application, and what officers wrote about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from grants.applications.models import Application, OfficerNote
from grants.outbox import queries as outbox
from grants.outbox.models import Message
from grants.people.models import Person

STARTED = "application.started"
DECISION_ANNOUNCED = "decision.announced"
"""From then on the applicant may learn the decision; before, a vote is between officers."""
HEARD_OF = frozenset(
    {"hearing.convoked", "hearing.released", "hearing.feedback_released", "hearing.replied"}
)
"""Once one of these happened, the page of the hearing has something to show."""
MENTORED = "mentoring.paired"
"""Once it happened, the page of the mentor has something to show."""
FOR_APPLICANT = frozenset(
    {
        STARTED,
        "application.submitted",
        "application.complement_asked",
        "application.complement_answered",
        "application.declared_admissible",
        "application.declared_inadmissible",
        "application.sent_to_review",
        "application.withdrawn",
        "application.lapsed",
        "application.rebased",
        "application.let_in",
        *HEARD_OF,
        "hearing.answered",
        MENTORED,
        "mentoring.ended",
        DECISION_ANNOUNCED,
        "application.decision_known",
    }
)
"""What an applicant is shown: facts told to them, never what a jury or a council weighs."""
AFTER_READING = frozenset({"application.agreement_started", "application.closed"})
"""These say what was decided: shown once the applicant took note of it."""


@dataclass(frozen=True)
class Event:
    """Something that happened. `by` is a person's name, or empty for the software itself."""

    kind: str
    at: datetime
    by: str
    by_id: UUID
    payload: Mapping[str, Any]


def announced(application_id: Any) -> ColumnElement[bool]:
    """Whether the latest decision on an application (an identifier or a column) was announced.

    What was said of the waiting list says nothing of the decision that follows it.
    """
    subject = aliased(Application)
    # The column may be of a statement two levels up: left to itself, it would be joined here.
    decided = (
        select(subject.decided_at)
        .where(subject.id == application_id)
        .correlate_except(subject)
        .scalar_subquery()
    )
    return exists().where(
        Message.subject_id == application_id,
        Message.kind == DECISION_ANNOUNCED,
        Message.at >= func.coalesce(decided, Message.at),
    )


def timeline(
    session: Session, application: Application, *, for_applicant: bool = False
) -> list[Event]:
    """What happened, oldest first. The caller has read `application` as its viewer. Two statements.

    An applicant is shown what they were told; and officers to them are the service, not names.
    """
    shown = FOR_APPLICANT | AFTER_READING if application.knew_at else FOR_APPLICANT
    happened = [
        (one.kind, one.at, one.actor_id, one.payload)
        for one in outbox.history(session, subject=application.id)
        if not for_applicant or one.kind in shown
    ]
    happened.insert(0, (STARTED, application.started_at, application.author_id, {}))
    names = _names(session, {actor for _, _, actor, _ in happened})
    return [
        Event(kind, at, names.get(actor, ""), actor, payload)
        for kind, at, actor, payload in happened
    ]


def notes(session: Session, application: Application) -> Sequence[OfficerNote]:
    """Officers' private notes, newest first. The caller has read `application` as an officer."""
    return session.scalars(
        select(OfficerNote)
        .where(OfficerNote.application_id == application.id)
        .options(joinedload(OfficerNote.author, innerjoin=True))
        .order_by(OfficerNote.written_at.desc(), OfficerNote.id)
    ).all()


def _names(session: Session, ids: set[UUID]) -> dict[UUID, str]:
    statement = select(Person.id, Person.name).where(Person.id.in_(sorted(ids)))
    return {row.id: row.name for row in session.execute(statement)}
