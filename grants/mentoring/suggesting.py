"""Which mentor would suit an application: a small rule that a person reads and decides on.

The same facts give the same order: skills in common first, then hours left, then the name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

HOUR = 60


@dataclass(frozen=True)
class Offer:
    """One mentor as the rule sees them: `pairs` help already, `minutes` were given so far."""

    mentor_id: UUID
    name: str
    skills: frozenset[str]
    hours: int
    pairs: int = 0
    minutes: int = 0

    @property
    def left(self) -> int:
        """Minutes that are still on offer; below zero, given beyond the offer."""
        return self.hours * HOUR - self.minutes

    @property
    def share(self) -> int:
        """Minutes that one more project could count on."""
        return max(self.left, 0) // (self.pairs + 1)


@dataclass(frozen=True)
class Suggestion:
    """One mentor for one application: the wishes that they meet, and what they have left."""

    offer: Offer
    shared: tuple[str, ...]


def suggestions(wishes: Collection[str], offers: Iterable[Offer]) -> list[Suggestion]:
    """Every mentor, who suits best first; whoever has nothing left comes after all others."""
    found = [
        Suggestion(one, tuple(wish for wish in wishes if wish in one.skills)) for one in offers
    ]
    return sorted(
        found,
        key=lambda one: (
            one.offer.share == 0,
            -len(one.shared),
            -one.offer.share,
            one.offer.name,
            one.offer.mentor_id,
        ),
    )
