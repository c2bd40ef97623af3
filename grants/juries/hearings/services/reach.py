"""What every verb about hearings begins with: the jury, locked; and how PostgreSQL says no."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grants.calls.models import Jury, StageKind
from grants.juries import queries, rules
from grants.juries.hearings.models import Hearing, HearingPlan
from grants.juries.hearings.world import World, plan_of, world_of
from grants.juries.lifecycle import jury_is_open, require
from grants.kernel.access import Actor, not_among
from grants.kernel.errors import Refused, Unknown
from grants.outbox.services import announce

OVERLAPS = {
    "ex_hearing_place": "hearing.place_taken",
    "ex_hearing_application": "hearing.elsewhere",
}


def locked_jury(session: Session, jury_id: UUID, actor: Actor, now: datetime) -> Jury:
    """The jury, locked: officers plan one after the other.

    Raises:
        Unknown: there is none that the actor manages, or it hears nobody.
        Refused: `jury.closed`.
    """
    jury = queries.locked_jury(session, jury_id, actor, who=rules.manages.where)
    if jury.stage.kind is not StageKind.HEARING:
        raise Unknown
    require(jury_is_open(jury, now))
    return jury


def locked_world(session: Session, jury_id: UUID, actor: Actor, now: datetime) -> World:
    """The same with everything that decides of slots.

    Raises:
        Unknown: there is none that the actor manages, or it hears nobody.
        Refused: `jury.closed`, `hearing.no_plan`.
    """
    jury = locked_jury(session, jury_id, actor, now)
    return world_of(session, jury, required_plan(session, jury), actor)


def required_plan(session: Session, jury: Jury) -> HearingPlan:
    """The constraints of a jury.

    Raises:
        Refused: `hearing.no_plan`: nobody wrote them.
    """
    plan = plan_of(session, jury.id)
    if plan is None:
        raise Refused("hearing.no_plan")
    return plan


def locked_hearing(session: Session, jury: Jury, application_id: UUID, actor: Actor) -> Hearing:
    """The hearing of one application, locked.

    Raises:
        Unknown: there is none, or the actor is recused from the application.
    """
    statement = select(Hearing).where(
        Hearing.jury_id == jury.id,
        Hearing.application_id == application_id,
        not_among(Hearing.application_id, actor.recused_from),
    )
    found = session.scalars(statement.with_for_update(of=Hearing)).one_or_none()
    if found is None:
        raise Unknown
    return found


@contextmanager
def one_at_a_time(session: Session) -> Iterator[None]:
    """Write hearings; what overlaps, of another jury for example, is refused by PostgreSQL.

    Raises:
        Refused: `hearing.place_taken`, `hearing.elsewhere`.
    """
    try:
        with session.begin_nested():
            yield
            session.flush()
    except IntegrityError as error:
        diagnostic = getattr(error.orig, "diag", None)
        code = OVERLAPS.get(getattr(diagnostic, "constraint_name", None) or "")
        if code is None:
            raise
        raise Refused(code, field="slot") from error


def tell(
    session: Session,
    kind: str,
    jury: Jury,
    *,
    actor: Actor,
    now: datetime,
    subject: UUID | None = None,
    **facts: object,
) -> None:
    """Announce something of a jury's hearings; about the jury when nothing else is named."""
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=jury.call.lead_id,
        subject=subject or jury.id,
        jury=str(jury.id),
        call=str(jury.call_id),
        **facts,
    )
