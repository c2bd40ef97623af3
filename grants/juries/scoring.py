"""The arithmetic of scores, in integers: anyone can redo it with pencil and paper.

A total is the weighted mean of a juror's marks, each brought to its own scale, out of 100
and in thousandths of a point. An abstention leaves numerator and denominator: it is not zero.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

POINT = 1000
"""Thousandths in one point."""

TOTAL_MAX = 100 * POINT

METHOD = "mean-of-totals/1"
"""Means rounded to the thousandth, half up; equal means share a rank, the next one is skipped."""

METHODS = {"mean": METHOD, "median": "median-of-totals/1"}
"""The method of each rule of a jury that ranks by scores; medians are rounded in the same way."""

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True)
class WeighedMark:
    """A mark beside its criterion. `value` None is an abstention."""

    value: int | None
    scale_max: int
    weight: int


@dataclass(frozen=True)
class Summary:
    """What several totals say together, in thousandths of a point.

    `dispersion` is the standard deviation of these very totals (not the estimate of a
    larger population's): 0 when all agree, or when there is only one.
    """

    mean: int
    median: int
    dispersion: int
    scores: int


def total(marks: Sequence[WeighedMark]) -> int | None:
    """One juror's total, 0 to 100 000; None when every criterion was abstained from."""
    counted = [(mark, mark.value) for mark in marks if mark.value is not None and mark.weight]
    weights = sum(mark.weight for mark, _ in counted)
    if not weights:
        return None
    points = sum(
        (Fraction(mark.weight * value, mark.scale_max) for mark, value in counted), Fraction()
    )
    return half_up(TOTAL_MAX * points / weights)


def summary(totals: Sequence[int]) -> Summary | None:
    """Mean, median, dispersion and number of the totals; None when there is none."""
    count = len(totals)
    if not count:
        return None
    ordered = sorted(totals)
    middle = Fraction(ordered[(count - 1) // 2] + ordered[count // 2], 2)
    spread = count * sum(one * one for one in totals) - sum(totals) ** 2
    return Summary(
        mean=half_up(Fraction(sum(totals), count)),
        median=half_up(middle),
        dispersion=math.floor(math.sqrt(spread) / count + 0.5),
        scores=count,
    )


def ranks(means: Mapping[T, int | None]) -> dict[T, int | None]:
    """The place of each: one more than how many did better. Without mean, without rank."""
    known = [mean for mean in means.values() if mean is not None]
    return {
        key: None if mean is None else 1 + sum(other > mean for other in known)
        for key, mean in means.items()
    }


def half_up(value: Fraction) -> int:
    """The nearest integer; a half goes up."""
    return math.floor(value + Fraction(1, 2))
