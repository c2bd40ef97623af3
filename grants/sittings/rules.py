"""Who may see a meeting, and who leads it. Recusal outranks both, item by item."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from grants.juries import rules as juries
from grants.kernel.access import Actor, Rule

# On a jury (in SQL: Jury must be among the tables).
sees = (juries.sits | juries.follows).named("sits on the jury, or reads its work for a funder")

# On a room (queries.Room), which knows whether its viewer leads.
leads = Rule(
    "leads the meeting: the jury's chair, or an officer of its call",
    lambda _actor, room: bool(room.leads),
    juries.may_close,
)


def eyes(actor: Actor, jury_id: UUID) -> Actor:
    """The actor as they look at a jury's meeting: whoever has no seat there, for a funder."""
    return actor if jury_id in actor.juries else actor.in_office()


def is_shown(actor: Actor, item: Any) -> bool:
    """Whether an item of the agenda exists for this person."""
    return item.application_id not in actor.recused_from
