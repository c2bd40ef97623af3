"""One row per answer to a call, its attachments, its complements, its officers' notes."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    FetchedValue,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.calls.models import Call, FormRevision
from grants.db import Base, Row, enum_values
from grants.files.models import StoredFile
from grants.kernel.money import Amount
from grants.people.models import Organisation, Person


class ApplicationState(StrEnum):
    """Where an application stands. Values are stored; people read `grants.web.states`."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    INCOMPLETE = "incomplete"
    ADMISSIBLE = "admissible"
    INADMISSIBLE = "inadmissible"
    IN_REVIEW = "in_review"
    ELIMINATED = "eliminated"
    FINALIST = "finalist"
    AWARDED = "awarded"
    WAITLISTED = "waitlisted"
    DECLINED = "declined"
    UNDER_AGREEMENT = "under_agreement"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


def folded(text: str) -> str:
    """Text as it is searched: lower case, no accents, so that « economie » finds « Économie »."""
    decomposed = unicodedata.normalize("NFKD", text.replace("\x00", ""))
    return "".join(one for one in decomposed if not unicodedata.combining(one)).casefold()


class Application(Row, Base):
    """One applicant's answer to one call.

    The applicant is the organisation, or its author when there is none. `requested` counts
    the call's unit. `title`, `requested`, `summary` and `track_key` repeat the answers that
    have those roles, so that lists never open `answers`; `search_text` is what the list is
    searched in beside the number (see `folded`).
    """

    __tablename__ = "application"
    # The number that a submission computes comes back with the statement that writes it.
    __mapper_args__ = {"eager_defaults": True}
    __table_args__ = (
        # One draft for each call and applicant: starting twice finds the first.
        Index(
            "uq_application_draft_of_organisation",
            "call_id",
            "organisation_id",
            unique=True,
            postgresql_where=text("state = 'draft' AND organisation_id IS NOT NULL"),
        ),
        Index(
            "uq_application_draft_of_person",
            "call_id",
            "author_id",
            unique=True,
            postgresql_where=text("state = 'draft' AND organisation_id IS NULL AND NOT is_test"),
        ),
        Index(
            "uq_application_test_of_person",
            "call_id",
            "author_id",
            unique=True,
            postgresql_where=text("is_test"),
        ),
        # Tries of a call can never be counted, numbered or judged: they never leave the draft.
        CheckConstraint("NOT is_test OR state = 'draft'", name="a_test_stays_a_draft"),
        CheckConstraint("is_test OR test_legal_form = ''", name="only_a_test_feigns_a_form"),
        # The officers' list in the order of arrival, and its counts.
        UniqueConstraint("call_id", "place"),
        Index(
            "ix_application_states",
            "call_id",
            "state",
            "id",
            postgresql_where=text("submitted_at IS NOT NULL"),
        ),
        Index(None, "organisation_id"),
        Index(None, "author_id"),
        # The list across calls: the latest first, and each referent's own.
        Index(
            "ix_application_received",
            "submitted_at",
            "id",
            postgresql_where=text("submitted_at IS NOT NULL"),
        ),
        Index(
            "ix_application_referent",
            "referent_id",
            "submitted_at",
            postgresql_where=text("referent_id IS NOT NULL"),
        ),
        Index(
            "ix_application_accounts",
            "accounts",
            postgresql_using="gin",
            postgresql_where=text("submitted_at IS NOT NULL"),
        ),
        # Near-same titles and summaries.
        Index(
            "ix_application_title_trigrams",
            "title",
            postgresql_using="gin",
            postgresql_ops={"title": "gin_trgm_ops"},
            postgresql_where=text("submitted_at IS NOT NULL"),
        ),
        Index(
            "ix_application_summary_trigrams",
            "summary",
            postgresql_using="gin",
            postgresql_ops={"summary": "gin_trgm_ops"},
            postgresql_where=text("submitted_at IS NOT NULL"),
        ),
        CheckConstraint("waited_days >= 0", name="waited_days_are_counted"),
        CheckConstraint(
            "(checked_at IS NULL) = (checked_by IS NULL)", name="a_check_has_an_author"
        ),
        Index(None, "batch_id", postgresql_where=text("batch_id IS NOT NULL")),
        # The few that a ranking leaves out.
        Index("ix_application_withdrawn", "call_id", postgresql_where=text("state = 'withdrawn'")),
        CheckConstraint(enum_values("state", ApplicationState), name="state_is_known"),
        CheckConstraint("requested >= 0", name="requested_is_not_negative"),
        CheckConstraint("version >= 0", name="version_is_not_negative"),
        CheckConstraint(
            "(number IS NULL) = (submitted_at IS NULL) AND (place IS NULL) = (number IS NULL)",
            name="number_comes_with_submission",
        ),
        # A draft may be withdrawn without ever having been submitted, hence the third term.
        CheckConstraint(
            "(state IN ('draft', 'lapsed')) = (submitted_at IS NULL) OR state = 'withdrawn'",
            name="submitted_at_matches_state",
        ),
        CheckConstraint(
            "state <> 'incomplete' OR complement_due_on IS NOT NULL",
            name="incomplete_has_a_due_date",
        ),
        CheckConstraint(
            "admissible_at IS NOT NULL OR state IN ('draft', 'lapsed', 'submitted', "
            "'incomplete', 'inadmissible', 'withdrawn')",
            name="admissible_at_matches_state",
        ),
        CheckConstraint(
            "(state = 'inadmissible') = (inadmissible_at IS NOT NULL)",
            name="inadmissible_at_matches_state",
        ),
        CheckConstraint(
            "decided_at IS NOT NULL OR state NOT IN ('awarded', 'waitlisted', 'declined', "
            "'under_agreement', 'in_progress', 'closed')",
            name="decided_at_matches_state",
        ),
        CheckConstraint(
            "knew_at IS NULL OR decided_at IS NOT NULL OR inadmissible_at IS NOT NULL",
            name="knew_at_follows_a_decision",
        ),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
            name="withdrawn_at_matches_state",
        ),
        CheckConstraint(
            "(state = 'lapsed') = (lapsed_at IS NOT NULL)", name="lapsed_at_matches_state"
        ),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    revision_id: Mapped[UUID] = mapped_column(ForeignKey("form_revision.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    state: Mapped[ApplicationState] = mapped_column(default=ApplicationState.DRAFT)
    # An officer tries the call, as an applicant of that legal form (INSEE code).
    is_test: Mapped[bool] = mapped_column(default=False, server_default="false")
    test_legal_form: Mapped[str] = mapped_column(default="", server_default="")
    # Until when an access code lets it be submitted; and the batch of a rolling call it joined.
    late_until: Mapped[datetime | None]
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("batch.id"))

    # Its place among the call's submissions, from 1 without gaps, and the number that says it.
    place: Mapped[int | None] = mapped_column(server_onupdate=FetchedValue())
    number: Mapped[str | None] = mapped_column(unique=True, server_onupdate=FetchedValue())
    title: Mapped[str] = mapped_column(default="", server_default="")
    requested: Mapped[Amount] = mapped_column(default=0, server_default="0")
    summary: Mapped[str] = mapped_column(default="", server_default="")
    track_key: Mapped[str | None]
    search_text: Mapped[str] = mapped_column(default="", server_default="")

    # Blind indexes of the bank accounts answered; and the answers that no search may find.
    accounts: Mapped[list[str]] = mapped_column(
        ARRAY(String), default=list, server_default=text("'{}'")
    )
    not_searched: Mapped[list[str]] = mapped_column(
        ARRAY(String), default=list, server_default=text("'{}'")
    )

    # What was understood, by field key, bank accounts sealed; and what was
    # typed and could not be, as typed.
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    as_typed: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    # Answers that a later revision of the form had no room for, with their questions.
    archived: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    # By section key: {"version", "at", "by", "page"} of its last save (see services.drafting).
    sections: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    # Answers carried over from an earlier application, to be looked at again before submitting.
    to_confirm: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    copied_from: Mapped[UUID | None] = mapped_column(ForeignKey("application.id"))
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime | None]

    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    complement_due_on: Mapped[date | None]
    # The latest request for complements; and the whole days spent waiting for answered ones.
    complement_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("complement_request.id", use_alter=True, name="fk_application_complement_id")
    )
    waited_days: Mapped[int] = mapped_column(default=0, server_default="0")
    # Who follows it; and the second person who went through its checklist.
    referent_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime | None]
    admissible_at: Mapped[datetime | None]
    inadmissible_at: Mapped[datetime | None]
    inadmissible_reasons: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    inadmissible_note: Mapped[str] = mapped_column(default="", server_default="")
    decided_at: Mapped[datetime | None]
    knew_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    lapsed_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship(lazy="raise")
    revision: Mapped[FormRevision] = relationship(lazy="raise")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    author: Mapped[Person] = relationship(lazy="raise", foreign_keys=author_id)
    files: Mapped[list[ApplicationFile]] = relationship(
        lazy="raise",
        order_by="(ApplicationFile.added_at, ApplicationFile.id)",
        back_populates="application",
    )
    complement: Mapped[ComplementRequest | None] = relationship(
        lazy="raise", foreign_keys=complement_id, post_update=True
    )
    complements: Mapped[list[ComplementRequest]] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="Application.id == foreign(ComplementRequest.application_id)",
        order_by="(ComplementRequest.asked_at, ComplementRequest.id)",
    )


