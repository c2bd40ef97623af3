"""A call: its texts, its window, its funders and their envelopes, its stages and juries."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.calls.models.parts import Batch, FormRevision, RequiredDocument, Track
from grants.db import Base, Row, enum_values
from grants.kernel.clock import paris_date
from grants.kernel.money import Amount, Unit
from grants.people.models import Funder

SLUG_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
PREFIX_PATTERN = "^[A-Z0-9]+(-[A-Z0-9]+)*$"
WORDS = "call_words(title_fr, summary_fr, body_fr, eligibility_fr, title_en, summary_en, body_en)"


class CallState(StrEnum):
    """Where a call stands. Upcoming and open are both `published`: dates tell them apart."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    ARCHIVED = "archived"


class CallKind(StrEnum):
    """What the authority calls it."""

    AAP = "aap"
    AMI = "ami"
    PRIZE = "prize"
    ROLLING = "rolling"
    AGREEMENT = "agreement"


class StageKind(StrEnum):
    """What happens in a stage of the review."""

    APPRAISAL = "appraisal"
    SCORING = "scoring"
    MENTORING = "mentoring"
    HEARING = "hearing"
    PUBLIC_VOTE = "public_vote"


REMIND_DAYS = 3
"""Days before a stage ends when its jurors are reminded, unless its author says otherwise."""
REMIND_DAYS_MAX = 60


class RankingRule(StrEnum):
    """What makes the order of a jury's applications. Values are stored.

    The first two are worked out of the jurors' scores, the others out of their ballots.
    """

    MEAN = "mean"
    MEDIAN = "median"
    SCHULZE = "schulze"
    APPROVAL = "approval"
    POINTS = "points"
    BUDGET = "budget"


BY_BALLOTS = frozenset(
    {RankingRule.SCHULZE, RankingRule.APPROVAL, RankingRule.POINTS, RankingRule.BUDGET}
)
"""The rules that ask each juror for one ballot on all their files."""
BALLOT_POINTS_MAX = 10_000
JUDGED_BY_JURIES = {StageKind.SCORING, StageKind.HEARING}


