"""Minutes signed by the chair: frozen, then typeset by a worker."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.juries.models import Seat
from grants.juries.rules import chairs, presides
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce
from grants.sittings import queries
from grants.sittings.models import Minutes


def sign_minutes(
    session: Session, sitting_id: UUID, *, sha256: str, actor: Actor, now: datetime
) -> Minutes:
    """Freeze what the minutes say, as the chair read it; twice changes nothing.

    `sha256` names the content that was on screen: what was written since then is shown first.
    Locks jury, then meeting. Announces `minutes.signed`, on which the PDF is made.

    Raises:
        Unknown: no such meeting, or the actor does not chair its jury.
        Refused: `minutes.too_early`: the meeting is not closed; `minutes.stale`.
    """
    sitting = queries.locked_sitting(session, sitting_id, actor, who=chairs)
    signed = session.scalar(select(Minutes).where(Minutes.sitting_id == sitting.id))
    if signed is not None:
        return signed
    if not sitting.closed_at:
        raise Refused("minutes.too_early")
    content = queries.composed(session, sitting)
    if queries.digest(content) != sha256:
        raise Refused("minutes.stale")
    seat = session.scalars(
        select(Seat)
        .join(Jury, Jury.id == Seat.jury_id)
        .where(Seat.jury_id == sitting.jury_id, presides.where(actor))
    ).one()
    signed = Minutes(
        sitting_id=sitting.id,
        content=content,
        sha256=sha256,
        signed_by=seat.id,
        signatory=seat.name,
        signed_at=now,
    )
    session.add(signed)
    session.flush()
    announce(
        session,
        "minutes.signed",
        by=actor,
        at=now,
        funder=sitting.jury.call.lead_id,
        subject=signed.id,
        sitting=str(sitting.id),
        jury=str(sitting.jury_id),
        sha256=sha256,
    )
    return signed
