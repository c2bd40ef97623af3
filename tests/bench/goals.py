"""The goals (docs/performance.md), each beside what this run saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.bench.commitments import Figure
from tests.bench.load import Measured

REFERENCE = {"call's page": 1083.0, "list, 50 rows": 478.0, "list, 250 rows": 224.0}
"""The floor's requests a second with 16 clients on the machine where the goals were set."""


@dataclass
class Figures:
    """Everything that one run saw. Keys are a flow's name and its number of clients."""

    ours: dict[tuple[str, int], Measured] = field(default_factory=dict)
    floor: dict[tuple[str, int], Measured] = field(default_factory=dict)
    sql: dict[str, int] = field(default_factory=dict)
    rest: tuple[float, float] = (0, 0)
    loaded: tuple[float, float] = (0, 0)
    cold: float = 0
    floor_cold: float = 0
    ledger: list[Figure] = field(default_factory=list)

    def pace(self) -> float:
        """How fast this machine was, beside the one where the goals were set."""
        return self.floor["call's page", 16].per_second / REFERENCE["call's page"]

    def ratio(self, name: str, clients: int = 16) -> float:
        """Ours to the floor's, in requests a second."""
        ours, floor = self.ours[name, clients], self.floor[name, clients]
        return ours.per_second / floor.per_second


@dataclass(frozen=True)
class Goal:
    """One line: what, what was seen, what was wanted, and whether more is better.

    `paced` figures depend on the machine: they are judged at the pace of the reference too.
    """

    number: int
    what: str
    seen: float
    wanted: float
    unit: str
    more: bool = False
    paced: bool = False

    def verdict(self, pace: float) -> str:
        """`met`, or by how much it is missed; at the reference's pace if that differs."""
        said = self._said(self.seen)
        if not self.paced:
            return said
        scaled = self.seen / pace if self.more else self.seen * pace
        return f"{said}; at the reference's pace {scaled:.4g}: {self._said(scaled)}"

    def _said(self, seen: float) -> str:
        if seen >= self.wanted if self.more else seen <= self.wanted:
            return "met"
        share = 1 - seen / self.wanted if self.more else seen / self.wanted - 1
        return f"missed by {share:.0%}"

    def line(self, pace: float) -> str:
        """The line to print."""
        sign = "≥" if self.more else "≤"
        wanted = f"{sign} {self.wanted:g}{self.unit}"
        seen = f"{self.seen:.4g}{self.unit}"
        return f"{self.number:3}  {self.what:44} {seen:>11}  {wanted:>13}  {self.verdict(pace)}"


def goals(figures: Figures) -> Iterator[Goal]:
    """Every goal that this run can judge."""
    ours = figures.ours
    call, fifty = "call's page", "list, 50 rows"
    yield _rate(1, figures, call, 430)
    yield Goal(1, "  beside the floor, 16 clients", figures.ratio(call), 0.4, "x", more=True)
    yield Goal(1, "  p95, 1 client", ours[call, 1].p95, 6, " ms", paced=True)
    yield _rate(2, figures, fifty, 100)
    # 0.30 of a floor through an ORM (320/s) is 0.20 of this one, which is plain SQL (478/s).
    yield Goal(2, "  beside the floor, 16 clients", figures.ratio(fifty), 0.2, "x", more=True)
    yield Goal(2, "  p95, 1 client", ours[fifty, 1].p95, 25, " ms", paced=True)
    yield Goal(2, "  statements", figures.sql[fifty], 8, "")
    flat = ours["list, 50 of 20,000", 1].p50 / ours[fifty, 1].p50
    yield Goal(2, "  20,000 applications beside 2,000 (p50)", flat, 1.2, "x")
    yield _rate(3, figures, "list, 250 rows", 38)
    yield Goal(3, "  p95, 1 client", ours["list, 250 rows", 1].p95, 60, " ms", paced=True)
    yield from _flow(5, figures, "submission", (106, 200, 20))
    yield from _flow(6, figures, "open + save a review", (176, 120, 15))
    yield Goal(8, "RSS of a worker at rest", figures.rest[0], 105, " MB")
    yield Goal(8, "  after load", figures.loaded[0], 135, " MB")
    yield Goal(9, "cold start to the first 200, 4 workers", figures.cold, 1.0, " s", paced=True)
    yield from _ledger(figures)


def _rate(number: int, figures: Figures, name: str, wanted: float) -> Goal:
    seen = figures.ours[name, 16].per_second
    return Goal(number, f"{name}, 16 clients", seen, wanted, "/s", more=True, paced=True)


def _flow(
    number: int, figures: Figures, name: str, wanted: tuple[float, float, int]
) -> Iterator[Goal]:
    per_second, p95, statements = wanted
    yield _rate(number, figures, name, per_second)
    yield Goal(number, "  p95, 16 clients", figures.ours[name, 16].p95, p95, " ms", paced=True)
    yield Goal(number, "  statements of a flow", figures.sql[name], statements, "")


def _ledger(figures: Figures) -> Iterator[Goal]:
    seen = {(one.what, one.clients): one.per_second for one in figures.ledger}
    spread, hot = seen.get(("32 envelopes", 8)), seen.get(("one envelope", 8))
    if spread is None or hot is None:
        return
    yield Goal(11, "commitments, 32 envelopes, 8 clients", spread, 1100, "/s", True, True)
    yield Goal(12, "commitments, one envelope, 8 clients", hot, 1100, "/s", True, True)
    alone = seen["one envelope", 1]
    yield Goal(12, "  beside 1 client", hot / alone, 0.85, "x", more=True)
