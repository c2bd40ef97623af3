"""A jury's meetings: agenda, attendance, proxies, motions with their votes, signed minutes.

PostgreSQL guards what a meeting leaves behind (migration 0025): no vote of an absent or recused
member, none twice or too late, nothing of a closed meeting but its notes, nothing once signed.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.calls.models import Jury
from grants.db import Base, Row, enum_values


class Mode(StrEnum):
    """How a member takes part. Values are stored."""

    PRESENT = "present"
    REMOTE = "remote"


class Choice(StrEnum):
    """What a member votes. Values are stored."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Outcome(StrEnum):
    """What came of a motion. Values are stored."""

    ADOPTED = "adopted"
    REJECTED = "rejected"


class Sitting(Row, Base):
    """One meeting of a jury: prepared, then open (one at a time), then closed.

    `version` grows with every change that screens must show. The timer has run for
    `timer_seconds`, and since `timer_since` when it is running.
    """

    __tablename__ = "sitting"
    __table_args__ = (
        Index(None, "jury_id"),
        Index(
            "uq_sitting_open",
            "jury_id",
            unique=True,
            postgresql_where=text("opened_at IS NOT NULL AND closed_at IS NULL"),
        ),
        CheckConstraint(
            "closed_at IS NULL OR opened_at IS NOT NULL", name="only_what_opened_closes"
        ),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    meets_at: Mapped[datetime]
    place: Mapped[str]
    convened_by: Mapped[str]
    note: Mapped[str] = mapped_column(default="", server_default="")
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    timer_since: Mapped[datetime | None]
    timer_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    jury: Mapped[Jury] = relationship(lazy="raise")

    @property
    def state(self) -> str:
        """Where it stands: prepared, open or closed."""
        if self.closed_at:
            return "closed"
        return "open" if self.opened_at else "prepared"


class SittingItem(Row, Base):
    """One application on the agenda. When the chair moves on, the figures of its quorum are kept.

    `stepped_out` names the members who had to leave the room for it.
    """

    __tablename__ = "sitting_item"
    __table_args__ = (
        UniqueConstraint("sitting_id", "application_id"),
        # Checked after the whole statement, so that two lines may change places.
        UniqueConstraint("sitting_id", "position", deferrable=True, initially="IMMEDIATE"),
        Index(None, "application_id"),
        Index(
            "uq_sitting_item_current",
            "sitting_id",
            unique=True,
            postgresql_where=text("is_current"),
        ),
    )

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id", ondelete="CASCADE"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    position: Mapped[int]
    is_current: Mapped[bool] = mapped_column(default=False, server_default="false")
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    present: Mapped[int | None]
    represented: Mapped[int | None]
    quorum: Mapped[int | None]
    stepped_out: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    note: Mapped[str] = mapped_column(default="", server_default="")


class Attendance(Row, Base):
    """One stay of a member in the meeting, from `came_at` to `left_at`."""

    __tablename__ = "attendance"
    __table_args__ = (
        Index(None, "sitting_id"),
        Index(
            "uq_attendance_here",
            "sitting_id",
            "seat_id",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
        CheckConstraint(enum_values("mode", Mode), name="mode_is_known"),
        CheckConstraint("left_at IS NULL OR left_at >= came_at", name="leaves_after_coming"),
    )

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id", ondelete="CASCADE"))
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"))
    mode: Mapped[Mode]
    came_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class Proxy(Row, Base):
    """The vote that a member who will not be there leaves to another: one given, one held.

    It may be taken back until it was used.
    """

    __tablename__ = "proxy"
    __table_args__ = (
        Index(
            "uq_proxy_giver",
            "sitting_id",
            "giver_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index(
            "uq_proxy_holder",
            "sitting_id",
            "holder_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
        CheckConstraint("giver_id <> holder_id", name="goes_to_somebody_else"),
        CheckConstraint("revoked_at IS NULL OR used_at IS NULL", name="used_stays"),
    )

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id", ondelete="CASCADE"))
    giver_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"))
    holder_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"))
    given_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class Motion(Row, Base):
    """A text put to the vote, on one item or on the whole; open from the start, one at a time.

    `present`, `represented` and `quorum` are those of its opening. A trigger counts each vote:
    of a secret one nothing else is kept than that the seat voted.
    """

    __tablename__ = "motion"
    __table_args__ = (
        UniqueConstraint("sitting_id", "number"),
        Index(None, "item_id"),
        Index(
            "uq_motion_open", "sitting_id", unique=True, postgresql_where=text("closed_at IS NULL")
        ),
        CheckConstraint("btrim(text) <> ''", name="text_is_given"),
        CheckConstraint("present + represented >= quorum", name="quorum_is_met"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_has_an_outcome"),
        CheckConstraint(
            "casting IS NULL OR (votes_for = votes_against AND votes_for > 0 AND NOT is_secret)",
            name="casting_vote_settles_an_open_tie",
        ),
        CheckConstraint(
            "outcome IS NULL OR (outcome = 'adopted') = (votes_for > votes_against"
            " OR casting IS NOT DISTINCT FROM 'for')",
            name="outcome_follows_the_figures",
        ),
        CheckConstraint(enum_values("outcome", Outcome), name="outcome_is_known"),
    )

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id", ondelete="CASCADE"))
    item_id: Mapped[UUID | None] = mapped_column(ForeignKey("sitting_item.id"))
    number: Mapped[int]
    text: Mapped[str]
    is_secret: Mapped[bool]
    present: Mapped[int]
    represented: Mapped[int]
    quorum: Mapped[int]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    votes_for: Mapped[int] = mapped_column(default=0, server_default="0")
    votes_against: Mapped[int] = mapped_column(default=0, server_default="0")
    abstentions: Mapped[int] = mapped_column(default=0, server_default="0")
    casting: Mapped[Choice | None]
    outcome: Mapped[Outcome | None]

    @property
    def voted(self) -> int:
        """How many voted, abstentions included."""
        return self.votes_for + self.votes_against + self.abstentions


class MotionVote(Row, Base):
    """That a seat voted; and what, unless the vote is secret. Insert-only.

    `cast_by` is the seat that voted: the same one, or the holder of its proxy.
    """

    __tablename__ = "motion_vote"
    __table_args__ = (
        UniqueConstraint("motion_id", "seat_id"),
        CheckConstraint(enum_values("choice", Choice), name="choice_is_known"),
    )

    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motion.id", ondelete="CASCADE"))
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"))
    cast_by: Mapped[UUID] = mapped_column(ForeignKey("seat.id"))
    choice: Mapped[Choice | None]
    voted_at: Mapped[datetime]


class Minutes(Row, Base):
    """What a meeting's chair signed: the whole content, its SHA-256, the instant; then its PDF."""

    __tablename__ = "minutes"
    __table_args__ = (
        UniqueConstraint("sitting_id"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_hexadecimal"),
    )

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    signed_by: Mapped[UUID] = mapped_column(ForeignKey("seat.id"))
    signatory: Mapped[str]
    signed_at: Mapped[datetime]
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
