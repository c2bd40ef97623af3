"""One mail a day instead of one each: who is owed it, and up to when they were told."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.appraisal.models import DigestPreference
from grants.appraisal.queries.digest import awaiting
from grants.kernel.access import SYSTEM
from grants.kernel.clock import PARIS, paris_date
from grants.outbox.services import announce

HOUR = 7
"""From which hour, in Paris, the day's digests leave."""
BACK = timedelta(days=7)
"""How far back a first digest looks."""


def send_digests(session: Session, *, now: datetime) -> int:
    """Owe the day's digest to whoever something is new for; return to how many.

    Before seven in the morning, in Paris, nothing leaves; twice a day is once. Announces
    `digest.due` for each person, on which the mail is written.
    """
    if now.astimezone(PARIS).hour < HOUR:
        return 0
    day = paris_date(now)
    people = awaiting(session, since=now - BACK, until=now, day=day)
    for person_id in people:
        kept = session.get(DigestPreference, person_id)
        since = max(kept.told_until, now - BACK) if kept and kept.told_until else now - BACK
        facts = {"told_until": now, "told_on": day}
        row = insert(DigestPreference).values(person_id=person_id, **facts)
        session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=facts))
        announce(
            session,
            "digest.due",
            by=SYSTEM,
            at=now,
            subject=person_id,
            since=since.isoformat(),
            until=now.isoformat(),
        )
    return len(people)
