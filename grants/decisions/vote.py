"""The arithmetic of a vote, as the law has it. Pure: PostgreSQL's CHECKs say the same again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grants.kernel.errors import Refused


class CastingVote(StrEnum):
    """How whoever presides settled a tie. Values are stored."""

    FOR = "for"
    AGAINST = "against"


@dataclass(frozen=True, kw_only=True)
class Vote:
    """The figures of one vote, as the minutes give them. All count members.

    `represented` are written proxies; `not_taking_part` left the room for this matter (déport),
    or are represented and not voted for.
    On a second convocation no quorum is asked (CGCT L2121-17).
    """

    seats: int
    present: int
    represented: int = 0
    not_taking_part: int = 0
    votes_for: int
    votes_against: int = 0
    abstentions: int = 0
    second_convocation: bool = False
    secret_ballot: bool = False
    casting_vote: CastingVote | None = None

    @property
    def voters(self) -> int:
        """Votants: present and represented, less those who do not take part."""
        return self.present + self.represented - self.not_taking_part

    @property
    def cast(self) -> int:
        """Suffrages exprimés: abstentions do not count."""
        return self.votes_for + self.votes_against

    @property
    def in_room(self) -> int:
        """How many may still be in the room: of those who take no part, all but the represented."""
        return self.present - max(self.not_taking_part - self.represented, 0)

    @property
    def quorum(self) -> int:
        """How many must be physically present: more than half of the seats."""
        return self.seats // 2 + 1

    @property
    def is_tied(self) -> bool:
        """As many for as against, and somebody voted."""
        return self.votes_for == self.votes_against > 0

    @property
    def adopted(self) -> bool:
        """Majority of the votes cast; a tie follows the casting vote, never a secret ballot's."""
        return self.votes_for > self.votes_against or (
            self.is_tied and self.casting_vote is CastingVote.FOR
        )

    @property
    def is_unanimous(self) -> bool:
        """Adopted, and every voter voted for."""
        return self.adopted and self.votes_for == self.voters

    def refusal(self) -> Refused | None:
        """The first rule that the figures break, tied to the field to mend, or None."""
        return (
            self._refused_presence()
            or self._refused_quorum()
            or self._refused_count()
            or self._refused_tie()
        )

    def _refused_presence(self) -> Refused | None:
        if self.seats < 1:
            return Refused("deliberation.no_seats", field="seats")
        for name in ("present", "represented", "not_taking_part"):
            if getattr(self, name) < 0:
                return Refused("deliberation.negative", field=name)
        if self.present + self.represented > self.seats:
            return Refused(
                "deliberation.more_members_than_seats",
                field="present",
                members=self.present + self.represented,
                seats=self.seats,
            )
        if self.represented > self.present:
            return Refused(
                "deliberation.too_many_proxies",
                field="represented",
                present=self.present,
                represented=self.represented,
            )
        if self.not_taking_part > self.present + self.represented:
            return Refused("deliberation.too_many_not_taking_part", field="not_taking_part")
        return None

    def _refused_quorum(self) -> Refused | None:
        if not self.second_convocation and self.in_room < self.quorum:
            return Refused(
                "deliberation.no_quorum",
                field="present",
                present=self.in_room,
                quorum=self.quorum,
                seats=self.seats,
            )
        return None

    def _refused_count(self) -> Refused | None:
        for name in ("votes_for", "votes_against", "abstentions"):
            if getattr(self, name) < 0:
                return Refused("deliberation.negative", field=name)
        counted = self.cast + self.abstentions
        if counted != self.voters:
            return Refused(
                "deliberation.votes_do_not_add_up",
                field="votes_for",
                counted=counted,
                voters=self.voters,
            )
        return None

    def _refused_tie(self) -> Refused | None:
        if self.is_tied and not self.secret_ballot and self.casting_vote is None:
            return Refused("deliberation.tie_needs_casting_vote", field="casting_vote")
        if self.casting_vote is not None and (self.secret_ballot or not self.is_tied):
            return Refused("deliberation.no_tie_to_settle", field="casting_vote")
        return None
