"""Remember open drafts of their closing: a week before, two days before, and that morning."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications.filling import DraftReminder, Occasion
from grants.applications.models import Application, ApplicationState
from grants.applications.services.telling import tell
from grants.calls.models import Call, CallFunder, CallState
from grants.calls.models import last_day as last_day_of
from grants.kernel.access import SYSTEM
from grants.kernel.clock import paris_instant

MORNING = 8
DAYS_BEFORE: Mapping[Occasion, int] = {
    Occasion.WEEK: 7,
    Occasion.TWO_DAYS: 2,
    Occasion.LAST_DAY: 0,
}
HORIZON = timedelta(days=9)


def occasion(closes_at: datetime, now: datetime) -> tuple[Occasion, datetime] | None:
    """The latest occasion that has come, with its instant: at eight in the morning, in Paris.

    The days are counted back from the last day on which one may apply, so that a change of
    hour in between moves nothing. None before the first, and once the call has closed.
    """
    last = last_day_of(closes_at)
    if last is None or now >= closes_at:
        return None
    come = [
        (one, at)
        for one, days in DAYS_BEFORE.items()
        if (at := paris_instant(last - timedelta(days=days), MORNING)) <= now
    ]
    return come[-1] if come else None


def remind_drafts(session: Session, *, now: datetime) -> int:
    """Remember every open draft whose occasion has come, once each; return how many.

    What was begun after that occasion is left in peace. One statement for the calls and one
    for each that closes soon. Announces `application.reminded` for each draft, which is mailed.
    """
    soon = session.execute(
        select(Call.id, Call.closes_at, CallFunder.funder_id)
        .join(CallFunder, (CallFunder.call_id == Call.id) & CallFunder.is_lead)
        .where(
            Call.state == CallState.PUBLISHED, Call.closes_at > now, Call.closes_at < now + HORIZON
        )
    ).all()
    count = 0
    for call_id, closes_at, funder_id in soon:
        if closes_at is None or (come := occasion(closes_at, now)) is None:
            continue
        for application_id in _owed(session, call_id, closes_at, come, now):
            kind = "application.reminded"
            more = {"occasion": come[0].value}
            tell(session, kind, application_id, funder_id, actor=SYSTEM, now=now, **more)
            count += 1
    return count


def _owed(
    session: Session,
    call_id: UUID,
    closes_at: datetime,
    come: tuple[Occasion, datetime],
    now: datetime,
) -> list[UUID]:
    which, at = come
    drafts = select(
        Application.id,
        literal(which, DraftReminder.occasion.type),
        literal(closes_at, DraftReminder.closes_at.type),
        literal(now, DraftReminder.sent_at.type),
    ).where(
        Application.call_id == call_id,
        Application.state == ApplicationState.DRAFT,
        Application.is_test.is_(False),
        Application.started_at < at,
    )
    names = ["application_id", "occasion", "closes_at", "sent_at"]
    noted = insert(DraftReminder).from_select(names, drafts).on_conflict_do_nothing()
    return sorted(session.scalars(noted.returning(DraftReminder.application_id)))
