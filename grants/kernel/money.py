"""Money is an integer number of euro cents; other units are integers of their smallest part."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NewType

Cents = NewType("Cents", int)

Amount = NewType("Amount", int)
"""A quantity in the smallest part of a `Unit`: cents of a euro, square metres, hours."""


class Unit(StrEnum):
    """What an envelope counts. Values are the ones that reports print."""

    EUR = "EUR"
    SQUARE_METRE = "m2"
    HOUR = "hour"

    @property
    def scale(self) -> int:
        """How many smallest parts make one: 100 cents to the euro, 1 m² to the m²."""
        return 100 if self is Unit.EUR else 1


def split(amount_cents: Cents, weights: Sequence[int]) -> list[Cents]:
    """Split an amount in proportion to `weights`, losing and inventing nothing.

    Remainders go one cent at a time to the largest fractional parts, earliest first
    on a tie, so the same inputs always give the same instalments.

    Raises:
        ValueError: a negative weight, or none above zero.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative and not all zero")
    shares = [divmod(amount_cents * weight, total) for weight in weights]
    missing = amount_cents - sum(whole for whole, _ in shares)
    by_remainder = sorted(range(len(shares)), key=lambda i: -shares[i][1])
    lucky = set(by_remainder[:missing])
    return [Cents(whole + (i in lucky)) for i, (whole, _) in enumerate(shares)]
