"""Verbs: prepare, put to the vote, announce, take note."""

from grants.decisions.services.deliberating import Item, deliberate
from grants.decisions.services.following import acknowledge, announce_results, make_executory
from grants.decisions.services.preparing import Wanted, open_session, propose

__all__ = [
    "Item",
    "Wanted",
    "acknowledge",
    "announce_results",
    "deliberate",
    "make_executory",
    "open_session",
    "propose",
]
