"""Juror effects against normal equations in fractions; outliers against a polish by hand."""

from __future__ import annotations

import math
import random
import statistics
from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build.calm import CALM
from build.sheets import points, sheets, totals
from grants.juries.statistics.effects import additive_effects
from grants.juries.statistics.outliers import outliers

near = pytest.approx


def solved(rows: list[list[Fraction]]) -> list[Fraction]:
    """Gauss and Jordan on the augmented rows, exactly."""
    size = len(rows)
    for at in range(size):
        pivot = next(row for row in range(at, size) if rows[row][at])
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for row in range(size):
            if row != at and rows[row][at]:
                factor = rows[row][at]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[at], strict=True)]
    return [row[-1] for row in rows]


def components(lines: list[tuple[int, int, int]]) -> list[set[tuple[str, int]]]:
    """Files and jurors tied together, by merging sets."""
    found: list[set[tuple[str, int]]] = []
    for application, juror, _ in lines:
        one = {("file", application), ("juror", juror)}
        for other in [other for other in found if one & other]:
            found.remove(other)
            one |= other
        found.append(one)
    return found


def fitted(lines: list[tuple[int, int, int]], few: int, ridge: int) -> dict[tuple[str, int], float]:
    """Least squares with one multiplier for each component, in fractions."""
    names = sorted({("file", a) for a, _, _ in lines} | {("juror", j) for _, j, _ in lines})
    apart = components(lines)
    place = {name: at for at, name in enumerate(names)}
    size = len(names) + len(apart)
    rows = [[Fraction(0)] * (size + 1) for _ in range(size)]
    often = defaultdict(int)
    for application, juror, total in lines:
        one, other = place["file", application], place["juror", juror]
        often["juror", juror] += 1
        for here, there in ((one, other), (other, one)):
            rows[here][here] += 1
            rows[here][there] += 1
            rows[here][-1] += Fraction(total, 1000)
    for name, count in often.items():
        at = place[name]
        rows[at][at] += ridge if count < few else 0
        border = len(names) + next(at for at, one in enumerate(apart) if name in one)
        rows[at][border] = rows[border][at] = Fraction(count)
    solution = solved(rows)
    return {name: float(solution[at]) for name, at in place.items()}


def test_a_complete_table_fitted_by_hand():
    # Rows' means 50, 60, 73; columns' 55, 61, 67 about 61: the classic two-way table.
    found = additive_effects(points([[44, 50, 56], [54, 60, 66], [67, 73, 79]]), few=0)
    assert found.applications == near((50, 60, 73), abs=1e-9)
    assert found.jurors == near((-6, 0, 6), abs=1e-9)
    assert found.deviation == near(0, abs=1e-9)
    assert (found.comparable, found.ranks, found.shrunk) == (True, (3, 2, 1), ())


def test_an_incomplete_table_fitted_by_hand():
    # y: (A0: J0 60, J1 70), (A1: J1 80, J2 60). A chain: every score is met exactly, so
    # J1 - J0 = 10 and J1 - J2 = 20; over four scores (1, 2, 1) their mean is 0:
    # J0 + 2 J1 + J2 = 0 → J1 = 7.5, J0 = -2.5, J2 = -12.5; A0 = 62.5, A1 = 72.5.
    found = additive_effects(points([[60, 70, None], [None, 80, 60]]), few=0)
    assert found.jurors == near((-2.5, 7.5, -12.5), abs=1e-9)
    assert found.applications == near((62.5, 72.5), abs=1e-9)
    assert found.deviation is None


def test_the_severe_do_not_cost_a_place():
    # A0 has the higher raw mean only because the severe J2 never read it.
    found = additive_effects(points([[60, 62, None], [64, None, 40], [61, 63, 35]]), few=0)
    assert found.ranks[1] < found.ranks[0]


def test_jurors_with_few_files_are_drawn_towards_the_average():
    table = [[60, 60, 80], [50, 50, None], [70, 70, None]]
    free, held = additive_effects(points(table), few=0), additive_effects(points(table), few=2)
    assert (free.shrunk, held.shrunk) == ((), (2,))
    assert 0 < held.jurors[2] < free.jurors[2]


