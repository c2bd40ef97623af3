"""Each juror on a scale of their own: how far above or below their usual mark a score is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grants.juries.statistics import arrays
from grants.juries.statistics.arrays import Bools, Floats, Scores
from grants.juries.statistics.sheet import Sheet


@dataclass(frozen=True)
class JurorScale:
    """How one juror marks, in points out of 100; `deviation` is that of these very scores.

    `flat`: all of this juror's scores are equal (or there is one): they tell no application
    from another, and each counts as "as usual".
    """

    count: int
    mean: float | None
    deviation: float | None
    flat: bool


@dataclass(frozen=True)
class ZScores:
    """Scores in units of each juror's own spread.

    `applications`: the mean z of each. `rescaled`: the same brought back to the mean and spread
    of all scores, in points (it may leave 0 to 100). `ranks`: by mean z, to nine decimals.
    `flat`: the places of jurors whose scores have no spread.
    """

    jurors: tuple[JurorScale, ...]
    applications: tuple[float | None, ...]
    rescaled: tuple[float | None, ...]
    ranks: tuple[int | None, ...]
    flat: tuple[int, ...]


def z_scores(sheet: Sheet) -> ZScores:
    """Each score less its juror's mean, by its juror's deviation (population), and their means.

    A juror without spread gives z = 0 everywhere, and is named in `flat`.
    """
    scores = arrays.scores(sheet)
    points = scores.points
    sizes = arrays.counts(scores.juror, scores.jurors)
    means, spread, flat = _scales(scores)
    safe = np.where(flat, 1.0, spread)
    z = (points - means[scores.juror]) / safe[scores.juror]
    found = arrays.means(scores.application, z, scores.applications)
    rescaled = points.mean() + points.std() * found if len(points) else found
    lines = zip(
        sizes.tolist(),
        arrays.optional(means),
        arrays.optional(spread),
        (flat & (sizes > 0)).tolist(),
        strict=True,
    )
    return ZScores(
        jurors=tuple(JurorScale(*line) for line in lines),
        applications=arrays.optional(found),
        rescaled=arrays.optional(rescaled),
        ranks=ranked(found),
        flat=tuple(np.flatnonzero(flat & (sizes > 0)).tolist()),
    )


def ranked(values: Floats) -> tuple[int | None, ...]:
    """Places by value, best first; what differs by less than a billionth shares its place."""
    known = ~np.isnan(values)
    places = arrays.ranks(np.where(known, np.round(values, 9), -np.inf))
    return tuple(
        place if there else None
        for place, there in zip(places.tolist(), known.tolist(), strict=True)
    )


def _scales(scores: Scores) -> tuple[Floats, Floats, Bools]:
    """Mean, deviation and flatness of each juror; flat is judged on integers, exactly."""
    groups, count = scores.juror, scores.jurors
    means = arrays.means(groups, scores.points, count)
    squares = (scores.points - means[groups]) ** 2
    spread = np.sqrt(arrays.means(groups, squares, count))
    lowest = np.full(count, np.iinfo(np.int64).max)
    highest = np.full(count, np.iinfo(np.int64).min)
    np.minimum.at(lowest, groups, scores.total)
    np.maximum.at(highest, groups, scores.total)
    flat = lowest >= highest
    spread[flat & ~np.isnan(means)] = 0.0
    return means, spread, flat
