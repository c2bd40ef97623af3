"""The generator of hearings: no overlap, breaks and recusals kept, as many heard as can be."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.juries.hearings.slots import (
    Board,
    Case,
    Held,
    Hours,
    Juror,
    Span,
    Why,
    grid,
    halves_of,
    propose,
)
from grants.kernel.clock import PARIS, paris_instant

DAY = date(2018, 11, 20)


def ident(nth: int) -> UUID:
    return UUID(int=nth + 1)


def some_hours(**columns) -> Hours:
    plain = {"days": (DAY,), "first": 540, "last": 720, "length": 30, "pause": 10}
    return Hours(**{**plain, "places": ("Salle 1",), **columns})


def juror(nth: int, halves) -> Juror:
    return Juror(ident(nth), f"Juré {nth}", frozenset(halves))


@st.composite
def boards(draw):
    lunch = draw(st.sampled_from([None, (720, 780), (735, 840)]))
    hours = Hours(
        days=tuple(
            DAY + timedelta(days=one) for one in draw(st.sets(st.integers(0, 3), min_size=1))
        ),
        first=draw(st.sampled_from([480, 555, 600])),
        last=draw(st.sampled_from([840, 1020])),
        length=draw(st.sampled_from([20, 45, 60, 180])),
        pause=draw(st.integers(0, 25)),
        places=("A", "B")[: draw(st.integers(1, 2))],
        lunch=lunch,
    )
    halves = halves_of(hours)
    among = st.lists(st.sampled_from(halves), unique=True) if halves else st.just([])
    jurors = [juror(nth, draw(among)) for nth in range(draw(st.integers(0, 5)))]
    seats = st.sets(st.sampled_from([one.seat_id for one in jurors])) if jurors else st.just(set())
    slots = grid(hours)
    cases = []
    for nth in range(draw(st.integers(0, 9))):
        away = draw(st.lists(st.sampled_from(slots), max_size=2)) if slots else []
        spans = tuple((one.starts_at, one.ends_at) for one in away)
        cases.append(Case(ident(100 + nth), f"{nth:03d}", frozenset(draw(seats)), spans))
    held = []
    for nth, slot in enumerate(draw(st.lists(st.sampled_from(slots), max_size=3)) if slots else []):
        span = Span(slot.starts_at + timedelta(minutes=7), slot.ends_at, slot.place)
        held.append(Held(span, ident(200 + nth), frozenset(draw(seats))))
    return Board(hours, jurors, held, draw(st.integers(1, 3))), jurors, cases, held


@given(boards())
def test_a_plan_keeps_every_constraint(world):
    board, jurors, cases, held = world
    hours, plan = board.hours, propose(board, cases)
    pause = timedelta(minutes=hours.pause)
    by_id = {one.application_id: one for one in cases}
    seats = {one.seat_id: one for one in jurors}
    assert {one.application_id for one in plan.placed} | set(plan.unplaced) == set(by_id)
    assert len(plan.placed) + len(plan.unplaced) == len(cases)
    for one in plan.placed:
        case, slot = by_id[one.application_id], one.slot
        start, end = (at.astimezone(PARIS) for at in (slot.starts_at, slot.ends_at))
        minutes = start.hour * 60 + start.minute, end.hour * 60 + end.minute
        assert start.date() in hours.days
        assert hours.first <= minutes[0] < minutes[1] <= hours.last
        assert minutes[1] - minutes[0] == hours.length
        if hours.lunch:
            assert minutes[1] <= hours.lunch[0] or minutes[0] >= hours.lunch[1]
        assert len(one.panel) >= board.quorum
        assert not set(one.panel) & case.recused
        assert all(seats[seat].halves.issuperset(slot.halves) for seat in one.panel)
        assert not any(
            since < slot.ends_at and slot.starts_at < until for since, until in case.away
        )
        for other in held:
            apart = pause if other.span.place == slot.place else timedelta()
            if other.span.place == slot.place or set(other.seats) & set(one.panel):
                assert not slot.meets(other.span, apart=apart)
    for one, other in combinations(plan.placed, 2):
        if one.slot.place == other.slot.place:
            assert not one.slot.meets(other.slot, apart=pause)
        elif one.slot.meets(other.slot):
            assert not set(one.panel) & set(other.panel)


@given(boards())
def test_the_same_facts_give_the_same_plan_in_any_order(world):
    board, jurors, cases, held = world
    shuffled = Board(board.hours, jurors[::-1], held[::-1], board.quorum)
    assert propose(board, cases) == propose(shuffled, cases[::-1])


@given(boards())
def test_as_many_are_heard_as_can_be(world):
    board, _jurors, cases, _held = world
    cases = cases[:4]
    slots = [one for one in board.slots if board.is_free(one)][:5]
    fits = {
        (case.application_id, slot): board.blocked(slot, case) is None
        for case in cases
        for slot in slots
    }
    assert len(propose(board, cases).placed) >= brute(fits, cases, slots)


def brute(fits, cases, slots) -> int:
    if not cases:
        return 0
    first, rest = cases[0], cases[1:]
    best = brute(fits, rest, slots)
    for slot in slots:
        if fits[first.application_id, slot]:
            best = max(best, 1 + brute(fits, rest, [one for one in slots if one != slot]))
    return best


def test_a_grid_stops_for_lunch_and_leaves_a_pause():
    hours = some_hours(last=900, lunch=(720, 780), length=50)
    told = [f"{one.starts_at.astimezone(PARIS):%H:%M}" for one in grid(hours)]
    assert told == ["09:00", "10:00", "11:00", "13:00", "14:00"]
    assert halves_of(hours) == ["2018-11-20/am", "2018-11-20/pm"]


def test_nine_in_the_morning_stays_nine_over_the_change_of_hour():
    friday, monday = date(2018, 10, 26), date(2018, 10, 29)
    hours = some_hours(days=(friday, monday), last=570)
    assert [one.starts_at for one in grid(hours)] == [
        paris_instant(friday, 9),
        paris_instant(monday, 9),
    ]
    assert grid(hours)[1].starts_at - grid(hours)[0].starts_at == timedelta(days=3, hours=1)


@pytest.mark.parametrize(
    ("quorum", "recused", "away", "hours", "told"),
    [
        (1, (), True, {}, (Why.AWAY, 0)),
        (2, (0,), False, {}, (Why.QUORUM, 1)),
        (1, (), False, {"days": ()}, (Why.NO_SLOT, 0)),
    ],
)
def test_what_cannot_be_placed_says_why(quorum, recused, away, hours, told):
    hours = some_hours(**hours)
    jurors = [juror(nth, halves_of(hours)) for nth in range(2)]
    spans = tuple((one.starts_at, one.ends_at) for one in grid(hours)) if away else ()
    case = Case(ident(9), "001", frozenset(ident(one) for one in recused), spans)
    plan = propose(Board(hours, jurors, [], quorum), [case])
    assert [(one.why, one.present) for one in plan.unplaced.values()] == [told]


def test_whoever_comes_too_late_is_told_that_slots_are_taken():
    hours = some_hours(last=570)
    case = [Case(ident(nth), f"{nth:03d}") for nth in range(2)]
    plan = propose(Board(hours, [juror(5, halves_of(hours))], [], 1), case)
    assert [one.application_id for one in plan.placed] == [ident(0)]
    assert plan.unplaced[ident(1)].why is Why.TAKEN


def test_one_gives_its_hour_up_to_another_that_has_no_other():
    hours = some_hours(last=610)
    second = grid(hours)[1]
    easy, hard = (
        Case(ident(0), "001"),
        Case(ident(1), "002", away=((second.starts_at, second.ends_at),)),
    )
    plan = propose(Board(hours, [juror(5, halves_of(hours))], [], 1), [easy, hard])
    assert [one.application_id for one in plan.placed] == [ident(1), ident(0)]
