"""The discussion of a jury: opened once scores are in, and what members revise in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.juries import queries, rules
from grants.juries.lifecycle import jury_is_open, jury_revises, require
from grants.juries.models import Review, ReviewRevision, ReviewState
from grants.juries.queries import Sheet
from grants.juries.services.reviews import (
    Written,
    require_fresh,
    total_of,
    write_comments,
    write_marks,
)
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce


def open_discussion(session: Session, jury_id: UUID, *, actor: Actor, now: datetime) -> Jury:
    """Let members see each other's final scores; from then on first scores are over.

    For the chair, or an officer of the call. Opening it twice changes nothing. Locks the jury:
    reviews being saved end first. Announces `jury.discussion_opened`.

    Raises:
        Unknown: there is no such jury, or it is not the actor's to lead.
        Refused: `jury.closed`; `jury.discussion.nothing`; `jury.discussion.quorum`: `short`
            applications have fewer final scores than the quorum.
    """
    jury = queries.locked_jury(session, jury_id, actor, who=rules.may_close)
    require(jury_is_open(jury, now))
    if jury.discussion_opened_at is not None:
        return jury
    # Everyone's applications count, those included that the actor may not know of.
    tally = queries.tally(session, jury, SYSTEM)
    if not tally.applications:
        raise Refused("jury.discussion.nothing")
    if tally.short:
        lacking = "ballots" if queries.by_ballots(jury) else "quorum"
        raise Refused(f"jury.discussion.{lacking}", short=tally.short, quorum=jury.quorum)
    jury.discussion_opened_at = now
    session.flush()
    announce(
        session,
        "jury.discussion_opened",
        by=actor,
        at=now,
        funder=jury.call.lead_id,
        subject=jury.id,
        call=str(jury.call_id),
        applications=tally.applications,
    )
    return jury


def revise_review(
    session: Session,
    jury_id: UUID,
    application_id: UUID,
    written: Written,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Sheet:
    """Change one's final score in the discussion, with a sentence; what it was is kept.

    Locks the juror's seat. Announces `review.revised`.

    Raises:
        Unknown: the actor does not read this application for this jury, or is recused.
        Refused: the jury does not discuss now; `review.revise.not_final`;
            `review.revise.reason`; `review.stale`, `review.mark_off_scale`,
            `review.incomplete`, `review.all_abstained`.
    """
    sheet = queries.locked_sheet(session, jury_id, application_id, actor, now=now)
    require(jury_revises(sheet.jury, now))
    if not reason.strip():
        raise Refused("review.revise.reason", field="reason")
    written = _whole(sheet, written)
    revision = _revision(sheet, written, reason.strip(), now)
    session.add(revision)
    session.flush()
    review = session.get_one(Review, revision.review_id)
    # In this order: PostgreSQL lets the marks follow the revision, and the review the marks.
    write_marks(session, sheet, review, written)
    write_comments(review, written)
    review.total, review.version = revision.total, revision.version
    session.flush()
    announce(
        session,
        "review.revised",
        by=actor,
        at=now,
        subject=review.id,
        jury=str(review.jury_id),
        seat=str(review.seat_id),
        application=str(review.application_id),
        call=str(sheet.jury.call_id),
        total=revision.total,
        before=revision.total_before,
    )
    return sheet


def _whole(sheet: Sheet, written: Written) -> Written:
    """An optional mark taken back is an abstention from then on: its row stays, for the record."""
    left = {line.key: None for line in sheet.criteria if line.optional and line.marked}
    return replace(written, marks={**left, **written.marks})


def _revision(sheet: Sheet, written: Written, reason: str, now: datetime) -> ReviewRevision:
    review = sheet.review
    if review is None or review.state is not ReviewState.FINAL:
        raise Refused("review.revise.not_final")
    require_fresh(sheet, written)
    return ReviewRevision(
        review_id=review.id,
        version=written.version + 1,
        total_before=review.total,
        total=total_of(sheet, written),
        marks_before={line.key: line.value for line in sheet.criteria if line.marked},
        marks=dict(written.marks),
        reason=reason,
        revised_at=now,
    )
