"""Scenarios with their lines and history; opinions and financing; places on waiting lists."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.applications.models import Application
from grants.calls.models import Call
from grants.db import Base, Row, enum_values
from grants.decisions.models import Instrument, Outcome
from grants.kernel.money import Amount
from grants.people.models import Funder

WHOLE_RATE = 10_000
"""A rate counts hundredths of a percent: 10 000 is the whole base."""


class Scenario(Row, Base):
    """One named way of sharing a funder's envelopes among the applications to a call.

    A computed one has its `job_id`, the `rules` it was computed under (see
    `scenarios.options`) and, where nothing met them, what `lacks`. Once accepted it stays as it
    was (trigger): its lines became proposals, which people go on editing.
    """

    __tablename__ = "scenario"
    __table_args__ = (
        UniqueConstraint("call_id", "funder_id", "name"),
        UniqueConstraint("job_id"),
        CheckConstraint("btrim(name) <> ''", name="is_named"),
        CheckConstraint("(job_id IS NULL) = (rules IS NULL)", name="rules_come_with_a_job"),
        CheckConstraint(
            "(accepted_at IS NULL) = (accepted_by IS NULL)", name="acceptance_has_an_author"
        ),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"), index=True)
    name: Mapped[str]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    copied_from: Mapped[UUID | None] = mapped_column(ForeignKey("scenario.id"))
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("job.id"))
    rules: Mapped[dict[str, Any] | None]
    lacks: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    call: Mapped[Call] = relationship(lazy="raise")
    funder: Mapped[Funder] = relationship(lazy="raise")


class ScenarioLine(Row, Base):
    """What one scenario gives one application, and on which ground.

    `place` is the order of the table and `rank` the best place in a jury, both as they stood
    when the scenario was made; so were `commune`, `town`, `territory` and `qpv`. `base` is what
    is eligible; `aid_room` what the call's cap on public aid leaves to its funders together.
    A `rate` (hundredths of a percent of the base) was typed, and the amount follows from it.
    A line that draws on several envelopes has its `shares`, {"envelope", "amount"} each, its own
    envelope first: PostgreSQL holds that they make the amount, and are of one unit and section.
    `why` tells what the computed proposal said of it. Each change counts `version` up and
    leaves a `ScenarioChange` (trigger).
    """

    __tablename__ = "scenario_line"
    __table_args__ = (
        UniqueConstraint("scenario_id", "application_id"),
        Index(None, "scenario_id", "place"),
        Index(None, "application_id"),
        CheckConstraint(enum_values("outcome", Outcome), name="outcome_is_known"),
        CheckConstraint(
            "(outcome IS NOT DISTINCT FROM 'award') = (instrument IS NOT NULL)",
            name="award_has_a_form",
        ),
        CheckConstraint(
            "(amount IS NULL) = (envelope_id IS NULL)"
            " AND (amount IS NULL OR (amount > 0 AND instrument IS NOT NULL))",
            name="amount_matches_outcome",
        ),
        CheckConstraint("base >= 0 AND aid_room >= 0", name="bounds_are_not_negative"),
        CheckConstraint("amount <= base", name="amount_is_within_the_base"),
        CheckConstraint(f"rate BETWEEN 1 AND {WHOLE_RATE}", name="rate_is_a_share"),
        CheckConstraint(
            f"rate IS NULL OR (amount IS NOT NULL"
            f" AND amount = (base * rate + {WHOLE_RATE // 2}) / {WHOLE_RATE})",
            name="amount_follows_the_rate",
        ),
        CheckConstraint(
            "scenario_shares_hold(shares, envelope_id, amount, rate)",
            name="shares_make_the_amount",
        ),
        CheckConstraint("version >= 0", name="version_is_not_negative"),
    )

    scenario_id: Mapped[UUID] = mapped_column(ForeignKey("scenario.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    place: Mapped[int]
    rank: Mapped[int | None]
    base: Mapped[Amount]
    aid_room: Mapped[Amount | None]
    commune: Mapped[str] = mapped_column(default="", server_default="")
    town: Mapped[str] = mapped_column(default="", server_default="")
    territory: Mapped[str] = mapped_column(default="", server_default="")
    qpv: Mapped[bool | None]
    outcome: Mapped[Outcome | None]
    instrument: Mapped[Instrument | None]
    envelope_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_envelope.id"))
    amount: Mapped[Amount | None]
    rate: Mapped[int | None]
    shares: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    why: Mapped[dict[str, Any] | None]
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    changed_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]

    scenario: Mapped[Scenario] = relationship(lazy="raise")
    application: Mapped[Application] = relationship(lazy="raise")


class ScenarioChange(Row, Base):
    """Who changed what of a line, from what to what. Written by PostgreSQL, never altered."""

    __tablename__ = "scenario_change"
    __table_args__ = (
        UniqueConstraint("line_id", "version"),
        Index(None, "scenario_id", "changed_at"),
    )

    scenario_id: Mapped[UUID] = mapped_column(ForeignKey("scenario.id"))
    line_id: Mapped[UUID] = mapped_column(ForeignKey("scenario_line.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    version: Mapped[int]
    changed_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]


class View(StrEnum):
    """What a funder thinks of an application before deciding. Values are stored."""

    FAVOURABLE = "favourable"
    RESERVED = "reserved"
    UNFAVOURABLE = "unfavourable"


class FunderOpinion(Row, Base):
    """The opinion of one funder of the call on one application; the last one said stands."""

    __tablename__ = "funder_opinion"
    __table_args__ = (
        UniqueConstraint("application_id", "funder_id"),
        CheckConstraint(enum_values("view", View), name="view_is_known"),
        CheckConstraint("view = 'favourable' OR note <> ''", name="doubt_has_a_reason"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    view: Mapped[View]
    note: Mapped[str] = mapped_column(default="", server_default="")
    said_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[datetime]


class Source(StrEnum):
    """Who brings what the call's funders together do not give. Values are stored."""

    OWN = "own"
    PRIVATE = "private"
    PUBLIC = "public"
    SMALLER = "smaller"


