"""Mails: written from messages, then handed to the SMTP server, once each."""

from __future__ import annotations

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit
from uuid import UUID

import structlog

from grants.notices import queries, services
from grants.notices.models import Mail
from grants.notices.services import Failure
from grants.outbox.services import first_time
from workers.app import celery, database, now, settings
from workers.telling import pages, site

log = structlog.get_logger()

BATCH = 100
TIMEOUT_SECONDS = 10
PERMANENT = 500


@celery.task(name="mail.compose")
def compose(message_id: str) -> None:
    """Write down the mails that a message owes, however often it is delivered; then send."""
    with database().transaction() as session:
        written = 0
        if first_time(session, UUID(message_id), "mail.compose"):
            written = services.compose(
                session, UUID(message_id), renderer=pages(), site=site(), now=now()
            )
    if written:
        send_due()


@celery.task(name="mail.send")
def send_due() -> int:
    """Hand over what is due, and return how many left. Safe to run twice at once.

    Each mail has a transaction of its own, which holds its row while the server answers: a
    killed worker lets go of it, and whoever comes next sends it under the same Message-ID. What
    its reader must not know of since it was written stays (`services.look_again`).
    """
    left = 0
    with Post(str(settings().mail_url)) as post:
        for _ in range(BATCH):
            with database().transaction() as session:
                mail = queries.next_due(session, now=now())
                if mail is None:
                    break
                failure = None
                if not services.look_again(session, mail, renderer=pages(), site=site()):
                    continue
                failure = post.hand_over(mail)
                if failure is None:
                    services.sent(mail, now=now())
                    left += 1
                else:
                    log.warning("mail not sent", mail=str(mail.id), kind=failure.kind)
                    services.not_sent(mail, failure, now=now())
            if failure is not None and not failure.for_good:
                break  # the server is away or busy: the others would only wait longer
    return left


class Post:
    """One connection for a batch of mails, opened with the first of them."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Post:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._server is not None:
            try:
                self._server.quit()
            except (smtplib.SMTPException, OSError):
                self._server.close()

    def hand_over(self, mail: Mail) -> Failure | None:
        """Send one mail, and tell why it did not leave."""
        try:
            if self._server is None:
                self._server = connected(self._url)
            sender = settings().mail_from
            self._server.send_message(as_message(mail), sender, [mail.to_address])
        except (smtplib.SMTPException, OSError) as error:
            return failure_of(error)
        return None


def as_message(mail: Mail) -> EmailMessage:
    """The mail as it leaves: text first, HTML beside; its Message-ID is its row's."""
    sender = settings().mail_from
    message = EmailMessage()
    message["Subject"] = mail.subject
    message["From"] = Address("Lauréat", addr_spec=sender)
    message["To"] = Address(addr_spec=mail.to_address)
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.stop_url:  # RFC 8058: the mailbox itself offers to stop, in one click
        message["List-Unsubscribe"] = f"<{mail.stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    if mail.calendar:  # RFC 6047: the method is repeated, so that mailboxes offer to note it
        method = "CANCEL" if "METHOD:CANCEL" in mail.calendar else "REQUEST"
        message.add_attachment(
            mail.calendar.encode(), maintype="text", subtype="calendar", filename="audition.ics"
        )
        part = list(message.iter_attachments())[-1]
        part.set_param("method", method)
        part.set_param("charset", "utf-8")
    message["Content-Language"] = mail.locale  # last: the parts take over what was there before
    return message


def connected(url: str) -> smtplib.SMTP:
    """A connection to the server of `smtp://` or `smtps://`, signed in when the address says who.

    Raises:
        OSError, smtplib.SMTPException: it does not answer, or does not let us in.
    """
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
    if parts.username:
        if parts.scheme == "smtp":
            server.starttls(context=ssl.create_default_context())
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def failure_of(error: smtplib.SMTPException | OSError) -> Failure:
    """The kind of a failure, without the words of the server, which repeat addresses."""
    code = None
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((answer[0] for answer in error.recipients.values()), None)
        return Failure(f"recipient {code}", for_good=bool(code and code >= PERMANENT))
    if isinstance(error, smtplib.SMTPResponseException):
        code = error.smtp_code
    # Only what the server says of this very mail is final; a wrong password may be mended.
    refused = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= PERMANENT
    return Failure(f"{type(error).__name__} {code or ''}".strip(), for_good=refused)
