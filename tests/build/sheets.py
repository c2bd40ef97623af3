"""Sheets of scores of every shape: gaps, abstentions, jurors apart, equal marks."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from grants.juries.scoring import WeighedMark, total
from grants.juries.statistics.sheet import Criterion, Reading, Sheet, of_totals


def points(rows: Sequence[Sequence[float | None]]) -> Sheet:
    """A sheet from points out of 100: a row for each application, a column for each juror."""
    return of_totals(
        [f"A{at}" for at in range(len(rows))],
        [f"J{at}" for at in range(len(rows[0]))],
        [
            (application, juror, round(value * 1000))
            for application, row in enumerate(rows)
            for juror, value in enumerate(row)
            if value is not None
        ],
    )


def totals(sheet: Sheet) -> list[tuple[int, int, int]]:
    """(application, juror, total) of each counted reading, by the arithmetic of `scoring`."""
    found = []
    for reading in sheet.readings:
        weighed = [
            WeighedMark(mark, criterion.scale_max, criterion.weight)
            for mark, criterion in zip(reading.marks, sheet.criteria, strict=True)
        ]
        one = total(weighed)
        if one is not None:
            found.append((reading.application, reading.juror, one))
    return found


@st.composite
def sheets(draw: st.DrawFn, *, largest: int = 6) -> Sheet:
    """Up to six applications, five jurors, three criteria; any pair may be missing."""
    applications = draw(st.integers(0, largest))
    jurors = draw(st.integers(1, 5))
    criteria = tuple(
        Criterion(f"c{at}", draw(st.integers(0, 60)), draw(st.sampled_from([1, 4, 5, 10, 100])))
        for at in range(draw(st.integers(1, 3)))
    )
    readings = []
    for application in range(applications):
        for juror in range(jurors):
            if draw(st.integers(0, 3)):
                marks = tuple(draw(st.none() | st.integers(0, one.scale_max)) for one in criteria)
                readings.append(Reading(application, juror, marks))
    return Sheet(
        tuple(f"A{at}" for at in range(applications)),
        tuple(f"J{at}" for at in range(jurors)),
        criteria,
        tuple(draw(st.permutations(readings))),
    )
