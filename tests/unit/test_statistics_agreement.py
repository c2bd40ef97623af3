"""Krippendorff's alpha: published examples, and his coincidence matrix in fractions."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build.calm import CALM
from build.sheets import points
from grants.juries.statistics.agreement import Metric, agreement, alpha

near = pytest.approx
_ = None

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), part E: four observers,
# twelve units, missing values.
FOUR_OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]
# The same paper, parts A and B: two observers of ten things in 0 and 1, of twelve in a to e.
MEG_AND_OWEN = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
BEN_AND_GERRY = [[1, 1, 2, 2, 4, 3, 3, 3, 5, 4, 4, 1], [2, 1, 2, 2, 2, 3, 3, 3, 5, 4, 4, 4]]
# Three coders of fifteen units, the example of the article in the English Wikipedia.
THREE_CODERS = [
    [_, _, _, _, _, 3, 4, 1, 2, 1, 1, 3, 3, _, 3],
    [1, _, 2, 1, 3, 3, 4, 3, _, _, _, _, _, _, _],
    [_, _, 2, 1, 3, 4, 4, _, 2, 1, 1, 3, 3, _, 4],
]


@pytest.mark.parametrize(
    ("rows", "metric", "published"),
    [
        (FOUR_OBSERVERS, Metric.NOMINAL, 0.743),
        (FOUR_OBSERVERS, Metric.ORDINAL, 0.815),
        (FOUR_OBSERVERS, Metric.INTERVAL, 0.849),
        (FOUR_OBSERVERS, Metric.RATIO, 0.797),
        (MEG_AND_OWEN, Metric.NOMINAL, 0.095),
        (BEN_AND_GERRY, Metric.NOMINAL, 0.692),
        (THREE_CODERS, Metric.NOMINAL, 0.691),
        (THREE_CODERS, Metric.INTERVAL, 0.811),
    ],
)
def test_the_published_examples(rows, metric, published):
    assert round(alpha(rows, metric=metric, draws=0).alpha, 3) == published


def test_only_pairable_values_count():
    found = alpha(FOUR_OBSERVERS, draws=0)
    assert (found.units, found.values) == (11, 40)


def distance(metric: Metric, marginals: Counter[int], one: int, other: int) -> Fraction:
    if metric is Metric.NOMINAL:
        return Fraction(one != other)
    if metric is Metric.INTERVAL:
        return Fraction((one - other) ** 2)
    if metric is Metric.RATIO:
        return Fraction(one - other, one + other) ** 2 if one + other else Fraction(0)
    low, high = min(one, other), max(one, other)
    between = sum(count for value, count in marginals.items() if low <= value <= high)
    return (between - Fraction(marginals[one] + marginals[other], 2)) ** 2


def by_coincidences(
    units: list[list[int]], metric: Metric, ranked: Counter[int] | None = None
) -> Fraction | None:
    units = [unit for unit in units if len(unit) > 1]
    coincidences: Counter[tuple[int, int]] = Counter()
    for unit in units:
        for pair in permutations(unit, 2):
            coincidences[pair] += Fraction(1, len(unit) - 1)
    marginals: Counter[int] = Counter(value for unit in units for value in unit)
    total, ranks = sum(marginals.values()), ranked or marginals
    observed = sum(
        (share * distance(metric, ranks, *pair) for pair, share in coincidences.items()),
        Fraction(0),
    )
    expected = sum(
        marginals[one] * marginals[other] * distance(metric, ranks, one, other)
        for one in marginals
        for other in marginals
    )
    return 1 - (total - 1) * observed / expected if expected else None


tables = st.lists(
    st.lists(st.none() | st.integers(0, 6), min_size=5, max_size=5), min_size=2, max_size=4
)


def units_of(rows: list[list[int | None]]) -> list[list[int]]:
    return [[row[at] for row in rows if row[at] is not None] for at in range(5)]


@CALM
@given(tables, st.sampled_from(list(Metric)))
def test_alpha_agrees_with_the_coincidence_matrix(rows, metric):
    expected = by_coincidences(units_of(rows), metric)
    found = alpha(rows, metric=metric, draws=0).alpha
    if expected is None:
        assert found is None
    else:
        assert found == near(float(expected), abs=1e-9)


@settings(CALM, max_examples=30)
@given(tables, st.sampled_from(list(Metric)), st.integers(0, 2**32))
def test_the_interval_holds_the_draws_done_by_hand(rows, metric, seed):
    units = [unit for unit in units_of(rows) if len(unit) > 1]
    ranks = Counter(value for unit in units for value in unit)
    found = alpha(rows, metric=metric, draws=20, level=0.8, seed=seed)
    if found.alpha is None:
        assert (found.low, found.high) == (None, None)
        return
    bits, drawn = np.random.PCG64(seed), []
    for _draw in range(20):
        chosen = [int(raw) % len(units) for raw in bits.random_raw(len(units))]
        one = by_coincidences([units[at] for at in chosen], metric, ranks)
        if one is not None:
            drawn.append(float(one))
    if not drawn:
        assert (found.low, found.high) == (None, None)
        return
    low, high = np.quantile(sorted(drawn), [0.1, 0.9])
    assert (found.low, found.high) == (near(low, abs=1e-9), near(high, abs=1e-9))


def test_a_jury_agrees_on_what_it_scored():
    rows = [[60, 62, 61], [80, 79, 82], [20, None, 22], [50, None, None]]
    found = agreement(points(rows), draws=200, seed=4)
    units = [[round(v * 1000) for v in row if v is not None] for row in rows]
    assert found.alpha == near(float(by_coincidences(units, Metric.INTERVAL)), abs=1e-9)
    assert found.low <= found.alpha <= found.high
    assert (found.units, found.values, found.draws) == (3, 8, 200)
    assert agreement(points(rows), draws=200, seed=4) == found


def test_where_nothing_differs_there_is_nothing_to_measure():
    assert agreement(points([[70, 70], [70, 70]])).alpha is None
    assert agreement(points([[70, None], [None, 30]])).alpha is None


def test_the_ratio_metric_refuses_more_values_than_it_can_compare():
    rows = [[float(at) for at in range(5000)], [float(at + 1) for at in range(5000)]]
    with pytest.raises(ValueError, match="at most"):
        alpha(rows, metric=Metric.RATIO, draws=0)
