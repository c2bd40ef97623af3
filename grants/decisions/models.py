"""Sessions of the deciding body, proposals, deliberations, and what each decided."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.applications.models import Application
from grants.db import Base, Row, enum_values
from grants.decisions.vote import CastingVote, Vote
from grants.kernel.money import Amount, Unit
from grants.people.models import Funder


class Body(StrEnum):
    """Who decides: the whole council, or by its delegation. Values are stored."""

    COUNCIL = "council"
    BUREAU = "bureau"
    PRESIDENT = "president"


class SessionState(StrEnum):
    """A session is planned, then held once something was put to the vote."""

    PLANNED = "planned"
    HELD = "held"


class Outcome(StrEnum):
    """What is proposed for an application, or decided about it. Values are stored."""

    AWARD = "award"
    REFUSAL = "refusal"
    WAITLIST = "waitlist"


class Instrument(StrEnum):
    """In which form an award is given. Values are stored."""

    GRANT = "grant"
    PRIZE = "prize"
    EQUITY = "equity"
    FLOOR_AREA = "floor_area"
    TITLE = "title"
    BURSARY = "bursary"
    ADVANCE = "advance"
    IN_KIND = "in_kind"
    MENTORING = "mentoring"


# An amount exists exactly when something is given out of an envelope; a title is honour alone,
# and help in kind of another sort than floor area and hours is told in words.
AMOUNT_MATCHES = (
    "((outcome = 'award' AND instrument NOT IN ('title', 'in_kind')) = (amount IS NOT NULL))"
    " AND ((amount IS NOT NULL) = (envelope_id IS NOT NULL))"
    " AND (amount IS NULL OR amount > 0)"
)


class CouncilSession(Row, Base):
    """One sitting of the body that decides for a funder."""

    __tablename__ = "council_session"
    __table_args__ = (
        CheckConstraint(enum_values("body", Body), name="body_is_known"),
        CheckConstraint(enum_values("state", SessionState), name="state_is_known"),
        CheckConstraint("convened_on <= held_on", name="convened_before_held"),
        UniqueConstraint("funder_id", "body", "held_on"),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    body: Mapped[Body]
    label: Mapped[str]
    convened_on: Mapped[date | None]
    held_on: Mapped[date]
    state: Mapped[SessionState] = mapped_column(default=SessionState.PLANNED)

    funder: Mapped[Funder] = relationship(lazy="raise")


class Delegation(Row, Base):
    """What the council lets its bureau or its president decide, and within which limits.

    `amount_max`, in cents, bounds what one application receives by one act; none: no bound.
    Days are whole: an act of `from_on` or of `until_on` is within it, one of `ended_on` not.
    """

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("body IN ('bureau', 'president')", name="body_is_delegated"),
        CheckConstraint("number <> '' AND object <> ''", name="is_named"),
        CheckConstraint("amount_max > 0", name="amount_is_positive"),
        CheckConstraint("from_on >= voted_on", name="begins_after_vote"),
        CheckConstraint("until_on >= from_on", name="ends_after_it_began"),
        CheckConstraint("ended_on >= voted_on", name="ended_after_vote"),
        CheckConstraint("cardinality(instruments) > 0", name="instruments_are_named"),
        Index(None, "funder_id", "body"),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    body: Mapped[Body]
    number: Mapped[str]
    object: Mapped[str]
    voted_on: Mapped[date]
    instruments: Mapped[list[str]] = mapped_column(ARRAY(String))
    amount_max: Mapped[Amount | None]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))

    def covers(self, day: date) -> bool:
        """Whether an act of that day may rest on it."""
        return (
            self.from_on <= day
            and (self.until_on is None or day <= self.until_on)
            and (self.ended_on is None or day < self.ended_on)
        )


class Proposal(Row, Base):
    """What an officer means to put to the vote: provisional, and free to change."""

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint(
            "application_id", "funder_id", "envelope_id", postgresql_nulls_not_distinct=True
        ),
        Index(None, "call_id", "funder_id"),
        CheckConstraint(enum_values("outcome", Outcome), name="outcome_is_known"),
        CheckConstraint(enum_values("instrument", Instrument), name="instrument_is_known"),
        CheckConstraint("(outcome = 'award') = (instrument IS NOT NULL)", name="award_has_a_form"),
        CheckConstraint(AMOUNT_MATCHES, name="amount_matches_outcome"),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    envelope_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_envelope.id"))
    outcome: Mapped[Outcome]
    instrument: Mapped[Instrument | None]
    amount: Mapped[Amount | None]
    label: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    # The award that it would add to: what came back to an envelope, offered to its waiting list.
    tops_up_id: Mapped[UUID | None] = mapped_column(ForeignKey("decision.id"))
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]

    application: Mapped[Application] = relationship(lazy="raise")


class Deliberation(Row, Base):
    """One numbered act of the body, with the figures of its vote.

    PostgreSQL refuses figures that do not add up and any later change, apart from the
    dates at which it was announced, transmitted to the prefect (`receipt` is what came back)
    and published. Executory on the later of the two; what it awards may be committed from then
    on. An act of the bureau or the president names the delegation under which it is taken.
    """

    __tablename__ = "deliberation"
    __table_args__ = (
        UniqueConstraint("funder_id", "number"),
        CheckConstraint("number <> '' AND object <> ''", name="is_named"),
        CheckConstraint(
            "seats > 0 AND present >= 0 AND represented >= 0 AND not_taking_part >= 0"
            " AND votes_for >= 0 AND votes_against >= 0 AND abstentions >= 0",
            name="counts_members",
        ),
        CheckConstraint("present + represented <= seats", name="members_fit_seats"),
        CheckConstraint("represented <= present", name="one_proxy_each"),
        CheckConstraint(
            "second_convocation"
            " OR (present - GREATEST(not_taking_part - represented, 0)) * 2 > seats",
            name="quorum_is_met",
        ),
        CheckConstraint(
            "votes_for + votes_against + abstentions = present + represented - not_taking_part",
            name="votes_add_up",
        ),
        CheckConstraint(
            "(casting_vote IS NOT NULL)"
            " = (votes_for = votes_against AND votes_for > 0 AND NOT secret_ballot)",
            name="casting_vote_settles_a_tie",
        ),
        CheckConstraint(
            f"casting_vote IS NULL OR {enum_values('casting_vote', CastingVote)}",
            name="casting_vote_is_known",
        ),
        CheckConstraint(
            "adopted = (votes_for > votes_against"
            " OR (votes_for = votes_against AND COALESCE(casting_vote = 'for', false)))",
            name="adopted_by_majority",
        ),
        CheckConstraint("made_executory_on >= voted_on", name="executory_after_vote"),
        CheckConstraint(
            "transmitted_on >= voted_on AND published_on >= voted_on",
            name="formalities_after_vote",
        ),
        CheckConstraint(
            "adopted OR (transmitted_on IS NULL AND published_on IS NULL)",
            name="formalities_if_adopted",
        ),
        CheckConstraint(
            "(made_executory_on IS NULL) = (transmitted_on IS NULL OR published_on IS NULL)",
            name="executory_once_both",
        ),
        CheckConstraint(
            "made_executory_on = GREATEST(transmitted_on, published_on)",
            name="executory_on_the_later",
        ),
        CheckConstraint("adopted OR announced_at IS NULL", name="announced_if_adopted"),
        CheckConstraint(
            "withdrawn_on IS NULL OR (adopted AND made_executory_on IS NULL"
            " AND withdrawn_on >= voted_on AND btrim(withdrawal_reason) <> '')",
            name="withdrawn_before_executory",
        ),
        CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawn_by IS NULL)"
            " AND (withdrawn_on IS NULL) = (withdrawn_at IS NULL)",
            name="withdrawn_by_somebody",
        ),
    )

    council_session_id: Mapped[UUID] = mapped_column(ForeignKey("council_session.id"), index=True)
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    number: Mapped[str]
    object: Mapped[str]
    voted_on: Mapped[date]
    seats: Mapped[int]
    present: Mapped[int]
    represented: Mapped[int]
    not_taking_part: Mapped[int]
    votes_for: Mapped[int]
    votes_against: Mapped[int]
    abstentions: Mapped[int]
    second_convocation: Mapped[bool]
    secret_ballot: Mapped[bool]
    casting_vote: Mapped[CastingVote | None]
    adopted: Mapped[bool]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    fingerprint: Mapped[str]
    announced_at: Mapped[datetime | None]
    transmitted_on: Mapped[date | None]
    receipt: Mapped[str] = mapped_column(default="", server_default="")
    published_on: Mapped[date | None]
    made_executory_on: Mapped[date | None]
    # An act that never became executory: taken back by its body, or annulled by a court.
    withdrawn_on: Mapped[date | None]
    withdrawal_reason: Mapped[str] = mapped_column(default="", server_default="")
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    delegation_id: Mapped[UUID | None] = mapped_column(ForeignKey("delegation.id"), index=True)

    council_session: Mapped[CouncilSession] = relationship(lazy="raise")
    funder: Mapped[Funder] = relationship(lazy="raise")
    delegation: Mapped[Delegation | None] = relationship(lazy="raise")
    decisions: Mapped[list[Decision]] = relationship(
        lazy="raise", back_populates="deliberation", order_by="(Decision.position, Decision.id)"
    )

    @property
    def vote(self) -> Vote:
        """The figures, with their arithmetic."""
        return Vote(
            seats=self.seats,
            present=self.present,
            represented=self.represented,
            not_taking_part=self.not_taking_part,
            votes_for=self.votes_for,
            votes_against=self.votes_against,
            abstentions=self.abstentions,
            second_convocation=self.second_convocation,
            secret_ballot=self.secret_ballot,
            casting_vote=self.casting_vote,
        )


class Decision(Row, Base):
    """What one deliberation decided for one application out of one envelope.

    Never changed once written (trigger). Its `id` is the ledger's `award_id`.
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint(
            "deliberation_id", "application_id", "envelope_id", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint(enum_values("outcome", Outcome), name="outcome_is_known"),
        CheckConstraint(enum_values("instrument", Instrument), name="instrument_is_known"),
        CheckConstraint(enum_values("unit", Unit), name="unit_is_known"),
        CheckConstraint("(outcome = 'award') = (instrument IS NOT NULL)", name="award_has_a_form"),
        CheckConstraint(AMOUNT_MATCHES, name="amount_matches_outcome"),
        CheckConstraint("(amount IS NULL) = (unit IS NULL)", name="amount_has_a_unit"),
        CheckConstraint(
            "unit IS NULL OR (instrument = 'floor_area') = (unit = 'm2')", name="floor_is_in_m2"
        ),
        CheckConstraint(
            "unit IS NULL OR (instrument = 'mentoring') = (unit = 'hour')",
            name="mentoring_is_in_hours",
        ),
        CheckConstraint("outcome <> 'refusal' OR reason <> ''", name="refusal_has_a_reason"),
    )

    deliberation_id: Mapped[UUID] = mapped_column(ForeignKey("deliberation.id"))
    position: Mapped[int]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"), index=True)
    outcome: Mapped[Outcome]
    instrument: Mapped[Instrument | None]
    amount: Mapped[Amount | None]
    unit: Mapped[Unit | None]
    envelope_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_envelope.id"))
    label: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")

    deliberation: Mapped[Deliberation] = relationship(lazy="raise", back_populates="decisions")
    application: Mapped[Application] = relationship(lazy="raise")
    funder: Mapped[Funder] = relationship(lazy="raise")

    @property
    def is_award(self) -> bool:
        """Favourable, whatever is given."""
        return self.outcome is Outcome.AWARD


class Why(StrEnum):
    """Why a decision no longer stands, and its application is to be decided again. Stored."""

    ACT_WITHDRAWN = "act_withdrawn"
    APPEAL = "appeal"
    ACT_ANNULLED = "act_annulled"


class Reopening(Base):
    """A decision that no longer stands: what it decided is to be decided again. Insert-only.

    An award is reopened with its act alone: withdrawn before it was executory, or annulled later,
    once nothing of the award is committed any more (trigger).
    """

    __tablename__ = "decision_reopening"
    __table_args__ = (CheckConstraint(enum_values("why", Why), name="why_is_known"),)

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    why: Mapped[Why]
    reopened_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    reopened_at: Mapped[datetime]


class Acknowledgement(Row, Base):
    """The instant at which an applicant first took note of a decision: appeals run from it."""

    __tablename__ = "acknowledgement"
    __table_args__ = (UniqueConstraint("deliberation_id", "application_id"),)

    deliberation_id: Mapped[UUID] = mapped_column(ForeignKey("deliberation.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    read_at: Mapped[datetime]
