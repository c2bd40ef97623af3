"""Who is funded, computed: against every possible sharing, on hundreds of small problems."""

from __future__ import annotations

import random
from itertools import product

import pytest

from grants.scenarios.solving.engine import Programme
from grants.scenarios.solving.explaining import Code, explain
from grants.scenarios.solving.problem import (
    Bound,
    Candidate,
    Cap,
    Measure,
    Problem,
    Quota,
    Shortfall,
    Solution,
    is_met,
)
from grants.scenarios.solving.solve import solve

B, M = Bound, Measure
IN = {Code.FULL, Code.CAPPED, Code.PARTIAL, Code.FOR_QUOTA, Code.FITS, Code.SPLIT}


def fits(amounts, problem):
    """Whether each envelope holds what is drawn on it, beside what people split."""
    drawn, split = [0] * len(problem.rooms), [0] * len(problem.rooms)
    for amount, one in zip(amounts, problem.candidates, strict=True):
        for envelope, share in one.draws(amount):
            (split if one.parts else drawn)[envelope] += share
    return all(
        one <= max(room - kept, 0)
        for one, room, kept in zip(drawn, problem.rooms, split, strict=True)
    )


def best(problem):
    """The greatest amounts of all, found by looking at each possible sharing."""
    found = None
    ways = []
    for one in problem.candidates:
        if one.parts:
            ways.append((one.most,))
            continue
        partial = range(one.floor, one.most) if problem.partial else ()
        ways.append((0, *partial, one.most) if one.is_possible else (0,))
    for amounts in product(*ways):
        if found is not None and amounts <= found:
            continue
        cut = sum(0 < a < one.most for a, one in zip(amounts, problem.candidates, strict=True))
        if cut > 1 or not all(is_met(quota, amounts) for quota in problem.quotas):
            continue
        if fits(amounts, problem):
            found = amounts
    return found


def a_problem(chance):
    """A few candidates, one or two small envelopes, up to three quotas of any kind."""
    many, rooms = chance.randint(1, 6), (chance.randint(0, 12), chance.randint(0, 12))
    candidates = []
    for _ in range(many):
        asked = chance.randint(0, 6)
        most = chance.randint(0, asked) if chance.random() < 0.3 else asked
        candidates.append(
            Candidate(
                asked=asked,
                most=most,
                floor=chance.randint(1, 4),
                cap=Cap.CEILING if most < asked else None,
                is_open=chance.random() < 0.9,
                envelope=chance.randint(0, 1),
            )
        )
    if chance.random() < 0.3:
        first, second = chance.randint(1, 4), chance.randint(1, 4)
        split = Candidate(asked=9, most=first + second, parts=((0, first), (1, second)))
        candidates[chance.randrange(many)] = split
    quotas = []
    for _ in range(chance.randint(0, 3)):
        measure = chance.choice(list(Measure))
        if chance.random() < 0.5:
            amount, share = chance.randint(0, 8 if measure is M.MONEY else 3), None
        else:
            amount, share = None, chance.choice([0, 250, 333, 500, 800, 1000])
        quotas.append(
            Quota(
                key=f"q{len(quotas)}",
                members=frozenset(one for one in range(many) if chance.random() < 0.5),
                measure=measure,
                bound=chance.choice(list(Bound)),
                amount=amount,
                share=share,
            )
        )
    return Problem(tuple(candidates), rooms, tuple(quotas), partial=chance.random() < 0.7)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_better_exists(seed):
    chance = random.Random(seed)
    kinds = set()
    for _ in range(50):
        problem = a_problem(chance)
        found, wanted = solve(problem), best(problem)
        if wanted is None:
            assert isinstance(found, Shortfall), problem
            assert found.lacks
            continue
        assert isinstance(found, Solution), problem
        assert found.amounts == wanted, problem
        whys = explain(problem, found)
        kinds |= {one.code for one in whys}
        for place, why in enumerate(whys):
            says_in = why.code in IN
            assert says_in == (found.amounts[place] > 0), (problem, why)
    assert len(kinds) > 6


def many(count, *, asked=10, **given):
    return tuple(Candidate(asked=asked, most=asked, **given) for _ in range(count))


def codes(problem):
    return [one.code for one in explain(problem, solve(problem))]


def test_the_marginal_project_takes_what_is_left():
    problem = Problem(many(4, floor=3), (25,))
    found = solve(problem)
    assert found.amounts == (10, 10, 5, 0)
    whys = explain(problem, found)
    assert [one.code for one in whys] == [Code.FULL, Code.FULL, Code.PARTIAL, Code.MONEY]
    assert whys[3].facts == {"left": 0, "need": 10}
    assert solve(Problem(many(4, floor=6), (25,))).amounts == (10, 10, 0, 0)
    assert codes(Problem(many(3, floor=6), (25,)))[2] is Code.MONEY


def test_a_share_of_the_money_goes_to_the_neighbourhoods_at_the_cost_of_the_last():
    quota = Quota("qpv", frozenset({3, 4}), M.MONEY, B.LEAST, share=400)
    problem = Problem(many(5), (30,), (quota,), partial=False)
    assert solve(problem).amounts == (10, 0, 0, 10, 10)
    assert codes(problem) == [Code.FULL, Code.KEPT, Code.KEPT, Code.FOR_QUOTA, Code.FOR_QUOTA]


