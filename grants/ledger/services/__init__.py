"""Open books and envelopes, and book what happens to their money."""

from __future__ import annotations

from grants.ledger.rules import Movement
from grants.ledger.services.acts import (
    ActFacts,
    CreditLine,
    join_act,
    record_act,
    state_expenditure,
)
from grants.ledger.services.booking import BookedEntry, book
from grants.ledger.services.closing import Choice, Signature, close_year
from grants.ledger.services.drawing import draw, give_back
from grants.ledger.services.opening import open_book, open_envelope, rename_envelope
from grants.ledger.services.scheduling import reschedule

__all__ = [
    "ActFacts",
    "BookedEntry",
    "Choice",
    "CreditLine",
    "Movement",
    "Signature",
    "book",
    "close_year",
    "draw",
    "give_back",
    "join_act",
    "open_book",
    "open_envelope",
    "record_act",
    "rename_envelope",
    "reschedule",
    "state_expenditure",
]
