"""What officers added to one file: verdicts, messages, opinions. The caller has read the file."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from grants.applications.models import Application, ApplicationFile, ComplementRequest
from grants.appraisal.models import (
    ChecklistLine,
    DigestPreference,
    OpinionRequest,
    ThreadMessage,
    ThreadReading,
)
from grants.files.models import Scan, StoredFile
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.people.models import Person

SHOWN_MAX = 200


def judged(session: Session, application_id: UUID) -> dict[str, ChecklistLine]:
    """The verdicts on a file, by line."""
    statement = select(ChecklistLine).where(ChecklistLine.application_id == application_id)
    return {one.key: one for one in session.scalars(statement)}


def rounds(session: Session, application_id: UUID) -> Sequence[ComplementRequest]:
    """The requests for complements of a file, the first one first."""
    statement = select(ComplementRequest).where(ComplementRequest.application_id == application_id)
    order = ComplementRequest.asked_at, ComplementRequest.id
    return session.scalars(statement.order_by(*order)).all()


def thread(session: Session, application_id: UUID) -> Sequence[ThreadMessage]:
    """The latest messages about a file, the oldest of them first."""
    statement = (
        select(ThreadMessage)
        .where(ThreadMessage.application_id == application_id)
        .options(joinedload(ThreadMessage.author, innerjoin=True))
        .order_by(ThreadMessage.written_at.desc(), ThreadMessage.id.desc())
        .limit(SHOWN_MAX)
    )
    return list(reversed(session.scalars(statement).all()))


def unread(session: Session, application: Application, viewer: Actor, *, by_applicant: bool) -> int:
    """How many messages of the other side the viewer has not read."""
    read_at = (
        select(ThreadReading.read_at)
        .where(
            ThreadReading.application_id == application.id,
            ThreadReading.person_id == viewer.id,
        )
        .scalar_subquery()
    )
    statement = select(func.count()).where(
        ThreadMessage.application_id == application.id,
        ThreadMessage.by_applicant.is_(by_applicant),
        ThreadMessage.written_at > func.coalesce(read_at, application.started_at),
    )
    return session.scalar(statement) or 0


def opinions(session: Session, application_id: UUID) -> Sequence[OpinionRequest]:
    """The opinions asked about a file, the latest first."""
    statement = select(OpinionRequest).where(OpinionRequest.application_id == application_id)
    return session.scalars(
        statement.order_by(OpinionRequest.asked_at.desc(), OpinionRequest.id)
    ).all()


def names(session: Session, ids: set[UUID | None]) -> dict[UUID, str]:
    """The names of persons."""
    known = sorted(one for one in ids if one is not None)
    statement = select(Person.id, Person.name).where(Person.id.in_(known))
    return {row.id: row.name for row in session.execute(statement)}


def preference(session: Session, viewer: Actor) -> DigestPreference | None:
    """How often the viewer is written to; None is once a day."""
    return session.get(DigestPreference, viewer.id)


def opinion(session: Session, opinion_id: UUID) -> OpinionRequest:
    """A request for an opinion, for whoever holds its link; services check the rest.

    Raises:
        Unknown: there is none.
    """
    found = session.scalars(
        select(OpinionRequest)
        .where(OpinionRequest.id == opinion_id)
        .options(
            joinedload(OpinionRequest.application).options(
                joinedload(Application.call),
                joinedload(Application.revision),
                joinedload(Application.organisation),
                joinedload(Application.author),
            )
        )
    ).one_or_none()
    if found is None:
        raise Unknown
    return found


def expert_files(session: Session, asked: OpinionRequest) -> dict[str, list[ApplicationFile]]:
    """The documents in force that an expert may read, by field; infected ones aside."""
    statement = (
        select(ApplicationFile)
        .join(ApplicationFile.stored_file)
        .where(
            ApplicationFile.application_id == asked.application_id,
            ApplicationFile.removed_at.is_(None),
            ApplicationFile.field_key.in_(asked.field_keys),
            StoredFile.scan.in_((Scan.CLEAN, Scan.UNCHECKED)),
        )
        .options(contains_eager(ApplicationFile.stored_file))
        .order_by(ApplicationFile.added_at, ApplicationFile.id)
    )
    files: dict[str, list[ApplicationFile]] = {}
    for one in session.scalars(statement):
        files.setdefault(one.field_key, []).append(one)
    return files
