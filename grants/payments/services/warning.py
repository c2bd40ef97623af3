"""Finance officers warned before the 60 days of a payment end, and when they have ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.followup.models import DueReminder, Reminded
from grants.kernel.access import SYSTEM, FunderRole
from grants.kernel.clock import paris_date
from grants.kernel.identity import new_id
from grants.outbox.services import announce
from grants.payments.deadlines import WARNED_BEFORE
from grants.payments.models import Claim, ClaimState
from grants.people.models import FunderMember, Person

OPEN = (ClaimState.SUBMITTED, ClaimState.CERTIFIED, ClaimState.ORDERED)
BATCH = 500


def warn_due(session: Session, *, now: datetime) -> int:
    """Tell each finance officer of the payments whose last day comes, or has gone by; how many.

    Once before, from fifteen days on, and once after, for each last day that a claim had. One
    message an officer and round, mailed as one list: `payments.due`. Safe to run twice at once.
    """
    today = paris_date(now)
    found: dict[UUID, dict[Reminded, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in session.execute(_to_tell(today)):
        which = Reminded.BEFORE if row.due_on >= today else Reminded.LATE
        if _first_time(session, row.id, which, row.due_on, now):
            found[row.funder_id][which].append(str(row.id))
    return sum(_tell(session, funder_id, lists, now) for funder_id, lists in found.items())


def _to_tell(today: date) -> Any:
    """Claims that wait to be paid, near their last day or beyond, and not told of it yet."""
    told = select(DueReminder.id).where(
        DueReminder.subject_id == Claim.id,
        DueReminder.due_on == Claim.due_on,
        (DueReminder.occasion == Reminded.LATE)
        | ((Claim.due_on >= today) & (DueReminder.occasion == Reminded.BEFORE)),
    )
    return (
        select(Claim.id, Claim.funder_id, Claim.due_on)
        .where(
            Claim.state.in_(OPEN),
            Claim.due_on <= today + WARNED_BEFORE,
            ~told.exists(),
        )
        .order_by(Claim.due_on, Claim.id)
        .limit(BATCH)
    )


def _first_time(
    session: Session, claim_id: UUID, which: Reminded, due: date, now: datetime
) -> bool:
    noted = insert(DueReminder).values(
        id=new_id(), subject_id=claim_id, occasion=which, due_on=due, sent_at=now
    )
    return session.scalar(noted.on_conflict_do_nothing().returning(DueReminder.id)) is not None


def _tell(
    session: Session, funder_id: UUID, lists: Mapping[Reminded, list[str]], now: datetime
) -> int:
    """One message for each finance officer of a funder."""
    officers = session.scalars(
        select(FunderMember.person_id)
        .join(Person, Person.id == FunderMember.person_id)
        .where(
            FunderMember.funder_id == funder_id,
            FunderMember.role == FunderRole.FINANCE,
            Person.disabled_at.is_(None),
        )
        .order_by(FunderMember.person_id)
    ).all()
    for person_id in officers:
        announce(
            session,
            "payments.due",
            by=SYSTEM,
            at=now,
            funder=funder_id,
            subject=funder_id,
            person=str(person_id),
            soon=lists.get(Reminded.BEFORE, []),
            late=lists.get(Reminded.LATE, []),
        )
    return len(officers)
