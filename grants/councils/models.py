"""Seats of a deliberative body, its meetings, agendas, presence, proxies, and who voted what.

PostgreSQL guards what a meeting leaves behind (migration 0029): nobody is twice in the room, one
proxy each, and the figures of a deliberation are those of the members counted for its item.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.applications.models import Application
from grants.db import Base, Row, enum_values
from grants.decisions.models import CouncilSession, Deliberation
from grants.files.models import StoredFile
from grants.kernel.money import Cents
from grants.people.models import Person


class Office(StrEnum):
    """What a member is elected to. Values are stored."""

    PRESIDENT = "president"
    VICE_PRESIDENT = "vice_president"
    MEMBER = "member"


class Standing(StrEnum):
    """How a member counts for one item. Values are stored."""

    PRESENT = "present"
    REPRESENTED = "represented"
    ABSENT = "absent"


class Choice(StrEnum):
    """What a member votes. Values are stored."""

    FOR = "for"
    AGAINST = "against"
    ABSTENTION = "abstention"


class CouncilSeat(Row, Base):
    """A member of the council in office from `since` until the day before `until`.

    `person_id` where the member signs in here: the recusals of that account are then theirs.
    """

    __tablename__ = "council_seat"
    __table_args__ = (
        UniqueConstraint("funder_id", "name", "since"),
        Index(
            "uq_council_seat_president",
            "funder_id",
            unique=True,
            postgresql_where=text("office = 'president' AND until IS NULL"),
        ),
        CheckConstraint(enum_values("office", Office), name="office_is_known"),
        CheckConstraint("name <> ''", name="name_is_given"),
        CheckConstraint("until > since", name="ends_after_it_began"),
        CheckConstraint("office <> 'president' OR in_bureau", name="president_is_of_the_bureau"),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    office: Mapped[Office] = mapped_column(default=Office.MEMBER)
    in_bureau: Mapped[bool] = mapped_column(default=False, server_default="false")
    since: Mapped[date]
    until: Mapped[date | None]

    person: Mapped[Person | None] = relationship(lazy="raise")


class Meeting(Row, Base):
    """How one session of a body is called and held: place, hour, convocation, opening, end.

    `first_id` names the session whose quorum was missed: this one then asks for none.
    """

    __tablename__ = "council_meeting"
    __table_args__ = (
        UniqueConstraint("council_session_id"),
        CheckConstraint("clear_days BETWEEN 1 AND 30", name="notice_is_plausible"),
        CheckConstraint(
            "closed_at IS NULL OR opened_at IS NOT NULL", name="only_what_opened_closes"
        ),
        CheckConstraint("NOT quorum_missed OR closed_at IS NOT NULL", name="missed_is_closed"),
        CheckConstraint("first_id <> council_session_id", name="follows_another"),
    )

    council_session_id: Mapped[UUID] = mapped_column(ForeignKey("council_session.id"))
    starts_at: Mapped[datetime]
    place: Mapped[str]
    clear_days: Mapped[int] = mapped_column(default=5)
    urgency: Mapped[str] = mapped_column(default="", server_default="")
    first_id: Mapped[UUID | None] = mapped_column(ForeignKey("council_session.id"), index=True)
    chair_id: Mapped[UUID | None] = mapped_column(ForeignKey("council_seat.id"))
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    quorum_missed: Mapped[bool] = mapped_column(default=False, server_default="false")

    council_session: Mapped[CouncilSession] = relationship(
        lazy="raise", foreign_keys=[council_session_id]
    )
    chair: Mapped[CouncilSeat | None] = relationship(lazy="raise")
    items: Mapped[list[AgendaItem]] = relationship(
        lazy="raise", back_populates="meeting", order_by="AgendaItem.position"
    )

    @property
    def state(self) -> str:
        """Where it stands: draft, convened, open, missed or closed."""
        if self.closed_at:
            return "missed" if self.quorum_missed else "closed"
        if self.opened_at:
            return "open"
        return "convened" if self.council_session.convened_on else "draft"


class AgendaItem(Row, Base):
    """One point of the agenda: a draft deliberation and the applications that it decides upon.

    `number` is the deliberation's once it is voted; `deliberation_id` what came of it, under
    `presided_by_id`, who was in the room for it (trigger).
    """

    __tablename__ = "council_item"
    __table_args__ = (
        UniqueConstraint("meeting_id", "position", name="uq_council_item_place", deferrable=True),
        UniqueConstraint("deliberation_id"),
        CheckConstraint("object <> ''", name="object_is_given"),
        CheckConstraint("position > 0", name="position_starts_at_one"),
        CheckConstraint(
            "withdrawn_at IS NULL OR deliberation_id IS NULL", name="withdrawn_or_voted"
        ),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("council_meeting.id"))
    position: Mapped[int]
    number: Mapped[str] = mapped_column(default="", server_default="")
    object: Mapped[str]
    draft: Mapped[str] = mapped_column(default="", server_default="")
    rapporteur_id: Mapped[UUID | None] = mapped_column(ForeignKey("council_seat.id"))
    deliberation_id: Mapped[UUID | None] = mapped_column(ForeignKey("deliberation.id"))
    withdrawn_at: Mapped[datetime | None]
    voted_at: Mapped[datetime | None]
    presided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("council_seat.id"))

    meeting: Mapped[Meeting] = relationship(lazy="raise", back_populates="items")
    rapporteur: Mapped[CouncilSeat | None] = relationship(
        lazy="raise", foreign_keys=[rapporteur_id]
    )
    deliberation: Mapped[Deliberation | None] = relationship(lazy="raise")


class Covered(Base):
    """An application that an item of the agenda decides upon."""

    __tablename__ = "council_item_application"

    item_id: Mapped[UUID] = mapped_column(
        ForeignKey("council_item.id", ondelete="CASCADE"), primary_key=True
    )
    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("application.id"), primary_key=True, index=True
    )

    application: Mapped[Application] = relationship(lazy="raise")


class Presence(Row, Base):
    """A member in the room, from their arrival until they left. Never twice at once."""

    __tablename__ = "council_presence"
    __table_args__ = (
        ExcludeConstraint(
            ("meeting_id", "="),
            ("seat_id", "="),
            (text("tstzrange(arrived_at, left_at)"), "&&"),
            name="ex_council_presence_once",
            using="gist",
        ),
        CheckConstraint("left_at > arrived_at", name="leaves_after_arriving"),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("council_meeting.id"))
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("council_seat.id"))
    arrived_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class MeetingProxy(Row, Base):
    """A written power to vote, given to one other member, until it is revoked."""

    __tablename__ = "council_proxy"
    __table_args__ = (
        Index(
            "uq_council_proxy_giver",
            "meeting_id",
            "giver_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index(
            "uq_council_proxy_holder",
            "meeting_id",
            "holder_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
        CheckConstraint("giver_id <> holder_id", name="given_to_another"),
        CheckConstraint("revoked_at >= given_at", name="revoked_after_given"),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("council_meeting.id"))
    giver_id: Mapped[UUID] = mapped_column(ForeignKey("council_seat.id"))
    holder_id: Mapped[UUID] = mapped_column(ForeignKey("council_seat.id"))
    given_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Leaving(Base):
    """A member who said, for one item, that it concerns them: they leave the room."""

    __tablename__ = "council_leaving"

    item_id: Mapped[UUID] = mapped_column(
        ForeignKey("council_item.id", ondelete="CASCADE"), primary_key=True
    )
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("council_seat.id"), primary_key=True)
    said_at: Mapped[datetime]


class Voice(Base):
    """How one member counted for one item that was voted, and what they voted by name.

    `choice` is kept for a vote by name alone. Never changed (trigger).
    """

    __tablename__ = "council_voice"
    __table_args__ = (
        CheckConstraint(enum_values("standing", Standing), name="standing_is_known"),
        CheckConstraint(
            f"choice IS NULL OR ({enum_values('choice', Choice)}"
            " AND standing <> 'absent' AND NOT left_room)",
            name="only_voters_vote",
        ),
        CheckConstraint(
            "(standing = 'represented') = (holder_id IS NOT NULL)", name="proxy_has_a_holder"
        ),
    )

    item_id: Mapped[UUID] = mapped_column(ForeignKey("council_item.id"), primary_key=True)
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("council_seat.id"), primary_key=True)
    standing: Mapped[Standing]
    left_room: Mapped[bool]
    holder_id: Mapped[UUID | None] = mapped_column(ForeignKey("council_seat.id"))
    choice: Mapped[Choice | None]

    seat: Mapped[CouncilSeat] = relationship(lazy="raise", foreign_keys=[seat_id])


class Reported(Base):
    """An act taken by delegation of which the council was told, and at which of its sessions."""

    __tablename__ = "council_reported"

    deliberation_id: Mapped[UUID] = mapped_column(ForeignKey("deliberation.id"), primary_key=True)
    council_session_id: Mapped[UUID] = mapped_column(ForeignKey("council_session.id"), index=True)
    told_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Paper(Row, Base):
    """The draft deliberation of an item with its annexes, as a file; made anew, it is replaced."""

    __tablename__ = "council_paper"
    __table_args__ = (
        UniqueConstraint("item_id", "format"),
        CheckConstraint("format IN ('pdf', 'odt')", name="format_is_known"),
    )

    item_id: Mapped[UUID] = mapped_column(ForeignKey("council_item.id", ondelete="CASCADE"))
    format: Mapped[str]
    stored_file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    made_at: Mapped[datetime]

    stored_file: Mapped[StoredFile] = relationship(lazy="raise")


class SigningDelegation(Row, Base):
    """Who signs for the president, by which act, up to what (CGCT L2122-18, L2122-19, L5211-9).

    Named in the act by `name` and `function`; `person_id` where they sign on a screen here, none
    where on paper only. `given_for` is whom they sign for, as written: « la présidente ». Days are
    whole: signed on `from_on` or `until_on` is within it, on `revoked_on` not. It ends too with
    the term of whoever gave it. `ceiling_cents` bounds one agreement, in euros alone; none: no
    bound. Never altered, revoked once (trigger).
    """

    __tablename__ = "signing_delegation"
    __table_args__ = (
        UniqueConstraint("funder_id", "number", "name"),
        CheckConstraint(
            "btrim(number) <> '' AND btrim(name) <> '' AND btrim(function) <> ''"
            " AND btrim(given_for) <> ''",
            name="is_named",
        ),
        CheckConstraint("ceiling_cents > 0", name="ceiling_is_positive"),
        CheckConstraint("executory_on >= act_on", name="executory_after_its_act"),
        CheckConstraint("from_on >= executory_on", name="begins_once_executory"),
        CheckConstraint("until_on >= from_on", name="ends_after_it_began"),
        CheckConstraint("revoked_on >= act_on", name="revoked_after_its_act"),
        CheckConstraint(
            "num_nonnulls(revoked_on, revoked_by, revoked_at) IN (0, 3)"
            " AND (revoked_on IS NULL) = (btrim(revoked_number) = '')",
            name="revoked_by_an_act",
        ),
        CheckConstraint("person_id <> recorded_by", name="not_for_oneself"),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    given_by_id: Mapped[UUID] = mapped_column(ForeignKey("council_seat.id"))
    given_for: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    function: Mapped[str]
    number: Mapped[str]
    act_on: Mapped[date]
    executory_on: Mapped[date]
    ceiling_cents: Mapped[Cents | None]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    revoked_on: Mapped[date | None]
    revoked_number: Mapped[str] = mapped_column(default="", server_default="")
    revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]

    given_by: Mapped[CouncilSeat] = relationship(lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[person_id])
    recorder: Mapped[Person] = relationship(lazy="raise", foreign_keys=[recorded_by])