def test_what_people_split_stays_and_leaves_the_others_the_rest():
    split = Candidate(asked=10, most=8, parts=((0, 5), (1, 3)))
    problem = Problem((*many(1), split, *many(1, envelope=1)), (12, 9))
    assert solve(problem).amounts == (7, 8, 0)
    whys = explain(problem, solve(problem))
    assert [one.code for one in whys] == [Code.PARTIAL, Code.SPLIT, Code.MONEY]
    assert whys[2].facts == {"left": 6, "need": 10}
    beyond = Problem((split, *many(1)), (4, 0))
    assert solve(beyond).amounts == (8, 0)
    with pytest.raises(ValueError, match="parts"):
        Problem((Candidate(asked=9, most=9, parts=((0, 5), (1, 3))),), (9, 9))


def test_at_most_two_of_a_commune():
    quota = Quota("commune", frozenset({0, 1, 2}), M.PROJECTS, B.MOST, amount=2)
    problem = Problem(many(4), (40,), (quota,))
    assert solve(problem).amounts == (10, 10, 0, 10)
    assert codes(problem) == [Code.FULL, Code.FULL, Code.QUOTA_FULL, Code.FITS]


def test_what_cannot_be_met_is_named_with_the_most_there_is():
    quota = Quota("qpv", frozenset({1}), M.MONEY, B.LEAST, amount=15)
    assert solve(Problem(many(2), (40,), (quota,))).lacks[0].available == 10
    two = (
        Quota("a", frozenset({0}), M.MONEY, B.LEAST, amount=10),
        Quota("b", frozenset({1}), M.MONEY, B.LEAST, amount=10),
    )
    assert solve(Problem(many(2), (15,), two)).lacks[0].quota is None


def test_who_is_out_before_any_money_is_counted():
    candidates = (
        Candidate(asked=0, most=0),
        Candidate(asked=9, most=2, floor=5, cap=Cap.AID),
        Candidate(asked=9, most=9, is_open=False),
        Candidate(asked=9, most=7, cap=Cap.CEILING),
    )
    assert codes(Problem(candidates, (50,))) == [
        Code.NOTHING_ASKED,
        Code.BELOW_FLOOR,
        Code.CLOSED,
        Code.CAPPED,
    ]


def test_each_draws_on_its_own_envelope():
    two = (*many(2, envelope=1), *many(2))
    assert solve(Problem(two, (20, 10), partial=False)).amounts == (10, 0, 10, 10)


def test_what_the_quick_engine_gets_wrong_is_found_exactly(monkeypatch):
    problem = Problem(many(4, floor=3), (25,))
    monkeypatch.setattr(Programme, "_quickly", lambda _self, _terms: None)
    assert solve(problem).amounts == (10, 10, 5, 0)


def a_large_call(count=500):
    """A large call: five tracks, twenty communes, a third in priority neighbourhoods."""
    chance = random.Random(5)
    candidates = tuple(
        Candidate(
            asked=asked,
            most=min(asked, 2_000_000),
            floor=min(max(200_000, asked * 6 // 10), 2_000_000),
            envelope=one % 5 // 2,
        )
        for one, asked in enumerate(chance.randrange(150_000, 3_000_000, 100) for _ in range(count))
    )
    track = [one % 5 for one in range(count)]
    commune = [chance.randrange(20) for _ in range(count)]
    qpv = frozenset(one for one in range(count) if chance.random() < 0.33)

    def of(values, value):
        return frozenset(one for one in range(count) if values[one] == value)

    quotas = (
        *(Quota(f"track:{t}", of(track, t), M.MONEY, B.MOST, share=260) for t in range(5)),
        *(
            Quota(f"least:{t}", of(track, t), M.PROJECTS, B.LEAST, amount=count // 50)
            for t in range(5)
        ),
        *(
            Quota(f"commune:{c}", of(commune, c), M.PROJECTS, B.MOST, amount=count // 50 - 1)
            for c in range(20)
        ),
        Quota("territory", of(commune, 3) | of(commune, 4), M.MONEY, B.LEAST, share=100),
        Quota("qpv", qpv, M.MONEY, B.LEAST, share=400),
        Quota("qpv-projects", qpv, M.PROJECTS, B.LEAST, share=350),
    )
    rooms = tuple(one * count // 500 for one in (60_000_000, 75_000_000, 25_000_000))
    return Problem(candidates, rooms, quotas)


def test_a_large_call_with_every_quota_meets_each_and_explains_all():
    """Five hundred take seconds (`python -m tests.bench --scenarios`); a part of them, less."""
    problem = a_large_call(150)
    found = solve(problem)
    assert isinstance(found, Solution)
    assert all(is_met(quota, found.amounts) for quota in problem.quotas)
    assert fits(found.amounts, problem)
    assert len(explain(problem, found)) == 150
    assert len({one.code for one in explain(problem, found)}) > 4
