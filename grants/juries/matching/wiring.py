"""The network of a board: applications, their colleges' places, jurors, loads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grants.juries.matching.board import Board, Bools
from grants.juries.matching.network import Ints, Network


@dataclass(frozen=True)
class Wiring:
    """A network and which of its arcs are pairs: the first `len(rows)`, in this order."""

    network: Network
    rows: Ints
    columns: Ints


def shortlist(board: Board, best: int) -> Bools:
    """The `best` cheapest pairs of each application, and as many of each college it owes.

    Equal ones are drawn by lot, so that not all applications shortlist the same jurors.
    """
    chosen = _cheapest(board, np.arange(board.cost.shape[1]), best)
    for college in range(board.owed.shape[1]):
        chosen |= _cheapest(board, np.flatnonzero(board.college == college), best)
    return chosen & board.open


def wire(board: Board, pairs: Bools, ceiling: Ints, *, minimums: bool = True) -> Wiring:
    """Nodes: applications, then one for each college an application owes, jurors, the sink.

    A college's node supplies one reading of its own, and passes on what the application has
    beyond: so at least one flows there, and since a juror sits in one college only, no pair
    can be had by two ways. That makes the colleges a flow, and its optimum the problem's.

    From juror to sink an arc for each file, each dearer than the one before, up to `ceiling`;
    the least load is a demand of the juror's own.
    """
    height, width = board.cost.shape
    rows, columns = np.nonzero(pairs)
    owing, college = np.nonzero(board.owed)
    place = np.full((height, board.owed.shape[1] + 1), -1, dtype=np.int64)
    place[owing, college] = height + np.arange(len(owing))
    first = height + len(owing)
    sink = first + width
    # A juror outside the colleges has number −1: the last column, which owes nothing.
    via = place[rows, board.college[columns]]
    low = board.low if minimums else np.zeros_like(board.low)
    steps, unit, wide = _levels(board, low, np.maximum(ceiling, low))
    spare = board.rest - board.owed.sum(axis=1)
    supply = np.concatenate([spare, np.ones(len(owing), np.int64), -low, [low.sum()]])
    supply[sink] -= board.rest.sum()
    network = Network(
        tail=np.concatenate([np.where(via >= 0, via, rows), owing, first + steps]),
        head=np.concatenate([first + columns, place[owing, college], np.full(len(steps), sink)]),
        capacity=np.concatenate([np.ones(len(rows), np.int64), spare[owing], wide]),
        cost=np.concatenate(
            [board.cost[rows, columns], np.zeros(len(owing), np.int64), board.step(steps, unit)]
        ),
        supply=supply,
    )
    return Wiring(network, rows.astype(np.int64), columns.astype(np.int64))


def possible(board: Board) -> Ints:
    """How many files each juror may be given at most, by load and by pairs."""
    most: Ints = np.minimum(board.high, board.open.sum(axis=0))
    return most


def _cheapest(board: Board, columns: Ints, best: int) -> Bools:
    chosen = np.zeros(board.cost.shape, dtype=bool)
    if len(columns) <= best:
        chosen[:, columns] = True
        return chosen
    # The sum wraps around: to each row the columns are in another, random order.
    lots = board.lots[0][:, None] + board.lots[1][None, columns]
    key = board.cost[:, columns] + lots * 2.0**-32
    nearest = np.argpartition(key, best, axis=1)[:, :best]
    np.put_along_axis(chosen, columns[nearest], values=True, axis=1)
    return chosen


def _levels(board: Board, low: Ints, high: Ints) -> tuple[Ints, Ints, Ints]:
    """Arcs to the sink: the juror, which file it is, how many it stands for."""
    many = high - low
    jurors = np.flatnonzero(many)
    if not board.balance:
        return jurors, np.ones(len(jurors), np.int64), many[jurors]
    steps = np.repeat(np.arange(len(many)), many)
    starts = np.cumsum(many) - many
    unit = np.arange(len(steps)) - starts[steps] + low[steps] + 1
    return steps, unit, np.ones(len(steps), np.int64)
