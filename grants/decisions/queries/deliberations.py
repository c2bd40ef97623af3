"""Deliberations, for those who record them and those whom they concern."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from grants.applications.models import Application
from grants.decisions.models import (
    Acknowledgement,
    CouncilSession,
    Decision,
    Delegation,
    Deliberation,
    Outcome,
)
from grants.decisions.queries.standing import stands
from grants.decisions.rules import (
    can_read,
    can_read_decision,
    can_read_delegation,
    may_announce,
    may_delegate,
    may_record,
)
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.kernel.money import Amount
from grants.ledger import queries as balances


def locked_session(session: Session, council_session_id: UUID, *, viewer: Actor) -> CouncilSession:
    """One session of the body, locked until the transaction ends.

    Raises:
        Unknown: there is none that the viewer may record for.
    """
    statement = select(CouncilSession).where(
        CouncilSession.id == council_session_id, may_record.where(viewer)
    )
    found = session.scalar(
        statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    if found is None:
        raise Unknown
    return found


def under_number(session: Session, funder_id: UUID, number: str) -> Deliberation | None:
    """The funder's deliberation of that number, with its decisions, or None."""
    return session.scalar(
        select(Deliberation)
        .where(Deliberation.funder_id == funder_id, Deliberation.number == number)
        .options(selectinload(Deliberation.decisions))
    )


def deliberation(session: Session, deliberation_id: UUID, *, viewer: Actor) -> Deliberation:
    """One deliberation with its session, funder and the decisions that the viewer may read.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    found = session.scalar(
        select(Deliberation)
        .where(Deliberation.id == deliberation_id, can_read.where(viewer))
        .options(
            joinedload(Deliberation.council_session),
            joinedload(Deliberation.funder),
            joinedload(Deliberation.delegation),
            selectinload(Deliberation.decisions.and_(can_read_decision.where(viewer)))
            .joinedload(Decision.application)
            .options(joinedload(Application.organisation), joinedload(Application.call)),
        )
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Unknown
    return found


def locked_deliberation(session: Session, deliberation_id: UUID, *, viewer: Actor) -> Deliberation:
    """One deliberation with all its decisions, locked, for who may announce it.

    Raises:
        Unknown: there is none that the viewer may announce.
    """
    found = session.scalar(
        select(Deliberation)
        .where(Deliberation.id == deliberation_id, may_announce.where(viewer))
        .options(selectinload(Deliberation.decisions))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Unknown
    return found


def deliberations(*, viewer: Actor) -> Select[Deliberation]:
    """Every deliberation that the viewer may read, the latest first, to be cut in pages."""
    return (
        select(Deliberation)
        .where(can_read.where(viewer))
        .options(joinedload(Deliberation.council_session), joinedload(Deliberation.funder))
        .order_by(Deliberation.voted_on.desc(), Deliberation.number, Deliberation.id)
    )


def locked_delegation(session: Session, delegation_id: UUID, *, viewer: Actor) -> Delegation:
    """One delegation, locked, for who may end it.

    Raises:
        Unknown: there is none of a funder for which the viewer records decisions.
    """
    found = session.scalar(
        select(Delegation)
        .where(Delegation.id == delegation_id, may_delegate.where(viewer))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Unknown
    return found


def act_since(session: Session, delegation_id: UUID, day: date) -> str | None:
    """The number of an act of that day or later that rests on a delegation, or None."""
    return session.scalar(
        select(Deliberation.number)
        .where(Deliberation.delegation_id == delegation_id, Deliberation.voted_on >= day)
        .order_by(Deliberation.voted_on.desc(), Deliberation.number)
        .limit(1)
    )


def delegations(*, viewer: Actor) -> Select[Delegation]:
    """Every delegation of the viewer's funders, the latest first, to be cut in pages."""
    return (
        select(Delegation)
        .where(can_read_delegation.where(viewer))
        .order_by(Delegation.from_on.desc(), Delegation.number, Delegation.id)
    )


@dataclass(frozen=True)
class Held:
    """An award that was voted and holds its credits until the act is executory."""

    decision_id: UUID
    deliberation_id: UUID
    number: str
    voted_on: date
    amount: Amount


def held(session: Session, envelope_id: UUID) -> Sequence[Held]:
    """What voted awards hold of an envelope, oldest vote first: no title, no applicant."""
    return held_by_envelope(session, [envelope_id]).get(envelope_id, [])


def held_by_envelope(session: Session, envelope_ids: Collection[UUID]) -> dict[UUID, list[Held]]:
    """The same for several envelopes. Two statements at most."""
    awards = session.scalars(
        select(Decision)
        .join(Decision.deliberation)
        .where(
            Decision.envelope_id.in_(list(envelope_ids)),
            Decision.outcome == Outcome.AWARD,
            stands(),
        )
        .options(contains_eager(Decision.deliberation))
        .order_by(Deliberation.voted_on, Deliberation.number, Deliberation.id, Decision.position)
    ).all()
    booked = balances.committed_awards(session, [one.id for one in awards]) if awards else set()
    found: dict[UUID, list[Held]] = {}
    for one in awards:
        if one.envelope_id is None or one.amount is None or one.id in booked:
            continue
        act = one.deliberation
        holds = Held(one.id, act.id, act.number, act.voted_on, one.amount)
        found.setdefault(one.envelope_id, []).append(holds)
    return found


@dataclass(frozen=True)
class DecidedFor:
    """What one deliberation decided for one application, as its applicant is told."""

    deliberation: Deliberation
    decisions: Sequence[Decision]
    read_at: datetime | None


def announced_for(session: Session, application_id: UUID) -> list[DecidedFor]:
    """The announced deliberations about one application, oldest first.

    The caller has checked that the reader may see the application.
    """
    found = session.scalars(
        select(Decision)
        .join(Decision.deliberation)
        .where(Decision.application_id == application_id, Deliberation.announced_at.is_not(None))
        .options(
            joinedload(Decision.deliberation).options(
                joinedload(Deliberation.funder), joinedload(Deliberation.council_session)
            )
        )
        .order_by(Deliberation.voted_on, Deliberation.number, Deliberation.id, Decision.position)
    ).all()
    read: dict[UUID, datetime] = dict(
        session.execute(
            select(Acknowledgement.deliberation_id, Acknowledgement.read_at).where(
                Acknowledgement.application_id == application_id
            )
        ).all()
    )
    grouped: dict[UUID, list[Decision]] = {}
    for one in found:
        grouped.setdefault(one.deliberation_id, []).append(one)
    return [DecidedFor(many[0].deliberation, many, read.get(key)) for key, many in grouped.items()]
