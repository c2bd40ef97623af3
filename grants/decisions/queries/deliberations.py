"""Deliberations, for those who record them and those whom they concern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.applications.models import Application
from grants.decisions.models import (
    Acknowledgement,
    CouncilSession,
    Decision,
    Deliberation,
)
from grants.decisions.rules import can_read, can_read_decision, may_announce, may_record
from grants.kernel.access import Actor, FunderRole
from grants.kernel.errors import Unknown


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


def council_sessions(
    session: Session, funder_id: UUID, *, viewer: Actor, limit: int = 20
) -> Sequence[CouncilSession]:
    """The latest sessions of a funder's bodies, the most recent first."""
    if funder_id not in viewer.funders_as(*FunderRole):
        raise Unknown
    statement = select(CouncilSession).where(CouncilSession.funder_id == funder_id)
    return session.scalars(
        statement.order_by(CouncilSession.held_on.desc(), CouncilSession.id).limit(limit)
    ).all()


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
        .order_by(Deliberation.voted_on, Deliberation.number, Decision.position)
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
