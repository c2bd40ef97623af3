"""One juror's review of one application: saved as a draft, finished, or abstained from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import cast
from uuid import UUID

from sqlalchemy import Table, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.juries import queries, scoring
from grants.juries.lifecycle import REVIEW, jury_scores, require
from grants.juries.models import Mark, Review
from grants.juries.queries import Sheet
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce


class Intent(StrEnum):
    """What the juror wants of a save; each is a transition of the review's lifecycle."""

    SAVE = "save"
    FINALISE = "finalise"
    ABSTAIN = "abstain"


# Made once and handed its rows, it is compiled once: a save would compile it anew otherwise.
MARKS = insert(cast(Table, Mark.__table__))
WRITE_MARKS = MARKS.on_conflict_do_update(
    index_elements=["review_id", "criterion_id"], set_={"value": MARKS.excluded.value}
)
CONFIDENCES = (None, 1, 2, 3)
"""How sure a juror is: unsaid, not very, rather, very."""
TOLD = {Intent.FINALISE: "review.finalised", Intent.ABSTAIN: "review.abstained"}


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a juror wrote; `marks` are by criterion key: absent is not answered, None abstains.

    `version` is that of the review that the juror had on screen, 0 for none yet.
    """

    version: int
    marks: Mapping[str, int | None] = field(default_factory=dict)
    confidence: int | None = None
    comment_jury: str = ""
    comment_applicant: str = ""
    private_note: str = ""


def save_review(
    session: Session,
    jury_id: UUID,
    application_id: UUID,
    written: Written,
    *,
    intent: Intent = Intent.SAVE,
    actor: Actor,
    now: datetime,
) -> Sheet:
    """Save the actor's review; finishing it computes its total, once and for all.

    Locks the juror's seat, and keeps the jury from being closed meanwhile. Announces
    `review.finalised` or `review.abstained`; a draft is nobody's business. Returns the sheet
    as it was before, its review brought up to date.

    Raises:
        Unknown: the actor does not read this application for this jury, or is recused.
        Refused: `jury.closed` or the stage does not read now; `review.in_discussion`;
            `review.stale`: another window saved in between; `review.<intent>.from_final`;
            `review.mark_off_scale`; `review.incomplete` or `review.all_abstained`, when finishing.
    """
    sheet = queries.locked_sheet(session, jury_id, application_id, actor, now=now)
    require(jury_scores(sheet.jury, now))
    require_fresh(sheet, written)
    total = total_of(sheet, written) if intent is Intent.FINALISE else None
    review = sheet.review or _begin(session, sheet, written)
    REVIEW.move(review, intent.value, actor=actor, now=now)
    # The marks of a final review can no longer be written: they go before it is flushed.
    with session.no_autoflush:
        review.total = total
        review.finalised_at = None if intent is Intent.SAVE else now
        review.version = written.version + 1
        write_comments(review, written)
        _write_and_clear(session, sheet, review, written)
    session.flush()
    if intent in TOLD:
        _announce(session, TOLD[intent], sheet, review, actor=actor, now=now)
    return sheet


def _begin(session: Session, sheet: Sheet, written: Written) -> Review:
    assignment = sheet.assignment
    review = Review(
        jury_id=assignment.jury_id,
        seat_id=assignment.seat_id,
        seat=assignment.seat,
        application_id=assignment.application_id,
        state=REVIEW.initial,
        version=written.version + 1,
    )
    write_comments(review, written)
    session.add(review)
    session.flush()
    return review


def require_fresh(sheet: Sheet, written: Written) -> None:
    """What was typed answers what is saved, and each mark is on its criterion's scale.

    Raises:
        Refused: `review.stale`, `review.mark_off_scale`, `review.confidence`.
    """
    if sheet.version != written.version:
        raise Refused("review.stale")
    scales = {line.key: line.scale_max for line in sheet.criteria}
    for key, value in written.marks.items():
        if key not in scales or (value is not None and not 0 <= value <= scales[key]):
            raise Refused("review.mark_off_scale")
    if written.confidence not in CONFIDENCES:
        raise Refused("review.confidence", field="confidence")


def total_of(sheet: Sheet, written: Written) -> int:
    """The total of a whole rubric, in thousandths of a point out of 100.

    An optional criterion left without mark is left out, as one abstained from.

    Raises:
        Refused: `review.incomplete`, `review.all_abstained`.
    """
    missing = [
        line.key for line in sheet.criteria if not line.optional and line.key not in written.marks
    ]
    if missing:
        raise Refused("review.incomplete", count=len(missing), missing=missing)
    total = scoring.total([line.weighed(written.marks.get(line.key)) for line in sheet.criteria])
    if total is None:
        raise Refused("review.all_abstained")
    return total


def write_comments(review: Review, written: Written) -> None:
    """Take over the three texts of a review, and how sure its author is."""
    review.confidence = written.confidence
    review.comment_jury = written.comment_jury
    review.comment_applicant = written.comment_applicant
    review.private_note = written.private_note


def _write_and_clear(session: Session, sheet: Sheet, review: Review, written: Written) -> None:
    write_marks(session, sheet, review, written)
    taken_back = [
        line.id for line in sheet.criteria if line.marked and line.key not in written.marks
    ]
    if taken_back:
        session.execute(
            delete(Mark).where(Mark.review_id == review.id, Mark.criterion_id.in_(taken_back))
        )


def write_marks(session: Session, sheet: Sheet, review: Review, written: Written) -> None:
    """Write the marks that were given, over those that were there. One statement."""
    rows = [
        {"review_id": review.id, "criterion_id": line.id, "value": written.marks[line.key]}
        for line in sheet.criteria
        if line.key in written.marks
    ]
    if rows:
        session.execute(WRITE_MARKS, rows)


def _announce(
    session: Session, kind: str, sheet: Sheet, review: Review, *, actor: Actor, now: datetime
) -> None:
    announce(
        session,
        kind,
        by=actor,
        at=now,
        subject=review.id,
        jury=str(review.jury_id),
        seat=str(review.seat_id),
        application=str(review.application_id),
        call=str(sheet.jury.call_id),
        total=review.total,
    )
