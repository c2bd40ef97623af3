"""How ballots rank a jury's applications: by Schulze's method, approvals, points or a budget.

Pure, and in integers: a closed jury's file is computed again with these very functions. What a
ballot does not hold (recused, not given, no opinion) counts neither for nor against: a rank rests
on the share of those who could speak, never on how many could.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple

from grants.calls.models import RankingRule
from grants.juries.statistics.ballots import (
    ApprovalRule,
    Fault,
    Flaw,
    PointsRule,
    approval_fault,
    knapsack_fault,
    points_fault,
)
from grants.juries.statistics.budget import by_votes
from grants.kernel.late import Late

METHODS = {
    RankingRule.SCHULZE: "schulze-winning-votes/1",
    RankingRule.APPROVAL: "share-of-approvals/1",
    RankingRule.POINTS: "points-a-ballot/1",
    RankingRule.BUDGET: "share-of-votes-within-a-budget/1",
}
"""The method of each rule that ranks by ballots."""
VALUE_MAX = 10_000
"""No place and no points of one application are greater."""
RULES = {method: rule for rule, method in METHODS.items()}

# Matrices of hundreds of candidates are NumPy's work, which few processes need.
_schulze = Late("grants.juries.statistics.schulze")


class Place(NamedTuple):
    """Where one application stands; neither rank nor votes where no ballot spoke of it.

    `votes`: approvals, points, choices, or under Schulze how many others it beats.
    `is_paid`: whether the budget reaches it, None under the other rules.
    """

    rank: int | None
    votes: int | None
    opinions: int
    is_paid: bool | None = None


UNPLACED = Place(None, None, 0)


@dataclass(frozen=True)
class Outcome:
    """What ballots say together besides the places.

    `preferences[a][b]`, under Schulze: how many ballots put the application at place a of
    `candidates` above that at place b. With a budget, `left` is what remains of it, and `split`
    names those whom as many votes did not serve alike: the cheaper came first.
    """

    ballots: int
    candidates: tuple[str, ...] = ()
    preferences: tuple[tuple[int, ...], ...] = ()
    left: int | None = None
    split: tuple[str, ...] = ()

    def stored(self) -> dict[str, Any]:
        """As a row or a file keeps it."""
        return {
            "ballots": self.ballots,
            "candidates": list(self.candidates),
            "preferences": [list(row) for row in self.preferences],
            "left": self.left,
            "split": list(self.split),
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Outcome:
        """The same, back from where it was kept."""
        return cls(
            ballots=stored["ballots"],
            candidates=tuple(stored["candidates"]),
            preferences=tuple(tuple(row) for row in stored["preferences"]),
            left=stored["left"],
            split=tuple(stored["split"]),
        )

    def preferring(self, one: str, other: str) -> int | None:
        """How many ballots put the first above the second; None where that was not counted."""
        if not self.preferences or one not in self._at or other not in self._at:
            return None
        return self.preferences[self._at[one]][self._at[other]]

    @property
    def _at(self) -> dict[str, int]:
        return {number: at for at, number in enumerate(self.candidates)}


def counted(
    rule: RankingRule,
    costs: Mapping[str, int],
    ballots: Sequence[Mapping[str, int | None]],
    *,
    budget: int = 0,
) -> tuple[dict[str, Place], Outcome]:
    """The place of every application, and what else the ballots say. The same whoever counts.

    `costs`: every application by number, with what it asks for. A ballot holds those that it
    speaks of, a blank as None: under Schulze after all that it ranks, elsewhere not chosen.
    """
    kept = [{one: value for one, value in ballot.items() if one in costs} for ballot in ballots]
    spoken = {one: sum(one in ballot for ballot in kept) for one in costs}
    known = sorted(one for one, times in spoken.items() if times)
    if rule is RankingRule.SCHULZE:
        places, outcome = _ranked_in_pairs(known, spoken, kept)
    else:
        votes = {one: sum(ballot.get(one) or 0 for ballot in kept) for one in known}
        places, outcome = _by_share(known, votes, spoken), Outcome(len(ballots))
    if rule is RankingRule.BUDGET:
        places, outcome = _paid_for(places, costs, budget, outcome)
    return {one: places.get(one, UNPLACED) for one in sorted(costs)}, outcome


def fault(
    rule: RankingRule,
    costs: Sequence[int],
    chosen: Mapping[int, int],
    *,
    points: int = 0,
    budget: int = 0,
) -> Fault | None:
    """What is wrong with what a ballot chooses, by place in `costs`; None if nothing.

    Under Schulze a choice is a place from 1 to how many there are; ties and holes are allowed.
    """
    if rule is RankingRule.POINTS:
        return points_fault(len(costs), chosen, PointsRule(points))
    if rule is not RankingRule.SCHULZE and any(value != 1 for value in chosen.values()):
        return Fault(Flaw.TOO_MANY_ON_ONE, max(chosen.values()), 1)
    if rule is RankingRule.BUDGET:
        return knapsack_fault(costs, chosen.keys(), budget)
    if found := approval_fault(len(costs), chosen.keys(), ApprovalRule(1)):
        return found
    if any(not 1 <= value <= len(costs) for value in chosen.values()):
        return Fault(Flaw.OFF_THE_SCALE, max(chosen.values()), len(costs))
    return None


def ranked_by_share(shares: Mapping[str, Fraction]) -> dict[str, int]:
    """Greatest share first; equal ones share a rank and the next one is skipped."""
    first: dict[Fraction, int] = {}
    for place, share in enumerate(sorted(shares.values(), reverse=True), start=1):
        first.setdefault(share, place)
    return {one: first[share] for one, share in shares.items()}


def tied(ranks: Collection[int | None]) -> frozenset[int]:
    """The ranks that several share."""
    times = Counter(rank for rank in ranks if rank is not None)
    return frozenset(rank for rank, holders in times.items() if holders > 1)


def _ranked_in_pairs(
    known: Sequence[str], spoken: Mapping[str, int], ballots: Sequence[Mapping[str, int | None]]
) -> tuple[dict[str, Place], Outcome]:
    at = {one: place for place, one in enumerate(known)}
    found = _schulze.schulze(
        len(known),
        [_schulze.Ballot(_groups(ballot, at)) for ballot in ballots if ballot],
        unlisted=_schulze.Unlisted.UNSAID,
    )
    beaten = [sum(found.beats(one, other) for other in at.values()) for one in at.values()]
    places = {
        one: Place(rank, wins, spoken[one])
        for one, rank, wins in zip(known, found.ranks, beaten, strict=True)
    }
    return places, Outcome(len(ballots), tuple(known), found.preferences)


def _groups(ballot: Mapping[str, int | None], at: Mapping[str, int]) -> tuple[tuple[int, ...], ...]:
    """From the first place down; what was left blank comes last, all equal."""
    levels: dict[float, list[int]] = {}
    for one, value in ballot.items():
        levels.setdefault(float("inf") if value is None else value, []).append(at[one])
    return tuple(tuple(sorted(levels[level])) for level in sorted(levels))


def _by_share(
    known: Sequence[str], votes: Mapping[str, int], spoken: Mapping[str, int]
) -> dict[str, Place]:
    ranks = ranked_by_share({one: Fraction(votes[one], spoken[one]) for one in known})
    return {one: Place(ranks[one], votes[one], spoken[one]) for one in known}


def _paid_for(
    places: Mapping[str, Place], costs: Mapping[str, int], budget: int, outcome: Outcome
) -> tuple[dict[str, Place], Outcome]:
    """Go down the list with the budget; shares are whole numbers there, so that it is exact."""
    known = list(places)
    common = lcm(*(place.opinions for place in places.values()))
    shares = [(place.votes or 0) * common // place.opinions for place in places.values()]
    shared = by_votes([costs[one] for one in known], shares, budget)
    paid = {known[at] for at in shared.taken}
    split = tuple(sorted(known[step.candidate] for step in shared.steps if step.tied))
    settled = {one: place._replace(is_paid=one in paid) for one, place in places.items()}
    return settled, replace(outcome, left=shared.left, split=split)
