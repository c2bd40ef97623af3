"""The best plan of who reads what: exact, the same for the same seed, in a second or so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grants.juries.matching.board import Board, Bools, board
from grants.juries.matching.exchanges import cheapest_ways, exchanges, forced, is_optimal
from grants.juries.matching.lacking import shortfall
from grants.juries.matching.network import Ints, Solver, cheapest_flow
from grants.juries.matching.problem import Pair, Pairing, Plan, Shortfall
from grants.juries.matching.wiring import possible, shortlist, wire

SHORTLISTS = (24, 60)
"""Jurors of each application that the solver is shown first, and if that is not enough."""


@dataclass(frozen=True)
class Price:
    """What a plan would lose if a pair were forced into it: kept pairs first, then score."""

    moved: int
    score: int


def solve(
    pairing: Pairing,
    *,
    seed: int = 0,
    best: tuple[int, ...] = SHORTLISTS,
    solver: Solver = cheapest_flow,
) -> Plan | Shortfall:
    """The plan that moves fewest kept pairs and, among those, has the greatest score.

    Guaranteed: every application has its readers, at least one of each college; no forbidden
    pair, all fixed ones; every load within its bounds; nothing better exists. `seed` decides
    between plans that are equally good. The solver sees the `best` jurors of each application
    first; its plan is proved optimal among all pairs, or solved again with more, at last all.

    Raises:
        ArithmeticError: weights so large that costs leave 64 bits.
    """
    table = board(pairing, seed)
    if (table.rest < table.owed.sum(axis=1)).any() or table.low.sum() > table.rest.sum():
        return shortfall(pairing, table)
    for count in best:
        few = shortlist(table, count)
        given = _solved(table, few, _likely(table), solver)
        if given is not None and is_optimal(exchanges(table, given)):
            return _plan(pairing, table, given, (int(few.sum()), False))
    given = _solved(table, table.open, possible(table), solver)
    if given is None:
        return shortfall(pairing, table)
    return _plan(pairing, table, given, (int(table.open.sum()), True))


def prices(pairing: Pairing, plan: Plan, pairs: tuple[Pair, ...]) -> tuple[Price | None, ...]:
    """What each pair outside an optimal plan would cost the whole; None: it cannot be had.

    Never negative: (0, 0) says that an equally good plan has the pair.
    """
    table = board(pairing, 0)
    given, rows, columns = _given(pairing, table, plan)
    ways = cheapest_ways(exchanges(table, given))
    found: list[Price | None] = []
    for application, juror in pairs:
        cost = forced(table, given, ways, (int(rows[application]), int(columns[juror])))
        found.append(None if cost is None else _price(cost, table.bonus))
    return tuple(found)


def _price(cost: int, bonus: int) -> Price:
    if not bonus:
        return Price(0, cost)
    # The rest differs by less than the bonus either way: the nearest multiple is the moves.
    moved = (2 * cost + bonus) // (2 * bonus)
    return Price(moved, cost - moved * bonus)


def _likely(table: Board) -> Ints:
    """Loads that balance makes unlikely to be passed, to spare arcs; the proof looks at all."""
    if not table.balance:
        return possible(table)
    usual = 2 * int(table.rest.sum()) // max(len(table.high), 1) + 20
    return np.minimum(possible(table), usual)


def _solved(table: Board, pairs: Bools, ceiling: Ints, solver: Solver) -> Bools | None:
    wiring = wire(table, pairs, ceiling)
    flows = solver(wiring.network)
    if flows is None:
        return None
    given = np.zeros(table.cost.shape, dtype=bool)
    used = flows[: len(wiring.rows)] > 0
    given[wiring.rows[used], wiring.columns[used]] = True
    return given


def _plan(pairing: Pairing, table: Board, given: Bools, seen: tuple[int, bool]) -> Plan:
    rows, columns = np.nonzero(given)
    found = zip(
        table.application_order[rows].tolist(), table.juror_order[columns].tolist(), strict=True
    )
    pairs = tuple(sorted({*found, *pairing.fixed}))
    at = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    loads = np.bincount(at[:, 1], minlength=len(pairing.jurors))
    worth = int(table.worth[at[:, 0], at[:, 1]].sum())
    return Plan(
        pairs=pairs,
        loads=tuple(loads.tolist()),
        affinity=worth,
        moved=len(pairing.kept.difference(pairs)),
        score=worth - pairing.weights.balance * int((loads**2).sum()),
        arcs=seen[0],
        whole=seen[1],
    )


def _given(pairing: Pairing, table: Board, plan: Plan) -> tuple[Bools, Ints, Ints]:
    """A plan on its board, fixed pairs aside, and the row and column of each."""
    rows, columns = np.argsort(table.application_order), np.argsort(table.juror_order)
    given = np.zeros(table.cost.shape, dtype=bool)
    at = np.array(sorted(set(plan.pairs) - pairing.fixed), dtype=np.int64).reshape(-1, 2)
    given[rows[at[:, 0]], columns[at[:, 1]]] = True
    return given, rows, columns
