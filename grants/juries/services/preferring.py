"""What jurors would like to read, said before scoring begins; it weighs, and promises nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.juries import queries
from grants.juries.lifecycle import jury_prefers, require
from grants.juries.models import Liking, ReadingPreference
from grants.kernel.access import Actor
from grants.kernel.identity import new_id


def prefer(
    session: Session,
    jury_id: UUID,
    likings: Mapping[UUID, Liking | None],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Note what the actor would like to read; None is neutral. Return how many are known now.

    What the jury may not read, what one is recused from and one's own files are passed over.
    Locks the jury against its closing. Three statements, whatever the number.

    Raises:
        Unknown: the actor does not sit on the jury.
        Refused: `jury.closed`, `preference.too_late`: files are being scored.
    """
    seat = queries.own_seat(session, jury_id, actor)
    lock = select(Jury.id).where(Jury.id == jury_id)
    session.execute(lock.with_for_update(read=True, key_share=True))
    require(jury_prefers(seat.jury, now))
    known = queries.preferable(session, seat, actor, likings.keys())
    clear = delete(ReadingPreference).where(
        ReadingPreference.seat_id == seat.id, ReadingPreference.application_id.in_(sorted(known))
    )
    session.execute(clear)
    rows = [
        {
            "id": new_id(),
            "seat_id": seat.id,
            "application_id": one,
            "liking": liking,
            "said_at": now,
        }
        for one in sorted(known)
        if (liking := likings[one]) is not None
    ]
    if rows:
        session.execute(insert(ReadingPreference), rows)
    return len(rows)
