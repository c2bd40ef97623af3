"""Number, mean, median, spread and histogram of each application's scores, and its rank."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from grants.juries.scoring import POINT
from grants.juries.statistics import arrays
from grants.juries.statistics.arrays import Ints, Scores
from grants.juries.statistics.sheet import Sheet

BINS = 10
"""Bars of a histogram: ten points each, the last one includes 100."""


class By(StrEnum):
    """The figure that ranks. Values are those of the juries' rules."""

    MEAN = "mean"
    MEDIAN = "median"


@dataclass(frozen=True)
class Description:
    """An application's scores, in points out of 100.

    `deviation` estimates the spread of all jurors from these (n - 1 below the line): None for
    fewer than two scores. `histogram` counts scores by tens of points.
    """

    count: int
    mean: float | None
    median: float | None
    deviation: float | None
    lowest: float | None
    highest: float | None
    histogram: tuple[int, ...]


@dataclass(frozen=True)
class Standing:
    """The official place of an application: the arithmetic of `scoring`, to the thousandth.

    `figure`, the mean or median that ranks, is in thousandths of a point; None with `rank` None
    when nobody scored.
    """

    rank: int | None
    figure: int | None
    count: int


def descriptions(sheet: Sheet) -> tuple[Description, ...]:
    """Each application's totals described."""
    return _described(arrays.scores(sheet))


def descriptions_by_criterion(sheet: Sheet) -> tuple[tuple[Description, ...], ...]:
    """For each criterion in turn, each application's marks on it, out of 100."""
    return tuple(
        _described(arrays.of_criterion(sheet, criterion))
        for criterion in range(len(sheet.criteria))
    )


def standings(sheet: Sheet, by: By = By.MEAN) -> tuple[Standing, ...]:
    """The raw ranking, the only one that counts: exact, as `scoring.METHODS` says."""
    scores = arrays.scores(sheet)
    sizes = arrays.counts(scores.application, scores.applications)
    found = official(scores, by)
    ranks = arrays.ranks(found)
    return tuple(
        Standing(rank, figure, size) if size else Standing(None, None, 0)
        for rank, figure, size in zip(ranks.tolist(), found.tolist(), sizes.tolist(), strict=True)
    )


def official(scores: Scores, by: By) -> Ints:
    """What ranks each application, in thousandths of a point; −1 when nobody scored."""
    if by is By.MEAN:
        return mean_totals(scores)
    middles = arrays.medians(
        scores.application, scores.total.astype(np.float64), scores.applications
    )
    # A half goes up; sums of two totals are exact.
    found = np.floor(np.nan_to_num(middles, nan=arrays.ABSTAINED) + 0.5)
    return found.astype(np.int64)


def mean_totals(scores: Scores) -> Ints:
    """Each application's official mean in thousandths of a point; −1 when nobody scored."""
    totals = arrays.sums(scores.application, scores.total, scores.applications).astype(np.int64)
    return arrays.official_means(totals, arrays.counts(scores.application, scores.applications))


def _described(scores: Scores) -> tuple[Description, ...]:
    groups, points, count = scores.application, scores.points, scores.applications
    sizes = arrays.counts(groups, count)
    # Sums of integers first: the mean is then one division away from exact.
    means = arrays.means(groups, scores.total.astype(np.float64), count) / POINT
    squares = arrays.sums(groups, (points - means[groups]) ** 2, count)
    deviations = np.full(count, np.nan)
    several = sizes > 1
    deviations[several] = np.sqrt(squares[several] / (sizes[several] - 1))
    lowest, highest = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(lowest, groups, points)
    np.maximum.at(highest, groups, points)
    lowest[sizes == 0] = highest[sizes == 0] = np.nan
    columns = zip(
        sizes.tolist(),
        arrays.optional(means),
        arrays.optional(arrays.medians(groups, points, count)),
        arrays.optional(deviations),
        arrays.optional(lowest),
        arrays.optional(highest),
        map(tuple, _histograms(scores).tolist()),
        strict=True,
    )
    return tuple(Description(*values) for values in columns)


def _histograms(scores: Scores) -> Ints:
    width = 100 * POINT // BINS
    bars = np.minimum(scores.total // width, BINS - 1)
    flat = arrays.counts(scores.application * BINS + bars, scores.applications * BINS)
    return flat.reshape(scores.applications, BINS)
