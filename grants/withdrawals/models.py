"""The withdrawal of an award: its procedure, what it takes back, and what was recovered of it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.applications.models import Application
from grants.db import Base, Row, enum_values
from grants.decisions.models import Decision
from grants.files.models import StoredFile
from grants.kernel.money import Amount


class Reason(StrEnum):
    """Why an award is taken back. Values are stored."""

    REPUBLICAN_CONTRACT = "republican_contract"
    NOT_CARRIED_OUT = "not_carried_out"
    UNSPENT = "unspent"
    REPORT_MISSING = "report_missing"
    ERROR = "error"
    FRAUD = "fraud"
    DISSOLVED = "dissolved"
    GIVEN_UP = "given_up"
    ANNULLED = "annulled"


UNHEARD = frozenset({Reason.GIVEN_UP, Reason.ANNULLED})
"""Without a contradictory procedure: the beneficiary asks for it, or a court has judged."""


class WithdrawalState(StrEnum):
    """Where a withdrawal stands. Values are stored."""

    ASKED = "asked"
    NOTIFIED = "notified"
    DECIDED = "decided"
    EFFECTIVE = "effective"
    DROPPED = "dropped"


LIVE = "state IN ('asked', 'notified', 'decided')"
NO_HEARING = "reason IN ('given_up', 'annulled')"


class Withdrawal(Row, Base):
    """One award taken back, in whole or in part, in its unit's smallest part.

    `amount` is what was announced, `decided_amount` what was decided, never more. Effective, it
    took `cancelled` off what was not paid, and asks `to_claim` back of what was: `title` is the
    number of that titre de recettes. What was announced and decided never changes (trigger).
    """

    __tablename__ = "withdrawal"
    __table_args__ = (
        Index("uq_withdrawal_live", "decision_id", unique=True, postgresql_where=text(LIVE)),
        Index(None, "funder_id", "state", "observations_until"),
        CheckConstraint(enum_values("reason", Reason), name="reason_is_known"),
        CheckConstraint(enum_values("state", WithdrawalState), name="state_is_known"),
        CheckConstraint("btrim(grounds) <> ''", name="grounds_are_told"),
        CheckConstraint("amount > 0", name="amount_is_positive"),
        CheckConstraint(
            "reason <> 'republican_contract' OR breach_on IS NOT NULL", name="breach_is_dated"
        ),
        CheckConstraint("period_until >= period_from", name="period_is_one"),
        CheckConstraint("spent >= 0 AND planned > 0", name="expense_is_counted"),
        CheckConstraint(
            f"{NO_HEARING} OR (notified_on IS NOT NULL AND observations_until IS NOT NULL"
            " AND observations_until >= notified_on + 15)",
            name="fifteen_days_to_observe",
        ),
        CheckConstraint(
            "(observed_at IS NULL) = (observed_by IS NULL)"
            " AND (observed_at IS NULL OR btrim(observations) <> '')"
            " AND (NOT hearing_asked OR observed_at IS NOT NULL)",
            name="observations_are_whole",
        ),
        CheckConstraint(
            f"decided_on IS NULL OR {NO_HEARING} OR observed_at IS NOT NULL"
            " OR decided_on > observations_until",
            name="decided_after_observations",
        ),
        CheckConstraint(
            "decided_on IS NULL OR NOT hearing_asked"
            " OR (heard_on IS NOT NULL AND heard_on <= decided_on)",
            name="heard_who_asked",
        ),
        CheckConstraint(
            "decided_on IS NULL OR (decided_amount BETWEEN 1 AND amount AND btrim(act) <> ''"
            " AND btrim(motives) <> '' AND decided_by IS NOT NULL AND decided_at IS NOT NULL)",
            name="decision_is_whole",
        ),
        CheckConstraint(
            "state NOT IN ('decided', 'effective') OR decided_on IS NOT NULL",
            name="decided_matches_state",
        ),
        CheckConstraint(
            "(state = 'effective') = (executory_on IS NOT NULL)"
            " AND (executory_on IS NULL) = (booked_at IS NULL)"
            " AND (executory_on IS NULL) = (booked_by IS NULL)"
            " AND (executory_on IS NULL OR executory_on >= decided_on)",
            name="effective_matches_state",
        ),
        CheckConstraint(
            "cancelled >= 0 AND to_claim >= 0 AND cancelled + to_claim ="
            " CASE state WHEN 'effective' THEN decided_amount ELSE 0 END",
            name="takes_what_was_decided",
        ),
        CheckConstraint(
            "reason <> 'republican_contract' OR repay_by IS NULL"
            " OR repay_by <= executory_on + interval '6 months'",
            name="repaid_within_six_months",
        ),
        CheckConstraint(
            "(title = '') = (claimed_on IS NULL) AND (title = '') = (claimed_by IS NULL)"
            " AND (title = '' OR to_claim > 0)",
            name="claim_has_a_title",
        ),
        CheckConstraint(
            "(state = 'dropped') = (dropped_at IS NOT NULL)"
            " AND (dropped_at IS NULL) = (dropped_by IS NULL)"
            " AND (dropped_at IS NULL OR btrim(drop_reason) <> '')",
            name="dropped_matches_state",
        ),
    )

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"), index=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    reason: Mapped[Reason]
    state: Mapped[WithdrawalState]
    grounds: Mapped[str]
    amount: Mapped[Amount]
    # What the amount was worked out from: days of a period, or what was planned and spent.
    period_from: Mapped[date | None]
    period_until: Mapped[date | None]
    breach_on: Mapped[date | None]
    planned: Mapped[Amount | None]
    spent: Mapped[Amount | None]
    started_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]
    notified_on: Mapped[date | None]
    observations_until: Mapped[date | None]
    observations: Mapped[str] = mapped_column(default="", server_default="")
    observed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    observed_at: Mapped[datetime | None]
    hearing_asked: Mapped[bool] = mapped_column(default=False, server_default="false")
    heard_on: Mapped[date | None]
    heard_note: Mapped[str] = mapped_column(default="", server_default="")
    act: Mapped[str] = mapped_column(default="", server_default="")
    decided_on: Mapped[date | None]
    decided_amount: Mapped[Amount | None]
    motives: Mapped[str] = mapped_column(default="", server_default="")
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    executory_on: Mapped[date | None]
    repay_by: Mapped[date | None]
    cancelled: Mapped[Amount] = mapped_column(default=Amount(0), server_default="0")
    to_claim: Mapped[Amount] = mapped_column(default=Amount(0), server_default="0")
    booked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    booked_at: Mapped[datetime | None]
    title: Mapped[str] = mapped_column(default="", server_default="")
    claimed_on: Mapped[date | None]
    claimed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    dropped_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    dropped_at: Mapped[datetime | None]
    drop_reason: Mapped[str] = mapped_column(default="", server_default="")

    decision: Mapped[Decision] = relationship(lazy="raise")
    application: Mapped[Application] = relationship(lazy="raise")
    files: Mapped[list[WithdrawalFile]] = relationship(
        lazy="raise", order_by="(WithdrawalFile.created_at, WithdrawalFile.id)"
    )
    recoveries: Mapped[list[Recovery]] = relationship(
        lazy="raise", order_by="(Recovery.received_on, Recovery.created_at, Recovery.id)"
    )

    @property
    def is_heard_first(self) -> bool:
        """Whether its beneficiary must be able to answer before it is decided."""
        return self.reason not in UNHEARD

    def may_be_decided(self, on: date) -> bool:
        """Whether, that day, the beneficiary has answered or had the time to."""
        if not self.is_heard_first or self.observations_until is None:
            return True
        if self.hearing_asked and self.heard_on is None:
            return False
        return self.observed_at is not None or on > self.observations_until


class WithdrawalFile(Row, Base):
    """A document given with observations."""

    __tablename__ = "withdrawal_file"

    withdrawal_id: Mapped[UUID] = mapped_column(ForeignKey("withdrawal.id"), index=True)
    stored_file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))

    stored_file: Mapped[StoredFile] = relationship(lazy="raise")


class Recovery(Row, Base):
    """One part of what was asked back that reached the authority. Insert-only."""

    __tablename__ = "withdrawal_recovery"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_is_positive"),)

    withdrawal_id: Mapped[UUID] = mapped_column(ForeignKey("withdrawal.id"), index=True)
    amount: Mapped[Amount]
    received_on: Mapped[date]
    reference: Mapped[str] = mapped_column(default="", server_default="")
    noted_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime]


class Annulment(Row, Base):
    """A judgment, or the decision of the authority above, that annulled a whole executory act.

    One for an act, insert-only (trigger). What it took of each award is a withdrawal of the same
    instant.
    """

    __tablename__ = "annulment"
    __table_args__ = (
        UniqueConstraint("deliberation_id"),
        CheckConstraint(
            "btrim(pronounced_by) <> '' AND btrim(reference) <> '' AND btrim(reason) <> ''",
            name="is_told",
        ),
    )

    deliberation_id: Mapped[UUID] = mapped_column(ForeignKey("deliberation.id"))
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    pronounced_by: Mapped[str]
    reference: Mapped[str]
    pronounced_on: Mapped[date]
    reason: Mapped[str]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
