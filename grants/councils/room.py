"""Who counts for one item of the agenda, and what a vote gives. Pure: reads nothing.

The law: CGCT L2121-17 (quorum of the members physically present), L2121-20 (one written proxy
each, absolute majority of the votes cast, casting vote of whoever presides), L2131-11 (a member
who is concerned takes no part). The bodies of groupings of communes follow it (L5211-1).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from grants.councils.models import Choice, Standing
from grants.decisions.vote import CastingVote, Vote


@dataclass(frozen=True)
class Counted:
    """How one member counts for an item; `holder_id` votes for them when represented."""

    standing: Standing
    left_room: bool = False
    holder_id: UUID | None = None

    @property
    def votes(self) -> bool:
        """Whether a vote is counted in their name."""
        return self.standing is not Standing.ABSENT and not self.left_room


@dataclass(frozen=True)
class Room:
    """The members in office, who is in the building, who votes for whom, whom the item concerns.

    `proxies` by giver. A proxy sleeps while its giver is there, and falls while its holder is
    not, or leaves for the item: nobody votes for another from outside the room.
    """

    members: tuple[UUID, ...]
    present: frozenset[UUID]
    proxies: Mapping[UUID, UUID]
    concerned: frozenset[UUID]
    second_convocation: bool = False

    def counted(self, member: UUID) -> Counted:
        """How this member counts."""
        leaves = member in self.concerned
        if member in self.present:
            return Counted(Standing.PRESENT, leaves)
        holder = self.proxies.get(member)
        if holder in self.present and (leaves or holder not in self.concerned):
            return Counted(Standing.REPRESENTED, leaves, holder)
        return Counted(Standing.ABSENT)

    @property
    def everyone(self) -> dict[UUID, Counted]:
        """Every member in office, and how they count."""
        return {one: self.counted(one) for one in self.members}

    @property
    def in_room(self) -> int:
        """Members physically there for the item: who left for it does not count for its quorum."""
        return len(self.present & set(self.members) - self.concerned)

    @property
    def quorum(self) -> int:
        """How many must be there: more than half of the members in office."""
        return len(self.members) // 2 + 1

    @property
    def has_quorum(self) -> bool:
        """Whether the item may be voted; a second convocation asks for nobody."""
        return self.second_convocation or self.in_room >= self.quorum

    @property
    def voters(self) -> list[UUID]:
        """Those in whose name a vote is counted."""
        return [one for one, how in self.everyone.items() if how.votes]

    def presides(self, member: UUID) -> bool:
        """Whether this member may preside: there, and not outside for the item."""
        return member in self.present and member not in self.concerned

    def vote(
        self,
        *,
        votes_against: int = 0,
        abstentions: int = 0,
        votes_for: int | None = None,
        casting_vote: CastingVote | None = None,
        secret_ballot: bool = False,
    ) -> Vote:
        """The figures of a vote by show of hands or secret ballot; for: the rest unless told."""
        every = self.everyone.values()
        rest = len(self.voters) - votes_against - abstentions
        return Vote(
            seats=len(self.members),
            present=sum(one.standing is Standing.PRESENT for one in every),
            represented=sum(one.standing is Standing.REPRESENTED for one in every),
            not_taking_part=sum(one.left_room for one in every),
            votes_for=rest if votes_for is None else votes_for,
            votes_against=votes_against,
            abstentions=abstentions,
            second_convocation=self.second_convocation,
            secret_ballot=secret_ballot,
            casting_vote=casting_vote,
        )

    def by_name(self, choices: Mapping[UUID, Choice], chair: UUID | None) -> Vote:
        """The figures of a vote by name: who presides and voted settles a tie."""
        said = [choices[one] for one in self.voters if one in choices]
        counted = {choice: said.count(choice) for choice in Choice}
        votes_for, against = counted[Choice.FOR], counted[Choice.AGAINST]
        casting = None
        if votes_for == against > 0 and chair in self.voters and chair is not None:
            casting = {
                Choice.FOR: CastingVote.FOR,
                Choice.AGAINST: CastingVote.AGAINST,
            }.get(choices.get(chair, Choice.ABSTENTION))
        return self.vote(
            votes_for=votes_for,
            votes_against=against,
            abstentions=counted[Choice.ABSTENTION],
            casting_vote=casting,
        )


def concerned_by(
    accounts: Mapping[UUID, UUID],
    recusals: Collection[tuple[UUID, UUID]],
    applications: Collection[UUID],
) -> set[UUID]:
    """The members who must leave: those whose account is recused from an application of the item.

    `accounts`: person by seat; `recusals`: pairs of person and application.
    """
    touched = {person for person, application in recusals if application in applications}
    return {seat for seat, person in accounts.items() if person in touched}


def clear_days(convened: date, held: date) -> int:
    """Whole days between the convocation and the session, neither of them counted."""
    return (held - convened).days - 1
