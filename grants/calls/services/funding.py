"""Who funds a call, and out of which envelopes of theirs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.calls.models import Call, CallEnvelope, CallFunder, CallState
from grants.calls.services.settling import writable
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.ledger import queries as ledger
from grants.outbox.services import announce
from grants.people.models import Funder


def add_funder(
    session: Session, call_id: UUID, funder_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Have one more authority take part, with its own opinion and decision; twice is once.

    Locks the call. Announces `call.funded`.

    Raises: as `settling.writable`, and
        Unknown: no such funder.
        Refused: `call.fund.funders_fixed` in a published call.
    """
    call = _draft(session, call_id, actor)
    if session.get(Funder, funder_id) is None:
        raise Unknown
    if any(one.funder_id == funder_id for one in call.funders):
        return
    last = max((one.position for one in call.funders), default=0)
    session.add(CallFunder(call_id=call.id, funder_id=funder_id, position=last + 1, is_lead=False))
    _tell(session, call, actor=actor, now=now)


def drop_funder(
    session: Session, call_id: UUID, funder_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Have a partner no longer take part; its envelopes leave with it.

    Locks the call. Announces `call.funded`.

    Raises: as `add_funder`, and
        Refused: `call.fund.lead_stays`.
    """
    call = _draft(session, call_id, actor)
    part = next((one for one in call.funders if one.funder_id == funder_id), None)
    if part is None:
        raise Unknown
    if part.is_lead:
        raise Refused("call.fund.lead_stays")
    theirs = select(CallEnvelope).where(
        CallEnvelope.call_id == call.id, CallEnvelope.funder_id == funder_id
    )
    for envelope in session.scalars(theirs):
        session.delete(envelope)
    session.delete(part)
    _tell(session, call, actor=actor, now=now)


def link_envelope(
    session: Session, call_id: UUID, envelope_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Let the awards of the call draw on an envelope of one of its funders; twice is once.

    Possible as long as the call is not closed: it takes nothing from anyone. Locks the call.
    Announces `call.funded`.

    Raises: as `settling.writable`, and
        Unknown: no such envelope.
        Refused: `call.fund.envelope_of_nobody_here`, `…envelope_in_another_unit`.
    """
    call = writable(session, call_id, actor)
    line = ledger.envelope_line(session, envelope_id)
    if line.funder_id not in {one.funder_id for one in call.funders}:
        raise Refused("call.fund.envelope_of_nobody_here", field="envelope", envelope=line.label)
    if line.unit != call.unit:
        raise Refused("call.fund.envelope_in_another_unit", field="envelope", envelope=line.label)
    mine = CallEnvelope.call_id == call.id
    if session.scalar(select(CallEnvelope.id).where(mine, CallEnvelope.envelope_id == envelope_id)):
        return
    last = session.scalar(select(func.max(CallEnvelope.position)).where(mine)) or 0
    session.add(
        CallEnvelope(
            call_id=call.id, envelope_id=envelope_id, funder_id=line.funder_id, position=last + 1
        )
    )
    _tell(session, call, actor=actor, now=now)


def unlink_envelope(
    session: Session, call_id: UUID, envelope_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take an envelope out of a draft call. Locks the call. Announces `call.funded`.

    Raises: as `settling.writable`, and
        Unknown: the call does not draw on it.
        Refused: `call.fund.envelopes_fixed` in a published call.
    """
    call = writable(session, call_id, actor)
    if call.state is not CallState.DRAFT:
        raise Refused("call.fund.envelopes_fixed")
    found = session.scalar(
        select(CallEnvelope).where(
            CallEnvelope.call_id == call.id, CallEnvelope.envelope_id == envelope_id
        )
    )
    if found is None:
        raise Unknown
    session.delete(found)
    _tell(session, call, actor=actor, now=now)


def _draft(session: Session, call_id: UUID, actor: Actor) -> Call:
    call = writable(session, call_id, actor)
    if call.state is not CallState.DRAFT:
        raise Refused("call.fund.funders_fixed")
    return call


def _tell(session: Session, call: Call, *, actor: Actor, now: datetime) -> None:
    session.flush()
    announce(session, "call.funded", by=actor, at=now, funder=call.lead_id, subject=call.id)
