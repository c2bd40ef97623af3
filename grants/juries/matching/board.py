"""A pairing as tables of numbers, in an order drawn from the seed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from grants.juries.matching.affinity import WHOLE
from grants.juries.matching.network import Ints
from grants.juries.matching.problem import PREFERENCE_MAX, Pair, Pairing

Bools: TypeAlias = NDArray[np.bool_]
Lots: TypeAlias = NDArray[np.uint32]

BLOCKED = np.int64(2**60)
"""Costs of pairs that may not be; no sum ever comes near."""


@dataclass(frozen=True)
class Board:
    """Costs and bounds of what is still to give, the fixed pairs already taken off.

    Rows are applications, columns jurors, both shuffled: `application_order[row]` is the place
    in the pairing. `cost` is what a pair costs, BLOCKED where it may not be; pairs to keep are
    cheaper by `bonus`, more than everything else can differ. `worth` is the affinity of every
    pair, in the pairing's own order. `lots` break ties in shortlists. `college` is −1 outside the
    colleges asked for; `owed[row, college]`: no fixed reader is of that college.
    """

    application_order: Ints
    juror_order: Ints
    cost: Ints
    rest: Ints
    owed: Bools
    college: Ints
    start: Ints
    low: Ints
    high: Ints
    balance: int
    bonus: int
    worth: Ints
    lots: tuple[Lots, Lots]

    @property
    def open(self) -> Bools:
        """Which pairs may be."""
        return self.cost < BLOCKED

    def step(self, juror: Ints, unit: Ints) -> Ints:
        """What the `unit`-th file more than the fixed costs a juror in balance."""
        return self.balance * (2 * (self.start[juror] + unit) - 1)


def board(pairing: Pairing, seed: int) -> Board:
    """The pairing as tables, rows and columns shuffled by the seed."""
    bits = np.random.PCG64(seed)
    height, width = len(pairing.needs), len(pairing.jurors)
    rows = np.argsort(np.asarray(bits.random_raw(height)), kind="stable").astype(np.int64)
    columns = np.argsort(np.asarray(bits.random_raw(width)), kind="stable").astype(np.int64)
    worth = affinities(pairing)
    college = _colleges(pairing)
    fixed = _mask(pairing, pairing.fixed)
    taken = fixed.sum(axis=0)
    high = np.maximum(_of(juror.load_max for juror in pairing.jurors) - taken, 0)
    low = np.maximum(_of(juror.load_min for juror in pairing.jurors) - taken, 0)
    rest = np.maximum(_of(need.readers for need in pairing.needs) - fixed.sum(axis=1), 0)
    cost = worth.max(initial=0) - worth
    bonus = _bonus(pairing, int(cost.max(initial=0)), int(rest.sum()), taken + high)
    kept = _mask(pairing, pairing.kept) & ~fixed
    cost[kept] -= bonus
    cost[fixed | _mask(pairing, pairing.forbidden)] = BLOCKED
    owed = _owed(fixed, college, len(pairing.colleges))
    owed[[not need.readers for need in pairing.needs]] = False
    return Board(
        application_order=rows,
        juror_order=columns,
        cost=np.ascontiguousarray(cost[rows][:, columns]),
        rest=rest[rows],
        owed=owed[rows],
        college=college[columns],
        start=taken[columns],
        low=low[columns],
        high=high[columns],
        balance=pairing.weights.balance,
        bonus=bonus,
        worth=worth,
        lots=(_lots(bits, height), _lots(bits, width)),
    )


def affinities(pairing: Pairing) -> Ints:
    """The affinity of every pair, as `affinity` finds it one by one."""
    weights, needs, jurors = pairing.weights, pairing.needs, pairing.jurors
    skills = [need.skills for need in needs]
    asked = _of(len(some) for some in skills)[:, None]
    # Products of zeros and ones: exact in floating point, and fast.
    hits = _shared(skills, [juror.skills for juror in jurors])
    found: Ints = weights.skills * (WHOLE * hits // np.maximum(asked, 1))
    tracks = [{need.track} - {None} for need in needs]
    found += weights.track * WHOLE * _shared(tracks, [juror.tracks for juror in jurors])
    places = [{need.territory} - {None} for need in needs]
    found += weights.territory * WHOLE * _shared(places, [one.territories for one in jurors])
    if pairing.preferences:
        at = np.array(list(pairing.preferences), dtype=np.int64)
        values = np.array(list(pairing.preferences.values()), dtype=np.int64)
        found[at[:, 0], at[:, 1]] += weights.preference * values * (WHOLE // PREFERENCE_MAX)
    return found


def _lots(bits: np.random.PCG64, count: int) -> Lots:
    return (np.asarray(bits.random_raw(count)) >> np.uint64(32)).astype(np.uint32)


def _shared(one: Sequence[Collection[object]], other: Sequence[Collection[object]]) -> Ints:
    """How many things each of the first has in common with each of the second."""
    names = {name: at for at, name in enumerate(dict.fromkeys(x for some in one for x in some))}
    common = _hot(one, names) @ _hot(other, names).T
    return common.astype(np.int64)


def _hot(some: Sequence[Collection[object]], names: dict[object, int]) -> NDArray[np.float32]:
    table = np.zeros((len(some), len(names)), dtype=np.float32)
    for at, one in enumerate(some):
        for name in one:
            if name in names:
                table[at, names[name]] = 1
    return table


def _mask(pairing: Pairing, pairs: Iterable[Pair]) -> Bools:
    mask = np.zeros((len(pairing.needs), len(pairing.jurors)), dtype=bool)
    at = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
    mask[at[:, 0], at[:, 1]] = True
    return mask


def _colleges(pairing: Pairing) -> Ints:
    number = {name: at for at, name in enumerate(pairing.colleges)}
    return _of(number.get(juror.college or "", -1) for juror in pairing.jurors)


def _owed(fixed: Bools, college: Ints, colleges: int) -> Bools:
    owed = np.ones((len(fixed), colleges), dtype=bool)
    for at in range(colleges):
        owed[:, at] = ~fixed[:, college == at].any(axis=1)
    return owed


def _bonus(pairing: Pairing, dearest: int, readings: int, ends: Ints) -> int:
    """Over twice what plans can differ in affinity and balance; 0 with nothing to keep."""
    if not pairing.kept:
        return 0
    most = min(int(ends.max(initial=0)), len(pairing.needs) + 1)
    return 1 + 2 * readings * (dearest + 2 * most * pairing.weights.balance)


def _of(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)
