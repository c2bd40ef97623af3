"""The verbs of meetings: prepared and held, presence and proxies, points, votes, minutes."""

from grants.sittings.services.holding import close_sitting, open_sitting
from grants.sittings.services.minutes import sign_minutes
from grants.sittings.services.moving import Timer, move, set_timer, write_note
from grants.sittings.services.preparing import Order, drop_item, prepare, reorder, shift
from grants.sittings.services.presence import give_proxy, mark, revoke_proxy
from grants.sittings.services.voting import cast_vote, close_motion, put_motion

__all__ = [
    "Order",
    "Timer",
    "cast_vote",
    "close_motion",
    "close_sitting",
    "drop_item",
    "give_proxy",
    "mark",
    "move",
    "open_sitting",
    "prepare",
    "put_motion",
    "reorder",
    "revoke_proxy",
    "set_timer",
    "shift",
    "sign_minutes",
    "write_note",
]
