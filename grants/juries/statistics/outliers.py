"""Scores that stand apart from what others say of the same file: to discuss, never to remove."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grants.juries.statistics import arrays
from grants.juries.statistics.arrays import Floats, Scores
from grants.juries.statistics.sheet import Sheet

THRESHOLD = 3.5
"""Robust deviations beyond which a score is flagged (Iglewicz and Hoaglin, 1993)."""
FEWEST = 3
"""Scores that an application needs before one of them can stand apart."""
SWEEPS = 10
NORMAL_MAD = 1.4826022185056018
"""A normal distribution's deviation is so many of its median absolute deviations."""
LEAST = 1.0
"""Points: a jury that agrees more closely than this is not asked about a point or two."""


@dataclass(frozen=True)
class Outlier:
    """One flagged score. `reading`, `application` and `juror` are places in the sheet.

    `points` is the score; `residual` how far it is from what the file and the juror's severity
    let expect; `deviations` the same in robust standard deviations, signed.
    """

    reading: int
    application: int
    juror: int
    points: float
    residual: float
    deviations: float


def outliers(sheet: Sheet, *, threshold: float = THRESHOLD) -> tuple[Outlier, ...]:
    """The scores further than `threshold` robust deviations from the expected, furthest first.

    Residuals of a median polish (medians by file and by juror in turn), so that the odd score
    does not bend what it is compared with. Files with fewer than three scores are left alone.
    """
    scores = arrays.scores(sheet)
    residuals = _polished(scores)
    sizes = arrays.counts(scores.application, scores.applications)
    judged = np.flatnonzero(sizes[scores.application] >= FEWEST)
    files, jurors = scores.application[judged], scores.juror[judged]
    fitted = len(np.unique(files)) + len(np.unique(jurors)) - 1
    scale = _scale(residuals[judged], fitted)
    far = residuals[judged] / scale
    chosen = np.flatnonzero(np.abs(far) > threshold)
    chosen = chosen[np.argsort(-np.abs(far[chosen]), kind="stable")]
    return tuple(
        Outlier(
            reading=int(scores.reading[at]),
            application=int(scores.application[at]),
            juror=int(scores.juror[at]),
            points=float(scores.points[at]),
            residual=float(residuals[at]),
            deviations=float(residuals[at] / scale),
        )
        for at in judged[chosen].tolist()
    )


def _polished(scores: Scores) -> Floats:
    residuals = scores.points
    for _ in range(SWEEPS):
        before = residuals
        by_file = arrays.medians(scores.application, residuals, scores.applications)
        residuals = residuals - by_file[scores.application]
        by_juror = arrays.medians(scores.juror, residuals, scores.jurors)
        residuals = residuals - by_juror[scores.juror]
        if np.array_equal(before, residuals):
            break
    return residuals


def _scale(residuals: Floats, fitted: int) -> float:
    """The median absolute residual, without as many of the smallest as were fitted to nothing.

    Each file and each juror has its median met by a score of its own: those residuals say
    nothing of how far jurors disagree.
    """
    sizes = np.sort(np.abs(residuals))[fitted:]
    return max(LEAST, NORMAL_MAD * float(np.median(sizes))) if len(sizes) else np.inf
