"""Who would cross the funding line without this juror, or with that weight a little changed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from grants.juries.statistics import arrays
from grants.juries.statistics.arrays import Bools, Ints, Scores
from grants.juries.statistics.describing import By, official
from grants.juries.statistics.sheet import Sheet

PERCENT = 10


@dataclass(frozen=True)
class WithoutJuror:
    """What changes when one juror's scores are left out; places in the sheet, sorted.

    `unscored`: applications that nobody else scored. They enter nothing and leave nothing.
    """

    juror: int
    enter: tuple[int, ...]
    leave: tuple[int, ...]
    unscored: tuple[int, ...]


@dataclass(frozen=True)
class WithWeight:
    """What changes when one criterion weighs `percent` more (or less); places in the sheet."""

    criterion: int
    percent: int
    enter: tuple[int, ...]
    leave: tuple[int, ...]


def without_each_juror(sheet: Sheet, *, places: int, by: By = By.MEAN) -> tuple[WithoutJuror, ...]:
    """For each juror who scored: who would enter and leave the first `places` without them.

    Official figures and ranks, exactly as if the sheet had been handed in without that juror.
    Equal figures at the line are all above it.
    """
    scores = arrays.scores(sheet)
    sizes = arrays.counts(scores.application, scores.applications)
    funded = above_line(official(scores, by), places)
    found = []
    for juror in np.unique(scores.juror).tolist():
        theirs = scores.juror == juror
        files = scores.application[theirs]
        unscored = files[sizes[files] == 1]
        after = above_line(official(_without(scores, theirs), by), places)
        before = funded.copy()
        before[unscored] = False
        found.append(
            WithoutJuror(
                juror,
                enter=_places(after & ~before),
                leave=_places(before & ~after),
                unscored=tuple(sorted(unscored.tolist())),
            )
        )
    return tuple(found)


def with_each_weight(
    sheet: Sheet, *, places: int, percent: int = PERCENT, by: By = By.MEAN
) -> tuple[WithWeight, ...]:
    """For each weighed criterion, once less and once more: who enters and leaves `places`.

    Totals and figures are recomputed in integers, as if the rubric had that weight.
    """
    funded = above_line(official(arrays.scores(sheet), by), places)
    found = []
    for criterion, weight in enumerate(sheet.weights):
        for change in (-percent, percent):
            if not weight:
                continue
            weights = [100 * one for one in sheet.weights]
            weights[criterion] = (100 + change) * weight
            after = above_line(official(arrays.scores(sheet, weights), by), places)
            enter, leave = _places(after & ~funded), _places(funded & ~after)
            found.append(WithWeight(criterion, change, enter, leave))
    return tuple(found)


def above_line(means: Ints, places: int) -> Bools:
    """Whose rank is at most `places`; nobody without a mean."""
    if places < 1 or not len(means):
        return np.zeros(len(means), dtype=bool)
    if places >= len(means):
        return means >= 0
    line = np.partition(means, len(means) - places)[len(means) - places]
    funded: Bools = (means >= line) & (means >= 0)
    return funded


def _without(scores: Scores, theirs: Bools) -> Scores:
    kept = ~theirs
    return replace(
        scores,
        reading=scores.reading[kept],
        application=scores.application[kept],
        juror=scores.juror[kept],
        total=scores.total[kept],
    )


def _places(chosen: Bools) -> tuple[int, ...]:
    return tuple(np.flatnonzero(chosen).tolist())