def test_a_design_in_two_pieces_is_said_and_ranked_apart():
    found = additive_effects(points([[50, None], [None, 90], [60, None], [None, None]]), few=0)
    assert (found.components, found.comparable) == (2, False)
    assert found.application_components == (0, 1, 0, None)
    assert found.juror_components == (0, 1)
    assert found.ranks == (2, 1, 1, None)


@CALM
@given(sheets(), st.integers(0, 3), st.integers(1, 4))
def test_effects_agree_with_exact_normal_equations(sheet, few, ridge):
    lines = totals(sheet)
    expected = fitted(lines, few, ridge)
    found = additive_effects(sheet, few=few, ridge=ridge)
    for at, value in enumerate(found.applications):
        assert value == near(expected.get(("file", at)), abs=1e-9)
    for at, value in enumerate(found.jurors):
        assert value == near(expected.get(("juror", at)), abs=1e-9)
    apart = components(lines)
    assert found.components == len(apart)
    for one in apart:
        numbers = {
            (found.application_components if kind == "file" else found.juror_components)[at]
            for kind, at in one
        }
        assert len(numbers) == 1
    freedom = len(lines) - len(expected) + len(apart)
    if freedom > 0:
        left = [total / 1000 - expected["file", a] - expected["juror", j] for a, j, total in lines]
        spread = (sum(value**2 for value in left) / freedom) ** 0.5
        assert found.deviation == near(spread, abs=1e-9)
    else:
        assert found.deviation is None


def polished(lines: list[tuple[int, int, int]]) -> list[float]:
    residuals = [total / 1000 for _, _, total in lines]
    for _ in range(10):
        for place in (0, 1):
            groups = defaultdict(list)
            for line, value in zip(lines, residuals, strict=True):
                groups[line[place]].append(value)
            middles = {key: statistics.median(values) for key, values in groups.items()}
            residuals = [
                value - middles[line[place]] for line, value in zip(lines, residuals, strict=True)
            ]
    return residuals


def test_the_score_that_stands_apart_is_named():
    noise = random.Random(3)
    table = [[50 + a * 3 + j * 2 + noise.gauss(0, 4) for j in range(5)] for a in range(8)]
    table[4][2] = 5
    (found,) = outliers(points(table))
    assert (found.application, found.juror, found.points) == (4, 2, 5.0)
    assert found.residual < -50
    assert found.deviations < -3.5


def test_nobody_stands_apart_of_two():
    assert outliers(points([[10, 90], [20, 30], [50, 50]])) == ()


def test_one_odd_score_among_equal_ones_is_seen():
    table = [[50.0] * 4 for _ in range(6)]
    table[3][1] = 90
    assert [(one.application, one.juror) for one in outliers(points(table))] == [(3, 1)]


@CALM
@given(sheets())
def test_outliers_agree_with_a_polish_in_plain_python(sheet):
    lines = totals(sheet)
    residuals = polished(lines)
    sizes = defaultdict(int)
    for application, _, _ in lines:
        sizes[application] += 1
    judged = [at for at, line in enumerate(lines) if sizes[line[0]] >= 3]
    found = {(one.application, one.juror): one for one in outliers(sheet, threshold=1.0)}
    if not judged:
        assert found == {}
        return
    fitted = len({lines[at][0] for at in judged}) + len({lines[at][1] for at in judged}) - 1
    far = sorted(abs(residuals[at]) for at in judged)[fitted:]
    scale = max(1.0, 1.4826022185056018 * statistics.median(far)) if far else math.inf
    for at in judged:
        pair = lines[at][:2]
        expected = residuals[at] / scale
        if pair in found:
            assert found[pair].deviations == near(expected, abs=1e-9)
            assert found[pair].residual == near(residuals[at], abs=1e-9)
        else:
            assert abs(expected) <= 1 + 1e-9
