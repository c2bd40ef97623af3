"""A sheet as columns of numbers, and the arithmetic by groups that all statistics share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from grants.juries.scoring import POINT, TOTAL_MAX, WeighedMark, total
from grants.juries.statistics.sheet import Sheet

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]

ABSTAINED = -1
LARGEST = 2**62


@dataclass(frozen=True)
class Scores:
    """The counted scores of a sheet, one an element. Totals are thousandths of a point.

    `reading` is the place in the sheet's readings: those that abstained everywhere are left out.
    """

    applications: int
    jurors: int
    reading: Ints
    application: Ints
    juror: Ints
    total: Ints

    @property
    def points(self) -> Floats:
        """The totals out of 100."""
        return self.total / POINT


def marks(sheet: Sheet) -> Ints:
    """Every mark, a row for each reading and a column for each criterion; −1 abstained."""
    return _tables(sheet)[1]


def scores(sheet: Sheet, weights: Sequence[int] | None = None) -> Scores:
    """The counted totals, as `scoring.total` finds them, with the sheet's weights or others."""
    places = _tables(sheet)[0]
    totals = _totals(sheet, tuple(sheet.weights if weights is None else weights))
    counted = np.flatnonzero(totals >= 0)
    return Scores(
        applications=len(sheet.applications),
        jurors=len(sheet.jurors),
        reading=counted,
        application=places[counted, 0],
        juror=places[counted, 1],
        total=totals[counted],
    )


def _tables(sheet: Sheet) -> tuple[Ints, Ints]:
    """Places and marks of a sheet, read off it once: every statistic begins with them."""
    found = _READ.get(sheet)
    if found is None:
        places = [reading[:2] for reading in sheet.readings]
        rows = [
            [ABSTAINED if mark is None else mark for mark in reading.marks]
            for reading in sheet.readings
        ]
        found = (
            np.array(places, dtype=np.int64).reshape(len(rows), 2),
            np.array(rows, dtype=np.int64).reshape(len(rows), len(sheet.criteria)),
        )
        for table in found:
            table.flags.writeable = False
        _READ[sheet] = found
    return found


_READ: WeakKeyDictionary[Sheet, tuple[Ints, Ints]] = WeakKeyDictionary()
"""Sheets are told apart by identity, never change, and are forgotten with their tables."""


def of_criterion(sheet: Sheet, criterion: int) -> Scores:
    """The marks on one criterion alone, brought to a total out of 100."""
    weights = [0] * len(sheet.criteria)
    weights[criterion] = 1
    return scores(sheet, weights)


def sums(groups: Ints, values: Floats | Ints, count: int) -> Floats:
    """The sum of the values of each group; exact for integers below 2⁵³."""
    return np.bincount(groups, weights=values, minlength=count).astype(np.float64)


def counts(groups: Ints, count: int) -> Ints:
    """How many values each group has."""
    return np.bincount(groups, minlength=count).astype(np.int64)


def means(groups: Ints, values: Floats, count: int) -> Floats:
    """The mean of each group; not a number for an empty one."""
    sizes = counts(groups, count)
    found = np.full(count, np.nan)
    some = sizes > 0
    found[some] = sums(groups, values, count)[some] / sizes[some]
    return found


def medians(groups: Ints, values: Floats, count: int) -> Floats:
    """The median of each group; not a number for an empty one."""
    ordered = values[np.lexsort((values, groups))]
    sizes = counts(groups, count)
    starts = np.cumsum(sizes) - sizes
    found = np.full(count, np.nan)
    some = np.flatnonzero(sizes)
    low, high = starts[some] + (sizes[some] - 1) // 2, starts[some] + sizes[some] // 2
    found[some] = (ordered[low] + ordered[high]) / 2
    return found


def official_means(total: Ints, size: Ints) -> Ints:
    """Means rounded to the thousandth, half up, in integers; −1 where there is no score."""
    safe = np.maximum(size, 1)
    return np.where(size > 0, (2 * total + safe) // (2 * safe), ABSTAINED)


def ranks(values: Ints | Floats) -> Ints:
    """One more than how many are greater: equal values share a rank, the next one is skipped."""
    ordered = np.sort(values)
    return (len(values) - np.searchsorted(ordered, values, side="right") + 1).astype(np.int64)


def optional(values: Floats) -> tuple[float | None, ...]:
    """The same as plain numbers, None for what is not a number."""
    return tuple(None if math.isnan(value) else value for value in values.tolist())


def _totals(sheet: Sheet, weights: tuple[int, ...]) -> Ints:
    given = marks(sheet)
    scales = [criterion.scale_max for criterion in sheet.criteria]
    common = math.lcm(*scales) if scales else 1
    if 2 * TOTAL_MAX * common * max(sum(weights), 1) >= LARGEST:
        return _one_by_one(sheet, weights)
    there = given != ABSTAINED
    shares = np.array([w * (common // s) for w, s in zip(weights, scales, strict=True)], np.int64)
    above = (np.where(there, given, 0) * shares).sum(axis=1)
    below = common * (there * np.array(weights, np.int64)).sum(axis=1)
    safe = np.maximum(below, 1)
    rounded = (2 * TOTAL_MAX * above + safe) // (2 * safe)
    return np.where(below > 0, rounded, ABSTAINED).astype(np.int64)


def _one_by_one(sheet: Sheet, weights: tuple[int, ...]) -> Ints:
    """The slow way, for weights and scales whose products leave 64 bits."""
    found = []
    for reading in sheet.readings:
        weighed = [
            WeighedMark(mark, criterion.scale_max, weight)
            for mark, criterion, weight in zip(reading.marks, sheet.criteria, weights, strict=True)
        ]
        one = total(weighed)
        found.append(ABSTAINED if one is None else one)
    return np.array(found, dtype=np.int64)
