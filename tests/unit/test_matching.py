"""Assignment against every plan there is, on problems small enough to try them all."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from build.calm import CALM
from build.pairings import pairings, plans
from grants.juries.matching.affinity import affinity
from grants.juries.matching.board import affinities, board
from grants.juries.matching.exchanges import exchanges, is_optimal
from grants.juries.matching.network import Network
from grants.juries.matching.problem import (
    Juror,
    Lack,
    Need,
    Pairing,
    Plan,
    Shortfall,
    Want,
    Weights,
)
from grants.juries.matching.solving import Price, prices, solve


@settings(CALM, max_examples=300)
@given(pairings(), st.integers(0, 3), st.sampled_from([(), (1,), (1, 2), (60,)]))
def test_no_plan_is_better(pairing, seed, best):
    expected = min((value for value, _ in plans(pairing)), default=None)
    found = solve(pairing, seed=seed, best=best)
    if expected is None:
        assert isinstance(found, Shortfall)
        assert found.lacks
        return
    assert isinstance(found, Plan)
    assert (found.moved, -found.score) == expected
    assert frozenset(found.pairs) in {pairs for _, pairs in plans(pairing)}
    assert found.affinity == sum(affinity(pairing, pair).total for pair in found.pairs)
    assert [sum(juror == at for _, juror in found.pairs) for at in range(len(found.loads))] == list(
        found.loads
    )


@CALM
@given(pairings())
def test_the_proof_accepts_the_best_plans_and_no_other(pairing):
    every = list(plans(pairing))
    table = board(pairing, 0)
    best = min((value for value, _ in every), default=None)
    for value, pairs in every[:40]:
        given_pairs = np.zeros(table.cost.shape, dtype=bool)
        for application, juror in pairs - pairing.fixed:
            row = table.application_order.tolist().index(application)
            given_pairs[row, table.juror_order.tolist().index(juror)] = True
        assert is_optimal(exchanges(table, given_pairs)) == (value == best)


@settings(CALM, max_examples=150)
@given(pairings())
def test_a_price_is_what_the_best_plan_with_that_pair_loses(pairing):
    found = solve(pairing)
    if isinstance(found, Shortfall):
        return
    missing = tuple(
        (one, other)
        for one in range(len(pairing.needs))
        for other in range(len(pairing.jurors))
        if (one, other) not in found.pairs
    )
    every = list(plans(pairing))
    for pair, price in zip(missing, prices(pairing, found, missing), strict=True):
        best = min((value for value, pairs in every if pair in pairs), default=None)
        if best is None:
            assert price is None
        else:
            assert price == Price(best[0] - found.moved, best[1] + found.score)


@CALM
@given(pairings())
def test_the_table_of_affinities_is_the_affinity_of_each_pair(pairing):
    table = affinities(pairing).tolist()
    for one, row in enumerate(table):
        for other, value in enumerate(row):
            assert value == affinity(pairing, (one, other)).total


@CALM
@given(pairings(), st.integers(0, 2**32))
def test_the_same_seed_makes_the_same_plan(pairing, seed):
    assert solve(pairing, seed=seed) == solve(pairing, seed=seed)


def equal_jurors(files: int, count: int, readers: int = 2, load: int = 50) -> Pairing:
    return Pairing((Need(readers),) * files, (Juror(load),) * count)


def test_equal_jurors_share_the_work_equally():
    found = solve(equal_jurors(30, 7))
    assert sorted(found.loads) == [8, 8, 8, 9, 9, 9, 9]


def test_seeds_draw_among_equal_plans():
    drawn = {solve(equal_jurors(6, 5), seed=seed).pairs for seed in range(8)}
    assert len(drawn) > 1
    assert len({solve(equal_jurors(6, 5), seed=seed).score for seed in range(8)}) == 1


def test_after_a_recusal_one_file_moves_and_no_other():
    before = solve(equal_jurors(40, 9, readers=3))
    gone = before.pairs[17]
    again = replace(
        equal_jurors(40, 9, readers=3),
        forbidden=frozenset({gone}),
        kept=frozenset(before.pairs) - {gone},
    )
    after = solve(again, seed=5)
    assert after.moved == 0
    assert set(before.pairs) - set(after.pairs) == {gone}
    (new,) = set(after.pairs) - set(before.pairs)
    assert new[0] == gone[0]


def test_a_recused_juror_who_leaves_gives_only_their_own_files_away():
    before = solve(equal_jurors(40, 9, readers=3))
    theirs = {pair for pair in before.pairs if pair[1] == 4}
    everything = frozenset((file, 4) for file in range(40))
    kept = frozenset(before.pairs) - theirs
    after = solve(replace(equal_jurors(40, 9, readers=3), forbidden=everything, kept=kept))
    assert after.moved == 0
    assert set(before.pairs) - set(after.pairs) == theirs
    assert max(after.loads) - min(load for at, load in enumerate(after.loads) if at != 4) <= 1


def by_linear_programme(network: Network) -> np.ndarray | None:
    """Another solver behind the same door: the same network as a linear programme."""
    arcs = np.arange(len(network.tail))
    shape = (len(network.supply), len(arcs))
    ones = np.ones(len(arcs))
    balance = csr_matrix((ones, (network.tail, arcs)), shape=shape) - csr_matrix(
        (ones, (network.head, arcs)), shape=shape
    )
    bounds = np.column_stack([np.zeros(len(arcs)), network.capacity])
    found = linprog(network.cost, A_eq=balance, b_eq=network.supply, bounds=bounds)
    return np.round(found.x).astype(np.int64) if found.status == 0 else None


@pytest.mark.parametrize("colleges", [(), ("experts", "habitants")])
def test_another_solver_finds_nothing_better_on_a_jury_of_sixty_files(colleges):
    chance = random.Random(11)
    pairing = Pairing(
        tuple(
            Need(3, frozenset(chance.sample("abcdef", 2)), chance.choice("xyz")) for _ in range(60)
        ),
        tuple(
            Juror(
                chance.randint(16, 24),
                chance.randint(0, 9),
                frozenset(chance.sample("abcdef", 2)),
                frozenset(chance.choice("xyz")),
                college=("experts", "habitants", None)[at % 3],
            )
            for at in range(12)
        ),
        colleges=colleges,
        forbidden=frozenset((chance.randrange(60), chance.randrange(12)) for _ in range(40)),
    )
    found, other = solve(pairing, best=(8,)), solve(pairing, best=(), solver=by_linear_programme)
    assert isinstance(found, Plan)
    assert isinstance(other, Plan)
    assert found.score == other.score


def test_a_shortlist_is_proved_to_be_enough_on_a_large_jury():
    chance = random.Random(11)
    pairing = Pairing(
        tuple(Need(3, frozenset(chance.sample("abcdefgh", 3))) for _ in range(300)),
        tuple(Juror(20, skills=frozenset(chance.sample("abcdefgh", 3))) for _ in range(60)),
    )
    short, whole = solve(pairing), solve(pairing, best=())
    assert (short.whole, short.arcs, whole.whole, whole.arcs) == (False, 24 * 300, True, 60 * 300)
    assert short.score == whole.score


def test_a_shortlist_that_misses_the_best_plan_is_seen():
    # Everybody's first choice is juror 0; shared out, three files cost less in balance.
    pairing = Pairing(
        (Need(1, frozenset({"sol"})),) * 3,
        (Juror(9, skills=frozenset({"sol"})), Juror(9), Juror(9)),
        weights=Weights(skills=1, balance=400),
    )
    found = solve(pairing, best=(1,))
    assert (found.whole, sorted(found.loads)) == (True, [0, 1, 2])
    assert found.score == solve(pairing).score == 2 * 1000 - 5 * 400


def lacks(**changes: object) -> tuple[Lack, ...]:
    found = solve(replace(equal_jurors(4, 4, readers=3, load=4), **changes))
    assert isinstance(found, Shortfall)
    return found.lacks


def test_it_says_who_has_too_few_possible_jurors():
    forbidden = frozenset({(0, 0), (0, 1), (2, 3), (2, 0), (1, 1)})
    assert lacks(forbidden=forbidden) == (Lack(Want.JURORS, 3, 2, applications=(0, 2)),)


def test_it_says_that_nobody_of_a_college_is_left():
    jurors = (*(Juror(4),) * 3, Juror(4, college="élus"))
    assert lacks(jurors=jurors, colleges=("élus",), forbidden=frozenset({(1, 3)})) == (
        Lack(Want.COLLEGE, 1, 0, applications=(1,), college="élus"),
    )


def test_it_says_that_there_are_more_colleges_than_readers():
    jurors = tuple(Juror(4, college=name) for name in ("a", "b", "c", "d"))
    assert lacks(jurors=jurors, colleges=("a", "b", "c", "d")) == (
        Lack(Want.READERS, 4, 3, applications=(0, 1, 2, 3)),
    )


def test_it_says_how_many_readings_the_jurors_cannot_bear():
    assert lacks(jurors=(Juror(2),) * 4) == (Lack(Want.CAPACITY, 12, 8),)


def test_it_says_whose_least_load_cannot_be_reached():
    jurors = (Juror(4, load_min=2), *(Juror(4),) * 3)
    forbidden = frozenset({(0, 0), (1, 0), (2, 0)})
    found = lacks(jurors=jurors, forbidden=forbidden, needs=(Need(2),) * 4)
    assert found == (Lack(Want.MINIMUM, 2, 1, jurors=(0,)),)


def test_it_says_that_least_loads_ask_for_more_than_there_is():
    assert lacks(jurors=(Juror(4, load_min=4),) * 4) == (
        Lack(Want.MINIMUMS, 16, 12, jurors=(0, 1, 2, 3)),
    )


def test_it_names_the_files_that_share_too_few_jurors():
    # Files 0 and 1 may only be read by jurors 0 and 1, who bear one file each.
    forbidden = frozenset((file, juror) for file in (0, 1) for juror in (2, 3))
    jurors = (Juror(1), Juror(1), Juror(4), Juror(4))
    assert lacks(needs=(Need(2),) * 4, jurors=jurors, forbidden=forbidden) == (
        Lack(Want.BOTTLENECK, 4, 2, applications=(0, 1), jurors=(0, 1)),
    )


def test_it_names_the_college_that_cannot_hear_every_file():
    jurors = (Juror(2, college="élus"), *(Juror(4),) * 3)
    assert lacks(jurors=jurors, colleges=("élus",)) == (
        Lack(Want.BOTTLENECK, 4, 2, applications=(0, 1, 2, 3), jurors=(0,), college="élus"),
    )


def test_it_names_the_jurors_whose_least_loads_compete():
    # Jurors 0 and 1 want two files each and may only read file 0, which takes them both once,
    # and file 1, which takes one reader.
    forbidden = frozenset((file, juror) for file in (2, 3) for juror in (0, 1))
    jurors = (Juror(4, load_min=2), Juror(4, load_min=2), Juror(4), Juror(4))
    needs = (Need(2), Need(1), Need(1), Need(1))
    assert lacks(needs=needs, jurors=jurors, forbidden=forbidden) == (
        Lack(Want.MINIMUMS, 4, 3, jurors=(0, 1)),
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"forbidden": frozenset({(4, 0)})},
        {"kept": frozenset({(0, -1)})},
        {"fixed": frozenset({(0, 0)}), "forbidden": frozenset({(0, 0)})},
        {"preferences": {(0, 0): 101}},
        {"jurors": (Juror(1, load_min=2),)},
        {"needs": (Need(-1),)},
        {"weights": Weights(track=-1)},
        {"colleges": ("a", "a")},
    ],
)
def test_what_cannot_be_meant_is_refused(changes):
    with pytest.raises(ValueError, match=r"[a-z]"):
        replace(equal_jurors(4, 4), **changes)
