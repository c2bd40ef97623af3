"""Why no plan exists, in facts that a person can act on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from grants.juries.matching.board import Board
from grants.juries.matching.network import widest_cut
from grants.juries.matching.problem import Lack, Pairing, Shortfall, Want
from grants.juries.matching.wiring import possible, wire


def shortfall(pairing: Pairing, board: Board) -> Shortfall:
    """Everything that lacks: first what can be counted one by one, else what only a cut shows."""
    lacks = [*_jurors(pairing, board), *_colleges(pairing, board), *_loads(pairing, board)]
    if not lacks:
        lacks = list(_cut(board, minimums=False)) or list(_cut(board, minimums=True))
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


def _cut(board: Board, *, minimums: bool) -> Iterator[Lack]:
    """The smallest cut: applications whose jurors are all full, or jurors whom too little reaches.

    Counts are of what is still to give, beyond the fixed pairs.
    """
    wiring = wire(board, board.open, possible(board), minimums=minimums)
    height, width = board.cost.shape
    supply = wiring.network.supply
    wanted = int(supply[supply > 0].sum())
    flow, stuck = widest_cut(wiring.network)
    if flow == wanted:
        return
    first = len(supply) - 1 - width
    inside = np.array([first + column in stuck for column in range(width)], dtype=bool)
    if minimums:
        below = ~inside & (board.low > 0)
        jurors = tuple(sorted(board.juror_order[below].tolist()))
        least = int(board.low[below].sum())
        yield Lack(Want.MINIMUMS, least, least - (wanted - flow), jurors=jurors)
        return
    owing = np.nonzero(board.owed)[0]
    rows = {node if node < height else int(owing[node - height]) for node in stuck if node < first}
    applications = np.array(sorted(rows), dtype=np.int64)
    readings = int(supply[[node for node in stuck if node < first]].sum())
    yield Lack(
        Want.BOTTLENECK,
        readings,
        readings - (wanted - flow),
        applications=tuple(sorted(board.application_order[applications].tolist())),
        jurors=tuple(sorted(board.juror_order[inside].tolist())),
    )
