"""A budget shared out by votes, project after project, as participatory budgets do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One project as the list is gone down: what was left before it, and whether it was taken.

    `tied`: as many votes as another one, and the two of them not both taken; the cheaper came
    first, then the earlier in the list. People should look at those.
    """

    candidate: int
    votes: int
    cost: int
    left_before: int
    taken: bool
    tied: bool


@dataclass(frozen=True)
class Shared:
    """`taken`: the projects paid for, in the order in which they were; `left` in cents."""

    taken: tuple[int, ...]
    left: int
    steps: tuple[Step, ...]


def by_votes(costs: Sequence[int], votes: Sequence[int], budget: int, *, fewest: int = 1) -> Shared:
    """From the most votes down, each project that what is left still pays for whole.

    A project that does not fit is passed over, and cheaper ones below it may still be taken.
    Fewer than `fewest` votes are never enough. Costs and budget in cents.

    Raises:
        ValueError: costs and votes do not match, or one of them or the budget is negative.
    """
    if len(costs) != len(votes) or min([budget, *costs, *votes]) < 0:
        raise ValueError("costs, votes and budget do not fit together")
    order = sorted(range(len(costs)), key=lambda one: (-votes[one], costs[one], one))
    left, before, taken = budget, {}, []
    for one in order:
        before[one] = left
        if votes[one] >= fewest and costs[one] <= left:
            left -= costs[one]
            taken.append(one)
    split = _split(votes, taken, fewest)
    chosen = frozenset(taken)
    steps = tuple(
        Step(one, votes[one], costs[one], before[one], one in chosen, votes[one] in split)
        for one in order
    )
    return Shared(tuple(taken), left, steps)


def _split(votes: Sequence[int], taken: Sequence[int], fewest: int) -> frozenset[int]:
    """Numbers of votes that sufficed for one project and not for another."""
    enough = {votes[one] for one in taken}
    passed = {
        count for one, count in enumerate(votes) if one not in frozenset(taken) and count >= fewest
    }
    return frozenset(enough & passed)
