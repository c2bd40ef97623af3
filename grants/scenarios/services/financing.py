"""Several funders, one application: opinions, and who covers what they do not give."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.rules import is_officer
from grants.calls.models import CallFunder
from grants.decisions.rules import RECORDERS
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.kernel.money import Amount
from grants.outbox.services import announce
from grants.scenarios.models import FinancingCover, FunderOpinion, Source, View
from grants.scenarios.queries.financing import Plan, plan


def say_opinion(
    session: Session,
    application_id: UUID,
    funder_id: UUID,
    *,
    view: View,
    note: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Say what a funder of the call thinks of an application; the last word stands.

    Announces `funder_opinion.said`.

    Raises:
        Unknown: no such application that the actor works on for that funder of its call.
        Refused: `financing.note_missing`, for an opinion that is not favourable.
    """
    call_id = _locked(session, application_id, actor)
    part = select(CallFunder.id).where(
        CallFunder.call_id == call_id, CallFunder.funder_id == funder_id
    )
    if funder_id not in actor.funders_as(*RECORDERS) or session.scalar(part) is None:
        raise Unknown
    if view is not View.FAVOURABLE and not note.strip():
        raise Refused("financing.note_missing", field="note")
    said = {"view": view, "note": note.strip(), "said_by": actor.id, "said_at": now}
    session.execute(
        insert(FunderOpinion)
        .values(id=new_id(), application_id=application_id, funder_id=funder_id, **said)
        .on_conflict_do_update(index_elements=["application_id", "funder_id"], set_=said)
    )
    announce(
        session,
        "funder_opinion.said",
        by=actor,
        at=now,
        funder=funder_id,
        subject=application_id,
        view=view.value,
    )


def cover(
    session: Session,
    application_id: UUID,
    *,
    source: Source,
    amount: Amount | None,
    note: str,
    actor: Actor,
    now: datetime,
) -> FinancingCover:
    """Write down who covers a part of what is missing. Locks the application.

    Announces `financing.covered`.

    Raises:
        Unknown: no such application that the actor works on.
        Refused: `financing.amount_missing`, `financing.more_than_missing`,
            `financing.public_aid`: other public aid that would pass the call's cap.
    """
    _locked(session, application_id, actor)
    if not amount or amount <= 0:
        raise Refused("financing.amount_missing", field="amount")
    _require_room(plan(session, application_id, viewer=actor), source, amount)
    made = FinancingCover(
        application_id=application_id,
        source=source,
        amount=amount,
        note=note.strip(),
        said_by=actor.id,
        said_at=now,
    )
    session.add(made)
    session.flush()
    announce(
        session,
        "financing.covered",
        by=actor,
        at=now,
        subject=application_id,
        source=source.value,
        amount=amount,
    )
    return made


def _require_room(found: Plan, source: Source, amount: int) -> None:
    """Nobody covers more than is missing, nor with public aid beyond the call's cap."""
    unit = found.application.call.unit
    if amount > found.missing:
        left = max(found.missing, 0)
        raise Refused("financing.more_than_missing", field="amount", amount=left, unit=unit)
    limit = found.aid_limit
    if source is Source.PUBLIC and limit is not None and found.public_aid + amount > limit:
        left = max(limit - found.public_aid, 0)
        raise Refused("financing.public_aid", field="amount", amount=left, unit=unit)


def uncover(session: Session, cover_id: UUID, *, actor: Actor, now: datetime) -> UUID:
    """Take back what was said to be covered; the application. Twice is once.

    Locks the application. Announces `financing.uncovered` the first time.

    Raises:
        Unknown: there is none of an application that the actor works on.
    """
    found = session.get(FinancingCover, cover_id)
    if found is None:
        raise Unknown
    _locked(session, found.application_id, actor)
    session.refresh(found)
    if found.taken_back_at is None:
        found.taken_back_at, found.taken_back_by = now, actor.id
        session.flush()
        announce(session, "financing.uncovered", by=actor, at=now, subject=found.application_id)
    return found.application_id


def _locked(session: Session, application_id: UUID, actor: Actor) -> UUID:
    """The call of an application that the actor works on, held until the transaction ends."""
    call_id = session.scalar(
        select(Application.call_id)
        .where(Application.id == application_id, is_officer.where(actor))
        .with_for_update(of=Application)
    )
    if call_id is None:
        raise Unknown
    return call_id
