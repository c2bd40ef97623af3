"""Mails to send and sent; letters kept as PDF."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.db import Base, Row, enum_values
from grants.decisions.models import Instrument, Outcome
from grants.files.models import StoredFile
from grants.notices import texts


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


def holds_blocks(column: str) -> str:
    """The text of a CHECK: a body that is written holds every block that its letters need."""
    always = " AND ".join(f"strpos({column}, '[{one}]') > 0" for one in texts.ALWAYS)
    amount = f"(COALESCE(outcome, 'award') <> 'award' OR strpos({column}, '[montant]') > 0)"
    reason = f"(COALESCE(outcome, 'refusal') <> 'refusal' OR strpos({column}, '[motif]') > 0)"
    return f"{always} AND {amount} AND {reason}"


class LetterTemplate(Row, Base):
    """One text of letters of a funder, and for which decisions it is meant.

    The first in the funder's order whose every condition holds is taken; a condition that says
    nothing holds. A text without its mandatory blocks is refused here too.
    """

    __tablename__ = "letter_template"
    __table_args__ = (
        UniqueConstraint("funder_id", "position", deferrable=True, initially="DEFERRED"),
        CheckConstraint("btrim(name) <> ''", name="is_named"),
        CheckConstraint(enum_values("outcome", Outcome), name="outcome_is_known"),
        CheckConstraint(holds_blocks("body_fr"), name="french_holds_its_blocks"),
        CheckConstraint(
            f"body_en = '' OR ({holds_blocks('body_en')})", name="english_holds_its_blocks"
        ),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    position: Mapped[int]
    name: Mapped[str]
    outcome: Mapped[Outcome | None]
    instrument: Mapped[Instrument | None]
    call_id: Mapped[UUID | None] = mapped_column(ForeignKey("call.id"))
    track_key: Mapped[str] = mapped_column(default="", server_default="")
    # Less than what was asked for.
    partial: Mapped[bool | None]
    body_fr: Mapped[str]
    body_en: Mapped[str] = mapped_column(default="", server_default="")
    revised_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    revised_at: Mapped[datetime]


class LetterWording(Row, Base):
    """What one letter says, apart from the rule: a paragraph of its own, then the frozen text.

    `body` is written when the letters of its deliberation are released; nothing changes after
    (trigger).
    """

    __tablename__ = "letter_wording"
    __table_args__ = (UniqueConstraint("deliberation_id", "application_id"),)

    deliberation_id: Mapped[UUID] = mapped_column(ForeignKey("deliberation.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    added: Mapped[str] = mapped_column(default="", server_default="")
    body: Mapped[str | None]
    # The order (arrêté) of an act by delegation, frozen with the letter; none for a council's act.
    order_text: Mapped[str | None]
    worded_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    worded_at: Mapped[datetime]


class LetterRelease(Row, Base):
    """The instant at which somebody who had looked through all the letters let them leave."""

    __tablename__ = "letter_release"
    __table_args__ = (
        UniqueConstraint("deliberation_id"),
        CheckConstraint("letters > 0", name="something_leaves"),
    )

    deliberation_id: Mapped[UUID] = mapped_column(ForeignKey("deliberation.id"))
    letters: Mapped[int]
    fingerprint: Mapped[str]
    released_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime]
