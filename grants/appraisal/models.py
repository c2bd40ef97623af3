"""Labels, referents, checklists, conversations, opinions, and what each officer keeps at hand."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.applications.models import Application
from grants.db import Base, Row, enum_values
from grants.people.models import Person

TONES = ("neutral", "info", "success", "warning", "danger")


class Verdict(StrEnum):
    """What an officer found on one line of the checklist. Values are stored."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_CONCERNED = "not_concerned"


class Pace(StrEnum):
    """How often someone is written to about conversations. Values are stored."""

    DAILY = "daily"
    AT_ONCE = "at_once"
    NEVER = "never"


class Advice(StrEnum):
    """What an expert advises. Values are stored."""

    FAVOURABLE = "favourable"
    RESERVED = "reserved"
    UNFAVOURABLE = "unfavourable"


class Label(Row, Base):
    """A word that a funder's officers stick on files."""

    __tablename__ = "label"
    __table_args__ = (
        UniqueConstraint("funder_id", "name"),
        CheckConstraint("name <> ''", name="name_is_given"),
        CheckConstraint(f"tone IN {TONES}", name="tone_is_known"),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    name: Mapped[str]
    tone: Mapped[str] = mapped_column(default="neutral", server_default="neutral")


class ApplicationLabel(Base):
    """One label on one file."""

    __tablename__ = "application_label"
    __table_args__ = (Index(None, "label_id"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    label_id: Mapped[UUID] = mapped_column(
        ForeignKey("label.id", ondelete="CASCADE"), primary_key=True
    )


class ReferentRule(Row, Base):
    """A contact point: whoever follows the files of some places, of some sectors, or of both.

    `communes` are beginnings of INSEE codes ("68" is a whole department); `sectors` are keys of
    tracks and of themes. An empty list asks nothing. The first rule that fits decides.
    """

    __tablename__ = "referent_rule"
    __table_args__ = (
        Index(None, "funder_id", "position"),
        CheckConstraint("label <> ''", name="label_is_given"),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    position: Mapped[int]
    label: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    communes: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    sectors: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")

    person: Mapped[Person] = relationship(lazy="raise")


class ReferentChange(Row, Base):
    """A file changed hands: from whom to whom, why, by whom (nobody: by a rule)."""

    __tablename__ = "referent_change"
    __table_args__ = (Index(None, "application_id", "changed_at"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    from_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    to_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="", server_default="")
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class SavedView(Row, Base):
    """A search with its columns, under a name, for the person who keeps it.

    `address` is the query string of the list: whoever is sent it sees what they may of the same.
    """

    __tablename__ = "saved_view"
    __table_args__ = (
        Index(
            "uq_saved_view_person_id_call_id_name",
            "person_id",
            "call_id",
            "name",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("name <> ''", name="name_is_given"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    call_id: Mapped[UUID | None] = mapped_column(ForeignKey("call.id"))
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="", server_default="")


class ExportProfile(Row, Base):
    """Which columns and which answers a funder's officers export; bound to keys, not to a call."""

    __tablename__ = "export_profile"
    __table_args__ = (
        UniqueConstraint("funder_id", "name"),
        CheckConstraint("name <> ''", name="name_is_given"),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    name: Mapped[str]
    columns: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    field_keys: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")


class ChecklistLine(Base):
    """What an officer found on one line of the checklist; the lines come from the call."""

    __tablename__ = "checklist_line"
    __table_args__ = (CheckConstraint(enum_values("verdict", Verdict), name="verdict_is_known"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    verdict: Mapped[Verdict]
    note: Mapped[str] = mapped_column(default="", server_default="")
    judged_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    judged_at: Mapped[datetime]


class ThreadMessage(Row, Base):
    """A message between an applicant and the service. Never altered."""

    __tablename__ = "thread_message"
    __table_args__ = (
        Index(None, "application_id", "written_at"),
        CheckConstraint("text <> ''", name="text_is_not_empty"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    by_applicant: Mapped[bool]
    written_at: Mapped[datetime]
    text: Mapped[str]

    author: Mapped[Person] = relationship(lazy="raise")


class ThreadReading(Base):
    """Until when someone read the conversation about a file."""

    __tablename__ = "thread_reading"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    read_at: Mapped[datetime]


class DigestPreference(Base):
    """How often a person is written to, and up to which instant they have been."""

    __tablename__ = "digest_preference"
    __table_args__ = (CheckConstraint(enum_values("pace", Pace), name="pace_is_known"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    pace: Mapped[Pace] = mapped_column(default=Pace.DAILY, server_default="daily")
    told_until: Mapped[datetime | None]
    told_on: Mapped[date | None]


class OpinionRequest(Row, Base):
    """An opinion asked of someone outside, who needs no account: a signed link is the key.

    No token is stored: it is signed with the installation's secret (`appraisal.links`). The
    expert reads the answers to `field_keys`, and the documents among them, and nothing else.
    """

    __tablename__ = "opinion_request"
    __table_args__ = (
        Index(None, "application_id"),
        Index(
            "ix_opinion_request_awaited",
            "due_on",
            postgresql_where=text(
                "answered_at IS NULL AND declined_at IS NULL AND cancelled_at IS NULL"
            ),
        ),
        CheckConstraint("email = lower(email) AND email LIKE '_%@_%'", name="email_is_lower_case"),
        CheckConstraint("name <> '' AND question <> ''", name="is_addressed"),
        CheckConstraint(f"advice IS NULL OR {enum_values('advice', Advice)}", name="advice_known"),
        CheckConstraint("(answered_at IS NULL) = (advice IS NULL)", name="an_answer_is_an_advice"),
        CheckConstraint(
            "num_nonnulls(answered_at, declined_at, cancelled_at) <= 1", name="ends_once"
        ),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    email: Mapped[str]
    name: Mapped[str]
    question: Mapped[str]
    field_keys: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date]
    expires_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    advice: Mapped[Advice | None]
    text: Mapped[str] = mapped_column(default="", server_default="")
    declined_at: Mapped[datetime | None]
    has_conflict: Mapped[bool] = mapped_column(default=False, server_default="false")
    cancelled_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(lazy="raise")

    @property
    def is_awaited(self) -> bool:
        """Whether the expert may still answer."""
        return self.answered_at is None and self.declined_at is None and self.cancelled_at is None
