"""How far jurors agree beyond chance: Krippendorff's alpha, and how sure one may be of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.sparse import csr_matrix

from grants.juries.statistics import arrays
from grants.juries.statistics.arrays import Floats, Ints
from grants.juries.statistics.sheet import Sheet

DRAWS = 1000
LEVEL = 0.95
MOST_VALUES = 4096
"""Distinct values that the ratio metric can do with: it compares each with each."""


class Metric(StrEnum):
    """What the distance between two marks means. Values are stored."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


@dataclass(frozen=True)
class Agreement:
    """1: all agree. 0: as if drawn by lot. Below: more at odds than by lot.

    `alpha` is None when no two jurors marked the same file, or all marks are equal. `low` and
    `high` hold `level` of the draws: files drawn again with replacement; None without alpha
    or without draws.
    `units`: files with at least two marks; `values`: the marks on them.
    """

    metric: Metric
    alpha: float | None
    low: float | None
    high: float | None
    level: float
    units: int
    values: int
    draws: int


@dataclass(frozen=True)
class _Units:
    """Marks on files that have at least two, files numbered from 0."""

    unit: Ints
    value: Floats
    sizes: Ints


def agreement(
    sheet: Sheet,
    *,
    metric: Metric = Metric.INTERVAL,
    criterion: int | None = None,
    draws: int = DRAWS,
    level: float = LEVEL,
    seed: int = 0,
) -> Agreement:
    """Alpha over the totals of a sheet, or over the marks on one criterion."""
    scores = arrays.scores(sheet) if criterion is None else arrays.of_criterion(sheet, criterion)
    found = _pairable(scores.application, scores.points)
    return _agreement(found, metric, draws, level, seed)


def alpha(
    rows: Sequence[Sequence[float | None]],
    *,
    metric: Metric = Metric.INTERVAL,
    draws: int = DRAWS,
    level: float = LEVEL,
    seed: int = 0,
) -> Agreement:
    """The same over any table: a row for each observer, a column for each thing observed."""
    cells = [
        (column, value) for row in rows for column, value in enumerate(row) if value is not None
    ]
    units = np.array([column for column, _ in cells], dtype=np.int64)
    values = np.array([value for _, value in cells], dtype=np.float64)
    return _agreement(_pairable(units, values), metric, draws, level, seed)


def _agreement(units: _Units, metric: Metric, draws: int, level: float, seed: int) -> Agreement:
    measure = _MEASURES[metric](units)
    once = np.ones((1, len(units.sizes)), dtype=np.float64)
    value = measure.alphas(once)[0] if len(units.value) else np.nan
    low = high = None
    if draws and not np.isnan(value):
        # Raw bits, whose stream NumPy promises never to change: the interval can be recomputed.
        bits = np.random.PCG64(seed)
        found = np.concatenate(
            [measure.alphas(_drawn(bits, len(units.sizes))) for _ in range(draws)]
        )
        low, high = _between(found[~np.isnan(found)], level)
    return Agreement(
        metric=metric,
        alpha=None if np.isnan(value) else float(value),
        low=low,
        high=high,
        level=level,
        units=len(units.sizes),
        values=len(units.value),
        draws=draws,
    )


def _pairable(units: Ints, values: Floats) -> _Units:
    sizes = np.bincount(units) if len(units) else np.zeros(0, dtype=np.int64)
    kept = sizes[units] > 1 if len(units) else np.zeros(0, dtype=bool)
    _, numbered = np.unique(units[kept], return_inverse=True)
    return _Units(numbered.astype(np.int64), values[kept], sizes[sizes > 1].astype(np.int64))


def _drawn(bits: np.random.PCG64, count: int) -> Floats:
    """How often each unit is drawn, one row: as many as there are, with replacement."""
    raw = np.asarray(bits.random_raw(count))
    chosen = (raw % np.uint64(count)).astype(np.int64)
    return np.bincount(chosen, minlength=count).astype(np.float64).reshape(1, count)


