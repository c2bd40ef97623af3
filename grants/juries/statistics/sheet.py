"""The one shape in which scores are handed to statistics, without names and without a database.

Results are sequences in the order of the sheet's applications, or of its jurors; None stands
where there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from grants.juries.scoring import TOTAL_MAX


@dataclass(frozen=True)
class Criterion:
    """One line of a rubric: marks go from 0 to `scale_max`, both included."""

    key: str
    weight: int
    scale_max: int = 100


class Reading(NamedTuple):
    """What one juror says of one application, both by their place in the sheet.

    `marks` has one integer for each criterion; None is an abstention, which leaves numerator
    and denominator.
    """

    application: int
    juror: int
    marks: tuple[int | None, ...]


@dataclass(frozen=True, eq=False)
class Sheet:
    """All scores of one jury. Identifiers are the caller's, pseudonyms do as well.

    Raises:
        ValueError: a reading points outside the sheet, is there twice, has not one mark for
            each criterion, or a mark off its scale; a weight is negative, a scale is empty.
    """

    applications: tuple[str, ...]
    jurors: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    readings: tuple[Reading, ...]

    def __post_init__(self) -> None:
        """Refuse what cannot be computed with."""
        for criterion in self.criteria:
            if criterion.weight < 0 or criterion.scale_max < 1:
                raise ValueError(f"criterion {criterion.key!r} has no usable weight or scale")
        scales = tuple(criterion.scale_max for criterion in self.criteria)
        seen: set[tuple[int, int]] = set()
        for reading in self.readings:
            _check(reading, scales, (len(self.applications), len(self.jurors)))
            seen.add((reading.application, reading.juror))
        if len(seen) != len(self.readings):
            raise ValueError("a juror scores an application twice")

    @property
    def weights(self) -> tuple[int, ...]:
        """The criteria's weights, in their order."""
        return tuple(criterion.weight for criterion in self.criteria)


def of_totals(
    applications: Sequence[str], jurors: Sequence[str], totals: Iterable[tuple[int, int, int]]
) -> Sheet:
    """A sheet of finished totals: (application, juror, thousandths of a point out of 100)."""
    return Sheet(
        applications=tuple(applications),
        jurors=tuple(jurors),
        criteria=(Criterion("total", 1, TOTAL_MAX),),
        readings=tuple(Reading(one, juror, (total,)) for one, juror, total in totals),
    )


def _check(reading: Reading, scales: Sequence[int], size: tuple[int, int]) -> None:
    if not (0 <= reading.application < size[0] and 0 <= reading.juror < size[1]):
        raise ValueError(f"a reading points outside the sheet: {reading[:2]}")
    if len(reading.marks) != len(scales):
        raise ValueError(f"a reading has not one mark for each criterion: {reading[:2]}")
    for mark, scale in zip(reading.marks, scales, strict=True):
        if mark is not None and not 0 <= mark <= scale:
            raise ValueError(f"a mark is off its scale: {mark} of {scale}")
