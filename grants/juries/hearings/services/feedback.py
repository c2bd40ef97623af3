"""What a jury asks before a hearing, and what the applicant replies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.rules import may_fill
from grants.files import services as files
from grants.files.store import FileStore
from grants.juries.hearings.models import Hearing, HearingFeedback
from grants.juries.hearings.services.coming import require_candidate
from grants.juries.hearings.services.reach import locked_jury, tell
from grants.juries.models import Review, ReviewState
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date, paris_instant
from grants.kernel.errors import Refused, Unknown
from grants.outbox.services import announce


def write_feedback(
    session: Session,
    jury_id: UUID,
    application_id: UUID,
    text: str,
    *,
    due_on: date,
    reviews: Sequence[UUID] = (),
    actor: Actor,
    now: datetime,
) -> HearingFeedback:
    """Write or change the questions for one applicant, until they are released.

    Of `reviews`, those of the jury about the application are kept as sources; the words added
    by hand stay the officer's. Locks the jury. Announces `hearing.feedback_written`.

    Raises:
        Unknown: no such jury, or no such application to hear, for the actor.
        Refused: `jury.closed`, `hearing.feedback.empty`, `hearing.feedback.released`.
    """
    jury = locked_jury(session, jury_id, actor, now)
    require_candidate(session, jury, application_id, actor)
    if not text.strip():
        raise Refused("hearing.feedback.empty", field="text")
    row = _of(session, jury_id, application_id) or HearingFeedback(
        jury_id=jury.id, application_id=application_id
    )
    if row.released_at is not None:
        raise Refused("hearing.feedback.released", released_at=row.released_at)
    row.text, row.due_on = text.strip(), due_on
    row.sources = [str(one) for one in _among(session, application_id, reviews)]
    session.add(row)
    session.flush()
    kind = "hearing.feedback_written"
    tell(session, kind, jury, actor=actor, now=now, subject=application_id)
    return row


def release_feedback(
    session: Session, jury_id: UUID, application_id: UUID, *, actor: Actor, now: datetime
) -> HearingFeedback:
    """Let the applicant read the questions and reply; once. Twice changes nothing.

    Locks the jury. Announces `hearing.feedback_released`, on which the mail leaves.

    Raises:
        Unknown: no such jury, or nothing written, for the actor.
        Refused: `jury.closed`; `hearing.feedback.past`: the reply's last day is over;
            `hearing.feedback.after_hearing`: that day is after the hearing's.
    """
    jury = locked_jury(session, jury_id, actor, now)
    require_candidate(session, jury, application_id, actor)
    row = _of(session, jury.id, application_id)
    if row is None:
        raise Unknown
    if row.released_at is not None:
        return row
    if row.due_on < paris_date(now):
        raise Refused("hearing.feedback.past", field="due_on")
    heard_at = _heard_at(session, jury.id, application_id)
    if heard_at is not None and row.due_on > paris_date(heard_at):
        raise Refused("hearing.feedback.after_hearing", field="due_on", heard_at=heard_at)
    row.released_at, row.released_by = now, actor.id
    session.flush()
    kind = "hearing.feedback_released"
    tell(session, kind, jury, actor=actor, now=now, subject=application_id)
    return row


def reply(
    session: Session,
    store: FileStore,
    jury_id: UUID,
    application_id: UUID,
    text: str,
    *,
    file: BinaryIO | None = None,
    name: str = "",
    actor: Actor,
    now: datetime,
) -> HearingFeedback:
    """Reply to the questions, with one document at most; until the last day one may do it again.

    A new document replaces the one before; none keeps it. Locks the questions. Announces
    `hearing.replied`.

    Raises:
        Unknown: the actor may not fill in for the applicant, or nothing was asked.
        Refused: `hearing.reply.closed`, `hearing.reply.empty`, those of `files.deposit`.
    """
    row = _released(session, jury_id, application_id, actor)
    until = reply_until(row, _heard_at(session, jury_id, application_id))
    if now >= until:
        raise Refused("hearing.reply.closed", until_at=until)
    if not text.strip() and file is None:
        raise Refused("hearing.reply.empty", field="reply")
    if file is not None:
        row.reply_file_id = _stored(session, store, file, name, actor)
    row.reply, row.replied_at, row.replied_by = text.strip(), now, actor.id
    session.flush()
    announce(
        session,
        "hearing.replied",
        by=actor,
        at=now,
        subject=application_id,
        jury=str(jury_id),
    )
    return row


def _released(
    session: Session, jury_id: UUID, application_id: UUID, actor: Actor
) -> HearingFeedback:
    """The questions that the actor's side may reply to, locked."""
    statement = (
        select(HearingFeedback)
        .join(Application, Application.id == HearingFeedback.application_id)
        .where(
            HearingFeedback.jury_id == jury_id,
            HearingFeedback.application_id == application_id,
            HearingFeedback.released_at.is_not(None),
            may_fill.where(actor),
        )
        .with_for_update(of=HearingFeedback)
        .execution_options(populate_existing=True)
    )
    row = session.scalars(statement).one_or_none()
    if row is None:
        raise Unknown
    return row


def reply_until(feedback: HearingFeedback, heard_at: datetime | None) -> datetime:
    """The first instant at which no reply is taken: the due day's end, or the hearing."""
    end = paris_instant(feedback.due_on + timedelta(days=1))
    return min(end, heard_at) if heard_at else end


def _stored(session: Session, store: FileStore, file: BinaryIO, name: str, actor: Actor) -> UUID:
    try:
        return files.deposit(session, store, file, name=name, actor=actor).id
    except Refused as refusal:
        raise Refused(refusal.code, field="file", **refusal.facts) from refusal


def _of(session: Session, jury_id: UUID, application_id: UUID) -> HearingFeedback | None:
    return session.scalar(
        select(HearingFeedback).where(
            HearingFeedback.jury_id == jury_id, HearingFeedback.application_id == application_id
        )
    )


def _heard_at(session: Session, jury_id: UUID, application_id: UUID) -> datetime | None:
    return session.scalar(
        select(Hearing.starts_at).where(
            Hearing.jury_id == jury_id, Hearing.application_id == application_id
        )
    )


def _among(session: Session, application_id: UUID, reviews: Sequence[UUID]) -> Sequence[UUID]:
    """Reviews of any jury of the call may have raised the question; drafts have not."""
    statement = select(Review.id).where(
        Review.id.in_(reviews),
        Review.application_id == application_id,
        Review.state != ReviewState.DRAFT,
    )
    return session.scalars(statement.order_by(Review.id)).all()
