"""Seats on juries, and the recusals that outrank them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.calls.models import Jury
from grants.db import Base, Row, enum_values
from grants.people.models import KEY_PATTERN

SEATS_MAX = 500
"""So many seats has a jury at most, declined ones included: `services.members` refuses more."""


class SeatRole(StrEnum):
    """What a member does on a jury. Values are stored."""

    JUROR = "juror"
    CHAIR = "chair"


class RecusalOrigin(StrEnum):
    """Who saw the conflict of interest. Values are stored.

    The person; the radar, confirmed by somebody; or the chair or an agent, who imposed it.
    """

    DECLARED = "declared"
    SUGGESTED = "suggested"
    IMPOSED = "imposed"


class ReasonClass(StrEnum):
    """What kind of tie a recusal rests on; the reason itself says which. Values are stored."""

    FAMILY = "family"
    MANDATE = "mandate"
    EMPLOYER = "employer"
    FINANCIAL = "financial"
    OTHER = "other"


class Seat(Row, Base):
    """One place on one jury, offered by e-mail; whoever accepts it becomes `person_id`."""

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("jury_id", "email"),
        UniqueConstraint("jury_id", "person_id"),
        Index(None, "person_id"),
        CheckConstraint(enum_values("role", SeatRole), name="role_is_known"),
        CheckConstraint(
            "(accepted_at IS NULL) = (charter_accepted_at IS NULL)",
            name="accepting_is_accepting_the_charter",
        ),
        CheckConstraint(
            "accepted_at IS NULL OR (person_id IS NOT NULL AND declined_at IS NULL)",
            name="who_accepts_is_known_and_did_not_decline",
        ),
        CheckConstraint("load_max > 0", name="load_is_counted"),
        CheckConstraint(f"college ~ '{KEY_PATTERN}'", name="college_is_a_key"),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[SeatRole] = mapped_column(default=SeatRole.JUROR)
    invited_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    charter_accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    decline_reason: Mapped[str | None]
    # When its holder was last written to about unfinished files.
    reminded_at: Mapped[datetime | None]

    # Keys of `calls.themes` and of `juries.profiles`, and codes of the call's territories.
    skills: Mapped[list[str]] = mapped_column(
        ARRAY(String), default=list, server_default=text("'{}'")
    )
    languages: Mapped[list[str]] = mapped_column(
        ARRAY(String), default=list, server_default=text("'{}'")
    )
    territories: Mapped[list[str]] = mapped_column(
        ARRAY(String), default=list, server_default=text("'{}'")
    )
    load_max: Mapped[int | None]
    college: Mapped[str | None]

    jury: Mapped[Jury] = relationship(lazy="raise")

    @property
    def answer(self) -> str:
        """Where the invitation stands: accepted, declined or pending."""
        if self.accepted_at:
            return "accepted"
        return "declined" if self.declined_at else "pending"


class Recusal(Row, Base):
    """A person who must see nothing of one application, on any jury and in any role.

    Insert-only. A trigger withdraws the person's assignments, removes drafts and sets
    finished reviews aside: out of every mean, kept for whoever audits the jury.
    """

    __tablename__ = "recusal"
    __table_args__ = (
        UniqueConstraint("application_id", "person_id"),
        Index(None, "person_id"),
        CheckConstraint(enum_values("origin", RecusalOrigin), name="origin_is_known"),
        CheckConstraint(enum_values("reason_class", ReasonClass), name="reason_class_is_known"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    jury_id: Mapped[UUID | None] = mapped_column(ForeignKey("jury.id"))
    origin: Mapped[RecusalOrigin]
    reason_class: Mapped[ReasonClass] = mapped_column(
        default=ReasonClass.OTHER, server_default="other"
    )
    reason: Mapped[str]
    declared_at: Mapped[datetime]


class RecusalCertificate(Row, Base):
    """What one juror certified at the end: how many recusals they declared. Insert-only."""

    __tablename__ = "recusal_certificate"
    __table_args__ = (
        UniqueConstraint("seat_id"),
        CheckConstraint("recusals >= 0", name="recusals_are_counted"),
    )

    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"))
    recusals: Mapped[int]
    certified_at: Mapped[datetime]
