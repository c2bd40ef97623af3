"""What falls due for whoever works for an authority, the first due first; and secret calendars."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import false, select, true, union_all
from sqlalchemy.orm import Session, joinedload

from grants.applications.models import Application
from grants.decisions.rules import READERS
from grants.duties.models import CalendarLink, DutyDone
from grants.duties.sources import SOURCES, Kind
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.people.models import Funder, Organisation

SHOWN_MAX = 10


@dataclass(frozen=True)
class Duty:
    """One thing that falls due, about one application; `subject_id` leads to its page."""

    kind: Kind
    due_on: date
    from_on: date | None
    application_id: UUID
    subject_id: UUID
    funder_id: UUID
    funder: str
    number: str
    title: str
    organisation: str | None


def duties(
    *,
    viewer: Actor,
    today: date,
    kinds: Collection[Kind] = (),
    funder_id: UUID | None = None,
    mine: bool = False,
) -> Any:
    """Everything that falls due for the viewer's authorities, to be paged. One statement.

    `kinds` none is all; `mine` keeps the applications that the viewer is the referent of. What
    they are recused from is absent.
    """
    wanted = [source(today) for kind, source in SOURCES.items() if not kinds or kind in kinds]
    every = union_all(*wanted).subquery("duty")
    funders = viewer.funders_as(*READERS)
    if funder_id is not None:
        funders &= {funder_id}
    hidden = sorted(viewer.recused_from)
    return (
        select(
            every.c.kind,
            every.c.due_on,
            every.c.from_on,
            every.c.application_id,
            every.c.subject_id,
            every.c.funder_id,
            Funder.name,
            Application.number,
            Application.title,
            Organisation.name.label("organisation"),
        )
        .join(Application, Application.id == every.c.application_id)
        .join(Funder, Funder.id == every.c.funder_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(
            every.c.funder_id.in_(sorted(funders)) if funders else false(),
            every.c.application_id.not_in(hidden) if hidden else true(),
            Application.referent_id == viewer.id if mine else true(),
        )
        .order_by(every.c.due_on, every.c.kind, Application.number, every.c.subject_id)
    )


def as_duty(row: Any) -> Duty:
    """A row of `duties`."""
    kind, *rest = row
    return Duty(Kind(kind), *rest)


def duty(
    session: Session,
    kind: Kind,
    subject_id: UUID,
    application_id: UUID,
    *,
    viewer: Actor,
    today: date,
) -> Duty:
    """One duty that falls due for the viewer's authorities.

    Raises:
        Unknown: there is none, or none any more, or none that the viewer may know of.
    """
    every = duties(viewer=viewer, today=today, kinds=[kind]).subquery()
    found = session.execute(
        select(every).where(
            every.c.subject_id == subject_id, every.c.application_id == application_id
        )
    ).first()
    if found is None:
        raise Unknown
    return as_duty(found)


def done(session: Session, *, viewer: Actor) -> Sequence[DutyDone]:
    """What was marked as done for the viewer's authorities, the latest first, ten at most."""
    funders, hidden = sorted(viewer.funders_as(*READERS)), sorted(viewer.recused_from)
    return session.scalars(
        select(DutyDone)
        .where(DutyDone.funder_id.in_(funders), DutyDone.application_id.not_in(hidden))
        .options(joinedload(DutyDone.application), joinedload(DutyDone.author))
        .order_by(DutyDone.done_at.desc(), DutyDone.id)
        .limit(SHOWN_MAX)
    ).all()


def is_done(
    session: Session, kind: Kind, subject_id: UUID, application_id: UUID, *, viewer: Actor
) -> bool:
    """Whether a duty of the viewer's authorities was marked as done."""
    marked = select(DutyDone.id).where(
        DutyDone.kind == kind.value,
        DutyDone.subject_id == subject_id,
        DutyDone.application_id == application_id,
        DutyDone.application_id.not_in(sorted(viewer.recused_from)),
        DutyDone.funder_id.in_(sorted(viewer.funders_as(*READERS))),
    )
    return session.scalar(marked) is not None


def live_link(session: Session, *, viewer: Actor) -> CalendarLink | None:
    """The viewer's own calendar, if they asked for one."""
    return session.scalar(
        select(CalendarLink).where(
            CalendarLink.person_id == viewer.id, CalendarLink.ended_at.is_(None)
        )
    )


def owner_of(session: Session, link_id: UUID) -> UUID | None:
    """Whose calendar a link opens; None once it was ended, or when there is none."""
    return session.scalar(
        select(CalendarLink.person_id).where(
            CalendarLink.id == link_id, CalendarLink.ended_at.is_(None)
        )
    )
