"""The one door to the solvers of whole-number programmes: variables and rows in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeAlias

import numpy as np
from ortools.sat.python import cp_model
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Terms: TypeAlias = Mapping[int, int]
"""Coefficients by variable."""

INFINITE = 2**60
SECONDS_MAX = 60.0
FOUND, NOTHING = 0, 2
"""What HiGHS answers."""


class Engine(Protocol):
    """Whoever solves such programmes, exactly."""

    def variable(self, most: int) -> int:
        """A new whole number from 0 to `most`; its name."""

    def row(self, terms: Terms, low: int = -INFINITE, high: int = INFINITE) -> None:
        """Hold a sum between two bounds, from now on."""

    def maximise(self, terms: Terms) -> list[int] | None:
        """The values for which this sum is greatest; None when nothing meets the rows."""


class Programme:
    """HiGHS finds; each row is then checked in whole numbers, and CP-SAT called where it fails.

    HiGHS is many times faster on our problems, but counts with tolerances; CP-SAT does not.
    """

    def __init__(self) -> None:
        self._most: list[int] = []
        self._fixed: dict[int, int] = {}
        self._rows: list[Terms] = []
        self._low: list[int] = []
        self._high: list[int] = []

    def variable(self, most: int) -> int:
        """A new whole number from 0 to `most`; its name."""
        self._most.append(most)
        return len(self._most) - 1

    def row(self, terms: Terms, low: int = -INFINITE, high: int = INFINITE) -> None:
        """Hold a sum between two bounds, from now on; one variable's are its own."""
        is_one = len(terms) == 1 and low == high and 1 in terms.values()
        if is_one and self._fixed.setdefault(next(iter(terms)), low) == low:
            return
        self._rows.append(terms)
        self._low.append(low)
        self._high.append(high)

    def maximise(self, terms: Terms) -> list[int] | None:
        """The values for which this sum is greatest; None when nothing meets the rows.

        Raises:
            TimeoutError: not proven within a minute.
        """
        if not self._most:
            return [] if self._holds([]) else None
        found = self._quickly(terms)
        return found if found is not None else self._exactly(terms)

    def _quickly(self, terms: Terms) -> list[int] | None:
        size = len(self._most)
        weights = np.zeros(size)
        weights[list(terms)] = [-one for one in terms.values()]
        answer = milp(
            weights,
            constraints=self._matrix(),
            bounds=self._bounds(),
            integrality=np.ones(size),
            options={"mip_rel_gap": 0, "time_limit": SECONDS_MAX},
        )
        if answer.status != FOUND:
            return None
        values = [round(one) for one in answer.x]
        return values if self._holds(values) else None

    def _bounds(self) -> Bounds:
        low, high = np.zeros(len(self._most)), np.array(self._most, dtype=float)
        held = list(self._fixed)
        low[held] = high[held] = list(self._fixed.values())
        return Bounds(low, high)

    def _matrix(self) -> LinearConstraint:
        at = np.cumsum([0, *(len(one) for one in self._rows)])
        names = np.fromiter((name for one in self._rows for name in one), dtype=np.int64)
        weights = np.fromiter((w for one in self._rows for w in one.values()), dtype=float)
        matrix = csr_array((weights, names, at), shape=(len(self._rows), len(self._most)))
        low = [-np.inf if one <= -INFINITE else one for one in self._low]
        high = [np.inf if one >= INFINITE else one for one in self._high]
        return LinearConstraint(matrix, np.array(low, float), np.array(high, float))

    def _holds(self, values: list[int]) -> bool:
        sums = (sum(w * values[name] for name, w in one.items()) for one in self._rows)
        bounds = zip(self._low, sums, self._high, strict=True)
        return all(low <= has <= high for low, has, high in bounds)

    def _exactly(self, terms: Terms) -> list[int] | None:
        model = cp_model.CpModel()
        held = self._fixed
        names = [
            model.new_int_var(held.get(one, 0), held.get(one, most), "")
            for one, most in enumerate(self._most)
        ]

        def total(some: Terms) -> cp_model.LinearExpr:
            return cp_model.LinearExpr.weighted_sum(
                [names[one] for one in some], list(some.values())
            )

        for row, low, high in zip(self._rows, self._low, self._high, strict=True):
            model.add_linear_constraint(total(row), low, high)
        model.maximize(total(terms))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_time_in_seconds = SECONDS_MAX
        status = solver.solve(model)
        if status == cp_model.OPTIMAL:
            return [solver.value(one) for one in names]
        if status == cp_model.INFEASIBLE:
            return None
        raise TimeoutError(f"the solver gave up: {solver.status_name(status)}")