class Call(Row, Base):
    """An offer of money, shares or floor area, with its dates, its rules and its form.

    `key` is the template it came from. `number_prefix` begins the numbers of its applications
    (CC-2018-0007). Amounts are in the smallest part of `unit`. `themes` are keys of
    `calls.themes`; `territories` are `{"code", "name"}` (INSEE communes, SIREN of groupings),
    none means everywhere; `eligibility_rules` are `{"key", "rule", "refusal_fr", "refusal_en"}`.
    """

    __tablename__ = "call"
    __table_args__ = (
        UniqueConstraint("slug"),
        UniqueConstraint("number_prefix"),
        Index(None, "state", "closes_at"),
        CheckConstraint(enum_values("state", CallState), name="state_is_known"),
        CheckConstraint(enum_values("kind", CallKind), name="kind_is_known"),
        CheckConstraint(enum_values("unit", Unit), name="unit_is_known"),
        CheckConstraint(f"slug ~ '{SLUG_PATTERN}'", name="slug_fits_an_address"),
        CheckConstraint(f"number_prefix ~ '{PREFIX_PATTERN}'", name="number_prefix_is_capitals"),
        CheckConstraint("closes_at > opens_at", name="closes_after_it_opens"),
        CheckConstraint("grace_seconds BETWEEN 0 AND 86400", name="grace_is_a_day_at_most"),
        CheckConstraint(
            "(state = 'draft') = (published_at IS NULL)", name="published_at_matches_state"
        ),
        CheckConstraint(
            "state <> 'closed' OR closed_at IS NOT NULL", name="closed_at_matches_state"
        ),
        CheckConstraint(
            "(state = 'archived') = (archived_at IS NOT NULL)", name="archived_at_matches_state"
        ),
        CheckConstraint(
            "state = 'draft' OR current_revision_id IS NOT NULL", name="published_has_a_form"
        ),
    )

    slug: Mapped[str]
    key: Mapped[str]
    number_prefix: Mapped[str]
    kind: Mapped[CallKind]
    state: Mapped[CallState] = mapped_column(default=CallState.DRAFT)
    title_fr: Mapped[str]
    title_en: Mapped[str]
    summary_fr: Mapped[str]
    summary_en: Mapped[str]
    body_fr: Mapped[str]
    body_en: Mapped[str]
    eligibility_fr: Mapped[str]
    eligibility_en: Mapped[str]
    unit: Mapped[Unit]
    award_rule: Mapped[dict[str, Any]]
    allows_persons: Mapped[bool]
    contact_email: Mapped[str]
    contact_phone: Mapped[str]
    contact_name: Mapped[str] = mapped_column(default="", server_default="")
    themes: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    territories: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    eligibility_rules: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    # After the end of the window, what was begun may still be sent for so many seconds.
    grace_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    # Whether a second person checks each admissibility.
    second_check: Mapped[bool] = mapped_column(default=False, server_default="false")
    previous_call_id: Mapped[UUID | None] = mapped_column(ForeignKey("call.id"))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    current_revision_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("form_revision.id", use_alter=True)
    )
    # The words of its texts, by stems and without accents: kept by PostgreSQL, for searching.
    words: Mapped[Any] = mapped_column(
        TSVECTOR, Computed(WORDS, persisted=True), deferred=True, deferred_raiseload=True
    )

    funders: Mapped[list[CallFunder]] = relationship(
        lazy="raise", order_by="(CallFunder.position, CallFunder.funder_id)", back_populates="call"
    )
    envelopes: Mapped[list[CallEnvelope]] = relationship(
        lazy="raise", order_by="(CallEnvelope.position, CallEnvelope.id)", back_populates="call"
    )
    tracks: Mapped[list[Track]] = relationship(lazy="raise", order_by="(Track.position, Track.id)")
    stages: Mapped[list[Stage]] = relationship(
        lazy="raise", order_by="Stage.position", back_populates="call"
    )
    documents: Mapped[list[RequiredDocument]] = relationship(
        lazy="raise", order_by="(RequiredDocument.position, RequiredDocument.id)"
    )
    batches: Mapped[list[Batch]] = relationship(lazy="raise", order_by="Batch.cut_off_at")
    current_revision: Mapped[FormRevision | None] = relationship(
        lazy="raise", foreign_keys=current_revision_id
    )

    def is_open(self, now: datetime) -> bool:
        """Whether an application may be submitted: the first instant is in, the last is out."""
        if self.state is not CallState.PUBLISHED or now < self.opens_at:
            return False
        return self.closes_at is None or now < self.closes_at

    @property
    def receives_until(self) -> datetime | None:
        """The first instant at which nothing is received any more: the end, grace included."""
        if self.closes_at is None:
            return None
        return self.closes_at + timedelta(seconds=self.grace_seconds or 0)

    def receives(self, now: datetime) -> bool:
        """Whether what was begun may be sent: while it is open, and during the grace."""
        until = self.receives_until
        if self.state is not CallState.PUBLISHED or now < self.opens_at:
            return False
        return until is None or now < until

    def is_upcoming(self, now: datetime) -> bool:
        """Whether it is announced and not open yet."""
        return self.state is CallState.PUBLISHED and now < self.opens_at

    @property
    def last_day(self) -> date | None:
        """The last civil day in Paris on which one may apply; None for a rolling call."""
        return last_day(self.closes_at)

    @property
    def lead(self) -> CallFunder | None:
        """The funder that answers for the call. `funders` must be loaded."""
        return next((one for one in self.funders if one.is_lead), None)

    @property
    def lead_id(self) -> UUID | None:
        """The identifier of the lead funder. `funders` must be loaded."""
        return self.lead.funder_id if self.lead else None


def last_day(closes_at: datetime | None) -> date | None:
    """A call that closes at midnight closes, for everyone, at the end of the day before."""
    return paris_date(closes_at - timedelta(microseconds=1)) if closes_at else None


