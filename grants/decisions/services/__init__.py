"""Verbs: prepare, put to the vote, delegate, make executory, announce, take note, take back."""

from grants.decisions.services.committing import require_free
from grants.decisions.services.delegating import delegate, end_delegation
from grants.decisions.services.deliberating import deliberate
from grants.decisions.services.following import (
    acknowledge,
    announce_results,
    make_executory,
    note_formalities,
)
from grants.decisions.services.preparing import Item, Wanted, open_session, propose
from grants.decisions.services.reopening import reopen, withdraw_act

__all__ = [
    "Item",
    "Wanted",
    "acknowledge",
    "announce_results",
    "delegate",
    "deliberate",
    "end_delegation",
    "make_executory",
    "note_formalities",
    "open_session",
    "propose",
    "reopen",
    "require_free",
    "withdraw_act",
]
