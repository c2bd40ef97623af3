"""A meeting called: when, where, by whom, and which applications in which order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.juries import queries as juries
from grants.juries.lifecycle import jury_is_open, require
from grants.juries.rules import may_close
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.errors import Refused, Unknown
from grants.sittings import queries, rules
from grants.sittings.models import Sitting, SittingItem

PARKED = 1_000_000
"""Positions beyond any agenda, where lines wait while they are put in order."""


class Order(StrEnum):
    """How an agenda is put in order at once; single lines then move by hand."""

    RANK = "rank"
    NUMBER = "number"


def prepare(
    session: Session,
    jury_id: UUID,
    *,
    meets_at: datetime,
    place: str,
    convened_by: str,
    order: Order = Order.RANK,
    actor: Actor,
    now: datetime,
) -> Sitting:
    """Call a meeting of a jury, all its applications on the agenda. Locks the jury.

    Asked twice for the same instant and place, it is one meeting.

    Raises:
        Unknown: there is no such jury, or it is not the actor's to lead.
        Refused: `jury.closed`; `sitting.nothing`: the jury was given nothing to read.
    """
    jury = juries.locked_jury(session, jury_id, actor, who=may_close)
    require(jury_is_open(jury, now))
    place, convened_by = place.strip(), convened_by.strip()
    twin = select(Sitting).where(
        Sitting.jury_id == jury.id, Sitting.meets_at == meets_at, Sitting.place == place
    )
    if already := session.scalars(twin).first():
        return already
    # The agenda is everyone's: what the actor is recused from is on it, and they do not see it.
    wanted = _in_order(session, jury, order)
    if not wanted:
        raise Refused("sitting.nothing")
    sitting = Sitting(jury_id=jury.id, meets_at=meets_at, place=place, convened_by=convened_by)
    session.add(sitting)
    session.flush()
    session.add_all(
        SittingItem(sitting_id=sitting.id, application_id=one, position=at)
        for at, one in enumerate(wanted, start=1)
    )
    session.flush()
    return sitting


def reorder(
    session: Session, sitting_id: UUID, order: Order, *, actor: Actor, now: datetime
) -> None:
    """Put what was not discussed yet in the order of ranks or numbers; add what is missing.

    Locks jury, then meeting.

    Raises:
        Unknown: no such meeting, or it is not the actor's to lead.
        Refused: `sitting.closed`, `jury.closed`.
    """
    sitting = _unclosed(session, sitting_id, actor)
    require(jury_is_open(sitting.jury, now))
    rows = session.scalars(
        select(SittingItem)
        .where(SittingItem.sitting_id == sitting.id)
        .order_by(SittingItem.position)
    ).all()
    begun = [one.application_id for one in rows if one.began_at]
    rest = [one for one in _in_order(session, sitting.jury, order) if one not in set(begun)]
    _park(session, sitting)
    known = {one.application_id: one for one in rows}
    for at, application_id in enumerate([*begun, *rest], start=1):
        if line := known.get(application_id):
            line.position = at
        else:
            session.add(
                SittingItem(sitting_id=sitting.id, application_id=application_id, position=at)
            )
    sitting.version += 1
    session.flush()


def shift(session: Session, sitting_id: UUID, item_id: UUID, *, up: bool, actor: Actor) -> None:
    """Let a line change places with the one above or below it, among those that the actor sees.

    Locks jury, then meeting. At either end nothing moves.

    Raises:
        Unknown: no such meeting or line, or not the actor's.
        Refused: `sitting.closed`.
    """
    sitting = _unclosed(session, sitting_id, actor)
    line = item_of(session, sitting, item_id, actor)
    beyond = SittingItem.position < line.position if up else SittingItem.position > line.position
    shown = queries.agenda(sitting, actor).where(beyond)
    way = SittingItem.position.desc() if up else SittingItem.position
    other = session.execute(shown.order_by(None).order_by(way).limit(1)).first()
    if other is None:
        return
    places = {line.id: other.position, other.id: line.position}
    # One statement: the order is checked after it.
    session.execute(
        update(SittingItem)
        .where(SittingItem.id.in_(places))
        .values(position=line.position + other.position - SittingItem.position)
    )
    session.expire(line)
    sitting.version += 1
    session.flush()


def drop_item(session: Session, sitting_id: UUID, item_id: UUID, *, actor: Actor) -> None:
    """Take a line that was not begun off the agenda. Locks jury, then meeting.

    Raises:
        Unknown: no such meeting or line, or not the actor's.
        Refused: `sitting.closed`; `sitting.item_begun`.
    """
    sitting = _unclosed(session, sitting_id, actor)
    line = item_of(session, sitting, item_id, actor)
    if line.began_at:
        raise Refused("sitting.item_begun")
    session.execute(delete(SittingItem).where(SittingItem.id == line.id))
    sitting.version += 1
    session.flush()


def item_of(session: Session, sitting: Sitting, item_id: UUID, actor: Actor) -> SittingItem:
    """One line of an agenda, for whoever is not recused from it.

    Raises:
        Unknown: there is none, or the actor must not know of it.
    """
    line = session.scalar(
        select(SittingItem).where(SittingItem.id == item_id, SittingItem.sitting_id == sitting.id)
    )
    if line is None or not rules.is_shown(actor, line):
        raise Unknown
    return line


def _unclosed(session: Session, sitting_id: UUID, actor: Actor) -> Sitting:
    sitting = queries.locked_sitting(session, sitting_id, actor, who=may_close)
    if sitting.closed_at:
        raise Refused("sitting.closed", closed_at=sitting.closed_at)
    return sitting


def _in_order(session: Session, jury: Jury, order: Order) -> Sequence[UUID]:
    lines = juries.whole_ranking(session, jury, SYSTEM)
    if order is Order.NUMBER:
        lines = sorted(lines, key=lambda line: (line.number or "", str(line.application_id)))
    return [line.application_id for line in lines]


def _park(session: Session, sitting: Sitting) -> None:
    """Free the positions: lines then take theirs one by one."""
    highest = select(func.coalesce(func.max(SittingItem.position), 0))
    offset = session.scalar(highest.where(SittingItem.sitting_id == sitting.id)) or 0
    session.execute(
        update(SittingItem)
        .where(SittingItem.sitting_id == sitting.id)
        .values(position=SittingItem.position + offset + PARKED)
    )
