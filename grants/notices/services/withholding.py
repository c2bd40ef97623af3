"""The last door of a mail that waits: what its reader must not know of since does not leave.

A mail is written when something happens and leaves when a server takes it, hours later where the
server was away. A recusal of those hours, or a seat taken on a blind jury, is looked for here, in
the transaction that holds the mail's row: nothing is queued between this question and the answer.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from grants.juries.queries import hidden_from
from grants.notices.giving import Renderer, Site
from grants.notices.models import Mail, MailState
from grants.notices.services.mailing import told
from grants.notices.telling import TELLINGS
from grants.outbox import queries as outbox
from grants.outbox.models import Message

SEVERAL = frozenset({"digest", "juror_reminder", "hearing_day", "council_call", "payments_due"})
"""Mails about several applications, or that count them: written again without what is hidden."""
WITHHELD = "withheld"


def look_again(session: Session, mail: Mail, *, renderer: Renderer, site: Site) -> bool:
    """Whether a mail may still leave, its words mended where it is about several applications.

    One statement for whoever is kept from nothing. The mail's row is locked by the caller. What
    may not leave has failed for good, and its words are erased.
    """
    hidden = hidden_from(session, mail.recipient_id, mail.to_address)
    if not hidden:
        return True
    message = outbox.message(session, mail.message_id)
    if _names(message, hidden):
        return _withheld(mail)
    if mail.kind in SEVERAL:
        return _written_again(session, mail, message, renderer, site)
    return True


def _names(message: Message, hidden: frozenset[UUID]) -> bool:
    named = {str(message.subject_id), *(str(one) for one in message.payload.values())}
    return any(str(one) in named for one in hidden)


def _written_again(
    session: Session, mail: Mail, message: Message, renderer: Renderer, site: Site
) -> bool:
    telling = TELLINGS[message.kind]
    notice = telling.notice(session, message, site)
    reader = next((one for one in told(session, notice) if one.address == mail.to_address), None)
    if reader is None:
        return _withheld(mail)
    facts = {**notice.facts, "recipient": reader, "site": site.page("/")}
    written = renderer.mail(telling.template, mail.locale, facts)
    mail.subject, mail.text, mail.html = written.subject, written.text, written.html
    mail.calendar = notice.calendar(reader) if notice.calendar else None
    return True


def _withheld(mail: Mail) -> bool:
    mail.state, mail.failure = MailState.FAILED, WITHHELD
    mail.subject = mail.text = mail.html = ""
    mail.calendar = mail.stop_url = None
    return False
