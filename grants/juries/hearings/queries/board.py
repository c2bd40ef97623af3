"""Where the hearings of a jury stand, for the service."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    func,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from grants.applications.models import Application, ApplicationState, folded
from grants.applications.rules import not_recused
from grants.calls.models import Jury, StageKind
from grants.juries import queries, rules
from grants.juries.hearings.models import (
    Attendance,
    Coming,
    Convocation,
    Hearing,
    HearingFeedback,
)
from grants.juries.hearings.telling import is_as_told, is_owed
from grants.juries.queries import READABLE
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.people.models import Organisation, Person

WORDS_MAX = 8
STANDS = and_(Convocation.id.is_not(None), Convocation.is_cancelled.is_(False))
SITTING = literal_column(
    """(SELECT coalesce(array_agg(s.name ORDER BY s.name), '{}')
        FROM hearing_seat h JOIN seat s ON s.id = h.seat_id
        WHERE h.hearing_id = hearing.id AND NOT EXISTS (
            SELECT FROM recusal r WHERE r.person_id = s.person_id
            AND r.application_id = hearing.application_id))""",
    ARRAY(String),
)


UNSENT = or_(
    and_(Hearing.id.is_(None), STANDS),
    and_(Hearing.id.is_not(None), Hearing.attendance.is_(None), is_owed()),
)
"""What the next convocations would tell an applicant."""


class BoardLine(NamedTuple):
    """One application that a jury hears, or should."""

    application_id: UUID
    number: str
    title: str
    applicant: str
    state: ApplicationState
    starts_at: datetime | None
    ends_at: datetime | None
    place: str | None
    answer: Coming | None
    answer_reason: str | None
    attendance: Attendance | None
    is_told: bool
    is_changed: bool
    sitting: list[str] | None
    asked_at: datetime | None
    replied_at: datetime | None

    @property
    def stand(self) -> str:
        """Where it stands, in one word: `grants.web.juror.hearing_words.STANDS`."""
        if self.starts_at is None:
            return "to_release" if self.is_told else "unplaced"
        if self.attendance is not None:
            return self.attendance.value
        if not self.is_told:
            return "planned"
        if self.is_changed:
            return "changed"
        return self.answer.value if self.answer else "convoked"


STAND_FILTERS: dict[str, ColumnElement[bool]] = {
    "unplaced": Hearing.id.is_(None),
    "unsent": UNSENT,
    "confirmed": Hearing.answer == Coming.CONFIRMED,
    "unable": Hearing.answer == Coming.UNABLE,
    "silent": and_(STANDS, Hearing.answer.is_(None), Hearing.attendance.is_(None)),
    "absent": Hearing.attendance.in_((Attendance.ABSENT, Attendance.EXCUSED)),
}


COLUMNS: tuple[Any, ...] = (
    Application.id,
    Application.number,
    Application.title,
    func.coalesce(Organisation.name, Person.name),
    Application.state,
    Hearing.starts_at,
    Hearing.ends_at,
    Hearing.place,
    Hearing.answer,
    Hearing.answer_reason,
    Hearing.attendance,
    STANDS,
    and_(STANDS, not_(is_as_told())),
    SITTING,
    HearingFeedback.released_at,
    HearingFeedback.replied_at,
)
"""What a BoardLine holds."""


def hearing_jury(
    session: Session, jury_id: UUID, viewer: Actor, *, who: Any = rules.follows.where
) -> Jury:
    """A jury that hears, for the funders' side.

    Raises:
        Unknown: there is none for the viewer, or its stage is not one of hearings.
    """
    jury = queries.jury(session, jury_id, viewer, who=who)
    if jury.stage.kind is not StageKind.HEARING:
        raise Unknown
    return jury


def board(
    jury: Jury, viewer: Actor, *, words: str = "", stand: str = "", sort: str = ""
) -> Select[*tuple[Any, ...]]:
    """Every application that the jury hears or should, in the order of hours; to be paged."""
    order: dict[str, list[Any]] = {
        "number": [Application.number],
        "-number": [Application.number.desc()],
    }
    statement = _with(_of_board(jury, viewer, *COLUMNS), words)
    if stand in STAND_FILTERS:
        statement = statement.where(STAND_FILTERS[stand])
    by = order.get(sort, [Hearing.starts_at, Hearing.place])
    return statement.order_by(*by, Application.number)


def line(session: Session, jury: Jury, application_id: UUID, viewer: Actor) -> BoardLine:
    """One application that the jury hears, or should.

    Raises:
        Unknown: it does not hear it, or the viewer is recused from it.
    """
    statement = board(jury, viewer).where(Application.id == application_id)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise Unknown
    return BoardLine._make(row)


def tally(session: Session, jury: Jury, viewer: Actor, *, words: str = "") -> dict[str, int]:
    """How many applications stand where, by the keys of STAND_FILTERS, and `all`. One statement."""
    counts = [func.count().filter(one) for one in STAND_FILTERS.values()]
    row = session.execute(_with(_of_board(jury, viewer, func.count(), *counts), words)).one()
    return dict(zip(("all", *STAND_FILTERS), row, strict=True))


def _with(statement: Select[*tuple[Any, ...]], words: str) -> Select[*tuple[Any, ...]]:
    for word in folded(words).split()[:WORDS_MAX]:
        statement = statement.where(Application.search_text.contains(word, autoescape=True))
    return statement


def _of_board(jury: Jury, viewer: Actor, *columns: Any) -> Select[*tuple[Any, ...]]:
    def of_jury(model: Any) -> ColumnElement[bool]:
        return and_(model.jury_id == jury.id, model.application_id == Application.id)

    return (
        select(*columns)
        .select_from(Application)
        .join(Person, Person.id == Application.author_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Hearing, of_jury(Hearing))
        .outerjoin(Convocation, of_jury(Convocation))
        .outerjoin(HearingFeedback, of_jury(HearingFeedback))
        .where(
            Application.call_id == jury.call_id,
            or_(Application.state.in_(READABLE), Hearing.id.is_not(None), STANDS),
            not_recused.where(viewer),
        )
    )
