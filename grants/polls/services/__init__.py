"""What is done with a poll: prepared, voted in, counted."""

from grants.polls.services.closing import close_due, forget
from grants.polls.services.preparing import (
    Card,
    Settings,
    add,
    cancel,
    create,
    describe,
    publish,
    remove,
    settle,
    show_picture,
)
from grants.polls.services.voting import (
    Asked,
    ask_link,
    cast_by_code,
    cast_by_link,
    check_code,
    keep_codes,
    new_codes,
    replace,
    waiting,
)

__all__ = [
    "Asked",
    "Card",
    "Settings",
    "add",
    "ask_link",
    "cancel",
    "cast_by_code",
    "cast_by_link",
    "check_code",
    "close_due",
    "create",
    "describe",
    "forget",
    "keep_codes",
    "new_codes",
    "publish",
    "remove",
    "replace",
    "settle",
    "show_picture",
    "waiting",
]
