"""The best sharing out there is, by order of merit: exact, and the same for the same problem."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from grants.scenarios.solving.engine import Engine, Programme, Terms
from grants.scenarios.solving.problem import (
    THOUSAND,
    Bound,
    Lack,
    Measure,
    Problem,
    Quota,
    Shortfall,
    Solution,
)

BLOCK = 8
"""Candidates settled at once: the weights of so many, each thrice the next, are counted exactly."""
FULL, PARTLY, LEVELS = 2, 1, 3


@dataclass(frozen=True)
class Choice:
    """The variables of one candidate: all of it; where it may be partial, some, and how much."""

    full: int
    part: int | None = None
    some: int | None = None


Choices = dict[int, Choice]


def solve(
    problem: Problem,
    *,
    engine: Callable[[], Engine] = Programme,
    tell: Callable[[int], None] = lambda _settled: None,
) -> Solution | Shortfall:
    """Give the first candidate the most it can get, then the second, and so on; nothing is better.

    Envelopes and `most` quotas are never passed, `least` ones always met, at most one candidate
    is partial, nobody is below their floor; what people split stays. `tell` hears how many
    candidates are settled.
    """
    model, choices = _model(problem, engine(), problem.quotas)
    waiting = sorted(choices)
    given = dict.fromkeys(range(len(problem.candidates)), 0)
    is_cut = not problem.partial
    if model.maximise({}) is None:
        return _lacking(problem, engine)
    while waiting:
        block, waiting = _next(problem, choices, waiting, given, is_cut=is_cut)
        settled = _settle(model, block, choices, model.maximise(_merit(block, choices)) or [])
        for place, is_full, some in settled:
            given[place] = problem.candidates[place].most if is_full else some
            is_cut = is_cut or some > 0
        waiting = block[len(settled) :] + waiting
        _close(model, choices, given, waiting, is_cut=is_cut)
        tell(len(choices) - len(waiting))
    return Solution(tuple(given.values()))


def _model(problem: Problem, model: Engine, quotas: Iterable[Quota]) -> tuple[Engine, Choices]:
    choices = {
        place: _choice(problem, model, place)
        for place, one in enumerate(problem.candidates)
        if one.is_possible
    }
    model.row({one.part: 1 for one in choices.values() if one.part is not None}, high=1)
    for envelope, room in enumerate(problem.rooms):
        # What people split stays as they wrote it, though it took more than there is.
        taken = problem.taken(envelope)
        who = [place for place in choices if _draws_freely(problem, place, envelope)]
        free = max(room - taken, 0)
        model.row(_measured(problem, choices, Measure.MONEY, who), high=free)
    for quota in quotas:
        _hold(model, problem, choices, quota)
    return model, choices


def _draws_freely(problem: Problem, place: int, envelope: int) -> bool:
    one = problem.candidates[place]
    return not one.parts and one.envelope == envelope


def _choice(problem: Problem, model: Engine, place: int) -> Choice:
    one = problem.candidates[place]
    full = model.variable(1)
    if one.parts:
        model.row({full: 1}, 1, 1)
        return Choice(full)
    if not problem.partial or one.floor >= one.most:
        return Choice(full)
    part, some = model.variable(1), model.variable(one.most - 1)
    model.row({full: 1, part: 1}, high=1)
    model.row({some: 1, part: 1 - one.most}, high=0)
    model.row({some: 1, part: -one.floor}, low=0)
    return Choice(full, part, some)


def _hold(model: Engine, problem: Problem, choices: Choices, quota: Quota) -> None:
    limit = THOUSAND * (quota.amount or 0)
    members = _measured(problem, choices, quota.measure, quota.members)
    terms = {name: THOUSAND * weight for name, weight in members.items()}
    if quota.share is not None:
        for name, weight in _measured(problem, choices, quota.measure, choices).items():
            terms[name] = terms.get(name, 0) - quota.share * weight
    if quota.bound is Bound.LEAST:
        model.row(terms, low=limit)
    else:
        model.row(terms, high=limit)


def _measured(
    problem: Problem, choices: Choices, measure: Measure, who: Iterable[int]
) -> dict[int, int]:
    """What these candidates together have, as a sum over the variables."""
    in_money = measure is Measure.MONEY
    terms: dict[int, int] = {}
    for place in sorted(set(who) & set(choices)):
        choice = choices[place]
        terms[choice.full] = problem.candidates[place].most if in_money else 1
        if choice.part is not None and choice.some is not None:
            terms[choice.some if in_money else choice.part] = 1
    return terms


def _next(
    problem: Problem, choices: Choices, waiting: list[int], given: dict[int, int], *, is_cut: bool
) -> tuple[list[int], list[int]]:
    """The next to settle, and those after them; who cannot be paid any more is passed over."""
    left = [room - problem.taken(one) for one, room in enumerate(problem.rooms)]
    for place, amount in given.items():
        if not problem.candidates[place].parts:
            left[problem.candidates[place].envelope] -= amount
    block: list[int] = []
    for at, place in enumerate(waiting):
        if len(block) == BLOCK:
            return block, waiting[at:]
        one = problem.candidates[place]
        need = one.most if is_cut or choices[place].part is None else one.floor
        if one.parts or need <= left[one.envelope]:
            block.append(place)
    return block, []


def _close(
    model: Engine, choices: Choices, given: dict[int, int], waiting: list[int], *, is_cut: bool
) -> None:
    """Say of what cannot be any more that it is not: the solver has less to look at."""
    still = set(waiting)
    for place, choice in choices.items():
        if place not in still and not given[place]:
            model.row({choice.full: 1}, 0, 0)
        if is_cut and not given[place] and choice.part is not None and choice.some is not None:
            model.row({choice.part: 1}, 0, 0)
            model.row({choice.some: 1}, 0, 0)


def _merit(block: list[int], choices: Choices) -> Terms:
    """All of one weighs more than all of those after it; all more than some, some than nothing."""
    terms: dict[int, int] = {}
    for behind, place in enumerate(reversed(block)):
        choice, weight = choices[place], LEVELS**behind
        terms[choice.full] = FULL * weight
        if choice.part is not None:
            terms[choice.part] = PARTLY * weight
    return terms


def _settle(
    model: Engine, block: list[int], choices: Choices, found: list[int]
) -> list[tuple[int, bool, int]]:
    """Hold what was found, up to the partial one, whose amount comes before who is after it.

    Each settled candidate, whether it gets all, and how much else.
    """
    settled = []
    for place in block:
        choice = choices[place]
        is_full = found[choice.full]
        model.row({choice.full: 1}, is_full, is_full)
        if choice.part is None or choice.some is None:
            settled.append((place, bool(is_full), 0))
            continue
        is_part = found[choice.part]
        model.row({choice.part: 1}, is_part, is_part)
        if is_part:
            best = model.maximise({choice.some: 1}) or found
            model.row({choice.some: 1}, best[choice.some], best[choice.some])
            return [*settled, (place, False, best[choice.some])]
        settled.append((place, bool(is_full), 0))
    return settled


def _lacking(problem: Problem, engine: Callable[[], Engine]) -> Shortfall:
    """Each `least` quota alone, beside everything that is no such quota."""
    caps = [one for one in problem.quotas if one.bound is Bound.MOST]
    lacks = []
    for place, quota in enumerate(problem.quotas):
        if quota.bound is Bound.MOST or quota.amount is None:
            continue
        model, choices = _model(problem, engine(), caps)
        terms = _measured(problem, choices, quota.measure, quota.members)
        values = model.maximise(terms) or []
        available = sum(values[name] * weight for name, weight in terms.items()) if values else 0
        if available < quota.amount:
            lacks.append(Lack(place, quota.amount, available))
    return Shortfall(tuple(lacks) or (Lack(None),))