class CallFunder(Row, Base):
    """One authority's part in a call. One of them leads it."""

    __tablename__ = "call_funder"
    __table_args__ = (
        UniqueConstraint("call_id", "funder_id"),
        Index(None, "funder_id"),
        Index(
            "uq_call_funder_lead",
            "call_id",
            unique=True,
            postgresql_where=text("is_lead"),
        ),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    position: Mapped[int]
    is_lead: Mapped[bool]

    call: Mapped[Call] = relationship(lazy="raise", back_populates="funders")
    funder: Mapped[Funder] = relationship(lazy="raise")


class CallEnvelope(Row, Base):
    """An envelope of the ledger that the awards of a call may draw on."""

    __tablename__ = "call_envelope"
    __table_args__ = (UniqueConstraint("call_id", "envelope_id"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    envelope_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_envelope.id"))
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    position: Mapped[int]

    call: Mapped[Call] = relationship(lazy="raise", back_populates="envelopes")


class Stage(Row, Base):
    """One step of the review, in the call's own order. `cut` is how many go on, None is all."""

    __tablename__ = "stage"
    __table_args__ = (
        UniqueConstraint("call_id", "position"),
        UniqueConstraint("call_id", "key"),
        CheckConstraint(enum_values("kind", StageKind), name="kind_is_known"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint("cut > 0", name="cut_keeps_someone"),
        CheckConstraint(
            f"remind_days BETWEEN 0 AND {REMIND_DAYS_MAX}", name="remind_days_are_near"
        ),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    position: Mapped[int]
    key: Mapped[str]
    kind: Mapped[StageKind]
    title_fr: Mapped[str]
    title_en: Mapped[str]
    help_fr: Mapped[str] = mapped_column(default="", server_default="")
    help_en: Mapped[str] = mapped_column(default="", server_default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    hide_others: Mapped[bool] = mapped_column(default=True, server_default="true")
    # Its jurors do not know who applies (grants.juries.queries.blind).
    blind: Mapped[bool] = mapped_column(default=False, server_default="false")
    cut: Mapped[int | None]
    # How long before its last day jurors with unfinished files are written to; 0 is never.
    remind_days: Mapped[int] = mapped_column(default=REMIND_DAYS, server_default=str(REMIND_DAYS))
    # What applicants read of their own file once the decision is announced to them.
    tells_comments: Mapped[bool] = mapped_column(default=False, server_default="false")
    tells_scores: Mapped[bool] = mapped_column(default=False, server_default="false")
    tells_rank: Mapped[bool] = mapped_column(default=False, server_default="false")

    call: Mapped[Call] = relationship(lazy="raise", back_populates="stages")
    juries: Mapped[list[Jury]] = relationship(
        lazy="raise", order_by="(Jury.position, Jury.id)", back_populates="stage"
    )


class Jury(Row, Base):
    """A panel that scores the applications of one stage, and may award a prize of its own."""

    __tablename__ = "jury"
    __table_args__ = (
        UniqueConstraint("call_id", "key"),
        Index(None, "stage_id"),
        CheckConstraint("quorum > 0", name="quorum_is_positive"),
        CheckConstraint(enum_values("rule", RankingRule), name="rule_is_known"),
        CheckConstraint(
            "ballot_points IS NULL OR rule = 'points'", name="ballot_points_are_shared"
        ),
        CheckConstraint(
            f"ballot_points BETWEEN 1 AND {BALLOT_POINTS_MAX}", name="ballot_points_are_counted"
        ),
        CheckConstraint("ballot_budget IS NULL OR rule = 'budget'", name="ballot_budget_is_spent"),
        CheckConstraint("ballot_budget > 0", name="ballot_budget_is_positive"),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    stage_id: Mapped[UUID] = mapped_column(ForeignKey("stage.id"))
    position: Mapped[int]
    key: Mapped[str]
    name_fr: Mapped[str]
    name_en: Mapped[str]
    prize_fr: Mapped[str | None]
    prize_en: Mapped[str | None]
    quorum: Mapped[int] = mapped_column(default=1, server_default="1")
    rule: Mapped[RankingRule] = mapped_column(
        default=RankingRule.MEAN, server_default=RankingRule.MEAN.value
    )
    # What one ballot has to give: points, or amounts asked for, in the call's smallest unit.
    ballot_points: Mapped[int | None]
    ballot_budget: Mapped[Amount | None]
    casting_vote: Mapped[bool] = mapped_column(default=False, server_default="false")
    discussion_opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship(lazy="raise")
    stage: Mapped[Stage] = relationship(lazy="raise", back_populates="juries")
    criteria: Mapped[list[Criterion]] = relationship(
        lazy="raise", order_by="(Criterion.position, Criterion.id)"
    )


class Criterion(Row, Base):
    """One thing a jury scores, from 0 to `scale_max`.

    An `optional` one may stay without mark, which counts as an abstention. `tracks` are the keys
    of those whose files it is asked of; none is all.
    `anchors` say what a mark means: `[{"value", "label_fr", "label_en"}]`, rising.
    """

    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("jury_id", "key"),
        CheckConstraint("weight > 0", name="weight_is_positive"),
        CheckConstraint("scale_max BETWEEN 1 AND 100", name="scale_has_a_width"),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    position: Mapped[int]
    key: Mapped[str]
    label_fr: Mapped[str]
    label_en: Mapped[str]
    help_fr: Mapped[str] = mapped_column(default="", server_default="")
    help_en: Mapped[str] = mapped_column(default="", server_default="")
    weight: Mapped[int]
    scale_max: Mapped[int]
    anchors: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    optional: Mapped[bool] = mapped_column(default=False, server_default="false")
    tracks: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
