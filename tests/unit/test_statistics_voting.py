"""Schulze's published examples and every path by hand; approvals, points and budgets."""

from __future__ import annotations

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build.calm import CALM
from build.sheets import points as sheet_of
from grants.juries.statistics.ballots import (
    ApprovalRule,
    Fault,
    Flaw,
    PointsRule,
    approval,
    approval_fault,
    knapsack,
    knapsack_fault,
    points,
    points_fault,
)
from grants.juries.statistics.budget import by_votes
from grants.juries.statistics.schulze import Ballot, Strength, Unlisted, ballots_of, schulze


def election(*lines: str) -> list[Ballot]:
    """ "5 ACBED": five ballots that rank A first."""
    return [
        Ballot(tuple((ord(name) - ord("A"),) for name in names), int(count))
        for count, names in (line.split() for line in lines)
    ]


FORTY_FIVE = election(
    "5 ACBED", "5 ADECB", "8 BEDAC", "3 CABED", "7 CAEBD", "2 CBADE", "7 DCEBA", "8 EBADC"
)


def test_the_election_of_forty_five_voters():
    # The example of the English Wikipedia's article: E > A > C > B > D, paths as printed there.
    found = schulze(5, FORTY_FIVE)
    assert found.preferences == (
        (0, 20, 26, 30, 22),
        (25, 0, 16, 33, 18),
        (19, 29, 0, 17, 24),
        (15, 12, 28, 0, 14),
        (23, 27, 21, 31, 0),
    )
    assert found.paths == (
        (0, 28, 28, 30, 24),
        (25, 0, 28, 33, 24),
        (25, 29, 0, 29, 24),
        (25, 28, 28, 0, 24),
        (25, 28, 28, 31, 0),
    )
    assert found.ranks == (2, 4, 3, 5, 1)
    assert found.winners == (4,)


def test_the_first_example_of_schulzes_paper():
    # "A new monotonic, clone-independent … method" (2011), example 1: d > a > c > b.
    found = schulze(4, election("8 ACDB", "2 BADC", "4 CDBA", "4 DBAC", "3 DCBA"))
    assert found.preferences == ((0, 8, 14, 10), (13, 0, 6, 2), (7, 15, 0, 12), (11, 19, 9, 0))
    assert found.ranks == (2, 4, 3, 1)


def test_equal_and_unlisted_candidates():
    # A and B equal above C; D is not named: last in an election, of unknown place on a jury.
    ballots = [Ballot(((0, 1), (2,)))]
    last, unsaid = schulze(4, ballots), schulze(4, ballots, unlisted=Unlisted.UNSAID)
    assert last.preferences == ((0, 0, 1, 1), (0, 0, 1, 1), (0, 0, 0, 1), (0, 0, 0, 0))
    assert unsaid.preferences == ((0, 0, 1, 0), (0, 0, 1, 0), (0, 0, 0, 0), (0, 0, 0, 0))
    assert (last.ranks, unsaid.ranks) == ((1, 1, 3, 4), (1, 1, 3, 1))


def test_a_recused_juror_does_not_vote_a_file_down():
    # A wins each time it is read; the two others never read it.
    ballots = ballots_of(sheet_of([[90, None, None], [80, 80, 80], [10, 20, 30]]))
    assert schulze(3, ballots, unlisted=Unlisted.UNSAID).ranks == (1, 2, 3)
    assert schulze(3, ballots).ranks == (3, 1, 2)


@pytest.mark.parametrize("groups", [((0, 0),), ((0,), (0,)), ((3,),), ((-1,),)])
def test_a_ballot_that_makes_no_sense_is_refused(groups):
    with pytest.raises(ValueError, match="ballot"):
        schulze(3, [Ballot(groups)])


def strongest(wins: list[list[int]], margins: bool, one: int, other: int) -> int:
    """Over every simple path, the weakest victory of the best."""

    def victory(a: int, b: int) -> int:
        if wins[a][b] <= wins[b][a]:
            return 0
        return wins[a][b] - wins[b][a] if margins else wins[a][b]

    between = [at for at in range(len(wins)) if at not in {one, other}]
    paths = (
        (one, *middle, other)
        for length in range(len(between) + 1)
        for middle in permutations(between, length)
    )
    return max(min(victory(a, b) for a, b in pairwise(path)) for path in paths)


rankings = st.permutations(range(5)).flatmap(
    lambda order: st.tuples(
        st.lists(st.booleans(), min_size=5, max_size=5), st.integers(0, 5), st.integers(1, 4)
    ).map(lambda rest: (order, *rest))
)


def ballot_of(order: list[int], joined: list[bool], listed: int, weight: int) -> Ballot:
    """The first `listed` in this order, each joined to the one before it or not."""
    groups: list[list[int]] = []
    for one, join in zip(order[:listed], joined, strict=False):
        if groups and join:
            groups[-1].append(one)
        else:
            groups.append([one])
    return Ballot(tuple(tuple(group) for group in groups), weight)


def preferences(ballots: list[Ballot], unlisted: Unlisted) -> list[list[int]]:
    """Pair by pair and ballot by ballot."""
    wins = [[0] * 5 for _ in range(5)]
    for ballot in ballots:
        level = {one: at for at, group in enumerate(ballot.groups) for one in group}
        for a, b in permutations(range(5), 2):
            if unlisted is Unlisted.LAST or {a, b} <= set(level):
                wins[a][b] += ballot.weight * (level.get(a, 9) < level.get(b, 9))
    return wins