def _between(found: Floats, level: float) -> tuple[float | None, float | None]:
    if not len(found):
        return None, None
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _ratio(observed: Floats, expected: Floats) -> Floats:
    """1 - observed / expected; not a number where nothing differs."""
    safe = np.where(expected > 0, expected, 1.0)
    return np.where(expected > 0, 1.0 - observed / safe, np.nan)


class _Squares:
    """Distances that are squares of differences: sums and sums of squares are all it takes."""

    def __init__(self, units: _Units) -> None:
        values = units.value - units.value.mean() if len(units.value) else units.value
        count = len(units.sizes)
        self._sizes = units.sizes.astype(np.float64)
        self._sums = arrays.sums(units.unit, values, count)
        self._squares = arrays.sums(units.unit, values**2, count)
        # Within a file, from its own mean: no digits are lost between large squares.
        centred = values - (self._sums / self._sizes)[units.unit]
        within = arrays.sums(units.unit, centred**2, count)
        self._observed = 2 * self._sizes * within / (self._sizes - 1)

    def alphas(self, weights: Floats) -> Floats:
        """One alpha for each row of how often each unit counts."""
        total = weights @ self._sizes
        observed = weights @ self._observed / total
        spread = total * (weights @ self._squares) - (weights @ self._sums) ** 2
        # What is left of a difference of equals is rounding.
        spread = np.where(spread <= 1e-12 * total * (weights @ self._squares), 0.0, spread)
        return _ratio(observed, 2 * spread / (total * (total - 1)))


class _Ranks(_Squares):
    """The ordinal distance, which is the interval one between middle ranks.

    Ranks are those of the whole table, in the draws as well.
    """

    def __init__(self, units: _Units) -> None:
        _, places, often = np.unique(units.value, return_inverse=True, return_counts=True)
        middles = np.cumsum(often) - often / 2
        super().__init__(_Units(units.unit, middles[places], units.sizes))


class _Table:
    """Any other distance: how often each value occurs in each file, and values by values."""

    def __init__(self, units: _Units, distances: Floats | None, places: Ints) -> None:
        count = len(units.sizes)
        width = int(places.max()) + 1 if len(places) else 0
        ones = np.ones(len(places))
        self._counts = csr_matrix((ones, (units.unit, places)), shape=(count, width))
        self._distances = distances
        self._sizes = units.sizes.astype(np.float64)
        each = self._equal() if distances is None else _pairs(self._counts.toarray(), distances)
        self._observed = each / (self._sizes - 1)

    def alphas(self, weights: Floats) -> Floats:
        """One alpha for each row of how often each unit counts."""
        total = weights @ self._sizes
        marginals = np.asarray((self._counts.T @ weights.T).T)
        if self._distances is None:
            expected = total**2 - (marginals**2).sum(axis=1)
        else:
            expected = _pairs(marginals, self._distances)
        observed = weights @ self._observed / total
        return _ratio(observed, expected / (total * (total - 1)))

    def _equal(self) -> Floats:
        squares = np.asarray(self._counts.multiply(self._counts).sum(axis=1)).ravel()
        return np.asarray(self._sizes**2 - squares, dtype=np.float64)


def _pairs(counts: Floats, distances: Floats) -> Floats:
    """The sum of the distances between all that each row counts."""
    return np.asarray(((counts @ distances) * counts).sum(axis=1), dtype=np.float64)


def _nominal(units: _Units) -> _Table:
    _, places = np.unique(units.value, return_inverse=True)
    return _Table(units, None, places.astype(np.int64))


def _by_ratio(units: _Units) -> _Table:
    values, places = np.unique(units.value, return_inverse=True)
    if len(values) > MOST_VALUES:
        raise ValueError(f"the ratio metric compares at most {MOST_VALUES} different values")
    above = values[:, None] + values[None, :]
    safe = np.where(above == 0, 1.0, above)
    distances = ((values[:, None] - values[None, :]) / safe) ** 2
    return _Table(units, np.where(above == 0, 0.0, distances), places.astype(np.int64))


_MEASURES: dict[Metric, Callable[[_Units], _Squares | _Table]] = {
    Metric.NOMINAL: _nominal,
    Metric.ORDINAL: _Ranks,
    Metric.INTERVAL: _Squares,
    Metric.RATIO: _by_ratio,
}
