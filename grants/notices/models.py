"""Mails to send and sent; letters kept as PDF."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.db import Base, Row, enum_values
from grants.files.models import StoredFile


class MailState(StrEnum):
    """Where a mail stands. Values are stored."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class Mail(Row, Base):
    """One mail to one address about one message of the outbox.

    Written before it is sent: the row is what is owed. Its id makes the Message-ID, so that
    a mail sent twice after a crash is recognised as one. The body of a mail that carries a
    one-time link is erased once sent, and so is `stop_url`, where one click stops such mails.
    """

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("message_id", "kind", "to_address"),
        Index("ix_mail_due", "next_at", postgresql_where=text("state = 'pending'")),
        CheckConstraint(enum_values("state", MailState), name="state_is_known"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_matches_state"),
        CheckConstraint("attempts >= 0", name="attempts_are_counted"),
    )

    message_id: Mapped[UUID] = mapped_column(ForeignKey("outbox_message.id"))
    recipient_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    to_address: Mapped[str]
    kind: Mapped[str]
    locale: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    bears_secret: Mapped[bool] = mapped_column(default=False)
    stop_url: Mapped[str | None]
    # An entry for the recipient's own calendar (iCalendar), attached.
    calendar: Mapped[str | None]
    state: Mapped[MailState] = mapped_column(default=MailState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    # What went wrong last: a reply code or an exception's name, never the server's words,
    # which repeat addresses.
    failure: Mapped[str | None]


class Letter(Row, Base):
    """The letter that tells an applicant what one deliberation decided."""

    __tablename__ = "letter"
    __table_args__ = (UniqueConstraint("deliberation_id", "application_id"),)

    deliberation_id: Mapped[UUID] = mapped_column(ForeignKey("deliberation.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    stored_file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    number: Mapped[str]
    written_at: Mapped[datetime]

    stored_file: Mapped[StoredFile] = relationship(lazy="raise")
