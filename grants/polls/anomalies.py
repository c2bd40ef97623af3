"""What looks odd in how ballots came, never in what they hold. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from grants.polls.models import Traffic

BURST_LEAST, BURST_TIMES = 20, 5
CROWD_LEAST, CROWD_SHARE = 10, 0.1


@dataclass(frozen=True)
class Hour:
    """Ballots of one hour; `is_burst`: far more than in a usual one."""

    hour: datetime
    votes: int
    is_burst: bool


@dataclass(frozen=True)
class Crowd:
    """Ballots from one coarse network; `name` is the beginning of its keyed hash."""

    name: str
    votes: int
    share: float


@dataclass(frozen=True)
class Report:
    """What an officer looks at: hours, crowded networks, mailboxes lent for ten minutes."""

    hours: tuple[Hour, ...]
    crowds: tuple[Crowd, ...]
    ballots: int
    disposable: int

    @property
    def bursts(self) -> list[Hour]:
        """The hours that stand out."""
        return [one for one in self.hours if one.is_burst]

    @property
    def is_calm(self) -> bool:
        """Whether nothing stands out."""
        return not (self.bursts or self.crowds or self.disposable)


def report(traffic: Iterable[Traffic]) -> Report:
    """Read the figures of a poll.

    A burst: twenty ballots at least, and five times those of the median hour in which somebody
    voted. A crowd: ten ballots at least, and a tenth of all, from one coarse network.
    """
    by_hour: Counter[datetime] = Counter()
    by_network: Counter[str] = Counter()
    disposable = 0
    for one in traffic:
        if one.is_disposable:
            disposable += one.votes
            continue
        by_hour[one.hour] += one.votes
        by_network[one.network] += one.votes
    ballots = by_hour.total()
    usual = median(by_hour.values()) if by_hour else 0
    hours = tuple(
        Hour(hour, votes, votes >= max(BURST_LEAST, BURST_TIMES * usual))
        for hour, votes in sorted(by_hour.items())
    )
    crowds = tuple(
        Crowd(name[:8], votes, votes / ballots)
        for name, votes in by_network.most_common()
        if votes >= max(CROWD_LEAST, CROWD_SHARE * ballots)
    )
    return Report(hours, crowds, ballots, disposable)
