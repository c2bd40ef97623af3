"""Reads: withdrawals for the office and for their beneficiary, and what one would take."""

from grants.withdrawals.queries.effects import (
    Effect,
    Part,
    Standing,
    claims,
    effect,
    standing,
)
from grants.withdrawals.queries.withdrawals import (
    BACK,
    UNDER_WAY,
    locked,
    of_application,
    of_decision,
    open_for,
    own,
    recovered,
    to_collect,
    withdrawal,
    withdrawal_file,
    withdrawals,
)

__all__ = [
    "BACK",
    "UNDER_WAY",
    "Effect",
    "Part",
    "Standing",
    "claims",
    "effect",
    "locked",
    "of_application",
    "of_decision",
    "open_for",
    "own",
    "recovered",
    "standing",
    "to_collect",
    "withdrawal",
    "withdrawal_file",
    "withdrawals",
]
