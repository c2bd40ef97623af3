"""Figures of single applications and jurors, against Python's own statistics module."""

from __future__ import annotations

import statistics
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build.calm import CALM
from build.sheets import points, sheets, totals
from grants.juries import scoring
from grants.juries.statistics import arrays, describing, severity
from grants.juries.statistics.sheet import Criterion, Reading, Sheet

near = pytest.approx


def by(place: int, sheet: Sheet) -> dict[int, list[float]]:
    found = defaultdict(list)
    for line in totals(sheet):
        found[line[place]].append(line[2] / 1000)
    return found


@CALM
@given(sheets())
def test_totals_are_those_of_scoring(sheet):
    found = arrays.scores(sheet)
    columns = zip(found.application, found.juror, found.total, strict=True)
    assert [tuple(map(int, line)) for line in columns] == totals(sheet)


@CALM
@given(sheets(), st.lists(st.integers(0, 10**13), min_size=3, max_size=3))
def test_weights_that_leave_64_bits_give_the_same_totals(sheet, weights):
    heavy = Sheet(
        sheet.applications,
        sheet.jurors,
        tuple(
            Criterion(one.key, weight, one.scale_max)
            for one, weight in zip(sheet.criteria, weights, strict=False)
        ),
        sheet.readings,
    )
    assert arrays.scores(heavy).total.tolist() == [line[2] for line in totals(heavy)]


def test_an_application_described_by_hand():
    # 62, 80, 71.5 and 40: mean 63.375; squared distances add up to 890.6875, a third of it is
    # 296.8958…, its root 17.2306… (of an application nobody scored there is nothing to say).
    one, none = describing.descriptions(points([[62, 80, 71.5, 40], [None] * 4]))
    assert (one.count, one.mean, one.median) == (4, 63.375, 66.75)
    assert one.deviation == near((890.6875 / 3) ** 0.5, abs=1e-12)
    assert (one.lowest, one.highest) == (40, 80)
    assert one.histogram == (0, 0, 0, 0, 1, 0, 1, 1, 1, 0)
    assert none == describing.Description(0, None, None, None, None, None, (0,) * 10)


def test_full_marks_stand_in_the_last_bar():
    (one,) = describing.descriptions(points([[100, 90, 89.999, 0]]))
    assert one.histogram == (1, 0, 0, 0, 0, 0, 0, 0, 1, 2)


def same(found: describing.Description, values: list[float]) -> None:
    assert found.count == len(values) == sum(found.histogram)
    if not values:
        assert (found.mean, found.median, found.deviation) == (None, None, None)
        return
    assert found.mean == near(statistics.mean(values), abs=1e-9)
    assert found.median == near(statistics.median(values), abs=1e-9)
    assert (found.lowest, found.highest) == (min(values), max(values))
    if len(values) == 1:
        assert found.deviation is None
    else:
        assert found.deviation == near(statistics.stdev(values), abs=1e-9)
    for value in values:
        assert found.histogram[min(int(value // 10), 9)] > 0


@CALM
@given(sheets())
def test_descriptions_agree_with_the_statistics_module(sheet):
    expected = by(0, sheet)
    for at, found in enumerate(describing.descriptions(sheet)):
        same(found, expected[at])


@CALM
@given(sheets())
def test_each_criterion_is_described_alone(sheet):
    for criterion, lines in enumerate(describing.descriptions_by_criterion(sheet)):
        alone = Sheet(
            sheet.applications,
            sheet.jurors,
            (Criterion("alone", 1, sheet.criteria[criterion].scale_max),),
            tuple(Reading(one[0], one[1], (one.marks[criterion],)) for one in sheet.readings),
        )
        expected = by(0, alone)
        for at, found in enumerate(lines):
            same(found, expected[at])


@CALM
@given(sheets(largest=8))
def test_the_standing_is_that_of_scoring(sheet):
    expected = {at: scoring.summary([]) for at in range(len(sheet.applications))}
    grouped = defaultdict(list)
    for application, _, one in totals(sheet):
        grouped[application].append(one)
    expected = {at: scoring.summary(grouped[at]) for at in range(len(sheet.applications))}
    for by in describing.By:
        own = {at: one and getattr(one, by.value) for at, one in expected.items()}
        ranks = scoring.ranks(own)
        for at, found in enumerate(describing.standings(sheet, by)):
            assert (found.rank, found.figure, found.count) == (ranks[at], own[at], len(grouped[at]))


def test_a_severe_juror_and_a_flat_one_on_their_own_scales():
    # J0 marks 40 and 60 (mean 50, deviation 10), J1 70 and 90, J2 50 twice: no spread.
    found = severity.z_scores(points([[40, 70, 50], [60, 90, 50]]))
    assert found.applications == near((-2 / 3, 2 / 3))
    assert found.flat == (2,)
    assert [line.deviation for line in found.jurors] == [10, 10, 0]
    assert found.ranks == (2, 1)
    # All scores: mean 60, squared distances 400+100+100+0+900+100 = 1600, a sixth, its root.
    assert found.rescaled == near((60 - 2 / 3 * (1600 / 6) ** 0.5, 60 + 2 / 3 * (1600 / 6) ** 0.5))


@CALM
@given(sheets())
def test_z_scores_agree_with_the_statistics_module(sheet):
    theirs, lines, found = by(1, sheet), totals(sheet), severity.z_scores(sheet)
    z = defaultdict(list)
    for application, juror, one in lines:
        spread = statistics.pstdev(theirs[juror])
        z[application].append(
            (one / 1000 - statistics.mean(theirs[juror])) / spread if spread else 0
        )
    everything = [one / 1000 for _, _, one in lines]
    for at, mean in enumerate(found.applications):
        if not z[at]:
            assert (mean, found.rescaled[at], found.ranks[at]) == (None, None, None)
            continue
        expected = statistics.mean(z[at])
        assert mean == near(expected, abs=1e-9)
        back = statistics.mean(everything) + statistics.pstdev(everything) * expected
        assert found.rescaled[at] == near(back, abs=1e-9)
    assert found.flat == tuple(
        juror
        for juror in range(len(sheet.jurors))
        if theirs[juror] and len(set(theirs[juror])) == 1
    )


@pytest.mark.parametrize(
    "reading", [Reading(1, 0, (5,)), Reading(0, 1, (5,)), Reading(0, 0, (11,)), Reading(0, 0, ())]
)
def test_what_cannot_be_computed_with_is_refused(reading):
    with pytest.raises(ValueError, match=r"reading|mark"):
        Sheet(("A",), ("J",), (Criterion("c", 1, 10),), (reading,))


def test_a_juror_scores_an_application_once():
    twice = (Reading(0, 0, (5,)), Reading(0, 0, (6,)))
    with pytest.raises(ValueError, match="twice"):
        Sheet(("A",), ("J",), (Criterion("c", 1, 10),), twice)
