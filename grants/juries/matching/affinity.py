"""How well one juror suits one application, part by part."""

from __future__ import annotations

from dataclasses import dataclass

from grants.juries.matching.problem import PREFERENCE_MAX, Pair, Pairing

WHOLE = 1000
"""A part that is met entirely."""


@dataclass(frozen=True)
class Affinity:
    """The parts of an affinity, each already multiplied by its weight."""

    skills: int
    track: int
    territory: int
    preference: int

    @property
    def total(self) -> int:
        """What the plan adds up."""
        return self.skills + self.track + self.territory + self.preference


def affinity(pairing: Pairing, pair: Pair) -> Affinity:
    """What speaks for a pair. Skills: the share of those asked for that the juror has."""
    need, juror = pairing.needs[pair[0]], pairing.jurors[pair[1]]
    weights = pairing.weights
    asked = len(need.skills)
    share = WHOLE * len(need.skills & juror.skills) // asked if asked else 0
    return Affinity(
        skills=weights.skills * share,
        track=weights.track * WHOLE * (need.track in juror.tracks),
        territory=weights.territory * WHOLE * (need.territory in juror.territories),
        preference=weights.preference
        * pairing.preferences.get(pair, 0)
        * (WHOLE // PREFERENCE_MAX),
    )