class FinancingCover(Row, Base):
    """How a part of what is missing in an application's financing plan is covered.

    `source` smaller: the project itself costs so much less. Taken back, it stays as history.
    """

    __tablename__ = "financing_cover"
    __table_args__ = (
        Index(None, "application_id"),
        CheckConstraint(enum_values("source", Source), name="source_is_known"),
        CheckConstraint("amount > 0", name="amount_is_positive"),
        CheckConstraint(
            "(taken_back_at IS NULL) = (taken_back_by IS NULL)", name="taking_back_has_an_author"
        ),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    source: Mapped[Source]
    amount: Mapped[Amount]
    note: Mapped[str] = mapped_column(default="", server_default="")
    said_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[datetime]
    taken_back_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    taken_back_at: Mapped[datetime | None]


class WaitingState(StrEnum):
    """Where a place on a waiting list stands. Values are stored."""

    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    PASSED = "passed"


LIVE = "state IN ('waiting', 'offered')"


class WaitingPlace(Row, Base):
    """One place on the waiting list of an envelope: a project not funded, or only in part.

    `decision_id` is the award that it would top up. When money comes back to the envelope the
    first that waits is offered `offered` with a `draft` of its letter, and stays so until a
    person accepts, which makes a proposal of it, or passes with a reason. One offer at a time
    for each envelope (unique); positions are each envelope's own.
    """

    __tablename__ = "waiting_place"
    __table_args__ = (
        UniqueConstraint("envelope_id", "position", deferrable=True, initially="DEFERRED"),
        Index(
            "uq_waiting_place_live",
            "envelope_id",
            "application_id",
            unique=True,
            postgresql_where=text(LIVE),
        ),
        Index(
            "uq_waiting_place_offered",
            "envelope_id",
            unique=True,
            postgresql_where=text("state = 'offered'"),
        ),
        Index(None, "call_id"),
        CheckConstraint(enum_values("state", WaitingState), name="state_is_known"),
        CheckConstraint("position > 0 AND wanted > 0", name="it_counts"),
        CheckConstraint("offered BETWEEN 1 AND wanted", name="offer_is_within_what_is_wanted"),
        CheckConstraint(
            "(offered IS NULL) = (offered_at IS NULL)"
            " AND (state NOT IN ('offered', 'accepted') OR offered IS NOT NULL)",
            name="offer_has_an_amount",
        ),
        CheckConstraint(
            "(state IN ('accepted', 'passed')) = (settled_at IS NOT NULL)"
            " AND (settled_at IS NULL) = (settled_by IS NULL)",
            name="settled_by_somebody",
        ),
        CheckConstraint("state <> 'passed' OR btrim(reason) <> ''", name="passing_has_a_reason"),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    envelope_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_envelope.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("decision.id"))
    position: Mapped[int]
    wanted: Mapped[Amount]
    state: Mapped[WaitingState] = mapped_column(default=WaitingState.WAITING)
    added_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    offered: Mapped[Amount | None]
    offered_at: Mapped[datetime | None]
    problems: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    draft: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(lazy="raise")
