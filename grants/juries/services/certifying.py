"""At the end of a session: a member's word that they took no part in what was not theirs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.juries import queries
from grants.juries.models import Recusal, RecusalCertificate
from grants.juries.phases import Phase, phase_of
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.kernel.identity import new_id
from grants.outbox.services import announce


def certify(session: Session, jury_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Certify, as a member, to have taken no part in the files that one is recused from.

    Once the scoring is over; a second time changes nothing. Announces `recusal.certified`.

    Raises:
        Unknown: the actor holds no seat on this jury.
        Refused: `certificate.too_early`, while members still score.
    """
    seat = queries.own_seat(session, jury_id, actor)
    if queries.certificate(session, seat) is not None:
        return
    if phase_of(seat.jury, now) in (Phase.PREPARATION, Phase.SCORING):
        raise Refused("certificate.too_early")
    many = session.scalar(
        select(func.count())
        .select_from(Recusal)
        .join(Application, Application.id == Recusal.application_id)
        .where(Recusal.person_id == actor.id, Application.call_id == seat.jury.call_id)
    )
    row = RecusalCertificate(id=new_id(), seat_id=seat.id, recusals=many or 0, certified_at=now)
    session.add(row)
    session.flush()
    announce(session, "recusal.certified", by=actor, at=now, subject=jury_id, seat=str(seat.id))
