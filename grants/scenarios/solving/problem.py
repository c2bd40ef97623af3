"""The problem of who is funded with what, and what came out of it, in plain whole numbers.

Candidates are known by their place in the list handed in, which is their order of merit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

THOUSAND = 1_000


class Measure(StrEnum):
    """What a quota counts. Values are stored."""

    PROJECTS = "projects"
    MONEY = "money"


class Bound(StrEnum):
    """Which way it binds. Values are stored."""

    LEAST = "least"
    MOST = "most"


class Cap(StrEnum):
    """What keeps a candidate below what it asked for. Values are stored."""

    CEILING = "ceiling"
    RATE = "rate"
    AID = "aid"


@dataclass(frozen=True)
class Candidate:
    """One application: it gets `most`, or nothing, or as the only partial one at least `floor`.

    `most` is what it asked for, or less by `cap`. `is_open` is false for one that may get nothing.
    It draws on one `envelope`, known beforehand; or people split it over several, and then it
    gets its `most` whatever the others get: `parts` of it out of each, as (envelope, amount).
    """

    asked: int
    most: int
    floor: int = 1
    cap: Cap | None = None
    is_open: bool = True
    envelope: int = 0
    parts: tuple[tuple[int, int], ...] = ()

    @property
    def is_possible(self) -> bool:
        """Whether any amount would be allowed for it."""
        return bool(self.parts) or (self.is_open and self.most > 0 and self.most >= self.floor)

    def draws(self, amount: int) -> tuple[tuple[int, int], ...]:
        """What it takes out of which envelope, for an amount."""
        return self.parts or ((self.envelope, amount),)


@dataclass(frozen=True)
class Quota:
    """What its `members` together get at least, or at most: a number, or a share of the whole.

    `amount` counts projects, or the smallest part of the unit; `share` is in thousandths of all
    that is given (money) or of all projects funded. One of the two. `key` names it for people.
    """

    key: str
    members: frozenset[int]
    measure: Measure
    bound: Bound
    amount: int | None = None
    share: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if (self.amount is None) == (self.share is None):
            raise ValueError("a quota is a number or a share")
        if (self.amount or 0) < 0 or not 0 <= (self.share or 0) <= THOUSAND:
            raise ValueError("a quota is off its scale")


@dataclass(frozen=True)
class Problem:
    """Candidates in their order, what envelopes have left, quotas, whether one may be partial."""

    candidates: tuple[Candidate, ...]
    rooms: tuple[int, ...]
    quotas: tuple[Quota, ...] = ()
    partial: bool = True

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        every = range(len(self.candidates))
        if any(one not in every for quota in self.quotas for one in quota.members):
            raise ValueError("a quota points outside the list")
        if any(one.floor < 1 or one.asked < 0 for one in self.candidates):
            raise ValueError("a candidate's amounts are off their scale")
        drawn = [one for each in self.candidates for one, _amount in each.draws(0)]
        if any(not 0 <= one < len(self.rooms) for one in drawn):
            raise ValueError("a candidate draws on no envelope")
        split = [one for one in self.candidates if one.parts]
        if any(sum(amount for _envelope, amount in one.parts) != one.most for one in split):
            raise ValueError("the parts of a candidate are not its amount")

    def taken(self, envelope: int) -> int:
        """What the candidates split by people take out of an envelope, whatever others get."""
        parts = [part for one in self.candidates for part in one.parts]
        return sum(amount for drawn, amount in parts if drawn == envelope)


@dataclass(frozen=True)
class Solution:
    """What each candidate gets, 0 for nothing: amounts in their order are the greatest there are.

    Greatest as words stand in a dictionary: no candidate could get more without one before it
    getting less. So no constraint is paid for by whoever is better placed than need be.
    """

    amounts: tuple[int, ...]


@dataclass(frozen=True)
class Lack:
    """A quota that cannot be met: its place, what it wants and the most it can have alone.

    `quota` None: each could be met, but not all together.
    """

    quota: int | None
    wanted: int = 0
    available: int = 0


@dataclass(frozen=True)
class Shortfall:
    """Nothing meets everything that was asked: what lacks, never empty."""

    lacks: tuple[Lack, ...]


def reached(quota: Quota, amounts: Sequence[int]) -> int:
    """What the members of a quota together have, in its measure."""
    if quota.measure is Measure.MONEY:
        return sum(amounts[one] for one in quota.members)
    return sum(amounts[one] > 0 for one in quota.members)


def whole(quota: Quota, amounts: Sequence[int]) -> int:
    """What everybody together has, in its measure."""
    if quota.measure is Measure.MONEY:
        return sum(amounts)
    return sum(one > 0 for one in amounts)


def is_met(quota: Quota, amounts: Sequence[int]) -> bool:
    """Whether a quota holds."""
    has, limit = THOUSAND * reached(quota, amounts), THOUSAND * (quota.amount or 0)
    if quota.share is not None:
        limit = quota.share * whole(quota, amounts)
    return has >= limit if quota.bound is Bound.LEAST else has <= limit
