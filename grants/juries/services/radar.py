"""The conflict radar: it looks and suggests; a person decides, and every answer is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.calls.models import Jury
from grants.jobs import services as jobs
from grants.juries.lifecycle import jury_is_open, require
from grants.juries.models import Answer, ConflictHint, HintKind, ReasonClass, RecusalOrigin, Seat
from grants.juries.queries import conflicts
from grants.juries.queries.radar import Subject, meetings
from grants.juries.services.recusals import Conflict, record_conflict
from grants.juries.sifting import Found, sift
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.kernel.identity import new_id
from grants.outbox.services import announce

JOB = "jury.radar"
PAIRS_AT_ONCE = 20_000
"""How many pairs of a member and an application are looked at within a request."""
LINES_AT_ONCE = 500


def look(session: Session, jury: Jury, seats: Sequence[Seat], *, now: datetime) -> int:
    """Look for conflicts between some members and the applications of the call; how many stand.

    A suggestion found again keeps its answer. The number of statements does not depend on
    how many the people or the applications.
    """
    subjects = [Subject(one.id, one.name, one.email, one.person_id) for one in seats]
    if not subjects:
        return 0
    found = sift(meetings(session, jury.call_id, subjects), today=paris_date(now))
    for start in range(0, len(found), LINES_AT_ONCE):
        _keep(session, jury, found[start : start + LINES_AT_ONCE], now)
    return len(found)


def look_at_all(session: Session, jury_id: UUID, *, now: datetime) -> int:
    """Look at a whole jury, for workers: no viewer. Returns how many suggestions stand."""
    jury = session.get_one(Jury, jury_id)
    return look(session, jury, seats_of(session, jury), now=now)


def look_or_plan(session: Session, jury: Jury, *, actor: Actor, now: datetime) -> UUID | None:
    """Look at a whole jury: at once while it is small, else in a job whose id is returned."""
    seats = seats_of(session, jury)
    wanted = select(func.count()).where(
        Application.call_id == jury.call_id, Application.submitted_at.is_not(None)
    )
    pairs = len(seats) * (session.scalar(wanted) or 0)
    if pairs <= PAIRS_AT_ONCE:
        look(session, jury, seats, now=now)
        return None
    payload = {"jury": str(jury.id)}
    return jobs.start(
        session, JOB, payload=payload, total=pairs, actor=actor, now=now, subject=jury.id
    )


def search_conflicts(
    session: Session, jury_id: UUID, *, actor: Actor, now: datetime
) -> UUID | None:
    """Look again at a whole jury, for an officer. Returns the job's id when it takes one.

    Raises:
        Unknown: there is no such jury, or its conflicts are not the actor's to see.
        Refused: `jury.closed`.
    """
    jury = conflicts.jury_overseen(session, jury_id, actor)
    require(jury_is_open(jury, now))
    return look_or_plan(session, jury, actor=actor, now=now)


def look_again_for(session: Session, person_id: UUID, *, now: datetime) -> None:
    """Look again over every open jury on which a person sits: what they declared has changed."""
    statement = (
        select(Seat, Jury)
        .join(Jury, Jury.id == Seat.jury_id)
        .where(Seat.person_id == person_id, Seat.accepted_at.is_not(None))
        .where(Jury.closed_at.is_(None))
        .order_by(Seat.id)
    )
    for seat, jury in session.execute(statement).all():
        look(session, jury, [seat], now=now)


def answer_hint(
    session: Session,
    jury_id: UUID,
    hint_id: UUID,
    *,
    answer: Answer,
    reason: str,
    actor: Actor,
    now: datetime,
) -> ConflictHint:
    """Say what a suggestion is worth: confirmed, it becomes a recusal; dismissed, it says why.

    Of a seat not taken yet, the recusal comes with its acceptance. Locks the hint. Announces
    `conflict.answered`. The same answer again changes nothing.

    Raises:
        Unknown: there is no such suggestion that the actor may see.
        Refused: `conflict.reason`, `conflict.answered`, `jury.closed`.
    """
    jury = conflicts.jury_overseen(session, jury_id, actor)
    hint = conflicts.locked_hint(session, jury.id, hint_id, actor)
    require(jury_is_open(jury, now))
    if hint.answer == answer:
        return hint
    if hint.answer == Answer.CONFIRMED:
        raise Refused("conflict.answered", answered_at=hint.answered_at)
    if not reason.strip():
        raise Refused("conflict.reason", field="reason")
    hint.answer, hint.reason = answer, reason.strip()
    hint.answered_by, hint.answered_at = actor.id, now
    session.flush()
    announce(
        session,
        "conflict.answered",
        by=actor,
        at=now,
        funder=jury.call.lead_id,
        subject=hint.id,
        jury=str(jury.id),
        application=str(hint.application_id),
        answer=answer.value,
    )
    if answer is Answer.CONFIRMED and hint.seat.person_id:
        _recuse(session, jury, hint, hint.seat.person_id, actor=actor, now=now)
    return hint


def settle_confirmed(session: Session, seat: Seat, *, now: datetime) -> None:
    """Make recusals of the conflicts that were confirmed before the seat was taken."""
    confirmed = select(ConflictHint).where(
        ConflictHint.seat_id == seat.id, ConflictHint.answer == Answer.CONFIRMED
    )
    assert seat.person_id is not None  # noqa: S101 -- for mypy: whoever accepts is known
    for hint in session.scalars(confirmed).all():
        _recuse(session, seat.jury, hint, seat.person_id, actor=SYSTEM, now=now)


def seats_of(session: Session, jury: Jury) -> Sequence[Seat]:
    """The seats that were not declined."""
    wanted = select(Seat).where(Seat.jury_id == jury.id, Seat.declined_at.is_(None))
    return session.scalars(wanted.order_by(Seat.id)).all()


REASON_CLASSES = {
    HintKind.MANDATE: ReasonClass.MANDATE,
    HintKind.MEMBER: ReasonClass.MANDATE,
    HintKind.EMPLOYER: ReasonClass.EMPLOYER,
    HintKind.DOMAIN: ReasonClass.EMPLOYER,
    HintKind.FAMILY: ReasonClass.FAMILY,
    HintKind.ACCOUNT: ReasonClass.FINANCIAL,
}


def _recuse(
    session: Session,
    jury: Jury,
    hint: ConflictHint,
    person_id: UUID,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    conflict = Conflict(
        hint.application_id,
        person_id,
        jury.id,
        RecusalOrigin.SUGGESTED,
        hint.reason,
        REASON_CLASSES.get(hint.kind, ReasonClass.OTHER),
    )
    record_conflict(session, conflict, jury.call_id, actor=actor, now=now)


def _keep(session: Session, jury: Jury, found: Sequence[Found], now: datetime) -> None:
    lines = [
        {
            "id": new_id(),
            "jury_id": jury.id,
            "seat_id": one.subject,
            "application_id": one.application_id,
            "kind": one.kind,
            "source": one.source,
            "strength": one.strength,
            "facts": dict(one.facts),
            "found_at": now,
        }
        for one in found
    ]
    statement = insert(ConflictHint)
    fresh = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["seat_id", "application_id", "kind", "source"],
            set_={"strength": fresh.strength, "facts": fresh.facts},
            where=ConflictHint.answer.is_(None),
        ),
        lines,
        execution_options={"synchronize_session": False},
    )
