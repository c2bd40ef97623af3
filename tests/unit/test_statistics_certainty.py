"""Rank intervals and crossings of the line, against the same done slowly with `scoring`."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build.calm import CALM
from build.sheets import points, sheets, totals
from grants.juries import scoring
from grants.juries.statistics.certainty import pairs_across, rank_certainty
from grants.juries.statistics.describing import By, standings
from grants.juries.statistics.sheet import Criterion, Sheet
from grants.juries.statistics.stability import with_each_weight, without_each_juror

DRAWS = 40
BYS = st.sampled_from(By)


def figures_of(lines: list[tuple[int, int, int]], often: dict[int, int], by: By) -> dict[int, int]:
    grouped = defaultdict(list)
    for application, juror, total in lines:
        grouped[application] += [total] * often[juror]
    found = {at: scoring.summary(some) for at, some in grouped.items()}
    return {at: getattr(one, by.value) for at, one in found.items() if one is not None}


def drawn_by_hand(lines: list[tuple[int, int, int]], seed: int, by: By) -> list[dict[int, int]]:
    """The official figures of each draw: jurors one by one, with Python's integers."""
    jurors, bits = sorted({juror for _, juror, _ in lines}), np.random.PCG64(seed)
    found = []
    for _ in range(DRAWS):
        often = dict.fromkeys(jurors, 0)
        for raw in bits.random_raw(len(jurors)):
            often[jurors[int(raw) % len(jurors)]] += 1
        found.append(figures_of(lines, often, by))
    return found


def share(draws: list[dict[int, int]], one: int, other: int) -> float:
    both = [draw for draw in draws if one in draw and other in draw]
    wins = sum((draw[one] > draw[other]) + (draw[one] == draw[other]) / 2 for draw in both)
    return wins / len(both) if both else 0.5


def groups_of(draws, ranks, level) -> list[tuple[int, ...]]:
    groups: list[list[int]] = []
    for at in sorted(ranks, key=lambda at: (ranks[at], at)):
        if not groups or share(draws, groups[-1][0], at) >= (1 + level) / 2:
            groups.append([])
        groups[-1].append(at)
    return [tuple(group) for group in groups]


@settings(CALM, max_examples=60)
@given(sheets(), st.integers(0, 2**32), st.sampled_from([0.5, 0.8, 0.95]), st.integers(0, 4), BYS)
def test_rank_intervals_agree_with_draws_by_hand(sheet, seed, level, places, by):
    lines = totals(sheet)
    own = figures_of(lines, defaultdict(lambda: 1), by)
    ranks = scoring.ranks(own)
    draws = drawn_by_hand(lines, seed, by) if lines else []
    found = rank_certainty(sheet, seed=seed, draws=DRAWS, level=level, places=places, by=by)
    assert list(found.groups) == groups_of(draws, ranks, level)
    placed = [scoring.ranks({**own, **draw}) for draw in draws]
    for at, line in enumerate(found.lines):
        if at not in own:
            assert line is None
            continue
        seen = sorted(place[at] for place, draw in zip(placed, draws, strict=True) if at in draw)
        assert (line.rank, line.draws) == (ranks[at], len(seen))
        assert at in found.groups[line.group]
        if not seen:
            assert (line.low, line.high) == (ranks[at], ranks[at])
            continue
        beyond = math.floor((1 - level) / 2 * len(seen))
        assert (line.low, line.high) == (seen[beyond], seen[-1 - beyond])
        assert line.funded == pytest.approx(
            sum(place <= places for place in seen) / len(seen), abs=1e-12
        )


def test_the_same_seed_says_the_same_and_another_does_not():
    rows = [[60 + 7 * (a * j % 5) + a for j in range(6)] for a in range(12)]
    one = rank_certainty(points(rows), seed=1, places=4)
    assert rank_certainty(points(rows), seed=1, places=4) == one
    assert rank_certainty(points(rows), seed=2, places=4) != one


