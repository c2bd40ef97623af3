"""A poll, its candidates, who voted, what was voted: the last two never tied to each other."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.applications.models import Application
from grants.calls.models import SLUG_PATTERN, Stage
from grants.db import Base, Row, enum_values
from grants.files.models import StoredFile
from grants.kernel.money import Cents

DIGEST = "^[0-9a-f]{64}$"
KEPT_DAYS = 30


class PollRule(StrEnum):
    """What one ballot may hold. Values are stored."""

    APPROVAL = "approval"
    POINTS = "points"
    BUDGET = "budget"


class Poll(Row, Base):
    """The public vote of one stage: open from `opens_at` until `closes_at`, which is outside.

    `most` bounds an approval ballot (None: as many as one likes), `points_total` and
    `points_on_one` a ballot of points, `budget_cents` what the projects of a ballot cost
    together. `results` and `ballots_sha256` are there once it is counted, and change no more.
    What the report of anomalies rests on is deleted `kept_days` after the closing.
    """

    __tablename__ = "poll"
    __table_args__ = (
        UniqueConstraint("stage_id"),
        UniqueConstraint("slug"),
        Index("ix_poll_uncounted", "closes_at", postgresql_where=text("closed_at IS NULL")),
        CheckConstraint(f"slug ~ '{SLUG_PATTERN}'", name="slug_fits_an_address"),
        CheckConstraint(enum_values("rule", PollRule), name="rule_is_known"),
        CheckConstraint("closes_at > opens_at", name="closes_after_it_opens"),
        CheckConstraint("most > 0", name="most_lets_one_be_chosen"),
        CheckConstraint("(rule = 'points') = (points_total IS NOT NULL)", name="points_are_given"),
        CheckConstraint("points_total > 0 AND points_on_one > 0", name="points_are_positive"),
        CheckConstraint("(rule = 'budget') = (budget_cents IS NOT NULL)", name="budget_is_given"),
        CheckConstraint("budget_cents > 0", name="budget_is_positive"),
        CheckConstraint("kept_days BETWEEN 0 AND 365", name="kept_a_year_at_most"),
        CheckConstraint(
            "closed_at IS NULL OR (published_at IS NOT NULL AND closed_at >= closes_at)",
            name="counted_after_it_closes",
        ),
        CheckConstraint(
            "(closed_at IS NULL) = (results_sha256 IS NULL)", name="counted_with_a_seal"
        ),
    )

    stage_id: Mapped[UUID] = mapped_column(ForeignKey("stage.id"))
    slug: Mapped[str]
    title_fr: Mapped[str]
    title_en: Mapped[str]
    intro_fr: Mapped[str] = mapped_column(default="", server_default="")
    intro_en: Mapped[str] = mapped_column(default="", server_default="")
    prize_fr: Mapped[str] = mapped_column(default="", server_default="")
    prize_en: Mapped[str] = mapped_column(default="", server_default="")
    rule: Mapped[PollRule]
    most: Mapped[int | None]
    points_total: Mapped[int | None]
    points_on_one: Mapped[int | None]
    budget_cents: Mapped[Cents | None]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    kept_days: Mapped[int] = mapped_column(default=KEPT_DAYS, server_default=str(KEPT_DAYS))
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    results: Mapped[dict[str, Any] | None]
    results_sha256: Mapped[str | None]
    ballots_sha256: Mapped[str | None]

    stage: Mapped[Stage] = relationship(lazy="raise")
    candidates: Mapped[list[Candidate]] = relationship(
        lazy="raise", order_by="(Candidate.position, Candidate.id)", back_populates="poll"
    )

    def is_open(self, now: datetime) -> bool:
        """Whether one may vote at this instant; at the closing one may not."""
        return (
            self.published_at is not None
            and self.closed_at is None
            and self.opens_at <= now < self.closes_at
        )

    @property
    def ranks(self) -> dict[UUID, int]:
        """The rank of each application in the count; empty before."""
        lines = self.results["lines"] if self.results else []
        return {UUID(one["application"]): one["rank"] for one in lines}

    @property
    def standing(self) -> list[Candidate]:
        """The candidates that votes count for."""
        return [one for one in self.candidates if one.cancelled_at is None]


class Candidate(Row, Base):
    """What the public reads of one application, and nothing else of its file.

    `position` was drawn by lot, so that nobody is first by name.
    """

    __tablename__ = "poll_candidate"
    __table_args__ = (
        UniqueConstraint("poll_id", "application_id"),
        Index(None, "application_id"),
        CheckConstraint("cost_cents >= 0", name="cost_is_not_negative"),
        CheckConstraint(
            "(cancelled_at IS NULL) = (cancel_reason = '')", name="cancelled_with_a_reason"
        ),
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    position: Mapped[int]
    title: Mapped[str]
    applicant: Mapped[str]
    summary: Mapped[str] = mapped_column(default="", server_default="")
    cost_cents: Mapped[Cents] = mapped_column(default=0, server_default="0")
    picture_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    picture_alt: Mapped[str] = mapped_column(default="", server_default="")
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(default="", server_default="")

    poll: Mapped[Poll] = relationship(lazy="raise", back_populates="candidates")
    application: Mapped[Application] = relationship(lazy="raise")
    picture: Mapped[StoredFile | None] = relationship(lazy="raise")


class PollLink(Row, Base):
    """A link by which an address is confirmed: used once, it is deleted.

    Its token is this identifier, signed, and is kept nowhere. `email` is there until the mail is
    written. Nothing here says how anybody means to vote: that stays in their browser.
    """

    __tablename__ = "poll_link"
    __table_args__ = (
        Index(None, "poll_id"),
        Index(None, "expires_at"),
        CheckConstraint(f"voter ~ '{DIGEST}'", name="voter_is_hexadecimal"),
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"))
    voter: Mapped[str]
    email: Mapped[str | None]
    locale: Mapped[str]
    is_disposable: Mapped[bool]
    expires_at: Mapped[datetime]


class Voter(Base):
    """That somebody voted, and the day. An address is a keyed hash; no instant, no identifier.

    Once the poll is counted the hash is one of chance (`services.closing`).
    """

    __tablename__ = "poll_voter"
    __table_args__ = (CheckConstraint(f"voter ~ '{DIGEST}'", name="voter_is_hexadecimal"),)

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    voter: Mapped[str] = mapped_column(primary_key=True)
    voted_on: Mapped[date]


class HallCode(Base):
    """One printed code of an evening, good for one ballot: its keyed hash, and when it served."""

    __tablename__ = "poll_code"
    __table_args__ = (CheckConstraint(f"code ~ '{DIGEST}'", name="code_is_hexadecimal"),)

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    used_on: Mapped[date | None]


class PollBallot(Base):
    """What somebody voted: no identifier, no instant, no order (docs/adr/0007).

    `receipt` is the SHA-256 of the code that the voter alone holds. `choices` is points by
    candidate; 1 where the rule knows no points. Every casting rewrites other ballots with its
    own (`services.urn`), so that not even PostgreSQL's own marks tell whose it is.
    """

    __tablename__ = "poll_ballot"
    __table_args__ = (CheckConstraint(f"receipt ~ '{DIGEST}'", name="receipt_is_hexadecimal"),)

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    receipt: Mapped[str] = mapped_column(primary_key=True)
    choices: Mapped[dict[str, Any]]


class Traffic(Base):
    """How many ballots came in one hour from one coarse network, kept as a keyed hash."""

    __tablename__ = "poll_traffic"
    __table_args__ = (CheckConstraint("votes > 0", name="votes_are_counted"),)

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    network: Mapped[str] = mapped_column(primary_key=True)
    is_disposable: Mapped[bool] = mapped_column(primary_key=True)
    votes: Mapped[int]
