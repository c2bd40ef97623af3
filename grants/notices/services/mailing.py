"""Mails: written once for each message, sent once whatever fails in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.juries.queries import kept_from
from grants.kernel.identity import new_id
from grants.notices.about import Notice, Recipient
from grants.notices.giving import Renderer, Site
from grants.notices.models import Mail, MailState
from grants.notices.telling import TELLINGS
from grants.outbox import queries as outbox

FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=30)
ATTEMPTS_MAX = 20
ADDRESSES_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Failure:
    """Why a mail did not leave: a kind without personal data, and whether to try again."""

    kind: str
    for_good: bool = False


def compose(
    session: Session, message_id: UUID, *, renderer: Renderer, site: Site, now: datetime
) -> int:
    """Write down the mails that a message of the outbox owes, one a recipient; return how many.

    Each in its recipient's language. A mail already written for the same message and address
    is left as it is.
    """
    message = outbox.message(session, message_id)
    telling = TELLINGS[message.kind]
    notice = telling.notice(session, message, site)
    rows = []
    for recipient in told(session, notice):
        facts = {**notice.facts, "recipient": recipient, "site": site.page("/")}
        written = renderer.mail(telling.template, recipient.locale, facts)
        rows.append(
            {
                "id": new_id(),
                "message_id": message_id,
                "recipient_id": recipient.person_id,
                "to_address": recipient.address,
                "kind": telling.template,
                "locale": recipient.locale,
                "subject": written.subject,
                "text": written.text,
                "html": written.html,
                "bears_secret": notice.bears_secret,
                "stop_url": notice.stop_url,
                "calendar": notice.calendar(recipient) if notice.calendar else None,
                "state": MailState.PENDING,
                "next_at": now,
            }
        )
    if not rows:
        return 0
    kept = insert(Mail).on_conflict_do_nothing().returning(Mail.id)
    return len(session.scalars(kept, rows).all())


def told(session: Session, notice: Notice) -> list[Recipient]:
    """Those of a notice's recipients who may know of its application: nobody kept from it.

    Whatever chose the recipients; `withholding` asks again when the mail leaves.
    """
    application = notice.facts.get("application")
    if not isinstance(application, Application):
        return list(notice.recipients)
    people = [one.person_id for one in notice.recipients if one.person_id is not None]
    addresses = [one.address for one in notice.recipients]
    known, written = kept_from(session, application.id, people, addresses)
    return [
        one
        for one in notice.recipients
        if one.person_id not in known and one.address.lower() not in written
    ]


def sent(mail: Mail, *, now: datetime) -> None:
    """Note that a server took a mail over. A one-time link is not kept a second longer."""
    mail.state = MailState.SENT
    mail.sent_at = now
    mail.attempts += 1
    mail.failure = None
    _forget_secrets(mail)


def not_sent(mail: Mail, failure: Failure, *, now: datetime) -> None:
    """Note that a mail did not leave: it waits twice as long each time, up to half an hour.

    After twenty attempts, or when the server says never, it has failed for good.
    """
    mail.attempts += 1
    mail.failure = failure.kind
    if failure.for_good or mail.attempts >= ATTEMPTS_MAX:
        mail.state = MailState.FAILED
        _forget_secrets(mail)
        return
    mail.next_at = now + min(FIRST_WAIT * 2 ** (mail.attempts - 1), LONGEST_WAIT)


def forget_addresses(session: Session, kind: str, *, now: datetime) -> int:
    """Delete mails of a kind that left, or failed, a day ago: they hold addresses. How many."""
    gone = session.execute(
        delete(Mail)
        .where(
            Mail.kind == kind,
            Mail.state != MailState.PENDING,
            Mail.next_at < now - ADDRESSES_KEPT,
        )
        .returning(Mail.id)
    )
    return len(gone.all())


def _forget_secrets(mail: Mail) -> None:
    mail.stop_url = None
    if mail.bears_secret:
        mail.text = mail.html = ""
