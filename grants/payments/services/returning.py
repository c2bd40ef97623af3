"""What the accounting office or the bank answers, matched to orders; leftovers by hand."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.bank import Vault
from grants.kernel.clock import paris_date
from grants.kernel.errors import Forbidden, Refused
from grants.kernel.identity import new_id
from grants.outbox.services import announce
from grants.payments import queries
from grants.payments.answers import fingerprints, read
from grants.payments.likely import NOT_GIVEN, SURE
from grants.payments.models import (
    Answer,
    LineState,
    OrderState,
    PaymentOrder,
    PaymentReturn,
    ReturnKind,
    ReturnLine,
)
from grants.payments.rules import PREPARERS, can_read_order, may_take_in
from grants.payments.services.acknowledging import NOT_LET_IN, orders_not_let_in
from grants.payments.services.ordering import reject
from grants.payments.services.paying import accept, bounce, pay
from grants.payments.services.statements import keep_statement
from grants.payments.told import Told

NUMBER = re.compile(r"(\d{4})-(\d{1,9})")
# Files of a funder are taken in one after the other: the same one twice is the same one.
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 38))")
END_TO_END = re.compile(r"[0-9a-f]{32}")


def take_in(
    session: Session,
    funder_id: UUID,
    *,
    kind: ReturnKind,
    name: str,
    data: bytes,
    vault: Vault,
    actor: Actor,
    now: datetime,
) -> PaymentReturn:
    """Take a file in: each line acts on the order it names, or stays open and says why.

    A line already taken in, with this file or another, acts no second time; the same file is
    the same file. What an acknowledgement refuses waits for a person, order by order. Locks the
    funder's answers, then orders one after the other. Announces `payment_return.taken_in`.

    Raises:
        Forbidden: the actor does not mark orders as paid for that funder.
        Refused: `payment_return.*`: the file cannot be read, is a statement of another account
            than the funder's own, or one that was taken in; and nothing of it is kept.
    """
    if funder_id not in actor.funders_as(*PREPARERS):
        raise Forbidden
    sha256 = hashlib.sha256(data).hexdigest()
    session.execute(LOCK, {"name": f"payment return {funder_id}"})
    known = session.scalar(
        select(PaymentReturn).where(
            PaymentReturn.funder_id == funder_id, PaymentReturn.sha256 == sha256
        )
    )
    if known is not None:
        return known
    found = read(kind, data)
    told = found.lines or orders_not_let_in(session, funder_id, found.not_let_in, actor=actor)
    kept = {"funder_id": funder_id, "kind": kind, "name": name.strip()[:200], "sha256": sha256}
    taken = PaymentReturn(id=new_id(), taken_by=actor.id, taken_at=now, **kept)
    session.add(taken)
    session.flush()
    for statement in found.statements:
        keep_statement(session, taken, statement, vault=vault, actor=actor)
    lines = _fresh_lines(session, taken, told, NOT_LET_IN if found.not_let_in else "")
    for line in lines:
        _try(session, line, actor, now)
    facts: dict[str, Any] = {"funder": funder_id, "subject": taken.id, "lines": len(lines)}
    announce(session, "payment_return.taken_in", by=actor, at=now, **facts)
    return taken


def match_line(
    session: Session, line_id: UUID, *, number: str, actor: Actor, now: datetime
) -> ReturnLine:
    """Match a leftover to the order of that number, by hand.

    Locks the line, then the order. Announces what becomes of the order. Twice is once.

    Raises:
        Unknown: there is no such line that the actor may read.
        Forbidden: the actor does not take answers in for that funder.
        Refused: `payment_return.settled`, or why the order does not fit the line.
    """
    line = _open_line(session, line_id, actor)
    order = _of_number(session, line, number.strip(), actor)
    if order is None:
        raise Refused("payment_return.unknown_reference", field="number")
    try:
        _apply(session, line, order, actor, now)
    except Refused as refusal:
        raise Refused(refusal.code, field="number", **refusal.facts) from refusal
    return line


def set_aside(
    session: Session, line_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> ReturnLine:
    """Say why a line is no answer to an order of ours: it counts in no difference any more.

    Locks the line. Announces `payment_return.set_aside`.

    Raises:
        Unknown: there is no such line that the actor may read.
        Forbidden: the actor does not take answers in for that funder.
        Refused: `payment_return.settled`, `payment_return.reason_missing`.
    """
    line = _open_line(session, line_id, actor)
    if not reason.strip():
        raise Refused("payment_return.reason_missing", field="reason")
    line.state, line.note = LineState.SET_ASIDE, reason.strip()
    line.settled_by, line.settled_at = actor.id, now
    session.flush()
    announce(
        session,
        "payment_return.set_aside",
        by=actor,
        at=now,
        funder=line.funder_id,
        subject=line.return_id,
        line=str(line.id),
    )
    return line


def _fresh_lines(
    session: Session, taken: PaymentReturn, told: list[Told], code: str
) -> list[ReturnLine]:
    prints = fingerprints(told)
    known = set(
        session.scalars(
            select(ReturnLine.fingerprint).where(
                ReturnLine.funder_id == taken.funder_id, ReturnLine.fingerprint.in_(prints)
            )
        )
    )
    lines = [
        ReturnLine(
            id=new_id(),
            return_id=taken.id,
            funder_id=taken.funder_id,
            position=position,
            fingerprint=fingerprint,
            reference=one.reference[:200],
            amount=one.amount,
            happened_on=one.happened_on,
            answer=one.answer,
            motive=one.motive[:500],
            label=one.label[:500],
            state=LineState.OPEN,
            code=code,
        )
        for position, (one, fingerprint) in enumerate(zip(told, prints, strict=True), start=1)
        if fingerprint not in known
    ]
    session.add_all(lines)
    session.flush()
    return lines


def _try(session: Session, line: ReturnLine, actor: Actor, now: datetime) -> None:
    """Act on the order of a line; what refuses is kept as the reason why it stays open.

    What was not let in waits for a person.
    """
    if line.code:
        return
    try:
        with session.begin_nested():
            _apply(session, line, _by_itself(session, line, actor), actor, now)
    except Refused as refusal:
        session.refresh(line)
        line.code = refusal.code
        session.flush()


def _by_itself(session: Session, line: ReturnLine, actor: Actor) -> PaymentOrder:
    """The order that a line names, or the only one of its amount that its label tells of.

    An amount alone is no proof: what is doubtful waits for a person.
    """
    named = _of_reference(session, line, actor)
    if named is not None:
        return named
    if line.reference not in NOT_GIVEN:
        raise Refused("payment_return.unknown_reference")
    found = queries.likely_orders(session, [line], viewer=actor)[line.id]
    waiting = [one for one in found if one.fits and one.order.state == OrderState.APPROVED]
    if len(waiting) > 1:
        raise Refused("payment_return.several")
    if not waiting:
        raise Refused("payment_return.unknown_reference")
    if not waiting[0].hints & SURE:
        raise Refused("payment_return.doubtful")
    return session.get_one(PaymentOrder, waiting[0].order.order_id)


def _of_reference(session: Session, line: ReturnLine, actor: Actor) -> PaymentOrder | None:
    if END_TO_END.fullmatch(line.reference):
        return session.scalar(
            select(PaymentOrder).where(
                can_read_order.where(actor),
                PaymentOrder.funder_id == line.funder_id,
                PaymentOrder.id == UUID(line.reference),
            )
        )
    return _of_number(session, line, line.reference, actor)


def _of_number(
    session: Session, line: ReturnLine, number: str, actor: Actor
) -> PaymentOrder | None:
    found = NUMBER.fullmatch(number)
    if found is None:
        return None
    return session.scalar(
        select(PaymentOrder).where(
            can_read_order.where(actor),
            PaymentOrder.funder_id == line.funder_id,
            PaymentOrder.year == int(found[1]),
            PaymentOrder.serial == int(found[2]),
        )
    )


def _apply(
    session: Session, line: ReturnLine, order: PaymentOrder, actor: Actor, now: datetime
) -> None:
    if line.amount != order.amount or order.unit != "EUR":
        raise Refused("payment_return.amount_differs", number=order.number)
    if line.happened_on > paris_date(now):
        raise Refused("payment_return.to_come")
    if line.answer is Answer.ACCEPTED:
        accept(session, order.id, on=line.happened_on, actor=actor, now=now)
    elif line.answer is Answer.PAID:
        _paid(session, line, order, actor, now)
    else:
        _rejected(session, line, order, actor, now)
    line.state, line.order_id, line.code = LineState.MATCHED, order.id, ""
    line.settled_by, line.settled_at = actor.id, now
    session.flush()


def _paid(
    session: Session, line: ReturnLine, order: PaymentOrder, actor: Actor, now: datetime
) -> None:
    if order.state is OrderState.PAID:
        told = select(ReturnLine.id).where(
            ReturnLine.order_id == order.id, ReturnLine.answer == Answer.PAID
        )
        if session.scalar(told.limit(1)) is not None:
            raise Refused("payment_return.paid_twice", number=order.number)
        return
    reference = line.reference or order.number
    pay(session, [order.id], on=line.happened_on, reference=reference, actor=actor, now=now)


def _rejected(
    session: Session, line: ReturnLine, order: PaymentOrder, actor: Actor, now: datetime
) -> None:
    reason = line.motive or "—"
    if order.state is OrderState.PAID:
        bounce(session, order.id, reason=reason, on=line.happened_on, actor=actor, now=now)
    else:
        reject(session, order.id, reason=reason, actor=actor, now=now)


def _open_line(session: Session, line_id: UUID, actor: Actor) -> ReturnLine:
    line = queries.line(session, line_id, viewer=actor, lock=True)
    may_take_in.require(actor, line)
    if line.state is not LineState.OPEN:
        raise Refused("payment_return.settled")
    return line
