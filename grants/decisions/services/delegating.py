"""What the council lets its bureau or president decide, and whether an act stays within it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.decisions import queries
from grants.decisions.models import (
    Body,
    CouncilSession,
    Delegation,
    Instrument,
    Outcome,
)
from grants.decisions.rules import RECORDERS
from grants.decisions.services.preparing import Item
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.kernel.money import Amount
from grants.outbox.services import announce

NOT_IN_EUROS = {"floor_area", "in_kind", "mentoring"}


def delegate(
    session: Session,
    funder_id: UUID,
    *,
    body: Body,
    number: str,
    object: str,  # noqa: A002 -- the act's own word, « objet »
    voted_on: date,
    instruments: Sequence[Instrument],
    amount_max: Amount | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
    actor: Actor,
    now: datetime,
) -> Delegation:
    """Note that the council, by its deliberation `number`, lets a body decide upon awards.

    `amount_max`, in cents, for one application by one act; no bound without it. Announces
    `delegation.given`.

    Raises:
        Unknown: the actor does not record decisions for that funder.
        Refused: `delegation.to_the_council`, `delegation.unnamed`, `delegation.no_instrument`,
            `delegation.begins_before_vote`, `delegation.ends_before_it_begins`.
    """
    if funder_id not in actor.funders_as(*RECORDERS):
        raise Unknown
    given = Delegation(
        id=new_id(),
        funder_id=funder_id,
        body=body,
        number=number.strip(),
        object=object.strip(),
        voted_on=voted_on,
        instruments=sorted({one.value for one in instruments}),
        amount_max=amount_max,
        from_on=from_on or voted_on,
        until_on=until_on,
        recorded_by=actor.id,
    )
    _refuse_nonsense(given)
    session.add(given)
    session.flush()
    announce(session, "delegation.given", by=actor, at=now, funder=funder_id, subject=given.id)
    return given


def _refuse_nonsense(given: Delegation) -> None:
    if given.body is Body.COUNCIL:
        raise Refused("delegation.to_the_council", field="body")
    if not given.number or not given.object:
        raise Refused("delegation.unnamed", field="object" if given.number else "number")
    if not given.instruments:
        raise Refused("delegation.no_instrument", field="instruments")
    if given.from_on < given.voted_on:
        raise Refused("delegation.begins_before_vote", field="from_on", voted_on=given.voted_on)
    if given.until_on is not None and given.until_on < given.from_on:
        raise Refused("delegation.ends_before_it_begins", field="until_on")


def end_delegation(
    session: Session, delegation_id: UUID, *, on: date, actor: Actor, now: datetime
) -> Delegation:
    """Note that the council took it back: no act of that day or later rests on it.

    Locks the delegation. Announces `delegation.ended`. Ended before: nothing changes.

    Raises:
        Unknown: the actor does not record decisions for that funder.
        Refused: `delegation.ended_before_vote`; `delegation.used_since`: an act rests on it.
    """
    found = queries.locked_delegation(session, delegation_id, viewer=actor)
    if found.ended_on is not None:
        return found
    if on < found.voted_on:
        raise Refused("delegation.ended_before_vote", field="on", voted_on=found.voted_on)
    if later := queries.act_since(session, delegation_id, on):
        raise Refused("delegation.used_since", field="on", number=later)
    found.ended_on = on
    session.flush()
    announce(
        session, "delegation.ended", by=actor, at=now, funder=found.funder_id, subject=found.id
    )
    return found


def delegation_for(
    session: Session, council_session: CouncilSession, items: Sequence[Item]
) -> Delegation | None:
    """The delegation that an act of the bureau or the president rests on; None for the council.

    Raises:
        Refused: `delegation.missing`: none is in force that day; `delegation.instrument`,
            `delegation.amount`: the one that goes furthest does not go as far as this act.
    """
    if council_session.body is Body.COUNCIL:
        return None
    given = session.scalars(
        select(Delegation)
        .where(
            Delegation.funder_id == council_session.funder_id,
            Delegation.body == council_session.body,
        )
        .order_by(Delegation.amount_max.desc().nulls_first(), Delegation.id)
        .with_for_update(read=True)
    ).all()
    in_force = [one for one in given if one.covers(council_session.held_on)]
    if not in_force:
        raise Refused("delegation.missing", field="body", held_on=council_session.held_on)
    refusals = [(one, beyond(one, items)) for one in in_force]
    for one, refusal in refusals:
        if refusal is None:
            return one
    raise refusals[0][1] or ValueError("a refusal was found")


def beyond(delegation: Delegation, items: Sequence[Item]) -> Refused | None:
    """Why these items are more than the delegation allows, or None. Reads nothing."""
    asked: dict[UUID, int] = defaultdict(int)
    for one in items:
        if one.outcome is not Outcome.AWARD or one.instrument is None:
            continue
        if one.instrument.value not in delegation.instruments:
            return Refused(
                "delegation.instrument", number=delegation.number, instrument=one.instrument
            )
        if one.amount is not None and one.instrument.value not in NOT_IN_EUROS:
            asked[one.application_id] += one.amount
    most = max(asked.values(), default=0)
    if delegation.amount_max is not None and most > delegation.amount_max:
        return Refused(
            "delegation.amount",
            number=delegation.number,
            ceiling_cents=delegation.amount_max,
            asked_cents=most,
        )
    return None
