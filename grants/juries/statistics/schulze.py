"""Rankings put together by Schulze's method: who beats whom, along the strongest chains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from grants.juries.statistics import arrays
from grants.juries.statistics.arrays import Ints
from grants.juries.statistics.sheet import Sheet

UNLISTED = np.iinfo(np.int64).max


class Unlisted(StrEnum):
    """What a ballot says of whom it does not name. Values are stored.

    LAST: below all it names, equal among themselves, as in elections. UNSAID: nothing, as
    when a juror was recused or not given the file.
    """

    LAST = "last"
    UNSAID = "unsaid"


class Strength(StrEnum):
    """What makes a victory strong: votes for it, or the lead. Values are stored."""

    WINNING_VOTES = "winning_votes"
    MARGINS = "margins"


@dataclass(frozen=True)
class Ballot:
    """One ranking, best group first; candidates in one group are equal. `weight`: how many cast it.

    Candidates are numbers from 0; whom it does not name is read as `Unlisted` says.
    """

    groups: tuple[tuple[int, ...], ...]
    weight: int = 1


@dataclass(frozen=True)
class SchulzeResult:
    """`ranks`: one more than how many beat the candidate; equal ranks are not told apart.

    `preferences[a][b]`: ballots that put a above b. `paths[a][b]`: strength of the strongest
    chain of victories from a to b, 0 without one. a beats b when paths[a][b] > paths[b][a].
    """

    ranks: tuple[int, ...]
    preferences: tuple[tuple[int, ...], ...]
    paths: tuple[tuple[int, ...], ...]

    @property
    def winners(self) -> tuple[int, ...]:
        """Whom nobody beats: one, or several that the ballots do not tell apart."""
        return tuple(at for at, rank in enumerate(self.ranks) if rank == 1)

    def beats(self, one: int, other: int) -> bool:
        """Whether the first is above the second."""
        return self.paths[one][other] > self.paths[other][one]


def schulze(
    candidates: int,
    ballots: Iterable[Ballot],
    *,
    unlisted: Unlisted = Unlisted.LAST,
    strength: Strength = Strength.WINNING_VOTES,
) -> SchulzeResult:
    """The order that Schulze's method finds (Social Choice and Welfare 36, 2011).

    Time grows with the cube of the candidates: 200 take a moment, 1,000 some seconds.

    Raises:
        ValueError: a ballot names an unknown candidate, or one twice, or weighs nothing.
    """
    wins = _preferences(candidates, ballots, unlisted)
    against = wins.T
    force = wins if strength is Strength.WINNING_VOTES else wins - against
    paths = np.where(wins > against, force, 0)
    for middle in range(candidates):
        through = np.minimum(paths[:, middle, None], paths[None, middle, :])
        np.maximum(paths, through, out=paths)
    np.fill_diagonal(paths, 0)
    ranks = 1 + (paths < paths.T).sum(axis=1)
    return SchulzeResult(ranks=tuple(ranks.tolist()), preferences=_rows(wins), paths=_rows(paths))


def ballots_of(sheet: Sheet) -> tuple[Ballot, ...]:
    """Each juror's totals as a ranking, equal totals equal. Count them with `Unlisted.UNSAID`."""
    scores = arrays.scores(sheet)
    found = []
    for juror in np.unique(scores.juror).tolist():
        theirs = scores.juror == juror
        groups: dict[int, list[int]] = {}
        pairs = zip(scores.total[theirs].tolist(), scores.application[theirs].tolist(), strict=True)
        for total, application in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
            groups.setdefault(total, []).append(application)
        found.append(Ballot(tuple(tuple(group) for group in groups.values())))
    return tuple(found)


def _preferences(candidates: int, ballots: Iterable[Ballot], unlisted: Unlisted) -> Ints:
    wins = np.zeros((candidates, candidates), dtype=np.int64)
    for ballot in ballots:
        level = _levels(candidates, ballot)
        above = level[:, None] < level[None, :]
        if unlisted is Unlisted.UNSAID:
            named = level < UNLISTED
            above &= named[None, :]
        wins += ballot.weight * above
    return wins


def _levels(candidates: int, ballot: Ballot) -> Ints:
    level = np.full(candidates, UNLISTED, dtype=np.int64)
    named: Sequence[int] = [one for group in ballot.groups for one in group]
    known = all(0 <= one < candidates for one in named)
    if not known or len(set(named)) != len(named) or ballot.weight < 1:
        raise ValueError(f"no usable ballot: {ballot}")
    for place, group in enumerate(ballot.groups):
        level[list(group)] = place
    return level


def _rows(table: Ints) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(row) for row in table.tolist())
