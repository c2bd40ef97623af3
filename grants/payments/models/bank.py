"""Bank details of beneficiaries, and how a funder pays. Account numbers are kept encrypted."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.db import Base, Row, enum_values
from grants.kernel.money import Amount
from grants.people.models import Organisation, Person


class DetailsState(StrEnum):
    """Whether an account may be paid to. Values are stored."""

    PENDING = "pending"
    AGREED = "agreed"
    REFUSED = "refused"


class BankDetails(Row, Base):
    """The account of one beneficiary, from a day on, as one funder knows it.

    One person gives it, another agrees (a CHECK holds that); PostgreSQL prepares no order to an
    account that waits, and knows one first account of a beneficiary: each other replaces one.
    What it replaces stays as history; `depositor_email` is the address to write to when it is
    replaced in its turn, even should that person's own change meanwhile.
    """

    __tablename__ = "bank_details"
    __table_args__ = (
        Index(
            "uq_bank_details_pending",
            "funder_id",
            "organisation_id",
            "person_id",
            "iban_index",
            unique=True,
            postgresql_where=text("state = 'pending'"),
            postgresql_nulls_not_distinct=True,
        ),
        Index(
            "uq_bank_details_first",
            "funder_id",
            "organisation_id",
            "person_id",
            unique=True,
            postgresql_where=text("state = 'agreed' AND replaces_id IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        Index(None, "iban_index"),
        Index(None, "funder_id", "state"),
        CheckConstraint("num_nonnulls(organisation_id, person_id) = 1", name="one_beneficiary"),
        CheckConstraint(enum_values("state", DetailsState), name="state_is_known"),
        CheckConstraint("length(iban_last4) = 4", name="only_four_digits_shown"),
        CheckConstraint(
            "(state = 'pending') = (answered_at IS NULL)"
            " AND (answered_at IS NULL) = (answered_by IS NULL)",
            name="answered_matches_state",
        ),
        CheckConstraint("answered_by <> deposited_by", name="another_person_agrees"),
        CheckConstraint("state <> 'refused' OR note <> ''", name="refusal_has_a_reason"),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    holder: Mapped[str]
    iban_cipher: Mapped[bytes]
    iban_index: Mapped[bytes]
    iban_last4: Mapped[str]
    bic: Mapped[str | None]
    deposited_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    deposited_at: Mapped[datetime]
    depositor_email: Mapped[str]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("bank_details.id"))
    state: Mapped[DetailsState] = mapped_column(default=DetailsState.PENDING)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="", server_default="")

    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=person_id)
    depositor: Mapped[Person] = relationship(lazy="raise", foreign_keys=deposited_by)
    replaces: Mapped[BankDetails | None] = relationship(lazy="raise", remote_side="BankDetails.id")

    @property
    def beneficiary(self) -> str:
        """The name of whom it pays; needs `organisation` and `person`."""
        whom = self.organisation or self.person
        return whom.name if whom else ""


class PaymentSetting(Row, Base):
    """How a funder pays: from which amount two approvers sign, and what its files begin with.

    A partner that pays by itself has an account of its own; an authority has none, its
    accounting officer pays (décret 2012-1246). PostgreSQL changes the threshold and the account
    only as the last change that a second person confirmed says.
    """

    __tablename__ = "payment_setting"
    __table_args__ = (
        UniqueConstraint("funder_id"),
        CheckConstraint("second_from > 0", name="threshold_is_positive"),
        CheckConstraint(
            "(iban_cipher IS NULL) = (iban_last4 IS NULL)"
            " AND (iban_cipher IS NULL) = (debtor IS NULL)",
            name="account_is_whole",
        ),
        CheckConstraint("pes_post ~ '^(02[AB][0-9]{3,4}|[0-9]{6,7})$'", name="post_has_its_form"),
        CheckConstraint("pes_community ~ '^[0-9A-Z]{3}$'", name="community_has_its_form"),
        CheckConstraint("pes_budget ~ '^[0-9A-Z]{2}$'", name="budget_has_its_form"),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    second_from: Mapped[Amount | None]
    debtor: Mapped[str | None]
    iban_cipher: Mapped[bytes | None]
    iban_last4: Mapped[str | None]
    bic: Mapped[str | None]
    pes_post: Mapped[str | None]
    pes_community: Mapped[str | None]
    pes_budget: Mapped[str | None]
    changed_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]
    change_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment_setting_change.id"))


class ChangeState(StrEnum):
    """What became of a change of settings. Values are stored."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class SettingChange(Row, Base):
    """Another threshold, or another account to pay from, until a second person confirms it.

    One waits at a time for a funder. What it says is never rewritten, and it is answered once;
    the account is locked for the row of the settings that it goes to.
    """

    __tablename__ = "payment_setting_change"
    __table_args__ = (
        Index(
            "uq_payment_setting_change_pending",
            "funder_id",
            unique=True,
            postgresql_where=text("state = 'pending'"),
        ),
        CheckConstraint(enum_values("state", ChangeState), name="state_is_known"),
        CheckConstraint("(state = 'pending') = (settled_at IS NULL)", name="settled_matches_state"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_somebody"),
        CheckConstraint(
            "state <> 'confirmed' OR settled_by <> proposed_by", name="another_person_confirms"
        ),
        CheckConstraint("changes_threshold OR changes_account", name="changes_something"),
        CheckConstraint("second_from > 0", name="threshold_is_positive"),
        CheckConstraint("changes_threshold OR second_from IS NULL", name="threshold_is_meant"),
        CheckConstraint(
            "num_nonnulls(iban_cipher, iban_last4, debtor)"
            " = CASE WHEN changes_account THEN 3 ELSE 0 END",
            name="account_is_whole",
        ),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    changes_threshold: Mapped[bool]
    second_from: Mapped[Amount | None]
    changes_account: Mapped[bool]
    debtor: Mapped[str | None]
    iban_cipher: Mapped[bytes | None]
    iban_last4: Mapped[str | None]
    bic: Mapped[str | None]
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    state: Mapped[ChangeState] = mapped_column(default=ChangeState.PENDING)
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]

    proposer: Mapped[Person] = relationship(lazy="raise", foreign_keys=proposed_by)
