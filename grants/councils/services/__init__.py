"""Verbs: keep the list of members; prepare, call, hold and close a meeting; vote."""

from grants.councils.services.convening import convene
from grants.councils.services.entrusting import Entrusted, entrust, revoke_signing
from grants.councils.services.holding import (
    arrive,
    close,
    give_proxy,
    leave,
    open_meeting,
    revoke_proxy,
    say_concerned,
)
from grants.councils.services.papers import keep_paper
from grants.councils.services.preparing import (
    Draft,
    add_item,
    edit_item,
    move_item,
    plan,
    remove_item,
    seat,
    unseat,
)
from grants.councils.services.voting import Ballot, record, vote_item, withdraw_item

__all__ = [
    "Ballot",
    "Draft",
    "Entrusted",
    "add_item",
    "arrive",
    "close",
    "convene",
    "edit_item",
    "entrust",
    "give_proxy",
    "keep_paper",
    "leave",
    "move_item",
    "open_meeting",
    "plan",
    "record",
    "remove_item",
    "revoke_proxy",
    "revoke_signing",
    "say_concerned",
    "seat",
    "unseat",
    "vote_item",
    "withdraw_item",
]
