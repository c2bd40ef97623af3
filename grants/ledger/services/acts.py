"""Record the acts of a budget: credits given, taken back or moved, under a number and a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.kernel.identity import new_id
from grants.ledger import queries
from grants.ledger.models import Account, Act, ActEntry, Expenditure, Posting
from grants.ledger.operations import ActKind, Section
from grants.ledger.rules import Movement, require_bookkeeper
from grants.ledger.services.booking import BookedEntry, book
from grants.ledger.services.dating import require_day
from grants.outbox.services import announce


@dataclass(frozen=True)
class CreditLine:
    """What an act does to one envelope, in the smallest part of its unit; negative takes back."""

    envelope_id: UUID
    amount: int


@dataclass(frozen=True)
class ActFacts:
    """How an act is named. `digest`: the SHA-256 of the file that it was read from."""

    kind: ActKind
    number: str
    dated_on: date
    label: str
    digest: bytes | None = None


def record_act(
    session: Session,
    book_id: UUID,
    facts: ActFacts,
    lines: Sequence[CreditLine],
    *,
    actor: Actor,
    now: datetime,
) -> Act:
    """Record an act and book what it does, all of it or nothing, as one entry.

    A transfer is the executive's own: its lines add up to zero and stay within a section, and
    between chapters within 7.5 % of it; any other act is the assembly's and may do what it
    wants with credits that are not engaged. The same act again gives back the first. Announces
    `budget.act_recorded`.

    Raises:
        Unknown, Forbidden: see `rules.require_bookkeeper`.
        Refused: `act.nothing`; `act.number_taken` by an act that does something else;
            `act.unbalanced` for a transfer; a day that `dating.require_day` refuses; and what
            `book` refuses.
    """
    owner = queries.book(session, book_id)
    require_bookkeeper(actor, owner.funder_id)
    wanted = _summed(lines)
    if not wanted:
        raise Refused("act.nothing")
    known = _known(session, book_id, facts)
    require_day(session, owner.year, facts.kind, facts.dated_on, wanted, now=now)
    key = f"act:{book_id}:{facts.number}"
    try:
        booked = _moved(session, facts, wanted, key=key, actor=actor, now=now)
    except Refused as refusal:
        if refusal.code == "ledger.key_reused":
            raise Refused("act.number_taken", field="number", number=facts.number) from refusal
        raise
    if known is not None:
        return known
    if booked.book_id != book_id:
        raise Refused("ledger.several_books")
    return _kept(session, book_id, facts, booked.id, actor=actor, now=now)


def join_act(
    session: Session,
    book_id: UUID,
    facts: ActFacts,
    lines: Sequence[CreditLine],
    *,
    actor: Actor,
    now: datetime,
) -> Act:
    """Book what an act does to envelopes that it did not touch yet; record it if it is new.

    For acts that are written down envelope by envelope: the same kind, number and day are one
    act. The same lines again are booked once. The law is the one of `record_act`. Announces
    `budget.act_recorded` when the act is new.

    Raises:
        Unknown, Forbidden: see `rules.require_bookkeeper`.
        Refused: `act.nothing`; `act.number_taken` by an act of another kind or day, or by one
            that was read from a file; `act.envelope_booked` when it did something else to these
            envelopes; `act.unbalanced` for a transfer; a day that `dating.require_day` refuses;
            and what `book` refuses.
    """
    owner = queries.book(session, book_id)
    require_bookkeeper(actor, owner.funder_id)
    wanted = _summed(lines)
    if not wanted:
        raise Refused("act.nothing")
    _known(session, book_id, facts)
    require_day(session, owner.year, facts.kind, facts.dated_on, wanted, now=now)
    key, ends = f"act:{book_id}:{facts.number}", ":".join(sorted(map(str, wanted)))
    try:
        booked = _moved(session, facts, wanted, key=f"{key}:{ends}", actor=actor, now=now)
    except Refused as refusal:
        if refusal.code == "ledger.key_reused":
            raise Refused("act.envelope_booked", number=facts.number) from refusal
        raise
    if booked.book_id != book_id:
        raise Refused("ledger.several_books")
    # After the booking, which holds the book: nobody else writes this act meanwhile.
    known = _known(session, book_id, facts)
    if known is None:
        return _kept(session, book_id, facts, booked.id, actor=actor, now=now)
    if not booked.already:
        _require_untouched(session, known, wanted)
        session.add(ActEntry(entry_id=booked.id, act_id=known.id))
        session.flush()
    return known


def _require_untouched(session: Session, act: Act, wanted: Mapping[UUID, int]) -> None:
    """Stop when an earlier entry of the act moved credits of every one of these envelopes."""
    touched = session.scalars(
        select(Account.envelope_id)
        .distinct()
        .join(Posting, Posting.account_id == Account.id)
        .join(ActEntry, ActEntry.entry_id == Posting.entry_id)
        .where(ActEntry.act_id == act.id, Account.envelope_id.in_(wanted))
    ).all()
    if len(touched) == len(wanted):
        raise Refused("act.envelope_booked", number=act.number)


def state_expenditure(
    session: Session, book_id: UUID, section: Section, amount: int, *, actor: Actor
) -> None:
    """Say, once, what real expenditure a section of the whole budget holds, in cents.

    Raises:
        Unknown, Forbidden: see `rules.require_bookkeeper`.
    """
    require_bookkeeper(actor, queries.book(session, book_id).funder_id)
    if amount > 0:
        session.execute(
            insert(Expenditure)
            .values(book_id=book_id, section=section, amount=amount)
            .on_conflict_do_nothing()
        )


def _moved(
    session: Session,
    facts: ActFacts,
    wanted: Mapping[UUID, int],
    *,
    key: str,
    actor: Actor,
    now: datetime,
) -> BookedEntry:
    """The entry by which an act moves these credits."""
    operation = "transfer" if facts.kind is ActKind.TRANSFER else "vote"
    return book(
        session,
        operation,
        _paired(wanted) if operation == "transfer" else _votes(wanted),
        key=key,
        on=facts.dated_on,
        reason=f"{facts.number}\u202f: {facts.label}",
        actor=actor,
        now=now,
    )


def _known(session: Session, book_id: UUID, facts: ActFacts) -> Act | None:
    same = Act.number == facts.number
    if facts.digest is not None:
        same = same | (Act.digest == facts.digest)
    known = session.scalar(select(Act).where(Act.book_id == book_id, same))
    if known is None:
        return None
    now_said = (facts.kind, facts.number, facts.dated_on, facts.digest)
    if (known.kind, known.number, known.dated_on, known.digest) != now_said:
        code = "act.number_taken" if known.number == facts.number else "act.file_booked"
        raise Refused(code, field="number", number=known.number)
    return known


def _kept(
    session: Session,
    book_id: UUID,
    facts: ActFacts,
    entry_id: UUID,
    *,
    actor: Actor,
    now: datetime,
) -> Act:
    act = Act(
        id=new_id(),
        book_id=book_id,
        kind=facts.kind,
        number=facts.number,
        dated_on=facts.dated_on,
        label=facts.label,
        actor_id=actor.id,
        booked_at=now,
        digest=facts.digest,
    )
    session.add(act)
    session.flush()
    session.add(ActEntry(entry_id=entry_id, act_id=act.id))
    session.flush()
    funder_id = queries.book(session, book_id).funder_id
    announce(
        session,
        "budget.act_recorded",
        by=actor,
        at=now,
        funder=funder_id,
        subject=act.id,
        act_kind=facts.kind.value,
    )
    return act


def _summed(lines: Sequence[CreditLine]) -> dict[UUID, int]:
    """One amount per envelope, zeros left out."""
    sums: dict[UUID, int] = {}
    for one in lines:
        sums[one.envelope_id] = sums.get(one.envelope_id, 0) + one.amount
    return {envelope_id: amount for envelope_id, amount in sums.items() if amount}


def _votes(wanted: Mapping[UUID, int]) -> list[Movement]:
    return [Movement(envelope_id, amount) for envelope_id, amount in wanted.items()]


def _paired(wanted: Mapping[UUID, int]) -> list[Movement]:
    """What some envelopes lose goes to those that gain, in their order.

    Raises:
        Refused: `act.unbalanced`.
    """
    if sum(wanted.values()):
        raise Refused("act.unbalanced")
    gains = [(envelope_id, amount) for envelope_id, amount in wanted.items() if amount > 0]
    movements = []
    for envelope_id, amount in wanted.items():
        left = -amount
        while left > 0:
            target, room = gains.pop(0)
            part = min(left, room)
            movements.append(Movement(envelope_id, part, to_envelope_id=target))
            left -= part
            if room > part:
                gains.insert(0, (target, room - part))
    return movements
