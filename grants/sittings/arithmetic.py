"""Who counts, who votes for whom, and what comes of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from grants.juries.models import SeatRole
from grants.sittings.models import Choice, Mode, Outcome


@dataclass(frozen=True)
class Place:
    """One member at the table: there or not, recused from the point at hand or not.

    `holder_id` is the seat that holds this one's proxy, if any.
    """

    seat_id: UUID
    person_id: UUID
    name: str
    role: SeatRole
    mode: Mode | None = None
    came_at: datetime | None = None
    recused: bool = False
    holder_id: UUID | None = None
    proxy_used: bool = False

    @property
    def is_here(self) -> bool:
        """Whether the member is in the meeting, in the room or from afar."""
        return self.mode is not None

    @property
    def takes_part(self) -> bool:
        """Whether the member is there for the point at hand: a recusal sends them out."""
        return self.is_here and not self.recused


@dataclass(frozen=True)
class Participation:
    """How many take part in a point: those who are there, and those who left their vote."""

    present: int
    represented: int
    quorum: int

    @property
    def total(self) -> int:
        """How many votes the point has."""
        return self.present + self.represented

    @property
    def is_met(self) -> bool:
        """Whether the quorum is reached."""
        return self.total >= self.quorum


def participation(places: Sequence[Place], quorum: int) -> Participation:
    """The quorum of one point: whoever is recused from it counts neither there nor by proxy."""
    present = sum(place.takes_part for place in places)
    return Participation(present, len(represented(places)), quorum)


def represented(places: Sequence[Place]) -> list[Place]:
    """The absent whose proxy counts: neither they nor its holder are recused, the holder there."""
    by_seat = {place.seat_id: place for place in places}
    return [
        place
        for place in places
        if place.holder_id is not None
        and not place.is_here
        and not place.recused
        and (holder := by_seat.get(place.holder_id)) is not None
        and holder.takes_part
    ]


def votes_of(places: Sequence[Place], seat_id: UUID) -> list[Place]:
    """For whom a seat votes on the point at hand: itself, then the one that it represents."""
    own = [place for place in places if place.seat_id == seat_id and place.takes_part]
    return own + [place for place in represented(places) if place.holder_id == seat_id]


def stepped_out(places: Sequence[Place]) -> list[str]:
    """The names of those who must leave the room for the point at hand."""
    return [place.name for place in places if place.recused and place.is_here]


def casting(
    votes_for: int, votes_against: int, *, is_secret: bool, settles: bool, chair: Choice | None
) -> Choice | None:
    """The chair's vote where it settles a tie: open vote, the jury says so, the chair chose."""
    tied = votes_for == votes_against > 0
    if not tied or is_secret or not settles or chair is Choice.ABSTAIN:
        return None
    return chair


def outcome(votes_for: int, votes_against: int, casting_vote: Choice | None) -> Outcome:
    """Majority of the votes cast; a tie is rejected unless the chair's vote carries it."""
    carried = votes_for > votes_against or casting_vote is Choice.FOR
    return Outcome.ADOPTED if carried else Outcome.REJECTED
