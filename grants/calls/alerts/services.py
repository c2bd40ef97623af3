"""Asking for an alert, confirming it, stopping it; and telling whoever waits for a call."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, selectinload

from grants.calls.alerts import queries
from grants.calls.alerts.models import CallAlert
from grants.calls.discovery import Filters
from grants.calls.models import Call, CallFunder
from grants.kernel.access import SYSTEM
from grants.kernel.errors import Refused
from grants.kernel.identity import new_id
from grants.outbox.services import announce
from grants.people import limits

UNCONFIRMED_KEPT = timedelta(days=7)


def ask(
    session: Session,
    email: str,
    *,
    filters: Filters,
    like_call_id: UUID | None = None,
    locale: str,
    address: str,
    now: datetime,
) -> None:
    """Ask to be told of calls that open; nothing is sent but a mail to confirm.

    The same wish asked twice is one alert, confirmed or not. `address` is the network address
    it is asked from. Announces `alert.asked`; nothing after five mails to that mailbox in an
    hour, without a word: nobody learns here who watches what.

    Raises:
        Refused: `people.mail.too_many_attempts`, after forty mails from one network in an hour.
    """
    email = email.strip().lower()
    if not limits.may_write_to(session, email, address=address, now=now):
        return
    wish = insert(CallAlert).values(
        id=new_id(),
        email=email,
        locale=locale,
        filters={} if like_call_id else filters.kept(),
        like_call_id=like_call_id,
        asked_at=now,
    )
    kept = wish.on_conflict_do_update(
        constraint="uq_call_alert_email_filters_like_call_id",
        set_={"asked_at": now, "locale": locale},
    )
    alert_id = session.scalars(kept.returning(CallAlert.id)).one()
    announce(session, "alert.asked", by=SYSTEM, at=now, subject=alert_id)


def waiting(session: Session, alert_id: UUID) -> CallAlert:
    """An alert behind a link of ours.

    Raises:
        Refused: `alert.gone`: it was stopped, or never confirmed within a week.
    """
    alert = session.get(CallAlert, alert_id)
    if alert is None:
        raise Refused("alert.gone")
    return alert


def confirm(session: Session, alert_id: UUID, *, now: datetime) -> CallAlert:
    """Begin to send. Confirming twice changes nothing. Announces `alert.confirmed`, once.

    Locks the alert.

    Raises:
        Refused: `alert.gone`: it was stopped, or never confirmed within a week.
    """
    alert = session.get(CallAlert, alert_id, with_for_update=True)
    if alert is None:
        raise Refused("alert.gone")
    if alert.confirmed_at is None:
        alert.confirmed_at = now
        announce(session, "alert.confirmed", by=SYSTEM, at=now, subject=alert.id)
    return alert


def stop(session: Session, alert_id: UUID, *, now: datetime) -> None:
    """Send no more, and forget the address. Stopping twice changes nothing.

    Announces `alert.stopped` when there was something to stop.
    """
    gone = session.execute(
        delete(CallAlert).where(CallAlert.id == alert_id).returning(CallAlert.id)
    )
    if gone.scalar_one_or_none() is not None:
        announce(session, "alert.stopped", by=SYSTEM, at=now, subject=alert_id)


def forget_unconfirmed(session: Session, *, now: datetime) -> int:
    """Delete what nobody confirmed within a week; return how many."""
    gone = session.execute(
        delete(CallAlert)
        .where(CallAlert.confirmed_at.is_(None), CallAlert.asked_at < now - UNCONFIRMED_KEPT)
        .returning(CallAlert.id)
    )
    return len(gone.all())


def tell(session: Session, call_id: UUID, *, now: datetime) -> int:
    """Owe a mail to each address whose alert this call answers to; return how many.

    To be called once for each `call.opened`. Announces `alert.due` for each. Nothing when the
    call is no longer open: nobody is called to a closed door.
    """
    call = session.scalars(
        select(Call)
        .where(Call.id == call_id)
        .options(selectinload(Call.funders).joinedload(CallFunder.funder))
    ).one_or_none()
    if call is None or not call.is_open(now):
        return 0
    due = queries.answered_by(session, call)
    for alert_id in due:
        announce(
            session,
            "alert.due",
            by=SYSTEM,
            at=now,
            funder=call.lead_id,
            subject=alert_id,
            call=str(call.id),
        )
    return len(due)
