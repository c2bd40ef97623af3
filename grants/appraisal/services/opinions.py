"""Opinions asked of people outside: what they are shown, until when, what they answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications import answers
from grants.applications.models import Application
from grants.applications.queries import readable
from grants.applications.rules import is_officer
from grants.appraisal.models import Advice, OpinionRequest
from grants.appraisal.queries.file import opinion
from grants.juries.queries import must_not_know
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.clock import paris_date, paris_instant
from grants.kernel.errors import Refused, Unknown
from grants.outbox.services import announce

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
TEXT_MAX = 8_000
KEPT_OPEN = timedelta(days=15)
"""How long after the due day the link still opens: late advice is advice."""
REMINDED_BEFORE = timedelta(days=3)


def ask(
    session: Session,
    application_id: UUID,
    *,
    name: str,
    email: str,
    question: str,
    field_keys: Sequence[str],
    due_on: date,
    actor: Actor,
    now: datetime,
) -> OpinionRequest:
    """Ask someone outside for an opinion; they will read the answers chosen, and nothing else.

    Announces `opinion.asked`, on which the link is mailed.

    Raises:
        Unknown: there is no such file for the actor.
        Forbidden: the actor is no officer of its funders.
        Refused: `opinion.name_missing`, `…email_invalid`, `…question_missing`,
            `…nothing_shown`, `…due_date_is_past`, `…recused`, `…is_the_applicant`,
            `…asked_already`.
    """
    application = readable(session, application_id, actor)
    is_officer.require(actor, application)
    email = email.strip().lower()
    known = {one.key for one in answers.document(application).fields()}
    shown = [key for key in field_keys if key in known]
    _require_complete(name, email, question, shown=shown, due_on=due_on, now=now)
    _require_free(session, application, email)
    request = OpinionRequest(
        application_id=application.id,
        email=email,
        name=name.strip(),
        question=question.strip(),
        field_keys=shown,
        asked_at=now,
        asked_by=actor.id,
        due_on=due_on,
        expires_at=paris_instant(due_on + timedelta(days=1)) + KEPT_OPEN,
    )
    session.add(request)
    session.flush()
    _tell(session, request, "asked", by=actor, at=now, funder_id=application.call.lead_id)
    return request


def cancel(session: Session, opinion_id: UUID, *, actor: Actor, now: datetime) -> OpinionRequest:
    """Ask no longer: the link opens nothing from then on; twice is once.

    Raises:
        Unknown, Forbidden: as for `ask`.
        Refused: `opinion.answered_already`.
    """
    request = opinion(session, opinion_id)
    application = readable(session, request.application_id, actor)
    is_officer.require(actor, application)
    if request.answered_at is not None or request.declined_at is not None:
        raise Refused("opinion.answered_already")
    if request.cancelled_at is None:
        request.cancelled_at = now
        session.flush()
    return request


def opened(session: Session, opinion_id: UUID, *, now: datetime) -> OpinionRequest:
    """A request for whoever holds its link, as long as the link opens something.

    Raises:
        Unknown: there is none, or it was cancelled, or it has expired, or the expert is recused
            from the file: all alike.
    """
    request = opinion(session, opinion_id)
    over = request.cancelled_at is not None or now >= request.expires_at
    hidden = must_not_know(session, request.application_id, request.email)
    if over or request.has_conflict or hidden:
        raise Unknown
    return request


def answer(
    session: Session, opinion_id: UUID, *, advice: Advice, text: str, now: datetime
) -> OpinionRequest:
    """Give the opinion; once. Announces `opinion.given`.

    Raises:
        Unknown: the link opens nothing any more.
        Refused: `opinion.text_missing`, `opinion.answered_already`.
    """
    request = _awaited(session, opinion_id, now)
    if not text.strip():
        raise Refused("opinion.text_missing", field="text")
    request.answered_at, request.advice = now, advice
    request.text = text.strip()
    session.flush()
    _tell(session, request, "given", by=SYSTEM, at=now)
    return request


def decline(
    session: Session, opinion_id: UUID, *, has_conflict: bool, now: datetime
) -> OpinionRequest:
    """Give no opinion; with a conflict of interest, the link shows nothing any more.

    Announces `opinion.declined`.

    Raises:
        Unknown: the link opens nothing any more.
        Refused: `opinion.answered_already`.
    """
    request = _awaited(session, opinion_id, now)
    request.declined_at, request.has_conflict = now, has_conflict
    session.flush()
    _tell(session, request, "declined", by=SYSTEM, at=now)
    return request


def remind(session: Session, *, now: datetime) -> int:
    """Remind, once, those whose opinion is awaited within three days; return how many.

    Announces `opinion.reminded` for each.
    """
    soon = paris_date(now) + REMINDED_BEFORE
    due = select(OpinionRequest).where(
        OpinionRequest.answered_at.is_(None),
        OpinionRequest.declined_at.is_(None),
        OpinionRequest.cancelled_at.is_(None),
        OpinionRequest.reminded_at.is_(None),
        OpinionRequest.due_on <= soon,
        # One who was asked within these days has just read of it.
        OpinionRequest.asked_at <= now - REMINDED_BEFORE,
        OpinionRequest.expires_at > now,
    )
    found = session.scalars(due.limit(200).with_for_update(skip_locked=True)).all()
    for request in found:
        request.reminded_at = now
        _tell(session, request, "reminded", by=SYSTEM, at=now)
    session.flush()
    return len(found)


def _awaited(session: Session, opinion_id: UUID, now: datetime) -> OpinionRequest:
    request = opened(session, opinion_id, now=now)
    locked = select(OpinionRequest.id).where(OpinionRequest.id == request.id)
    session.execute(locked.with_for_update())
    session.refresh(request, ["answered_at", "declined_at", "cancelled_at"])
    if not request.is_awaited:
        raise Refused("opinion.answered_already")
    return request


def _require_complete(
    name: str, email: str, question: str, *, shown: Sequence[str], due_on: date, now: datetime
) -> None:
    wrong = (
        (not name.strip(), "name_missing", "name"),
        (not ADDRESS.fullmatch(email), "email_invalid", "email"),
        (not question.strip(), "question_missing", "question"),
        (not shown, "nothing_shown", "fields"),
        (due_on <= paris_date(now), "due_date_is_past", "due_on"),
    )
    for is_wrong, code, field in wrong:
        if is_wrong:
            raise Refused(f"opinion.{code}", field=field)


def _require_free(session: Session, application: Application, email: str) -> None:
    if application.author.email == email:
        raise Refused("opinion.is_the_applicant", field="email")
    if must_not_know(session, application.id, email):
        raise Refused("opinion.recused", field="email")
    asked = select(OpinionRequest.id).where(
        OpinionRequest.application_id == application.id,
        OpinionRequest.email == email,
        OpinionRequest.cancelled_at.is_(None),
    )
    if session.scalar(asked.limit(1)) is not None:
        raise Refused("opinion.asked_already", field="email")


def _tell(
    session: Session,
    request: OpinionRequest,
    what: str,
    *,
    by: Actor,
    at: datetime,
    funder_id: UUID | None = None,
) -> None:
    announce(
        session,
        f"opinion.{what}",
        by=by,
        at=at,
        funder=funder_id,
        subject=request.application_id,
        application=str(request.application_id),
        opinion=str(request.id),
    )
