"""What must hold whatever happened: named checks over the whole database, and who runs them.

PostgreSQL refuses each of these faults as it is written; the checks find it where something got
behind its back: a restore that lost half, a hand, an error of ours. They read, and mend nothing.
"""

from __future__ import annotations

from grants.invariants import (
    agreements,
    applications,
    calls,
    councils,
    decisions,
    files,
    history,
    juries,
    ledger,
    meetings,
    payments,
    people,
    polls,
    withdrawals,
)
from grants.invariants.checks import Broken, Found, Invariant, Place

ALL: tuple[Invariant, ...] = (
    *ledger.CHECKS,
    *decisions.CHECKS,
    *councils.CHECKS,
    *agreements.CHECKS,
    *payments.CHECKS,
    *withdrawals.CHECKS,
    *calls.CHECKS,
    *applications.CHECKS,
    *juries.CHECKS,
    *meetings.CHECKS,
    *polls.CHECKS,
    *people.CHECKS,
    *files.CHECKS,
    *history.CHECKS,
)
"""Every check, in the order in which it runs."""

BY_NAME = {one.name: one for one in ALL}

__all__ = ["ALL", "BY_NAME", "Broken", "Found", "Invariant", "Place"]
