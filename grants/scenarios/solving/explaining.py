"""Why each application is in or out: reasons as facts, for pages to put into sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from grants.scenarios.solving.problem import (
    THOUSAND,
    Bound,
    Candidate,
    Measure,
    Problem,
    Quota,
    Solution,
    is_met,
    reached,
    whole,
)


class Code(StrEnum):
    """A reason. Values are stored, and codes for sentences."""

    FULL = "full"
    CAPPED = "capped"
    PARTIAL = "partial"
    FOR_QUOTA = "for_quota"
    FITS = "fits"
    SPLIT = "split"
    CLOSED = "closed"
    NOTHING_ASKED = "nothing_asked"
    BELOW_FLOOR = "below_floor"
    QUOTA_FULL = "quota_full"
    SHARE_FULL = "share_full"
    MONEY = "money"
    KEPT = "kept"
    DILUTES = "dilutes"
    TOGETHER = "together"


@dataclass(frozen=True)
class Why:
    """One reason, with numbers that fill its sentence.

    In. FULL: all that it asked for. CAPPED: all that `cap` allows. PARTIAL: what is
    left, as the one partial project. FOR_QUOTA: although a better placed one is out, because
    `quota` asks for it. FITS: although a better placed one is out, because it fits in the `left`.
    SPLIT: people split it over several envelopes, and it stays as they wrote it.
    Out. CLOSED: it is not in the race any more. NOTHING_ASKED. BELOW_FLOOR: it may get `most`, and
    nobody gets less than `floor`. QUOTA_FULL: with it, `quota` would pass its `limit`. SHARE_FULL:
    the same of a share. MONEY: those placed before it leave its envelope `left`, it needs `need`.
    KEPT: what is left is kept for `quota`. DILUTES: with it, `quota` would fall below its share.
    TOGETHER: several rules together.
    """

    code: Code
    facts: dict[str, int | str] = field(default_factory=dict)


def explain(problem: Problem, solution: Solution) -> tuple[Why, ...]:
    """Why each candidate gets what it gets. Plain arithmetic, one pass for each candidate."""
    amounts = solution.amounts
    return tuple(
        _why_in(problem, amounts, place) if amounts[place] else _why_out(problem, amounts, place)
        for place in range(len(problem.candidates))
    )


def _why_in(problem: Problem, amounts: Sequence[int], place: int) -> Why:
    one = problem.candidates[place]
    gift = amounts[place]
    if one.parts:
        return Why(Code.SPLIT, {"amount": gift})
    if gift < one.most:
        return Why(Code.PARTIAL, {"amount": gift, "asked": one.asked, "floor": one.floor})
    passed = [
        other
        for other in range(place)
        if not amounts[other] and problem.candidates[other].is_possible
    ]
    if passed:
        without = [*amounts]
        without[place], without[passed[0]] = 0, gift  # the better placed one in its stead
        for quota in problem.quotas:
            asks = quota.bound is Bound.LEAST and place in quota.members
            if asks and not is_met(quota, without):
                return Why(Code.FOR_QUOTA, {"amount": gift, "quota": quota.key, **_bound(quota)})
        return Why(Code.FITS, {"amount": gift, **_capped(one)})
    if gift < one.asked:
        return Why(Code.CAPPED, {"amount": gift, **_capped(one)})
    return Why(Code.FULL, {"amount": gift})


def _capped(one: Candidate) -> dict[str, int | str]:
    return {"asked": one.asked, "cap": one.cap.value} if one.cap and one.most < one.asked else {}


def _why_out(problem: Problem, amounts: Sequence[int], place: int) -> Why:
    one = problem.candidates[place]
    if not one.is_open:
        return Why(Code.CLOSED)
    if one.asked <= 0:
        return Why(Code.NOTHING_ASKED)
    if not one.is_possible:
        capped = {"cap": one.cap.value} if one.cap else {}
        return Why(Code.BELOW_FLOOR, {"most": one.most, "floor": one.floor, **capped})
    before = [amount if other < place else 0 for other, amount in enumerate(amounts)]
    need = _need(problem, amounts, place)
    return (
        _full_quota(problem, before, amounts, place, need)
        or _no_money(problem, amounts, place, need)
        or _kept(problem, amounts, place, need)
        or Why(Code.TOGETHER)
    )


def _need(problem: Problem, amounts: Sequence[int], place: int) -> int:
    """The least that would fund it: all, once another before it is the partial one."""
    one = problem.candidates[place]
    partial_before = any(
        0 < amounts[other] < problem.candidates[other].most for other in range(place)
    )
    return one.floor if problem.partial and not partial_before else one.most


def _full_quota(
    problem: Problem, before: Sequence[int], after: Sequence[int], place: int, need: int
) -> Why | None:
    """A quota that those placed before fill, or a share of the whole that it would pass."""
    for quota in problem.quotas:
        if quota.bound is Bound.LEAST or place not in quota.members:
            continue
        taken = reached(quota, before)
        more = need if quota.measure is Measure.MONEY else 1
        if quota.amount is not None and taken + more > quota.amount:
            return Why(Code.QUOTA_FULL, {"quota": quota.key, "taken": taken, **_bound(quota)})
        if quota.share is not None:
            has = reached(quota, after) + more
            if THOUSAND * has > quota.share * (whole(quota, after) + more):
                return Why(Code.SHARE_FULL, {"quota": quota.key, **_bound(quota)})
    return None


def _no_money(problem: Problem, amounts: Sequence[int], place: int, need: int) -> Why | None:
    """Its envelope does not hold enough once those placed before it are served."""
    envelope = problem.candidates[place].envelope
    before = [
        amounts[other]
        for other in range(place)
        if not problem.candidates[other].parts and problem.candidates[other].envelope == envelope
    ]
    left = max(problem.rooms[envelope] - problem.taken(envelope) - sum(before), 0)
    return Why(Code.MONEY, {"left": left, "need": need}) if left < need else None


def _kept(problem: Problem, amounts: Sequence[int], place: int, need: int) -> Why | None:
    """A `least` quota of others: met by somebody placed after it, or a share that it would thin."""
    for quota in problem.quotas:
        if quota.bound is Bound.MOST or place in quota.members:
            continue
        after = [amount if other > place else 0 for other, amount in enumerate(amounts)]
        if reached(quota, after) > 0:
            return Why(Code.KEPT, {"quota": quota.key, **_bound(quota)})
        more = need if quota.measure is Measure.MONEY else 1
        all_of_it = whole(quota, amounts) + more
        if quota.share and THOUSAND * reached(quota, amounts) < quota.share * all_of_it:
            return Why(Code.DILUTES, {"quota": quota.key, **_bound(quota)})
    return None


def _bound(quota: Quota) -> dict[str, int | str]:
    """The quota's own numbers."""
    facts: dict[str, int | str] = {"bound": quota.bound.value, "measure": quota.measure.value}
    if quota.amount is not None:
        return facts | {"limit": quota.amount}
    return facts | {"share": quota.share or 0}
