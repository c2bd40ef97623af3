"""Sessions of the deciding body, proposals, deliberations, and what each decided."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
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


# An amount exists exactly when something is given out of an envelope; a title is honour alone.
AMOUNT_MATCHES = (
    "((outcome = 'award' AND instrument <> 'title') = (amount IS NOT NULL))"
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
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]

    application: Mapped[Application] = relationship(lazy="raise")


class Deliberation(Row, Base):
    """One numbered act of the body, with the figures of its vote.

    PostgreSQL refuses figures that do not add up and any later change, apart from the
    dates at which it was announced and became executory.
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
        CheckConstraint("second_convocation OR present * 2 > seats", name="quorum_is_met"),
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
        CheckConstraint("adopted OR announced_at IS NULL", name="announced_if_adopted"),
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
    made_executory_on: Mapped[date | None]

    council_session: Mapped[CouncilSession] = relationship(lazy="raise")
    funder: Mapped[Funder] = relationship(lazy="raise")
    decisions: Mapped[list[Decision]] = relationship(
        lazy="raise", back_populates="deliberation", order_by="Decision.position"
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


class Acknowledgement(Row, Base):
    """The instant at which an applicant first took note of a decision: appeals run from it."""

    __tablename__ = "acknowledgement"
    __table_args__ = (UniqueConstraint("deliberation_id", "application_id"),)

    deliberation_id: Mapped[UUID] = mapped_column(ForeignKey("deliberation.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    read_at: Mapped[datetime]
