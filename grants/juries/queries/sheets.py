"""One file on one juror's desk, with its rubric and what is written so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Select,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, contains_eager

from grants.applications.models import Application, ApplicationFile, ApplicationState
from grants.calls.form import Reading
from grants.calls.models import Jury
from grants.files.models import StoredFile
from grants.juries import rules
from grants.juries.lifecycle import jury_reads, require
from grants.juries.models import Assignment, Review
from grants.juries.queries.blind import pieces, redactions, shown_answers, shown_title
from grants.juries.queries.juries import lock_own_seat
from grants.juries.queries.queues import TO_READ, WRITTEN
from grants.juries.rules import conceals
from grants.juries.scoring import WeighedMark
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown

CRITERIA = literal_column(
    """(SELECT coalesce(jsonb_agg(jsonb_build_object(
            'id', c.id, 'key', c.key, 'weight', c.weight, 'scale_max', c.scale_max,
            'label_fr', c.label_fr, 'label_en', c.label_en, 'help_fr', c.help_fr,
            'help_en', c.help_en, 'anchors', c.anchors, 'marked', m.review_id IS NOT NULL,
            'value', m.value, 'optional', c.optional) ORDER BY c.position), '[]')
        FROM criterion c LEFT JOIN mark m ON m.criterion_id = c.id AND m.review_id = review.id
        WHERE c.jury_id = assignment.jury_id
          AND (c.tracks = '[]' OR c.tracks ? application.track_key))""",
    JSONB,
)
OTHERS = literal_column(
    """(SELECT coalesce(jsonb_agg(jsonb_build_object(
            'name', s.name, 'total', r.total, 'comment', r.comment_jury,
            'confidence', r.confidence, 'revised', (
                SELECT v.reason FROM review_revision v WHERE v.review_id = r.id
                ORDER BY v.version DESC LIMIT 1)) ORDER BY s.name, s.id), '[]')
        FROM review r JOIN seat s ON s.id = r.seat_id
        WHERE r.jury_id = assignment.jury_id AND r.application_id = assignment.application_id
          AND r.seat_id <> assignment.seat_id AND r.state = 'final' AND r.set_aside_at IS NULL
          AND (NOT stage.hide_others OR review.state = 'final'
               OR jury.discussion_opened_at IS NOT NULL))""",
    JSONB,
)
PROGRESS = literal_column(
    """(SELECT jsonb_build_array(count(*), count(r.id),
            count(*) FILTER (WHERE a.draw <= assignment.draw))
        FROM assignment a
        JOIN application p ON p.id = a.application_id AND p.state <> 'withdrawn'
        LEFT JOIN review r ON r.seat_id = a.seat_id AND r.application_id = a.application_id
            AND r.jury_id = a.jury_id AND r.state <> 'draft'
        WHERE a.seat_id = assignment.seat_id AND a.withdrawn_at IS NULL)""",
    JSONB,
)
FILES = literal_column(
    """(SELECT coalesce(jsonb_agg(jsonb_build_object(
            'id', f.id, 'field_key', f.field_key, 'name', d.name, 'size', d.size,
            'media_type', d.media_type) ORDER BY f.added_at, f.id), '[]')
        FROM application_file f JOIN stored_file d ON d.id = f.stored_file_id
        WHERE f.application_id = assignment.application_id AND f.removed_at IS NULL)""",
    JSONB,
)


@dataclass(frozen=True)
class CriterionLine:
    """One line of the rubric with this juror's mark: `value` None is none yet, or abstention.

    An `optional` one may stay without mark, which counts as an abstention.
    """

    id: UUID
    key: str
    label_fr: str
    label_en: str
    help_fr: str
    help_en: str
    weight: int
    scale_max: int
    anchors: list[dict[str, Any]]
    marked: bool
    value: int | None
    optional: bool

    def weighed(self, value: int | None) -> WeighedMark:
        """A mark on this criterion, ready for the arithmetic."""
        return WeighedMark(value, self.scale_max, self.weight)


@dataclass(frozen=True)
class FileLine:
    """One document of the file; `field_key` names the question that it answers.

    `is_withheld`: it is listed, and not sent (`queries.blind`).
    """

    id: UUID
    field_key: str
    name: str
    size: int
    media_type: str
    is_withheld: bool = False


@dataclass(frozen=True)
class Attachment:
    """A document to send, under that name; `is_neutral`: what names its author is taken out."""

    stored: StoredFile
    name: str
    is_neutral: bool = False


@dataclass(frozen=True)
class Sheet:
    """One application on one juror's desk: the file, the rubric, what is written so far.

    `title`, `applicant` and `answers` are as this juror may read them; `application` holds all.
    `others` are the finished reviews that this juror may already see. `position` and `done`
    count among the `of_all` applications of the juror's own queue.
    """

    assignment: Assignment
    review: Review | None
    criteria: list[CriterionLine]
    files: list[FileLine]
    others: list[dict[str, Any]]
    of_all: int
    done: int
    position: int
    is_blind: bool = False
    title: str = ""
    applicant: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reading(self) -> Reading:
        """As whom the answers are read."""
        return Reading.BLIND_JUROR if self.is_blind else Reading.JUROR

    @property
    def application(self) -> Application:
        """The file."""
        return self.assignment.application

    @property
    def jury(self) -> Jury:
        """For whom it is read."""
        return self.assignment.jury

    @property
    def version(self) -> int:
        """What the page shows; a save that knows another version is refused."""
        return self.review.version if self.review else 0

    @property
    def state(self) -> str:
        """Where the juror is with it."""
        return str(self.review.state) if self.review else TO_READ


def sheet(
    session: Session, jury_id: UUID, application_id: UUID, viewer: Actor, *, now: datetime
) -> Sheet:
    """One file with its rubric and the viewer's marks so far. One statement.

    Raises:
        Unknown: the viewer does not read it for this jury, or is recused from it.
        Refused: `jury.closed`, or the stage does not read at `now`.
    """
    return _laid_out(session, _desk(jury_id, application_id, viewer), now)


def locked_sheet(
    session: Session, jury_id: UUID, application_id: UUID, viewer: Actor, *, now: datetime
) -> Sheet:
    """The same to write on, the seat locked: two windows of one juror queue, and see each other.

    Two statements, since what a statement reads beside a row that it waited for is old. Whoever
    is closing the jury ends first, and is then seen.

    Raises:
        Unknown: the viewer does not read it for this jury, or is recused from it.
        Refused: `jury.closed`, or the stage does not read at `now`.
    """
    lock_own_seat(session, jury_id, viewer)
    statement = _desk(jury_id, application_id, viewer)
    return _laid_out(session, statement.execution_options(populate_existing=True), now)


def attachment(
    session: Session, jury_id: UUID, file_id: UUID, viewer: Actor, *, now: datetime
) -> Attachment:
    """A document of an application that the viewer reads for this jury.

    Fields hidden from jurors keep their documents hidden too.

    Raises:
        Unknown: there is none, it was removed, or the viewer does not read its application.
        Refused: `jury.closed`, the stage does not read at `now`, or `document.withheld`.
    """
    statement = (
        select(StoredFile, ApplicationFile.field_key, Assignment)
        .join(ApplicationFile, ApplicationFile.stored_file_id == StoredFile.id)
        .join(Assignment, Assignment.application_id == ApplicationFile.application_id)
        .where(ApplicationFile.id == file_id, ApplicationFile.removed_at.is_(None))
    )
    found = session.execute(_around(statement, jury_id, viewer)).one_or_none()
    if found is None:
        raise Unknown
    document: StoredFile = found[0]
    field_key, assignment = found[1], found[2]
    require(jury_reads(assignment.jury, now))
    if conceals(assignment.jury):
        return _neutral(session, assignment.application, file_id)
    if not _shown_to_jurors(assignment.application, field_key):
        raise Unknown
    return Attachment(document, document.name)


def _neutral(session: Session, application: Application, file_id: UUID) -> Attachment:
    piece = next((one for one in pieces(session, application) if one.id == file_id), None)
    if piece is None:
        raise Unknown
    if piece.is_withheld:
        raise Refused("document.withheld")
    return Attachment(piece.stored, piece.name, is_neutral=True)


def _shown_to_jurors(application: Application, field_key: str) -> bool:
    form = application.revision.form
    return any(
        field.key == field_key and Reading.JUROR in field.visible_to
        for section in form.sections
        for field in section.fields
    )


def _desk(jury_id: UUID, application_id: UUID, viewer: Actor) -> Select[*tuple[Any, ...]]:
    statement = select(Assignment, Review, CRITERIA, FILES, OTHERS, PROGRESS).select_from(
        Assignment
    )
    return (
        _around(statement, jury_id, viewer)
        .outerjoin(Review, WRITTEN)
        .options(contains_eager(Review.seat))
        .where(Assignment.application_id == application_id)
    )


def _around(
    statement: Select[*tuple[Any, ...]], jury_id: UUID, viewer: Actor
) -> Select[*tuple[Any, ...]]:
    """With everything that a page about an assignment shows, where the viewer reads it."""
    file = contains_eager(Assignment.application)
    return (
        statement.join(Assignment.seat)
        .join(Assignment.jury)
        .join(Jury.stage)
        .join(Assignment.application)
        .join(Application.call)
        .join(Application.revision)
        .join(Application.author)
        .outerjoin(Application.organisation)
        .options(
            contains_eager(Assignment.seat),
            contains_eager(Assignment.jury).contains_eager(Jury.stage),
            file.contains_eager(Application.call),
            file.contains_eager(Application.revision),
            file.contains_eager(Application.author),
            file.contains_eager(Application.organisation),
        )
        .where(
            Assignment.jury_id == jury_id,
            Application.state != ApplicationState.WITHDRAWN,
            rules.reads.where(viewer),
        )
    )


def _laid_out(session: Session, statement: Select[*tuple[Any, ...]], now: datetime) -> Sheet:
    found = session.execute(statement).one_or_none()
    if found is None:
        raise Unknown
    assignment, review, criteria, files, others, (of_all, done, position) = found
    require(jury_reads(assignment.jury, now))
    lines = [CriterionLine(**{**line, "id": UUID(line["id"])}) for line in criteria]
    documents = [FileLine(**{**one, "id": UUID(one["id"])}) for one in files]
    found_sheet = Sheet(assignment, review, lines, documents, others, of_all, done, position)
    return _as_read(session, found_sheet)


def _as_read(session: Session, sheet: Sheet) -> Sheet:
    """With what the juror may know of the applicant: nothing in a blind stage."""
    application = sheet.application
    if not conceals(sheet.jury):
        side = application.organisation or application.author
        answers = application.answers
        return replace(sheet, title=application.title, applicant=side.name, answers=answers)
    documents = [
        FileLine(
            one.id, one.field_key, one.name, one.stored.size, one.stored.media_type, one.is_withheld
        )
        for one in pieces(session, application)
    ]
    copy = redactions(session, application.id)
    return replace(
        sheet,
        is_blind=True,
        files=documents,
        title=shown_title(application, copy),
        answers=shown_answers(application, copy),
    )
