"""The problem of who reads what, and what came out of it, in plain words and whole numbers.

Applications and jurors are known by their place in the lists handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Pair: TypeAlias = tuple[int, int]
"""An application and a juror."""

PREFERENCE_MAX = 100


@dataclass(frozen=True)
class Need:
    """What one application asks for: how many readers, and what they should know."""

    readers: int
    skills: frozenset[str] = frozenset()
    track: str | None = None
    territory: str | None = None


@dataclass(frozen=True)
class Juror:
    """What one juror can bear and knows. A juror belongs to one college at most."""

    load_max: int
    load_min: int = 0
    skills: frozenset[str] = frozenset()
    tracks: frozenset[str] = frozenset()
    territories: frozenset[str] = frozenset()
    college: str | None = None


@dataclass(frozen=True)
class Weights:
    """What a good pair is worth. Each part of an affinity goes to 1,000 and counts so many times.

    `balance` is what the square of a juror's load costs: reading one file more than another
    juror costs twice as much for each file between them.
    """

    skills: int = 4
    track: int = 3
    territory: int = 2
    preference: int = 3
    balance: int = 50


@dataclass(frozen=True, eq=False)
class Pairing:
    """One problem.

    `colleges`: each application is to have at least one reader of each. `forbidden`: recused.
    `fixed`: given, whatever happens, as a reading already begun. `kept`: given so far, and only
    changed if there is no other way. `preferences`: −100 (not at all) to 100.

    Raises:
        ValueError: a pair outside the lists, a fixed one that is forbidden, an impossible number.
    """

    needs: tuple[Need, ...]
    jurors: tuple[Juror, ...]
    colleges: tuple[str, ...] = ()
    forbidden: frozenset[Pair] = frozenset()
    fixed: frozenset[Pair] = frozenset()
    kept: frozenset[Pair] = frozenset()
    preferences: Mapping[Pair, int] = field(default_factory=dict)
    weights: Weights = Weights()

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        for pairs in (self.forbidden, self.fixed, self.kept, self.preferences):
            self._check(pairs)
        if self.fixed & self.forbidden:
            raise ValueError("a fixed pair is forbidden")
        if any(need.readers < 0 for need in self.needs):
            raise ValueError("an application asks for fewer than no readers")
        if any(not 0 <= juror.load_min <= juror.load_max for juror in self.jurors):
            raise ValueError("a juror's least load is above the greatest")
        if any(abs(value) > PREFERENCE_MAX for value in self.preferences.values()):
            raise ValueError("a preference is off its scale")
        if min(vars(self.weights).values()) < 0 or len(set(self.colleges)) < len(self.colleges):
            raise ValueError("a weight is negative, or a college is named twice")

    def _check(self, pairs: Iterable[Pair]) -> None:
        applications, jurors = len(self.needs), len(self.jurors)
        for application, juror in pairs:
            if not (0 <= application < applications and 0 <= juror < jurors):
                raise ValueError(f"a pair points outside the lists: {(application, juror)}")


@dataclass(frozen=True)
class Plan:
    """Who reads what, at the optimum.

    `pairs` are sorted and hold the fixed ones; `loads` are theirs. `affinity` is the sum over
    `pairs`; `moved` counts the pairs of `kept` that were given up. First the fewest are moved;
    among such plans, `score` is the greatest there is: `affinity` less `balance` times the
    squares of the loads. `arcs`: pairs that the solver was shown; `whole`: it took all of them.
    """

    pairs: tuple[Pair, ...]
    loads: tuple[int, ...]
    affinity: int
    moved: int
    score: int
    arcs: int
    whole: bool


class Want(StrEnum):
    """What a problem without solution lacks. Values are codes for sentences."""

    JURORS = "jurors"
    COLLEGE = "college"
    READERS = "readers"
    CAPACITY = "capacity"
    MINIMUM = "minimum"
    MINIMUMS = "minimums"
    BOTTLENECK = "bottleneck"


@dataclass(frozen=True)
class Lack:
    """One thing that lacks: `wanted` against `available`, and whom it concerns.

    JURORS: each of `applications` needs `wanted` readers and has `available` possible ones.
    COLLEGE: `applications` have no possible reader of `college`. READERS: they ask for fewer
    readers than there are colleges to hear. CAPACITY: so many readings, so many the jurors can
    bear. MINIMUM: juror's least load against what they may read. MINIMUMS: the same for all
    `jurors` together. BOTTLENECK: `applications` together need `wanted` readings, and the
    `jurors` who may read them can bear fewer; with `college`, one reading of it for each.
    """

    want: Want
    wanted: int
    available: int
    applications: tuple[int, ...] = ()
    jurors: tuple[int, ...] = ()
    college: str | None = None


@dataclass(frozen=True)
class Shortfall:
    """No plan exists: everything that was found to lack, never empty."""

    lacks: tuple[Lack, ...]
