"""Financial reports of awards, the parts of repayable advances, and what was reminded."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.applications.models import Application
from grants.db import Base, Row, enum_values
from grants.decisions.models import Decision
from grants.files.models import StoredFile
from grants.kernel.money import Cents


class ReportState(StrEnum):
    """Where a financial report stands. Values are stored."""

    EXPECTED = "expected"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    EXCUSED = "excused"


class PartState(StrEnum):
    """Where one part of a repayable advance stands. Values are stored."""

    PLANNED = "planned"
    ASKED = "asked"
    REPAID = "repaid"
    WAIVED = "waived"


class Reminded(StrEnum):
    """On which occasion something that falls due was reminded. Values are stored."""

    BEFORE = "before"
    DUE = "due"
    LATE = "late"


class FinancialReport(Row, Base):
    """What an award was spent on, beside what was expected (Cerfa 15059). One for each award.

    `lines` has `charges` and `products`, each a list of {account, label, forecast, actual} in
    whole euros. Accepted or excused, it never changes again (trigger).
    """

    __tablename__ = "financial_report"
    __table_args__ = (
        UniqueConstraint("decision_id"),
        Index(None, "funder_id", "state", "due_on"),
        Index(None, "application_id"),
        CheckConstraint(enum_values("state", ReportState), name="state_is_known"),
        CheckConstraint("due_on > year_ends_on", name="due_after_the_year"),
        CheckConstraint(
            "state NOT IN ('submitted', 'returned', 'accepted') OR submitted_at IS NOT NULL",
            name="submitted_has_its_instant",
        ),
        CheckConstraint(
            "(submitted_at IS NULL) = (submitted_by IS NULL)", name="submitted_by_somebody"
        ),
        CheckConstraint(
            "(state IN ('returned', 'accepted', 'excused')) <= (ruled_at IS NOT NULL)"
            " AND (ruled_at IS NULL) = (ruled_by IS NULL)",
            name="ruled_by_somebody",
        ),
        CheckConstraint(
            "state NOT IN ('returned', 'excused') OR btrim(reason) <> ''", name="reason_is_given"
        ),
    )

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    year_ends_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[ReportState] = mapped_column(default=ReportState.EXPECTED)
    lines: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    narrative: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    saved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    ruled_at: Mapped[datetime | None]
    ruled_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="", server_default="")

    decision: Mapped[Decision] = relationship(lazy="raise")
    application: Mapped[Application] = relationship(lazy="raise")
    files: Mapped[list[ReportFile]] = relationship(
        lazy="raise", order_by="(ReportFile.created_at, ReportFile.id)"
    )


class ReportFile(Row, Base):
    """A document given with a report: activity report, accounts, allocation keys."""

    __tablename__ = "financial_report_file"

    report_id: Mapped[UUID] = mapped_column(ForeignKey("financial_report.id"), index=True)
    stored_file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))

    stored_file: Mapped[StoredFile] = relationship(lazy="raise")


class AdvancePart(Row, Base):
    """One part of a repayable advance: what is repaid, and by when. In cents.

    PostgreSQL refuses parts of anything but an advance, and more than was advanced.
    """

    __tablename__ = "advance_part"
    __table_args__ = (
        UniqueConstraint("decision_id", "position"),
        Index(None, "funder_id", "state", "due_on"),
        Index(None, "application_id"),
        CheckConstraint(enum_values("state", PartState), name="state_is_known"),
        CheckConstraint("amount_cents > 0", name="amount_is_positive"),
        CheckConstraint("position > 0", name="position_is_positive"),
        CheckConstraint(
            "(state = 'repaid') = (repaid_on IS NOT NULL)"
            " AND (repaid_on IS NULL OR asked_on IS NOT NULL)",
            name="repaid_matches_state",
        ),
        CheckConstraint(
            "(state IN ('asked', 'repaid')) <= (asked_on IS NOT NULL)", name="asked_matches_state"
        ),
        CheckConstraint(
            "(state = 'waived') = (waived_on IS NOT NULL)"
            " AND (waived_on IS NULL) = (waived_by IS NULL)"
            " AND (waived_on IS NULL) = (btrim(act) = '')",
            name="waived_by_an_act",
        ),
    )

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    position: Mapped[int]
    due_on: Mapped[date]
    amount_cents: Mapped[Cents]
    state: Mapped[PartState] = mapped_column(default=PartState.PLANNED)
    asked_on: Mapped[date | None]
    repaid_on: Mapped[date | None]
    reference: Mapped[str] = mapped_column(default="", server_default="")
    waived_on: Mapped[date | None]
    waived_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act: Mapped[str] = mapped_column(default="", server_default="")

    decision: Mapped[Decision] = relationship(lazy="raise")
    application: Mapped[Application] = relationship(lazy="raise")


class DueReminder(Row, Base):
    """That a report or a part of an advance was reminded, once for each occasion and due day."""

    __tablename__ = "due_reminder"
    __table_args__ = (
        UniqueConstraint("subject_id", "occasion", "due_on"),
        CheckConstraint(enum_values("occasion", Reminded), name="occasion_is_known"),
    )

    subject_id: Mapped[UUID]
    occasion: Mapped[Reminded]
    due_on: Mapped[date]
    sent_at: Mapped[datetime]
