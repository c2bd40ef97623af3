"""What members of juries declare of their interests, and the conflicts that follow, suggested."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.applications.models import Application
from grants.db import Base, Row, enum_values
from grants.juries.models.seats import Seat
from grants.people.models import RNA_PATTERN

SIREN_PATTERN = r"^\d{9}$"


class InterestKind(StrEnum):
    """What ties a person to a body. Values are stored."""

    MANDATE = "mandate"
    EMPLOYER = "employer"


class HintKind(StrEnum):
    """What made a conflict seem possible. Values are stored."""

    MEMBER = "member"
    MANDATE = "mandate"
    EMPLOYER = "employer"
    FAMILY = "family"
    OFFICER = "officer"
    NAMED = "named"
    DOMAIN = "domain"
    ADDRESS = "address"
    ACCOUNT = "account"
    PARTNER = "partner"
    COFUNDER = "cofunder"


class Strength(StrEnum):
    """How much a suggestion weighs. Values are stored."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"


class Answer(StrEnum):
    """What a person made of a suggestion. Values are stored."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class InterestsDeclaration(Row, Base):
    """What one person declared of their interests on a day, the charter accepted with it.

    Good until the day before `lapses_on`. Never altered (trigger): another one follows it.
    """

    __tablename__ = "interests_declaration"
    __table_args__ = (
        Index(None, "person_id", "lapses_on"),
        Index(
            "ix_interests_declaration_ending",
            "lapses_on",
            postgresql_where=text("reminded_at IS NULL"),
        ),
        CheckConstraint("NOT nothing OR family = ''", name="nothing_is_nothing"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    declared_at: Mapped[datetime]
    lapses_on: Mapped[date]
    nothing: Mapped[bool]
    family: Mapped[str] = mapped_column(default="", server_default="")
    reminded_at: Mapped[datetime | None]

    interests: Mapped[list[DeclaredInterest]] = relationship(
        lazy="raise", order_by="DeclaredInterest.position"
    )


class DeclaredInterest(Row, Base):
    """One mandate or one employer. Insert-only. `core` is what names are compared by."""

    __tablename__ = "declared_interest"
    __table_args__ = (
        UniqueConstraint("declaration_id", "position"),
        CheckConstraint(enum_values("kind", InterestKind), name="kind_is_known"),
        CheckConstraint("btrim(body) <> ''", name="body_is_named"),
        CheckConstraint(f"siren ~ '{SIREN_PATTERN}'", name="siren_has_9_digits"),
        CheckConstraint(f"rna ~ '{RNA_PATTERN}'", name="rna_has_its_form"),
        CheckConstraint("until >= since", name="it_runs_forward"),
    )

    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("interests_declaration.id"))
    position: Mapped[int]
    kind: Mapped[InterestKind]
    body: Mapped[str]
    core: Mapped[str]
    siren: Mapped[str | None]
    rna: Mapped[str | None]
    role: Mapped[str] = mapped_column(default="", server_default="")
    since: Mapped[date | None]
    until: Mapped[date | None]


class ConflictHint(Row, Base):
    """A conflict of interest that seems possible, why, and what a person made of it.

    `source` tells apart two reasons of one kind; searching again finds the same line and
    keeps its answer. `facts` fill the sentence that officers read.
    """

    __tablename__ = "conflict_hint"
    __table_args__ = (
        UniqueConstraint("seat_id", "application_id", "kind", "source"),
        Index(None, "application_id"),
        Index("ix_conflict_hint_jury", "jury_id", "answer"),
        CheckConstraint(enum_values("kind", HintKind), name="kind_is_known"),
        CheckConstraint(enum_values("strength", Strength), name="strength_is_known"),
        CheckConstraint(enum_values("answer", Answer), name="answer_is_known"),
        CheckConstraint(
            "(answer IS NULL) = (answered_by IS NULL) AND (answer IS NULL) = (answered_at IS NULL)"
            " AND (answer IS NULL OR btrim(reason) <> '')",
            name="an_answer_has_author_instant_and_reason",
        ),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    kind: Mapped[HintKind]
    source: Mapped[str]
    strength: Mapped[Strength]
    facts: Mapped[dict[str, Any]]
    found_at: Mapped[datetime]
    answer: Mapped[Answer | None]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    seat: Mapped[Seat] = relationship(lazy="raise")
    application: Mapped[Application] = relationship(lazy="raise")
