"""Why no plan exists, in facts that a person can act on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from grants.juries.matching.board import Board
from grants.juries.matching.network import Ints, widest_cut
from grants.juries.matching.problem import Lack, Pairing, Shortfall, Want
from grants.juries.matching.wiring import possible, wire


def shortfall(pairing: Pairing, board: Board) -> Shortfall:
    """Everything that lacks: first what can be counted one by one, else what only a cut shows."""
    lacks = [*_jurors(pairing, board), *_colleges(pairing, board), *_loads(pairing, board)]
    if not lacks:
        lacks = [*_full(pairing, board)] or [*_unmet(board)]
    return Shortfall(tuple(lacks))


def _jurors(pairing: Pairing, board: Board) -> Iterator[Lack]:
    there = (board.open & (board.high > 0)).sum(axis=1)
    short: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in np.flatnonzero(there < board.rest).tolist():
        application = int(board.application_order[row])
        wanted = pairing.needs[application].readers
        given = wanted - int(board.rest[row])
        short[wanted, given + int(there[row])].append(application)
    for (wanted, available), applications in sorted(short.items()):
        yield Lack(Want.JURORS, wanted, available, applications=tuple(sorted(applications)))


def _colleges(pairing: Pairing, board: Board) -> Iterator[Lack]:
    usable = board.open & (board.high > 0)
    for at, college in enumerate(pairing.colleges):
        some = usable[:, board.college == at].any(axis=1)
        rows = np.flatnonzero(board.owed[:, at] & ~some)
        if len(rows):
            places = tuple(sorted(board.application_order[rows].tolist()))
            yield Lack(Want.COLLEGE, 1, 0, applications=places, college=college)
    owed = board.owed.sum(axis=1)
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in np.flatnonzero(owed > board.rest).tolist():
        groups[int(owed[row]), int(board.rest[row])].append(int(board.application_order[row]))
    for (wanted, available), applications in sorted(groups.items()):
        yield Lack(Want.READERS, wanted, available, applications=tuple(sorted(applications)))


def _loads(pairing: Pairing, board: Board) -> Iterator[Lack]:
    wanted, able = int(board.rest.sum()), int(board.high.sum())
    if wanted > able:
        yield Lack(Want.CAPACITY, wanted, able)
    reach = board.open[board.rest > 0].sum(axis=0)
    for column in np.flatnonzero(reach < board.low).tolist():
        juror = int(board.juror_order[column])
        begun = int(board.start[column])
        least = pairing.jurors[juror].load_min
        yield Lack(Want.MINIMUM, least, begun + int(reach[column]), jurors=(juror,))
    if int(board.low.sum()) > wanted:
        jurors = tuple(sorted(board.juror_order[board.low > 0].tolist()))
        yield Lack(Want.MINIMUMS, int(board.low.sum()), wanted, jurors=jurors)


def _full(pairing: Pairing, board: Board) -> Iterator[Lack]:
    """The smallest cut without least loads: files whose jurors, or one college of them, are full.

    Counts are of what is still to give, beyond the fixed pairs.
    """
    height, width = board.cost.shape
    supply, missing, stuck = _cut(board, minimums=False)
    if not missing:
        return
    owing, college = np.nonzero(board.owed)
    first = len(supply) - 1 - width
    nodes = np.array(sorted(node for node in stuck if node < first), dtype=np.int64)
    places = nodes[nodes >= height] - height
    rows = np.union1d(nodes[nodes < height], owing[places])
    named = set(college[places].tolist()) if len(places) == len(nodes) else set()
    jurors = [column for column in range(width) if first + column in stuck]
    readings = int(supply[nodes].sum())
    yield Lack(
        Want.BOTTLENECK,
        readings,
        readings - missing,
        applications=tuple(sorted(board.application_order[rows].tolist())),
        jurors=tuple(sorted(board.juror_order[jurors].tolist())),
        college=pairing.colleges[named.pop()] if len(named) == 1 else None,
    )


def _unmet(board: Board) -> Iterator[Lack]:
    """The smallest cut with them: jurors whom, together, too little can reach."""
    supply, missing, stuck = _cut(board, minimums=True)
    first = len(supply) - 1 - board.cost.shape[1]
    below = [column for column in np.flatnonzero(board.low).tolist() if first + column not in stuck]
    least = int(board.low[below].sum())
    jurors = tuple(sorted(board.juror_order[below].tolist()))
    yield Lack(Want.MINIMUMS, least, least - missing, jurors=jurors)


def _cut(board: Board, *, minimums: bool) -> tuple[Ints, int, frozenset[int]]:
    """Supplies of the nodes, how much cannot flow, and the nodes that it is stuck in."""
    wiring = wire(board, board.open, possible(board), minimums=minimums)
    supply = wiring.network.supply
    flow, stuck = widest_cut(wiring.network)
    return supply, int(supply[supply > 0].sum()) - flow, stuck
