"""Open books and envelopes, and book what happens to their money."""

from __future__ import annotations

from grants.ledger.rules import Movement
from grants.ledger.services.booking import BookedEntry, book
from grants.ledger.services.opening import open_book, open_envelope, rename_envelope

__all__ = ["BookedEntry", "Movement", "book", "open_book", "open_envelope", "rename_envelope"]