class ApplicationFile(Row, Base):
    """A document attached to one field. Replaced or removed, it stays as history."""

    __tablename__ = "application_file"
    __table_args__ = (
        Index(
            "ix_application_file_attached",
            "application_id",
            postgresql_where=text("removed_at IS NULL"),
        ),
        CheckConstraint(
            "(removed_at IS NULL) = (removed_by IS NULL)", name="removal_has_an_author"
        ),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    field_key: Mapped[str]
    stored_file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    added_at: Mapped[datetime]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    application: Mapped[Application] = relationship(lazy="raise", back_populates="files")
    stored_file: Mapped[StoredFile] = relationship(lazy="raise")


class ComplementRequest(Row, Base):
    """A request for complements, and its answer. One at a time is open.

    `items` are `{"field_key", "message"}`; `before` keeps those fields' answers as they were
    when asked and `after` as they were sent, so that what changed can be read. A document is
    there as the list of its names and SHA-256.
    """

    __tablename__ = "complement_request"
    __table_args__ = (
        Index(None, "application_id", "asked_at"),
        Index(
            "uq_complement_request_open",
            "application_id",
            unique=True,
            postgresql_where=text("answered_at IS NULL"),
        ),
        CheckConstraint("jsonb_array_length(items) > 0", name="something_is_asked"),
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name="an_answer_has_an_author"
        ),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date]
    message: Mapped[str]
    items: Mapped[list[Any]]
    before: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str] = mapped_column(default="", server_default="")
    after: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

    @property
    def field_keys(self) -> frozenset[str]:
        """The fields that the applicant is asked about, and may change."""
        return frozenset(item["field_key"] for item in self.items)


class OfficerNote(Row, Base):
    """What an officer writes for colleagues; no applicant and no juror ever reads it."""

    __tablename__ = "officer_note"
    __table_args__ = (
        Index(None, "application_id", "written_at"),
        CheckConstraint("text <> ''", name="text_is_not_empty"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    text: Mapped[str]

    author: Mapped[Person] = relationship(lazy="raise")


class ApplicationCounter(Base):
    """The last number given in a call. Its row is locked last, and for one round trip."""

    __tablename__ = "application_counter"
    __table_args__ = (CheckConstraint("last >= 0", name="last_is_not_negative"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), primary_key=True)
    last: Mapped[int] = mapped_column(default=0, server_default="0")


# What full text is searched in, kept by a trigger once the application is submitted. Not an
# attribute: it is never loaded, nor written by us.
SEARCH_VECTOR = Column("search_vector", TSVECTOR)
Application.metadata.tables["application"].append_column(SEARCH_VECTOR)
Index(
    "ix_application_search_vector",
    SEARCH_VECTOR,
    postgresql_using="gin",
)
