"""Waiting lists: who waits for which envelope, and who could."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from grants.applications.models import Application, ApplicationState
from grants.applications.rules import not_recused
from grants.calls.models import CallEnvelope
from grants.decisions.models import Decision, Outcome, Proposal
from grants.decisions.queries.standing import stands
from grants.decisions.rules import READERS, RECORDERS
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.ledger import queries as ledger
from grants.ledger.queries import EnvelopeLine
from grants.scenarios import rules
from grants.scenarios.models import WaitingPlace, WaitingState

LIVE = (WaitingState.WAITING, WaitingState.OFFERED)


class Waitable(NamedTuple):
    """An application that may join a list; `decision_id` and `given` when it has a part already."""

    id: UUID
    number: str
    title: str
    asked: int
    decision_id: UUID | None
    given: int


def places(call_id: UUID, viewer: Actor) -> Select[*tuple[Any, ...]]:
    """The places of a call's lists that the viewer reads, live ones first.

    Rows (place, title, number), to be cut in pages.
    """
    return (
        select(WaitingPlace, Application.title, Application.number)
        .join(Application, Application.id == WaitingPlace.application_id)
        .where(
            WaitingPlace.call_id == call_id,
            rules.reads_list.where(viewer),
            rules.sees_place.where(viewer),
        )
        .order_by(
            WaitingPlace.state.in_(LIVE).desc(), WaitingPlace.envelope_id, WaitingPlace.position
        )
    )


def envelopes(session: Session, call_id: UUID, viewer: Actor) -> list[EnvelopeLine]:
    """The envelopes of the call whose lists the viewer reads. Two statements.

    Raises:
        Unknown: there is no part of the call that the viewer reads.
    """
    ids = session.scalars(
        select(CallEnvelope.envelope_id)
        .where(
            CallEnvelope.call_id == call_id,
            CallEnvelope.funder_id.in_(sorted(viewer.funders_as(*READERS))),
        )
        .order_by(CallEnvelope.position)
    ).all()
    held = ledger.envelope_lines(session, ids)
    return [held[one] for one in ids]


def rooms(session: Session, held: Sequence[EnvelopeLine]) -> dict[UUID, int]:
    """What each envelope has free once every proposal on it is counted. One statement."""
    pencilled = session.execute(
        select(Proposal.envelope_id, func.sum(Proposal.amount))
        .where(Proposal.envelope_id.in_([one.id for one in held]))
        .group_by(Proposal.envelope_id)
    )
    drawn = {envelope: int(amount or 0) for envelope, amount in pencilled}
    return {one.id: one.available - drawn.get(one.id, 0) for one in held}


def waitable(call_id: UUID, funder_ids: Sequence[UUID], viewer: Actor) -> Select[*tuple[Any, ...]]:
    """The applications that may join a list of these funders, as `Waitable`'s fields.

    Those on a waiting list by a vote, and those that were awarded less than they asked for.
    """
    given = (
        select(
            Decision.application_id,
            func.sum(Decision.amount).label("given"),
            func.min(cast(Decision.id, Text)).label("first"),
        )
        .where(Decision.outcome == Outcome.AWARD, Decision.funder_id.in_(funder_ids), stands())
        .group_by(Decision.application_id)
        .subquery()
    )
    live = select(WaitingPlace.id).where(
        WaitingPlace.application_id == Application.id, WaitingPlace.state.in_(LIVE)
    )
    return (
        select(
            Application.id,
            Application.number,
            Application.title,
            Application.requested,
            cast(given.c.first, Uuid),
            func.coalesce(given.c.given, 0),
        )
        .outerjoin(given, given.c.application_id == Application.id)
        .where(
            Application.call_id == call_id,
            not_recused.where(viewer),
            or_(
                Application.state == ApplicationState.WAITLISTED,
                and_(given.c.given > 0, given.c.given < Application.requested),
            ),
            ~live.exists(),
        )
        .order_by(Application.number)
    )


def locked_place(session: Session, place_id: UUID, *, actor: Actor) -> WaitingPlace:
    """A place that the actor keeps, held until the transaction ends.

    Raises:
        Unknown: there is none, or the actor is recused from its application.
    """
    found = session.scalars(
        select(WaitingPlace)
        .where(
            WaitingPlace.id == place_id,
            rules.keeps_list.where(actor),
            rules.sees_place.where(actor),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise Unknown
    return found


def may_keep(viewer: Actor) -> bool:
    """Whether the viewer keeps any list."""
    return bool(viewer.funders_as(*RECORDERS))
