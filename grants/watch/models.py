"""What the watch is told: linked undertakings, capital, the rules an aid falls under; overrides."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.db import Base, Row, enum_values
from grants.decisions.models import Instrument
from grants.kernel.money import Cents, Unit
from grants.ledger.operations import Section
from grants.people.models import AidRegime, Person
from grants.watch.law import Watched

SIREN_PATTERN = r"^\d{9}$"


class LinkedUndertaking(Row, Base):
    """A company that makes one single undertaking with an organisation, as this one declared it.

    Taken back, it stays as history.
    """

    __tablename__ = "linked_undertaking"
    __table_args__ = (
        Index(
            "uq_linked_undertaking_live",
            "organisation_id",
            "siren",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index(None, "siren"),
        CheckConstraint(f"siren ~ '{SIREN_PATTERN}'", name="siren_has_9_digits"),
        CheckConstraint("name <> ''", name="name_is_given"),
        CheckConstraint(
            "(removed_at IS NULL) = (removed_by IS NULL)", name="removal_has_an_author"
        ),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    siren: Mapped[str]
    name: Mapped[str]
    declared_at: Mapped[datetime]
    declared_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class CapitalStatement(Row, Base):
    """The capital of a cooperative on a day, and what public holders had of it. Never altered."""

    __tablename__ = "capital_statement"
    __table_args__ = (
        Index(None, "organisation_id", "held_on"),
        CheckConstraint("total_cents > 0", name="capital_is_above_zero"),
        CheckConstraint("public_cents BETWEEN 0 AND total_cents", name="public_part_fits"),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    held_on: Mapped[date]
    total_cents: Mapped[Cents]
    public_cents: Mapped[Cents]
    declared_at: Mapped[datetime]
    declared_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class AidRuling(Row, Base):
    """Under which rules one funder means to help one project, and what help in kind is worth.

    Never altered: a new one follows it, and the latest counts. Without any, general de minimis.
    """

    __tablename__ = "aid_ruling"
    __table_args__ = (
        Index(None, "application_id", "funder_id", "ruled_at"),
        CheckConstraint(enum_values("regime", AidRegime), name="regime_is_known"),
        CheckConstraint(
            "regime NOT IN ('exempted', 'notified') OR reference <> ''",
            name="exemption_has_its_number",
        ),
        CheckConstraint("value_cents > 0", name="value_is_above_zero"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    regime: Mapped[AidRegime]
    reference: Mapped[str] = mapped_column(default="", server_default="")
    value_cents: Mapped[Cents | None]
    ruled_at: Mapped[datetime]
    ruled_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class Override(Row, Base):
    """Somebody lets a decision pass in spite of a rule, and says why. Never altered.

    It covers a total up to `total` (cents, or hundredths of a percent), and no more.
    """

    __tablename__ = "watch_override"
    __table_args__ = (
        Index(None, "application_id", "funder_id"),
        CheckConstraint(enum_values("rule", Watched), name="rule_is_known"),
        CheckConstraint("length(btrim(reason)) >= 20", name="reason_is_given"),
        CheckConstraint("total > threshold", name="something_is_overridden"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    rule: Mapped[Watched]
    threshold: Mapped[Cents]
    total: Mapped[Cents]
    reason: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))

    author: Mapped[Person] = relationship(lazy="raise")


class InstrumentFit(Base):
    """One line of `decisions.instruments.FITS`, as PostgreSQL enforces it. Never changed."""

    __tablename__ = "instrument_fit"

    instrument: Mapped[Instrument] = mapped_column(primary_key=True)
    unit: Mapped[Unit] = mapped_column(primary_key=True)
    section: Mapped[Section] = mapped_column(primary_key=True)
    accounts: Mapped[list[str]] = mapped_column(ARRAY(String))
    family: Mapped[str] = mapped_column(String(40))


class EnvelopeFamily(Base):
    """What an envelope gives since its first award: gifts, loans, shares, floor or hours."""

    __tablename__ = "envelope_family"

    envelope_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_envelope.id"), primary_key=True)
    family: Mapped[str] = mapped_column(String(40))
