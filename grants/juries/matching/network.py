"""The one door to the solver of flows: a network goes in, the cheapest flow comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python.max_flow import SimpleMaxFlow
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

Ints: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Network:
    """Arcs with capacity and integer cost of a unit; `supply` of each node, negative for demand.

    Supplies add up to 0.
    """

    tail: Ints
    head: Ints
    capacity: Ints
    cost: Ints
    supply: Ints


class Solver(Protocol):
    """Whoever finds the cheapest flow."""

    def __call__(self, network: Network) -> Ints | None:
        """The flow on each arc, at least cost; None when supplies and demands cannot be met."""


def cheapest_flow(network: Network) -> Ints | None:
    """OR-tools' min-cost flow (cost scaling): integer, optimal, the same for the same network.

    Raises:
        ArithmeticError: costs are too large for the solver's 64 bits.
    """
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        network.tail, network.head, network.capacity, network.cost
    )
    solver.set_nodes_supplies(np.arange(len(network.supply)), network.supply)
    status = solver.solve()
    if status == solver.OPTIMAL:
        return np.asarray(solver.flows(arcs), dtype=np.int64)
    if status == solver.INFEASIBLE:
        return None
    raise ArithmeticError(f"the solver of flows gave up: {status}")


def widest_cut(network: Network) -> tuple[int, frozenset[int]]:
    """How much of the supplies can flow at all, and the nodes that what cannot is stuck in.

    Costs do not matter. The nodes are the source's side of a smallest cut.
    """
    source = len(network.supply)
    sink = source + 1
    gives, takes = np.flatnonzero(network.supply > 0), np.flatnonzero(network.supply < 0)
    tail = np.concatenate([network.tail, np.full(len(gives), source), takes])
    head = np.concatenate([network.head, gives, np.full(len(takes), sink)])
    wide = np.concatenate([network.capacity, network.supply[gives], -network.supply[takes]])
    solver = SimpleMaxFlow()
    solver.add_arcs_with_capacity(tail, head, wide)
    status = solver.solve(source, sink)
    if status != solver.OPTIMAL:
        raise ArithmeticError(f"the solver of flows gave up: {status}")
    stuck = frozenset(int(node) for node in solver.get_source_side_min_cut()) - {source}
    return int(solver.optimal_flow()), stuck
