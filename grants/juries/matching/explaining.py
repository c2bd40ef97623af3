"""Why this juror, and why not that one: reasons as facts, for pages to put into sentences."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grants.juries.matching.affinity import Affinity, affinity
from grants.juries.matching.problem import Pair, Pairing, Plan


class Code(StrEnum):
    """A reason. Values are codes for sentences."""

    READS = "reads"
    RECUSED = "recused"
    FIXED = "fixed"
    FULL = "full"
    COLLEGE = "college"
    KEPT = "kept"
    LESS_SUITED = "less_suited"
    BUSIER = "busier"
    OTHERS = "others"


@dataclass(frozen=True)
class Why:
    """What speaks for a pair of the plan.

    `fixed`, `kept`: it was given before. `college`: the juror is this application's only
    reader of that college. `better`: how many other possible jurors have a greater affinity.
    `load`: how many files the juror reads in all.
    """

    affinity: Affinity
    fixed: bool
    kept: bool
    college: str | None
    better: int
    load: int


@dataclass(frozen=True)
class Reason:
    """One reason against a pair; `by` is an amount, `juror` the reader it is compared with.

    READS: there is nothing to explain, the juror reads it. RECUSED: the pair is forbidden.
    FIXED: all places are taken by readings that stand. FULL: the juror reads `by` files, the
    most they can. COLLEGE: `juror` is the only reader of a college. KEPT: `juror` had it
    before, and is not moved without need. LESS_SUITED: `juror` has `by` more affinity.
    BUSIER: reads `by` files more than `juror`. OTHERS: none of these; giving the pair would
    make the plan worse elsewhere (see `solving.prices`), or not better.
    """

    code: Code
    by: int = 0
    juror: int | None = None


def explain(pairing: Pairing, plan: Plan, pair: Pair) -> Why:
    """Why a juror reads an application.

    Raises:
        ValueError: the plan does not have this pair.
    """
    application, juror = pair
    readers = _readers(plan, application)
    if juror not in readers:
        raise ValueError(f"the plan has no such pair: {pair}")
    own = affinity(pairing, pair)
    college = pairing.jurors[juror].college
    same = sum(pairing.jurors[one].college == college for one in readers)
    better = sum(
        affinity(pairing, (application, one)).total > own.total
        for one in range(len(pairing.jurors))
        if (application, one) not in pairing.forbidden
    )
    return Why(
        affinity=own,
        fixed=pair in pairing.fixed,
        kept=pair in pairing.kept,
        college=college if college in pairing.colleges and same == 1 else None,
        better=better,
        load=plan.loads[juror],
    )


def why_not(pairing: Pairing, plan: Plan, pair: Pair) -> tuple[Reason, ...]:
    """Why a juror does not read an application: the strongest reasons first, never none."""
    application, juror = pair
    readers = _readers(plan, application)
    if juror in readers:
        return (Reason(Code.READS),)
    if pair in pairing.forbidden:
        return (Reason(Code.RECUSED),)
    movable = [one for one in readers if (application, one) not in pairing.fixed]
    if not movable:
        return (Reason(Code.FIXED),)
    full = plan.loads[juror] >= pairing.jurors[juror].load_max
    reasons = [Reason(Code.FULL, by=plan.loads[juror])] if full else []
    free = [one for one in movable if not _alone(pairing, readers, one, juror)]
    if not free:
        return (*reasons, *(Reason(Code.COLLEGE, juror=one) for one in movable))
    reasons += _beside(pairing, plan, pair, free)
    return tuple(reasons) or (Reason(Code.OTHERS),)


def _beside(pairing: Pairing, plan: Plan, pair: Pair, free: list[int]) -> list[Reason]:
    """Against the reader whom it would be easiest to replace."""
    application, juror = pair
    mine = affinity(pairing, pair).total
    moved = [one for one in free if (application, one) not in pairing.kept]
    if not moved and pair not in pairing.kept:
        return [Reason(Code.KEPT, juror=one) for one in free]
    worth = {one: affinity(pairing, (application, one)).total for one in moved or free}
    weakest = min(worth, key=lambda one: (worth[one], one))
    found = []
    if worth[weakest] > mine:
        found.append(Reason(Code.LESS_SUITED, by=worth[weakest] - mine, juror=weakest))
    ahead = plan.loads[juror] - plan.loads[weakest]
    if ahead > 0 and pairing.weights.balance:
        found.append(Reason(Code.BUSIER, by=ahead, juror=weakest))
    return found


def _readers(plan: Plan, application: int) -> list[int]:
    return [juror for one, juror in plan.pairs if one == application]


def _alone(pairing: Pairing, readers: list[int], one: int, instead: int) -> bool:
    """Whether replacing a reader would leave a college that is asked for without any."""
    college = pairing.jurors[one].college
    if college not in pairing.colleges or pairing.jurors[instead].college == college:
        return False
    return sum(pairing.jurors[other].college == college for other in readers) == 1
