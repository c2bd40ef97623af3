"""The arithmetic of scores, against figures worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.juries.scoring import TOTAL_MAX, WeighedMark, ranks, summary, total


def marks(*triples: tuple[int | None, int, int]) -> list[WeighedMark]:
    return [WeighedMark(value, scale, weight) for value, scale, weight in triples]


@pytest.mark.parametrize(
    ("given_marks", "expected"),
    [
        # 60 × 7/10 + 40 × 5/10 = 42 + 20 = 62 points.
        (marks((7, 10, 60), (5, 10, 40)), 62_000),
        # Scales differ: 3/4 and 1/5 with weights 2 and 1: (2 × 0.75 + 0.2) / 3 = 56.666…
        (marks((3, 4, 2), (1, 5, 1)), 56_667),
        # One third rounds down, two thirds up.
        (marks((1, 3, 1)), 33_333),
        (marks((2, 3, 1)), 66_667),
        # An exact half of a thousandth goes up: 1/64 = 1.5625 %, 1/32 … 3/64 = 4.6875 %.
        (marks((1, 80, 1), (0, 80, 3)), 313),  # 1/320 = 0.3125 % = 312.5 thousandths
        (marks((10, 10, 60), (10, 10, 40)), TOTAL_MAX),
        (marks((0, 10, 60), (0, 10, 40)), 0),
    ],
)
def test_a_total_is_the_weighted_mean_out_of_100(given_marks, expected):
    assert total(given_marks) == expected


def test_an_abstention_leaves_numerator_and_denominator():
    # Were it a zero, 60 × 8/10 alone would make 48 points.
    assert total(marks((8, 10, 60), (None, 10, 40))) == 80_000


def test_a_zero_is_a_mark_and_counts():
    assert total(marks((8, 10, 60), (0, 10, 40))) == 48_000


def test_abstaining_everywhere_makes_no_total():
    assert total(marks((None, 10, 60), (None, 10, 40))) is None


def test_no_criterion_makes_no_total():
    assert total([]) is None


def test_a_summary_worked_out_by_hand():
    # 62, 80, 71.5 and 40 points: mean 63.375, median (62 + 71.5) / 2 = 66.75,
    # squared distances 1.890625 + 276.390625 + 66.015625 + 546.390625 = 890.6875;
    # a quarter is 222.671875, its root 14.9222….
    found = summary([62_000, 80_000, 71_500, 40_000])
    assert found is not None
    assert (found.mean, found.median, found.dispersion, found.scores) == (63_375, 66_750, 14_922, 4)


def test_the_median_of_an_odd_number_is_the_middle_one():
    found = summary([10_000, 90_000, 20_000])
    assert found is not None
    assert found.median == 20_000


def test_one_score_has_no_dispersion():
    found = summary([55_555])
    assert found is not None
    assert (found.mean, found.median, found.dispersion) == (55_555, 55_555, 0)


def test_halves_of_a_thousandth_go_up():
    found = summary([1, 2])
    assert found is not None
    assert (found.mean, found.median, found.dispersion) == (2, 2, 1)


def test_nothing_has_no_summary():
    assert summary([]) is None


def test_equal_means_share_a_rank_and_the_next_is_skipped():
    means = {"a": 80_000, "b": 90_000, "c": 80_000, "d": 10_000, "e": None}
    assert ranks(means) == {"b": 1, "a": 2, "c": 2, "d": 4, "e": None}


weighed = st.builds(
    lambda scale, weight, share: WeighedMark(
        None if share is None else round(share * scale), scale, weight
    ),
    st.integers(1, 100),
    st.integers(1, 1000),
    st.none() | st.floats(0, 1),
)


@given(st.lists(weighed, max_size=8))
def test_a_total_stays_between_the_worst_and_the_best_mark(some):
    found = total(some)
    shares = [one.value / one.scale_max for one in some if one.value is not None]
    if not shares:
        assert found is None
    else:
        assert min(shares) * TOTAL_MAX - 1 <= found <= max(shares) * TOTAL_MAX + 1


@given(st.lists(weighed, max_size=8), st.integers(1, 100), st.integers(1, 1000))
def test_abstaining_on_one_more_criterion_changes_nothing(some, scale, weight):
    assert total([*some, WeighedMark(None, scale, weight)]) == total(some)
