"""Money loses nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.kernel.money import Cents, Unit, split


@given(
    amount=st.integers(0, 10**12), weights=st.lists(st.integers(0, 1000), min_size=1).filter(any)
)
def test_split_loses_nothing_and_is_fair_to_the_cent(amount, weights):
    parts = split(Cents(amount), weights)
    assert sum(parts) == amount
    assert all(
        abs(part * sum(weights) - amount * weight) < sum(weights)
        for part, weight in zip(parts, weights, strict=True)
    )


def test_the_odd_cent_goes_to_the_largest_remainder_then_to_the_first():
    assert split(Cents(100), [1, 1, 1]) == [34, 33, 33]
    assert split(Cents(1_000_001), [80, 20]) == [800_001, 200_000]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_weights_that_share_nothing_out_are_a_bug(weights):
    with pytest.raises(ValueError, match=r"weights|empty"):
        split(Cents(1), weights)


def test_units_tell_their_scale():
    assert [unit.scale for unit in Unit] == [100, 1, 1]
