"""How ballots rank: examples worked out by hand, and what a missing opinion must never do."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build.calm import CALM
from grants.calls.models import RankingRule
from grants.juries.ballots import Outcome, Place, counted, fault, ranked_by_share, tied
from grants.juries.statistics.ballots import Flaw

FREE = {"A": 0, "B": 0, "C": 0}
R = RankingRule


def ranks(rule, costs, ballots, **more):
    places, _ = counted(rule, costs, ballots, **more)
    return {one: place.rank for one, place in places.items()}


def test_a_blank_comes_after_all_that_a_ballot_ranks():
    assert ranks(R.SCHULZE, FREE, [{"A": 2, "B": 1, "C": None}]) == {"A": 2, "B": 1, "C": 3}


def test_a_juror_without_opinion_says_nothing_and_puts_nobody_last():
    # Two put C first; of the third it is not known. Were it last, nothing would change here…
    with_it = [{"C": 1, "A": 2, "B": 3}, {"C": 1, "B": 2, "A": 3}, {"A": 1, "B": 2}]
    assert ranks(R.SCHULZE, FREE, with_it) == {"C": 1, "A": 2, "B": 3}
    # … but two recused of three would carry C to the bottom.
    silent = [{"C": 1, "A": 2, "B": 3}, {"A": 1, "B": 2}, {"A": 1, "B": 2}]
    assert ranks(R.SCHULZE, FREE, silent)["C"] == 1
    last = [{"C": 1, "A": 2, "B": 3}, *[{"A": 1, "B": 2, "C": None}] * 2]
    assert ranks(R.SCHULZE, FREE, last)["C"] == 3


def test_a_circle_is_settled_by_its_weakest_preference():
    # A > B by 5 to 4, B > C by 7 to 2, C > A by 6 to 3: the weakest link, A > B, gives way.
    cast = [{"A": 1, "B": 2, "C": 3}] * 3 + [{"B": 1, "C": 2, "A": 3}] * 4
    cast += [{"C": 1, "A": 2, "B": 3}] * 2
    places, outcome = counted(R.SCHULZE, FREE, cast)
    assert {one: place.rank for one, place in places.items()} == {"B": 1, "C": 2, "A": 3}
    assert {one: place.votes for one, place in places.items()} == {"B": 2, "C": 1, "A": 0}
    assert (outcome.preferring("A", "B"), outcome.preferring("B", "A")) == (5, 4)
    assert (outcome.preferring("C", "A"), outcome.preferring("A", "C")) == (6, 3)
    assert outcome.preferring("A", "Z") is None


def test_equal_places_stay_equal():
    places, _ = counted(R.SCHULZE, FREE, [{"A": 1, "B": 1, "C": 4}])
    found = {one: place.rank for one, place in places.items()}
    assert found == {"A": 1, "B": 1, "C": 3}
    assert tied(found.values()) == {1}


def test_approvals_are_shares_of_those_who_could_speak():
    # B: two of two; A: two of three, the third recused from neither; C: none of one.
    cast = [{"A": 1, "B": 1}, {"A": 1, "B": 1}, {"A": None, "C": None}]
    places, outcome = counted(R.APPROVAL, FREE, cast)
    assert places == {
        "A": Place(2, 2, 3),
        "B": Place(1, 2, 2),
        "C": Place(3, 0, 1),
    }
    assert outcome == Outcome(3)


def test_points_are_a_mean_over_the_same():
    cast = [{"A": 6, "B": 4}, {"A": 5}, {"A": None, "B": 6, "C": 4}]
    # A: 11 over 3, B: 10 over 2, C: 4 over 1.
    assert ranks(R.POINTS, FREE, cast) == {"B": 1, "C": 2, "A": 3}


def test_a_budget_goes_down_the_list_and_says_which_ties_it_split():
    costs = {"A": 600, "B": 500, "C": 500, "D": 300}
    cast = [{"A": None, "B": 1, "C": None, "D": 1}, {"A": None, "B": None, "C": 1, "D": None}]
    places, outcome = counted(R.BUDGET, costs, [*cast, dict.fromkeys("ABCD")], budget=1000)
    # B, C and D have one of three each: D, the cheapest, then B; 200 do not reach C.
    assert {one: place.is_paid for one, place in places.items()} == {
        "A": False,
        "B": True,
        "C": False,
        "D": True,
    }
    assert (outcome.left, outcome.split) == (200, ("B", "C", "D"))
    assert Outcome.read(outcome.stored()) == outcome


def test_nobody_spoke_of_it_and_it_has_no_rank():
    for rule in R.SCHULZE, R.APPROVAL, R.POINTS, R.BUDGET:
        places, outcome = counted(rule, FREE, [{"A": 1}, {}], budget=5)
        assert places["B"] == Place(None, None, 0)
        assert (places["A"].rank, places["A"].opinions) == (1, 1)
        assert outcome.ballots == 2
        assert counted(rule, {}, [{}])[0] == {}
        assert counted(rule, FREE, [])[0]["A"] == Place(None, None, 0)


@pytest.mark.parametrize(
    ("rule", "chosen", "flaw"),
    [
        (R.SCHULZE, {0: 1, 1: 1}, None),
        (R.SCHULZE, {0: 4}, Flaw.OFF_THE_SCALE),
        (R.SCHULZE, {}, Flaw.TOO_FEW),
        (R.SCHULZE, {7: 1}, Flaw.UNKNOWN),
        (R.APPROVAL, {0: 1, 2: 1}, None),
        (R.APPROVAL, {0: 2}, Flaw.TOO_MANY_ON_ONE),
        (R.POINTS, {0: 6, 1: 4}, None),
        (R.POINTS, {0: 6, 1: 5}, Flaw.TOO_MANY_POINTS),
        (R.BUDGET, {0: 1, 1: 1}, None),
        (R.BUDGET, {1: 1, 2: 1}, Flaw.TOO_DEAR),
    ],
)
def test_what_a_ballot_may_hold(rule, chosen, flaw):
    found = fault(rule, [100, 200, 300], chosen, points=10, budget=400)
    assert (found and found.flaw) == flaw


letters = st.dictionaries(st.sampled_from("ABCD"), st.integers(1, 4) | st.none())


@CALM
@given(st.lists(letters, max_size=6), st.sampled_from([R.SCHULZE, R.APPROVAL, R.POINTS]))
def test_whoever_says_nothing_changes_no_rank(cast, rule):
    costs = dict.fromkeys("ABCD", 1)
    if rule is R.APPROVAL:
        cast = [{one: value and 1 for one, value in ballot.items()} for ballot in cast]
    before, _ = counted(rule, costs, cast)
    after, outcome = counted(rule, costs, [{}, *cast, {}])
    assert before == after
    assert outcome.ballots == len(cast) + 2
    # Nor does the order of the ballots or of the applications.
    assert counted(rule, dict(reversed(costs.items())), cast[::-1])[0] == before


@CALM
@given(st.dictionaries(st.sampled_from("ABCDE"), st.fractions(0, 1, max_denominator=6)))
def test_a_rank_is_one_more_than_how_many_did_better(shares):
    expected = {
        one: 1 + sum(other > share for other in shares.values()) for one, share in shares.items()
    }
    assert ranked_by_share(shares) == expected
    assert ranked_by_share({"A": Fraction(2, 4), "B": Fraction(1, 2)}) == {"A": 1, "B": 1}
