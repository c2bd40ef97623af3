"""Before the vote: sessions of the body, and the officer's proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.rules import not_recused
from grants.calls.models import CallFunder
from grants.decisions import queries
from grants.decisions.instruments import FITS, UNDRAWN
from grants.decisions.models import (
    Body,
    CouncilSession,
    Decision,
    Instrument,
    Outcome,
    Proposal,
    SessionState,
)
from grants.decisions.rules import RECORDERS
from grants.decisions.services.fitting import require_fit
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.kernel.money import Amount, Unit
from grants.outbox.services import announce


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One line of the decision table as the officer typed it.

    `outcome` None takes the line off; `amount` counts the envelope's unit; `key` is the form's
    name of the line, to which a refusal is tied.
    """

    application_id: UUID
    outcome: Outcome | None
    instrument: Instrument | None = None
    amount: Amount | None = None
    envelope_id: UUID | None = None
    label: str = ""
    reason: str = ""
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Item:
    """What is put to the vote for one application, out of one envelope."""

    application_id: UUID
    outcome: Outcome
    instrument: Instrument | None = None
    amount: Amount | None = None
    envelope_id: UUID | None = None
    label: str = ""
    reason: str = ""


def open_session(
    session: Session,
    funder_id: UUID,
    *,
    body: Body,
    held_on: date,
    label: str = "",
    convened_on: date | None = None,
    actor: Actor,
    now: datetime,
) -> CouncilSession:
    """Plan the session of a body on a day, or find it when it is already planned.

    Announces `council_session.planned` the first time.

    Raises:
        Unknown: the actor does not record decisions for that funder.
        Refused: `council_session.convened_after`, when convened after being held.
    """
    if funder_id not in actor.funders_as(*RECORDERS):
        raise Unknown
    if convened_on is not None and convened_on > held_on:
        raise Refused("council_session.convened_after", field="convened_on", held_on=held_on)
    planned = session.execute(
        insert(CouncilSession)
        .values(
            id=new_id(),
            funder_id=funder_id,
            body=body,
            held_on=held_on,
            convened_on=convened_on,
            label=label,
            state=SessionState.PLANNED,
        )
        .on_conflict_do_nothing()
        .returning(CouncilSession.id)
    ).scalar_one_or_none()
    if planned:
        announce(
            session, "council_session.planned", by=actor, at=now, funder=funder_id, subject=planned
        )
    same = select(CouncilSession).where(
        CouncilSession.funder_id == funder_id,
        CouncilSession.body == body,
        CouncilSession.held_on == held_on,
    )
    return session.scalars(same).one()


def propose(
    session: Session,
    call_id: UUID,
    funder_id: UUID,
    *,
    wanted: Sequence[Wanted],
    actor: Actor,
    now: datetime,
) -> None:
    """Write down what the officer means to put to the vote for these applications.

    What was proposed before for the same applications is replaced: it is provisional, and the
    envelopes may be exceeded until the vote. Locks the call's part of that funder, so that two
    officers do not mix their tables. Announces `proposals.saved`.

    Raises:
        Unknown: not this actor's funder or call, or an application that the actor may not see.
        Refused: a line that makes no sense (`proposal.*`), or one already decided upon.
    """
    _lock_part(session, call_id, funder_id, actor)
    ids = {line.application_id for line in wanted}
    _refuse_foreign(session, call_id, ids, actor)
    _refuse_decided(session, funder_id, ids)
    units = queries.envelopes_of(session, call_id, funder_id)
    kept = [line for line in wanted if line.outcome is not None]
    for line in kept:
        check_line(line, units)
    _refuse_doubles(kept)
    require_fit(session, [(line, f"{line.key}instrument") for line in kept])
    mine = (Proposal.funder_id == funder_id) & Proposal.application_id.in_(ids)
    session.execute(delete(Proposal).where(mine))
    if kept:
        shared = {
            "call_id": call_id,
            "funder_id": funder_id,
            "proposed_by": actor.id,
            "proposed_at": now,
        }
        session.execute(insert(Proposal), [shared | _values(line) for line in kept])
    announce(
        session,
        "proposals.saved",
        by=actor,
        at=now,
        funder=funder_id,
        subject=call_id,
        lines=len(kept),
    )


def check_line(line: Wanted, units: dict[UUID, Unit]) -> None:
    """Refuse a line whose outcome, form, amount and envelope do not go together.

    `units` are the envelopes that the funder may draw on, with their units.
    """
    if line.outcome is not Outcome.AWARD:
        if line.outcome is Outcome.REFUSAL and not line.reason.strip():
            raise Refused("proposal.reason_missing", field=f"{line.key}reason")
        return
    if line.instrument is None:
        raise Refused("proposal.instrument_missing", field=f"{line.key}instrument")
    if line.instrument in UNDRAWN:
        return
    if line.envelope_id not in units:
        raise Refused("proposal.envelope_missing", field=f"{line.key}envelope")
    if line.amount is None or line.amount <= 0:
        raise Refused("proposal.amount_missing", field=f"{line.key}amount")
    unit = units[line.envelope_id]
    if not any(one.instrument is line.instrument and one.unit is unit for one in FITS):
        raise Refused("proposal.instrument_and_envelope", field=f"{line.key}instrument")


def _values(line: Wanted) -> dict[str, object]:
    draws = line.outcome is Outcome.AWARD and line.instrument not in UNDRAWN
    return {
        "id": new_id(),
        "application_id": line.application_id,
        "outcome": line.outcome,
        "instrument": line.instrument if line.outcome is Outcome.AWARD else None,
        "amount": line.amount if draws else None,
        "envelope_id": line.envelope_id if draws else None,
        "label": line.label.strip(),
        "reason": line.reason.strip(),
    }


def _lock_part(session: Session, call_id: UUID, funder_id: UUID, actor: Actor) -> None:
    if funder_id not in actor.funders_as(*RECORDERS):
        raise Unknown
    part = select(CallFunder.id).where(
        CallFunder.call_id == call_id, CallFunder.funder_id == funder_id
    )
    if session.scalar(part.with_for_update(key_share=True)) is None:
        raise Unknown


def _refuse_foreign(session: Session, call_id: UUID, ids: set[UUID], actor: Actor) -> None:
    visible = select(Application.id).where(
        Application.id.in_(ids),
        Application.call_id == call_id,
        Application.submitted_at.is_not(None),
        not_recused.where(actor),
    )
    if set(session.scalars(visible)) != ids:
        raise Unknown


def _refuse_decided(session: Session, funder_id: UUID, ids: set[UUID]) -> None:
    title = session.scalar(
        select(Application.title)
        .join(Decision, Decision.application_id == Application.id)
        .where(
            Decision.application_id.in_(ids),
            Decision.funder_id == funder_id,
            Decision.outcome != Outcome.WAITLIST,
            queries.stands(),
        )
        .order_by(Application.number)
        .limit(1)
    )
    if title is not None:
        raise Refused("proposal.already_decided", title=title)


def _refuse_doubles(kept: Sequence[Wanted]) -> None:
    seen: set[tuple[UUID, UUID | None]] = set()
    outcomes: dict[UUID, set[Outcome | None]] = {}
    for line in kept:
        pair = (line.application_id, line.envelope_id)
        outcomes.setdefault(line.application_id, set()).add(line.outcome)
        if pair in seen or len(outcomes[line.application_id]) > 1:
            raise Refused("proposal.twice", field=f"{line.key}envelope")
        seen.add(pair)
