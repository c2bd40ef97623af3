"""What it would cost to move files from juror to juror: proof of an optimum, and prices."""

from __future__ import annotations

import numpy as np

from grants.juries.matching.board import BLOCKED, Board, Bools
from grants.juries.matching.network import Ints


def exchanges(board: Board, given: Bools) -> Ints:
    """The least cost of each single move under a plan; one more node than jurors, for the loads.

    From j to k: the cheapest file that could pass from j to k, colleges respected. From the
    last node to j: what is saved when j reads one file less; from k to it: what one more costs.
    BLOCKED where there is no such move. This is the flow's residual graph with everything but
    the jurors contracted, so it has a negative cycle exactly if the plan is not optimal.
    """
    width = board.cost.shape[1]
    moves = np.full((width + 1, width + 1), BLOCKED)
    free = np.where(given, BLOCKED, board.cost)
    last = _last_of_college(board, given)
    for juror in range(width):
        rows = np.flatnonzero(given[:, juror])
        if not len(rows):
            continue
        gain = free[rows] - board.cost[rows, juror][:, None]
        gain[free[rows] >= BLOCKED] = BLOCKED
        gain[last[rows, juror][:, None] & (board.college != board.college[juror])] = BLOCKED
        moves[juror, :width] = gain.min(axis=0)
    loads = given.sum(axis=0)
    jurors = np.arange(width)
    less, more = loads > board.low, loads < board.high
    moves[width, :width][less] = -board.step(jurors, loads)[less]
    moves[:width, width][more] = board.step(jurors, loads + 1)[more]
    return moves


def is_optimal(moves: Ints) -> bool:
    """Whether no round of moves saves anything: Bellman and Ford from everywhere at once."""
    reach = np.zeros(len(moves), dtype=np.int64)
    for _ in range(len(moves) + 1):
        nearer = np.minimum(reach, (reach[:, None] + moves).min(axis=0))
        if np.array_equal(nearer, reach):
            return True
        reach = nearer
    return False


def cheapest_ways(moves: Ints) -> Ints:
    """The cheapest chain of moves from each node to each, BLOCKED without one; 0 to itself."""
    ways = moves.copy()
    np.fill_diagonal(ways, 0)
    for middle in range(len(ways)):
        through = ways[:, middle, None] + ways[None, middle, :]
        np.minimum(ways, through, out=ways)
    return np.where(ways > BLOCKED // 2, BLOCKED, ways)


def forced(board: Board, given: Bools, ways: Ints, cell: tuple[int, int]) -> int | None:
    """What the whole would cost more if a pair outside the plan were forced; None: impossible."""
    row, column = cell
    if board.cost[cell] >= BLOCKED:
        return None
    last = _last_of_college(board, given)
    prices = [
        int(board.cost[cell] - board.cost[row, reader] + ways[column, reader])
        for reader in np.flatnonzero(given[row]).tolist()
        if ways[column, reader] < BLOCKED
        and not (last[row, reader] and board.college[reader] != board.college[column])
    ]
    return min(prices, default=None)


def _last_of_college(board: Board, given: Bools) -> Bools:
    """Pairs whose juror is the only reader of a college that the application owes."""
    last = np.zeros(given.shape, dtype=bool)
    for college in range(board.owed.shape[1]):
        members = board.college == college
        alone = board.owed[:, college] & (given[:, members].sum(axis=1) == 1)
        last[np.ix_(alone, members)] = given[np.ix_(alone, members)]
    return last
