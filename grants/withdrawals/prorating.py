"""How much of an award is taken back: pure functions of exact cents and civil days.

What does not divide stays with the beneficiary: the part that is withdrawn is rounded down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from grants.kernel.money import Amount


@dataclass(frozen=True)
class Split:
    """What a withdrawal cancels of what is not paid, and what it asks back of what was."""

    cancelled: Amount
    claimed: Amount


def after_breach(amount: Amount, starts_on: date, ends_on: date, breach_on: date) -> Amount:
    """The part of the grant's period from the day of the breach on (décret 2021-1947, art. 5).

    Both ends of the period and the day of the breach count. A breach before the period takes
    all, one after it takes nothing.

    Raises:
        ValueError: the period ends before it begins.
    """
    days = (ends_on - starts_on).days + 1
    if days <= 0:
        raise ValueError("a period ends before it begins")
    left = (ends_on - breach_on).days + 1
    return Amount(amount * min(max(left, 0), days) // days)


def unspent(amount: Amount, planned: Amount, spent: Amount) -> Amount:
    """The part of an award that a budget spent in part did not need.

    Raises:
        ValueError: nothing was planned, or less than nothing was spent.
    """
    if planned <= 0 or spent < 0:
        raise ValueError("a budget is positive, and what was spent of it not negative")
    return Amount(amount * max(planned - spent, 0) // planned)


def split(amount: Amount, unpaid: Amount) -> Split:
    """First what is not paid yet is cancelled; only the rest is asked back."""
    cancelled = min(amount, unpaid)
    return Split(Amount(cancelled), Amount(amount - cancelled))