@CALM
@given(st.lists(rankings, max_size=7), st.sampled_from(Unlisted), st.sampled_from(Strength))
def test_schulze_agrees_with_every_path(lines, unlisted, strength):
    ballots = [ballot_of(*line) for line in lines]
    wins = preferences(ballots, unlisted)
    found = schulze(5, ballots, unlisted=unlisted, strength=strength)
    assert [list(row) for row in found.preferences] == wins
    margins = strength is Strength.MARGINS
    expected = [
        [0 if a == b else strongest(wins, margins, a, b) for b in range(5)] for a in range(5)
    ]
    assert [list(row) for row in found.paths] == expected
    for a in range(5):
        beaten_by = sum(expected[b][a] > expected[a][b] for b in range(5))
        assert found.ranks[a] == 1 + beaten_by
        for b in range(5):
            assert found.beats(a, b) == (expected[a][b] > expected[b][a])


def test_approvals_are_counted_once_a_ballot():
    found = approval(4, [{0, 1}, [1, 1], (1, 2)])
    assert (found.votes, found.ranks, found.ballots) == ((1, 3, 1, 0), (2, 1, 2, 4), 3)


@pytest.mark.parametrize(
    ("ballot", "fault"),
    [
        ([0, 2], None),
        ([], Fault(Flaw.TOO_FEW, 0, 1)),
        ([0, 1, 2], Fault(Flaw.TOO_MANY, 3, 2)),
        ([0, 3], Fault(Flaw.UNKNOWN, 2, 3)),
        ([-1], Fault(Flaw.UNKNOWN, 1, 3)),
    ],
)
def test_an_approval_ballot_says_what_is_wrong(ballot, fault):
    rule = ApprovalRule(most=2)
    assert approval_fault(3, ballot, rule) == fault
    if fault:
        with pytest.raises(ValueError, match="faulty"):
            approval(3, [ballot], rule)


@pytest.mark.parametrize(
    ("ballot", "fault"),
    [
        ({0: 6, 2: 4}, None),
        ({0: 3}, None),
        ({}, Fault(Flaw.TOO_FEW, 0, 1)),
        ({0: 7}, Fault(Flaw.TOO_MANY_ON_ONE, 7, 6)),
        ({0: 6, 1: 6}, Fault(Flaw.TOO_MANY_POINTS, 12, 10)),
        ({0: 6, 1: -2}, Fault(Flaw.NEGATIVE, -2, 0)),
        ({5: 1}, Fault(Flaw.UNKNOWN, 1, 3)),
    ],
)
def test_a_ballot_of_points_says_what_is_wrong(ballot, fault):
    rule = PointsRule(total=10, on_one=6)
    assert points_fault(3, ballot, rule) == fault
    if fault:
        with pytest.raises(ValueError, match="faulty"):
            points(3, [ballot], rule)


def test_points_are_added_up():
    found = points(3, [{0: 6, 2: 4}, {2: 5, 1: 5}], PointsRule(total=10))
    assert (found.votes, found.ranks, found.ballots) == ((6, 5, 9), (2, 3, 1), 2)


def test_a_voter_cannot_spend_more_than_the_budget():
    costs = [4000_00, 3000_00, 2000_00]
    assert knapsack_fault(costs, [0, 2], 6000_00) is None
    assert knapsack_fault(costs, [0, 1], 6000_00) == Fault(Flaw.TOO_DEAR, 7000_00, 6000_00)
    assert knapsack_fault(costs, [3], 6000_00) == Fault(Flaw.UNKNOWN, 1, 3)
    assert knapsack(costs, [[0, 2], [1, 2], [2]], 6000_00).votes == (1, 1, 3)
    with pytest.raises(ValueError, match="faulty"):
        knapsack(costs, [[0, 1]], 6000_00)


def test_a_budget_goes_down_the_list_and_passes_over_what_does_not_fit():
    found = by_votes([50, 40, 30, 10], [9, 7, 5, 5], 90)
    assert (found.taken, found.left) == ((0, 1), 0)
    found = by_votes([50, 60, 30, 10], [9, 7, 5, 5], 95)
    assert (found.taken, found.left) == ((0, 3, 2), 5)
    assert [(one.candidate, one.left_before, one.taken) for one in found.steps] == [
        (0, 95, True),
        (1, 45, False),
        (3, 45, True),
        (2, 35, True),
    ]


def test_a_tie_that_money_cuts_is_said():
    found = by_votes([50, 50], [4, 4], 60)
    assert [(one.candidate, one.taken, one.tied) for one in found.steps] == [
        (0, True, True),
        (1, False, True),
    ]
    assert not any(one.tied for one in by_votes([50, 50], [4, 4], 100).steps)


def test_without_votes_no_money():
    assert by_votes([10, 10], [0, 3], 100).taken == (1,)


@CALM
@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 6)), min_size=1, max_size=8),
    st.integers(0, 120),
)
def test_a_project_is_left_out_only_for_want_of_money_or_votes(lines, budget):
    costs, votes = [cost for cost, _ in lines], [count for _, count in lines]
    found = by_votes(costs, votes, budget)
    assert found.left == budget - sum(costs[one] for one in found.taken) >= 0
    for one in set(range(len(lines))) - set(found.taken):
        first = sum(costs[other] for other in found.taken if votes[other] > votes[one])
        equal = sum(
            costs[other]
            for other in found.taken
            if votes[other] == votes[one] and (costs[other], other) < (costs[one], one)
        )
        assert not votes[one] or costs[one] > budget - first - equal
