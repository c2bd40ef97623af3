"""Repayable advances: what is repaid by when, for finance and for the beneficiary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from grants.applications.models import Application
from grants.applications.rules import is_author_side
from grants.decisions.models import Decision, Deliberation, Instrument, Outcome
from grants.decisions.queries.standing import taken_note
from grants.decisions.rules import READERS
from grants.followup import rules
from grants.followup.models import AdvancePart, PartState
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown


def parts(*, viewer: Actor, states: Sequence[PartState] = ()) -> Any:
    """The parts that the viewer's authorities are to be repaid, the first due first; to page."""
    statement = _about().where(rules.can_read_advance.where(viewer))
    if states:
        statement = statement.where(AdvancePart.state.in_(states))
    return statement.order_by(AdvancePart.due_on, AdvancePart.id)


def advances(*, viewer: Actor) -> Any:
    """The advances awarded by the viewer's authorities, the latest first; to be paged."""
    funders = sorted(viewer.funders_as(*READERS))
    hidden = sorted(viewer.recused_from)
    return (
        select(Decision)
        .join(Decision.deliberation)
        .join(Decision.application)
        .where(
            Decision.instrument == Instrument.ADVANCE,
            Decision.outcome == Outcome.AWARD,
            Decision.funder_id.in_(funders),
            Decision.application_id.not_in(hidden),
        )
        .options(
            contains_eager(Decision.deliberation),
            contains_eager(Decision.application).joinedload(Application.organisation),
        )
        .order_by(Deliberation.voted_on.desc(), Decision.id)
    )


def advance(session: Session, decision_id: UUID, *, viewer: Actor) -> Decision:
    """One advance of the viewer's authorities.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    found: Decision | None = session.scalar(
        advances(viewer=viewer).where(Decision.id == decision_id)
    )
    if found is None:
        raise Unknown
    return found


def unplanned(*, viewer: Actor) -> Any:
    """The advances that have no schedule yet; to be paged."""
    planned = select(AdvancePart.id).where(AdvancePart.decision_id == Decision.id)
    return advances(viewer=viewer).where(~planned.exists())


def require_part(session: Session, part_id: UUID, decision_id: UUID) -> None:
    """Stop on a part of another advance than the one in the address.

    Raises:
        Unknown: it is one, or there is none.
    """
    found = session.get(AdvancePart, part_id)
    if found is None or found.decision_id != decision_id:
        raise Unknown


def schedule(session: Session, decision_id: UUID) -> Sequence[AdvancePart]:
    """The parts of one advance. The caller has checked that the reader may know of it."""
    return session.scalars(
        select(AdvancePart)
        .where(AdvancePart.decision_id == decision_id)
        .order_by(AdvancePart.position)
    ).all()


def owed_by(session: Session, application_id: UUID, *, viewer: Actor) -> Sequence[AdvancePart]:
    """What an applicant repays, once they took note of the advance; the first due first."""
    return session.scalars(
        _about()
        .where(
            AdvancePart.application_id == application_id,
            is_author_side.where(viewer),
            Deliberation.announced_at.is_not(None),
            taken_note(),
        )
        .order_by(AdvancePart.due_on, AdvancePart.id)
    ).all()


def locked_part(session: Session, part_id: UUID, *, viewer: Actor) -> AdvancePart:
    """One part for who follows it, locked.

    Raises:
        Unknown: there is none that the viewer follows.
    """
    found: AdvancePart | None = session.scalar(
        _about()
        .where(AdvancePart.id == part_id, rules.may_follow.where(viewer))
        .with_for_update(of=AdvancePart)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Unknown
    return found


def _about() -> Any:
    return (
        select(AdvancePart)
        .join(AdvancePart.application)
        .join(AdvancePart.decision)
        .join(Decision.deliberation)
        .options(
            contains_eager(AdvancePart.application).joinedload(Application.organisation),
            contains_eager(AdvancePart.decision)
            .contains_eager(Decision.deliberation)
            .joinedload(Deliberation.funder),
        )
    )
