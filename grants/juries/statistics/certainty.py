"""How sure a rank is: where each application would stand had the jury been drawn again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from grants.juries.statistics import arrays
from grants.juries.statistics.arrays import Ints, Scores
from grants.juries.statistics.describing import By, official
from grants.juries.statistics.sheet import Sheet

DRAWS = 1000
LEVEL = 0.95
AT_ONCE = 100
"""Draws in memory at a time."""
FEW_AT_ONCE = 20
"""The same of medians, which hold every score in each draw."""

Draws = NDArray[np.int32]
"""A row for each application, a column for each draw."""


@dataclass(frozen=True)
class RankInterval:
    """One application's place, and between which places `level` of the draws put it.

    `draws`: those in which one of its own readers was drawn, the only ones that count for it.
    `funded`: the share of them that put it on the right side of the line, None without line.
    `group`: its number among the groups of applications that the scores cannot tell apart.
    `scores`: with fewer than two, the interval shows the others' doubt only, not its own.
    """

    rank: int
    low: int
    high: int
    scores: int
    draws: int
    funded: float | None
    group: int


@dataclass(frozen=True)
class Certainty:
    """All rank intervals, in the order of the sheet; None for what nobody scored.

    `groups`: best first, places of applications in the sheet; each group holds those that
    cannot be told from its first one.
    """

    lines: tuple[RankInterval | None, ...]
    groups: tuple[tuple[int, ...], ...]
    jurors: int
    draws: int
    level: float
    seed: int


@dataclass(frozen=True)
class Pair:
    """Two applications, the first one better ranked: in which share of the draws it stays so.

    Draws in which they are equal count as half; `separable` when the share reaches the level.
    """

    better: int
    worse: int
    share: float
    separable: bool


@dataclass(frozen=True)
class _Drawn:
    """Official figures in each draw, −1 without a reader; and those whom anybody scored."""

    scored: Ints
    means: Draws
    ranks: Draws


def rank_certainty(
    sheet: Sheet,
    *,
    seed: int,
    places: int | None = None,
    draws: int = DRAWS,
    level: float = LEVEL,
    by: By = By.MEAN,
) -> Certainty:
    """Draw the jurors again with replacement, `draws` times, and rank by the official figures.

    A juror drawn twice counts twice. Where none of its readers is drawn, an application keeps
    its own figure, so that others are ranked among all, and the draw says nothing of its own
    rank. Integers from end to end and raw bits of PCG64: the same seed gives the same result
    on any machine. `places`: how many applications the money reaches.

    Raises:
        ValueError: no draw is asked for.
    """
    if draws < 1:
        raise ValueError("a rank interval needs at least one draw")
    scores = arrays.scores(sheet)
    figures = official(scores, by)
    drawn = _drawn(scores, figures, (seed, draws, by))
    ranks = arrays.ranks(figures)[drawn.scored]
    order = np.lexsort((drawn.scored, ranks))
    groups = _groups(drawn, order, level)
    lines = _lines(drawn, scores, ranks, (places, level))
    number = {place: index for index, group in enumerate(groups) for place in group}
    found: list[RankInterval | None] = [None] * len(sheet.applications)
    for place, line in zip(drawn.scored.tolist(), lines, strict=True):
        found[place] = RankInterval(*line, group=number[place])
    return Certainty(
        lines=tuple(found),
        groups=groups,
        jurors=len(np.unique(scores.juror)),
        draws=draws,
        level=level,
        seed=seed,
    )


def pairs_across(
    sheet: Sheet,
    *,
    seed: int,
    places: int,
    reach: int = 10,
    draws: int = DRAWS,
    level: float = LEVEL,
    by: By = By.MEAN,
) -> tuple[Pair, ...]:
    """Of the `reach` applications on either side of the funding line, each pair across it."""
    scores = arrays.scores(sheet)
    figures = official(scores, by)
    scored = np.flatnonzero(figures >= 0)
    ranks = arrays.ranks(figures)[scored]
    order = np.lexsort((scored, ranks))
    line = int((ranks <= places).sum())
    first, last = max(0, line - reach), min(len(order), line + reach)
    near = order[first:last]
    if not first < line < last:
        return ()
    # Only those near the line: nobody's rank is asked for.
    each = _EACH[by](scores, scored, seed, draws)
    drawn = np.stack([one[near] for one in each], axis=1).astype(np.int32)
    found = []
    for better in range(line - first):
        for worse in range(line - first, last - first):
            share = _share(drawn[better], drawn[worse])
            sure = share >= (1 + level) / 2
            files = int(scored[near[better]]), int(scored[near[worse]])
            found.append(Pair(*files, share, sure))
    return tuple(found)


def _drawn(scores: Scores, figures: Ints, asked: tuple[int, int, By]) -> _Drawn:
    seed, draws, by = asked
    scored = np.flatnonzero(figures >= 0)
    means = np.full((len(scored), draws), arrays.ABSTAINED, dtype=np.int32)
    ranks = np.zeros((len(scored), draws), dtype=np.int32)
    own = figures[scored]
    for at, found in enumerate(_EACH[by](scores, scored, seed, draws)):
        means[:, at] = found
        there = found >= 0
        place = arrays.ranks(np.where(there, found, own))
        ranks[:, at] = np.where(there, place, 0)
    return _Drawn(scored, means, ranks)


def _means(scores: Scores, scored: Ints, seed: int, draws: int) -> Iterator[Ints]:
    """The official means of each draw in turn."""
    if not len(scored):
        return
    jurors, columns = np.unique(scores.juror, return_inverse=True)
    rows = np.searchsorted(scored, scores.application)
    shape = (len(scored), len(jurors))
    totals = csr_matrix((scores.total, (rows, columns)), shape=shape)
    # A mark of zero is a mark: what is there is counted apart from what it is worth.
    there = csr_matrix((np.ones(len(rows), dtype=np.int64), (rows, columns)), shape=shape)
    for often in _batches(len(jurors), seed, draws, AT_ONCE):
        found = arrays.official_means(totals @ often, there @ often)
        yield from found.T


def _medians(scores: Scores, scored: Ints, seed: int, draws: int) -> Iterator[Ints]:
    """The official medians of each draw in turn: each score there as often as its juror."""
    if not len(scored):
        return
    jurors, columns = np.unique(scores.juror, return_inverse=True)
    order = np.lexsort((scores.total, scores.application))
    rows = np.searchsorted(scored, scores.application[order])
    totals, columns = scores.total[order], columns[order]
    starts = np.searchsorted(rows, np.arange(len(scored)))
    ends = np.append(starts[1:], len(rows)) - 1
    for often in _batches(len(jurors), seed, draws, FEW_AT_ONCE):
        weights = often[columns]
        upto = np.cumsum(weights, axis=0)
        upto -= (upto[starts] - weights[starts])[rows]
        size = upto[ends]

        low, high = (
            # As many places further on as scores come before the middle one.
            totals[np.minimum(starts[:, None] + _below(upto, place[rows], starts), ends[:, None])]
            for place in ((size + 1) // 2, size // 2 + 1)
        )
        middle = (low + high + 1) // 2
        yield from np.where(size > 0, middle, arrays.ABSTAINED).T


def _below(upto: Ints, places: Ints, starts: Ints) -> Ints:
    """How many scores of each application come before the given place."""
    return np.asarray(np.add.reduceat((upto < places).astype(np.int64), starts, axis=0))


def _batches(jurors: int, seed: int, draws: int, at_once: int) -> Iterator[Ints]:
    """How often each juror is drawn: a row for each, a column for each of the next draws."""
    bits = np.random.PCG64(seed)
    for start in range(0, draws, at_once):
        yield np.stack([_often(bits, jurors) for _ in range(min(at_once, draws - start))], axis=1)


def _often(bits: np.random.PCG64, count: int) -> Ints:
    raw = np.asarray(bits.random_raw(count))
    return np.bincount((raw % np.uint64(count)).astype(np.int64), minlength=count).astype(np.int64)


def _lines(
    drawn: _Drawn, scores: Scores, ranks: Ints, asked: tuple[int | None, float]
) -> list[tuple[int, int, int, int, int, float | None]]:
    places, level = asked
    counted = (drawn.ranks > 0).sum(axis=1)
    absent = drawn.ranks.shape[1] - counted
    ordered = np.sort(drawn.ranks, axis=1)
    # An application that no draw reaches (there is none with a thousand) keeps its own rank.
    beyond = np.floor((1 - level) / 2 * counted).astype(np.int64)
    last = max(drawn.ranks.shape[1] - 1, 0)
    low_at = np.minimum(absent + beyond, last)
    high_at = last - beyond
    rows = np.arange(len(ranks))
    reached = counted > 0
    low = np.where(reached, ordered[rows, low_at], ranks)
    high = np.where(reached, ordered[rows, high_at], ranks)
    sizes = arrays.counts(scores.application, scores.applications)[drawn.scored]
    shares: list[float | None] = [None] * len(ranks)
    if places is not None:
        inside = ((drawn.ranks > 0) & (drawn.ranks <= places)).sum(axis=1)
        shares = np.where(reached, inside / np.maximum(counted, 1), ranks <= places).tolist()
    columns = (ranks, low, high, sizes, counted)
    return list(zip(*(column.tolist() for column in columns), shares, strict=True))


def _groups(drawn: _Drawn, order: Ints, level: float) -> tuple[tuple[int, ...], ...]:
    """From the best down: whoever cannot be told from the group's first joins it."""
    groups: list[list[int]] = []
    first = -1
    for at in order.tolist():
        if first < 0 or _share(drawn.means[first], drawn.means[at]) >= (1 + level) / 2:
            groups.append([])
            first = at
        groups[-1].append(int(drawn.scored[at]))
    return tuple(tuple(group) for group in groups)


def _share(one: Draws, other: Draws) -> float:
    """The share of draws with readers of both in which one is above the other."""
    there = (one >= 0) & (other >= 0)
    counted = int(there.sum())
    if not counted:
        return 0.5
    above = int(((one > other) & there).sum())
    equal = int(((one == other) & there).sum())
    return (above + equal / 2) / counted


_EACH: dict[By, Callable[[Scores, Ints, int, int], Iterator[Ints]]] = {
    By.MEAN: _means,
    By.MEDIAN: _medians,
}