def test_what_all_jurors_agree_on_is_sure_and_what_they_split_on_is_not():
    rows = [[90, 91, 92, 90, 93], [50, 70, 50, 70, 61], [70, 50, 70, 50, 60], [10, 12, 9, 11, 10]]
    found = rank_certainty(points(rows), seed=7, places=2)
    intervals = [(line.rank, line.low, line.high) for line in found.lines]
    assert intervals == [(1, 1, 1), (2, 2, 3), (3, 2, 3), (4, 4, 4)]
    assert found.groups == ((0,), (1, 2), (3,))
    assert found.lines[0].funded == 1
    assert 0.3 < found.lines[1].funded < 0.9
    pairs = pairs_across(points(rows), seed=7, places=2)
    assert [(one.better, one.worse, one.separable) for one in pairs] == [
        (0, 2, True),
        (0, 3, True),
        (1, 2, False),
        (1, 3, True),
    ]


@settings(CALM, max_examples=40)
@given(sheets(), st.integers(0, 2**32), st.integers(1, 5), BYS)
def test_pairs_across_the_line_agree_with_draws_by_hand(sheet, seed, places, by):
    lines = totals(sheet)
    if not lines:
        assert pairs_across(sheet, seed=seed, places=places, draws=DRAWS, by=by) == ()
        return
    ranks = scoring.ranks(figures_of(lines, defaultdict(lambda: 1), by))
    draws = drawn_by_hand(lines, seed, by)
    expected = {
        (one, other): share(draws, one, other)
        for one in ranks
        for other in ranks
        if ranks[one] <= places < ranks[other]
    }
    found = pairs_across(sheet, seed=seed, places=places, draws=DRAWS, level=0.9, by=by)
    assert {(one.better, one.worse): one.share for one in found} == pytest.approx(expected)
    assert all(one.separable == (one.share >= 0.95) for one in found)


def funded(sheet: Sheet, places: int, by: By) -> tuple[set[int], set[int]]:
    """Who is above the line, and who has a rank at all."""
    found = {at: one.rank for at, one in enumerate(standings(sheet, by)) if one.rank is not None}
    return {at for at, rank in found.items() if rank <= places}, set(found)


@CALM
@given(sheets(), st.integers(0, 6), BYS)
def test_leaving_a_juror_out_is_handing_in_the_sheet_without_them(sheet, places, by):
    before, scored = funded(sheet, places, by)
    found = without_each_juror(sheet, places=places, by=by)
    assert [one.juror for one in found] == sorted({juror for _, juror, _ in totals(sheet)})
    for one in found:
        kept = tuple(reading for reading in sheet.readings if reading.juror != one.juror)
        rest = Sheet(sheet.applications, sheet.jurors, sheet.criteria, kept)
        after, left = funded(rest, places, by)
        assert one.unscored == tuple(sorted(scored - left))
        assert one.enter == tuple(sorted(after - before))
        assert one.leave == tuple(sorted((before & left) - after))


@CALM
@given(sheets(), st.integers(0, 6), st.sampled_from([10, 25]), BYS)
def test_another_weight_is_another_rubric(sheet, places, percent, by):
    before, _ = funded(sheet, places, by)
    found = with_each_weight(sheet, places=places, percent=percent, by=by)
    weighed = [at for at, one in enumerate(sheet.criteria) if one.weight]
    assert [(one.criterion, one.percent) for one in found] == [
        (at, change) for at in weighed for change in (-percent, percent)
    ]
    for one in found:
        criteria = tuple(
            Criterion(
                c.key, c.weight * (100 + (one.percent if at == one.criterion else 0)), c.scale_max
            )
            for at, c in enumerate(sheet.criteria)
        )
        after, _ = funded(
            Sheet(sheet.applications, sheet.jurors, criteria, sheet.readings), places, by
        )
        assert (one.enter, one.leave) == (
            tuple(sorted(after - before)),
            tuple(sorted(before - after)),
        )


def test_the_juror_who_decides_is_named():
    found = without_each_juror(points([[90, 60, 60], [70, 70, 71], [50, 51, None]]), places=1)
    # With J0, A1 has 70.333 and A0 70; without J0 nothing changes, without J1 A0 leads.
    assert [(one.enter, one.leave) for one in found] == [((), ()), ((0,), (1,)), ((0,), (1,))]


def test_no_draw_is_no_interval():
    with pytest.raises(ValueError, match="at least one draw"):
        rank_certainty(points([[50]]), seed=1, draws=0)
