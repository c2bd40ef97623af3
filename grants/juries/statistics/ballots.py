"""Votes by approval and by points: what makes a ballot valid, and how they are counted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Flaw(StrEnum):
    """Why a ballot cannot be counted. Values are codes for sentences."""

    UNKNOWN = "unknown_candidate"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    NEGATIVE = "negative_points"
    TOO_MANY_ON_ONE = "too_many_points_on_one"
    TOO_MANY_POINTS = "too_many_points"
    TOO_DEAR = "too_dear"
    OFF_THE_SCALE = "off_the_scale"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a ballot: `seen` against `allowed` (projects, points or cents)."""

    flaw: Flaw
    seen: int
    allowed: int


@dataclass(frozen=True)
class ApprovalRule:
    """How many projects one ballot approves of; `most` None is as many as one likes."""

    fewest: int = 1
    most: int | None = None


@dataclass(frozen=True)
class PointsRule:
    """How many points one ballot spends in all, and at most on one project (None: all)."""

    total: int
    on_one: int | None = None


@dataclass(frozen=True)
class Count:
    """Votes or points of each candidate, their ranks (equal ones share), ballots counted."""

    votes: tuple[int, ...]
    ranks: tuple[int, ...]
    ballots: int


def approval_fault(
    candidates: int, ballot: Collection[int], rule: ApprovalRule = ApprovalRule()
) -> Fault | None:
    """What is wrong with an approval ballot, None if nothing. A project named twice counts once."""
    chosen = set(ballot)
    if any(not 0 <= one < candidates for one in chosen):
        return Fault(Flaw.UNKNOWN, len(chosen), candidates)
    if len(chosen) < rule.fewest:
        return Fault(Flaw.TOO_FEW, len(chosen), rule.fewest)
    if rule.most is not None and len(chosen) > rule.most:
        return Fault(Flaw.TOO_MANY, len(chosen), rule.most)
    return None


def points_fault(candidates: int, ballot: Mapping[int, int], rule: PointsRule) -> Fault | None:
    """What is wrong with a ballot of points, None if nothing. Points may be left unspent."""
    most = rule.total if rule.on_one is None else rule.on_one
    if any(not 0 <= one < candidates for one in ballot):
        return Fault(Flaw.UNKNOWN, len(ballot), candidates)
    if any(points < 0 for points in ballot.values()):
        return Fault(Flaw.NEGATIVE, min(ballot.values()), 0)
    if sum(ballot.values()) < 1:
        return Fault(Flaw.TOO_FEW, 0, 1)
    if max(ballot.values()) > most:
        return Fault(Flaw.TOO_MANY_ON_ONE, max(ballot.values()), most)
    if sum(ballot.values()) > rule.total:
        return Fault(Flaw.TOO_MANY_POINTS, sum(ballot.values()), rule.total)
    return None


def knapsack_fault(costs: Sequence[int], ballot: Collection[int], budget: int) -> Fault | None:
    """What is wrong with a ballot that spends the budget itself, None if nothing. In cents."""
    fault = approval_fault(len(costs), ballot)
    if fault is not None:
        return fault
    spent = sum(costs[one] for one in set(ballot))
    return Fault(Flaw.TOO_DEAR, spent, budget) if spent > budget else None


def approval(
    candidates: int,
    ballots: Iterable[Collection[int]],
    rule: ApprovalRule = ApprovalRule(),
) -> Count:
    """Count approvals.

    Raises:
        ValueError: a ballot is faulty; it should have been refused when it was cast.
    """
    votes, counted = [0] * candidates, 0
    for ballot in ballots:
        _demand(approval_fault(candidates, ballot, rule))
        counted += 1
        for one in set(ballot):
            votes[one] += 1
    return _counted(votes, counted)


def points(candidates: int, ballots: Iterable[Mapping[int, int]], rule: PointsRule) -> Count:
    """Add points up.

    Raises:
        ValueError: a ballot is faulty; it should have been refused when it was cast.
    """
    votes, counted = [0] * candidates, 0
    for ballot in ballots:
        _demand(points_fault(candidates, ballot, rule))
        counted += 1
        for one, given in ballot.items():
            votes[one] += given
    return _counted(votes, counted)


def knapsack(costs: Sequence[int], ballots: Iterable[Collection[int]], budget: int) -> Count:
    """Count ballots that each fit into the budget, a vote for each project named.

    Raises:
        ValueError: a ballot is faulty; it should have been refused when it was cast.
    """
    votes, counted = [0] * len(costs), 0
    for ballot in ballots:
        _demand(knapsack_fault(costs, ballot, budget))
        counted += 1
        for one in set(ballot):
            votes[one] += 1
    return _counted(votes, counted)


def _counted(votes: Sequence[int], ballots: int) -> Count:
    first: dict[int, int] = {}
    for place, value in enumerate(sorted(votes, reverse=True), start=1):
        first.setdefault(value, place)
    return Count(tuple(votes), tuple(first[value] for value in votes), ballots)


def _demand(fault: Fault | None) -> None:
    if fault is not None:
        raise ValueError(f"a faulty ballot was counted: {fault}")
