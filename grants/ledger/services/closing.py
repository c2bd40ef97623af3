"""Close a year: what is left lapses, is attached, carried over or rescheduled; then it is shut."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.kernel.identity import new_id
from grants.kernel.money import Amount
from grants.ledger import queries
from grants.ledger.models import Book, Closing, ClosingLine, Envelope
from grants.ledger.operations import Fate, Stage
from grants.ledger.queries import Left
from grants.ledger.rules import BookingAct, Movement, require_bookkeeper
from grants.ledger.services import scheduling
from grants.ledger.services.booking import book
from grants.ledger.services.opening import open_book, open_envelope
from grants.outbox.services import announce

LOCK = text(
    """
    SELECT a.id FROM ledger_account a
      JOIN ledger_envelope v ON v.id = a.envelope_id
     WHERE v.book_id = :book ORDER BY a.id FOR NO KEY UPDATE OF a
    """
)
CARRYING = {Fate.ATTACH: "attach", Fate.CARRY: "carry_commitment"}


@dataclass(frozen=True)
class Choice:
    """What becomes of a commitment: its fate, and how much of it is attached first."""

    fate: Fate
    attached: int = 0


@dataclass(frozen=True)
class Signature:
    """Who signs the list, and the fingerprint of what they read before signing."""

    name: str
    seen: str


@dataclass
class _Plan:
    """The lines of the list, and the movements that they ask for."""

    lines: list[tuple[UUID, UUID | None, Fate, int]] = field(default_factory=list)
    released: list[Movement] = field(default_factory=list)
    lapsed: defaultdict[UUID, int] = field(default_factory=lambda: defaultdict(int))


def close_year(
    session: Session,
    book_id: UUID,
    choices: Mapping[tuple[UUID, UUID], Choice],
    signature: Signature,
    *,
    voted: Mapping[UUID, int],
    actor: Actor,
    now: datetime,
) -> Closing:
    """Book the end of a year, keep its signed list, and shut its book. Twice is once.

    `choices` by envelope and award; a commitment without one has its usual fate. `voted` is
    what votes that are not executory hold, by envelope. Locks every account of the book in the
    order of their ids, then books. Opens the next year, and in it the envelopes that receive
    something: what they take up is dated 1 January. Announces `book.closed`.

    Raises:
        Unknown, Forbidden: see `rules.require_bookkeeper`.
        Refused: `closing.too_early` before 31 December; `closing.unsigned`; `closing.changed`
            when something moved since it was read; `closing.voted_held`, while awards that are
            voted and not executory hold credits; and, with `envelope_id` and `award_id` of the
            line: `closing.fate` that the law does not allow, `closing.authorisation_over`,
            `closing.nothing_drawn` with `asked_cents` and `left_cents`.
    """
    owner = queries.book(session, book_id)
    require_bookkeeper(actor, owner.funder_id)
    session.execute(LOCK, {"book": book_id})
    if known := queries.closed_year(session, book_id):
        return known.closing
    last_day = date(owner.year, 12, 31)
    _require_signed(owner, signature, voted, now)
    left = queries.left_in(session, book_id)
    if queries.state_fingerprint(left) != signature.seen:
        raise Refused("closing.changed")
    plan = _planned(left, choices)
    act = BookingAct(
        key=f"closing:{book_id}",
        request=b"",
        on=last_day,
        reason=f"Clôture {owner.year}",
        actor=actor,
        now=now,
    )
    _book(session, owner, plan, act)
    return _shut(session, owner, plan, signature, actor=actor, now=now)


def _require_signed(
    owner: Book, signature: Signature, voted: Mapping[UUID, int], now: datetime
) -> None:
    if paris_date(now) < date(owner.year, 12, 31):
        raise Refused("closing.too_early", year=owner.year)
    if not signature.name.strip():
        raise Refused("closing.unsigned", field="name")
    if any(voted.values()):
        raise Refused("closing.voted_held")


def _planned(left: Sequence[Left], choices: Mapping[tuple[UUID, UUID], Choice]) -> _Plan:
    plan = _Plan()
    for one in left:
        if one.award_id is None:
            if one.stage is Stage.RESERVED:
                plan.released.append(Movement(one.envelope_id, one.amount))
            plan.lapsed[one.envelope_id] += one.amount
            continue
        chosen = choices.get((one.envelope_id, one.award_id), Choice(one.fates[0]))
        plan.lines += _fates(one, chosen)
    held = [(envelope_id, None, Fate.LAPSE, amount) for envelope_id, amount in plan.lapsed.items()]
    plan.lines = [*held, *plan.lines]
    return plan


def _fates(one: Left, chosen: Choice) -> list[tuple[UUID, UUID | None, Fate, int]]:
    """The lines of one commitment: what is attached, then the rest."""
    attached = one.amount if chosen.fate is Fate.ATTACH else chosen.attached
    lawful = {chosen.fate} | ({Fate.ATTACH} if attached else set())
    if not lawful <= set(one.fates) or not 0 <= attached <= one.amount:
        raise Refused(
            "closing.fate",
            envelope=one.envelope,
            envelope_id=one.envelope_id,
            award_id=one.award_id,
        )
    parts = ((Fate.ATTACH, attached), (chosen.fate, one.amount - attached))
    return [(one.envelope_id, one.award_id, fate, amount) for fate, amount in parts if amount]


def _book(session: Session, owner: Book, plan: _Plan, act: BookingAct) -> None:
    """Release, give back to authorisations, carry, and let the rest lapse: one entry each."""
    if plan.released:
        _entry(session, "release", plan.released, act)
    _reschedule(session, owner, plan, act)
    wanted = [one for one in plan.lines if one[2] in CARRYING]
    targets = _next_envelopes(session, owner, {one[0] for one in wanted}, act)
    for fate, operation in CARRYING.items():
        movements = [
            Movement(envelope_id, amount, award_id, targets[envelope_id])
            for envelope_id, award_id, chosen, amount in wanted
            if chosen is fate
        ]
        if movements:
            _entry(session, operation, movements, act)
    lapsed = [Movement(envelope_id, amount) for envelope_id, amount in plan.lapsed.items()]
    if lapsed:
        _entry(session, "lapse", lapsed, act)


def _reschedule(session: Session, owner: Book, plan: _Plan, act: BookingAct) -> None:
    """Give credits that were not needed back to their authorisations, promised to the next year.

    They come back in the order of the authorisations' books, one entry for each.
    """
    by_book: defaultdict[UUID, list[Movement]] = defaultdict(list)
    for envelope_id, award_id, fate, amount in plan.lines:
        if fate is not Fate.RESCHEDULE or award_id is None:
            continue
        home = queries.authorisation_of(session, award_id)
        place = queries.places(session, [home] if home else [])
        if home is None or (place[home].last_year or 0) <= owner.year:
            raise Refused("closing.authorisation_over", envelope_id=envelope_id, award_id=award_id)
        by_book[place[home].book_id].append(Movement(envelope_id, amount, award_id, home))
        plan.lapsed[envelope_id] += amount
    for home_book in sorted(by_book):
        _give_back(session, owner, by_book[home_book], act, suffix=f":{home_book}")


def _give_back(
    session: Session, owner: Book, movements: Sequence[Movement], act: BookingAct, suffix: str
) -> None:
    """Book it, then promise it to the next year.

    Raises:
        Refused: `closing.nothing_drawn`: an authorisation takes back what was drawn from it.
    """
    sums: defaultdict[UUID, int] = defaultdict(int)
    for one in movements:
        if one.award_id is not None:
            sums[one.award_id] += one.amount
    try:
        _entry(session, "return_credits", movements, act, suffix=suffix)
        for award_id, amount in sums.items():
            scheduling.postpone(session, award_id, amount, year=owner.year, act=act)
    except Refused as refusal:
        if refusal.code != "ledger.exceeds_carried":
            raise
        short: Any = refusal.facts["shortages"]
        award_id = UUID(short[0]["award_id"])
        where = next(one.envelope_id for one in movements if one.award_id == award_id)
        raise Refused(
            "closing.nothing_drawn",
            envelope_id=where,
            award_id=award_id,
            asked_cents=short[0]["asked"],
            left_cents=short[0]["available"],
        ) from refusal


def _next_envelopes(
    session: Session, owner: Book, envelope_ids: set[UUID], act: BookingAct
) -> dict[UUID, UUID]:
    """For each envelope, the one of the same name, unit and section in the next year."""
    if not envelope_ids:
        return {}
    following = open_book(session, owner.funder_id, owner.year + 1, actor=act.actor, now=act.now)
    there = queries.envelopes(session, [owner.funder_id], owner.year + 1)
    like = {(one.label, one.unit, one.section, one.kind): one.id for one in there}
    found: dict[UUID, UUID] = {}
    for one in session.scalars(
        select(Envelope).where(Envelope.id.in_(envelope_ids)).order_by(Envelope.id)
    ):
        target = like.get((one.label, one.unit, one.section, one.kind))
        if target is None:
            target = open_envelope(
                session,
                following.id,
                label=one.label,
                unit=one.unit,
                section=one.section,
                nature_account=one.nature_account,
                function_code=one.function_code,
                actor=act.actor,
                now=act.now,
            ).id
        found[one.id] = target
    return found


def _entry(
    session: Session,
    operation: str,
    movements: Sequence[Movement],
    act: BookingAct,
    suffix: str = "",
) -> None:
    book(
        session,
        operation,
        movements,
        key=f"{act.key}:{operation}{suffix}",
        on=act.on,
        reason=act.reason,
        actor=act.actor,
        now=act.now,
    )


def _shut(
    session: Session,
    owner: Book,
    plan: _Plan,
    signature: Signature,
    *,
    actor: Actor,
    now: datetime,
) -> Closing:
    content = json.dumps(
        [[str(one[0]), str(one[1]), one[2].value, one[3]] for one in plan.lines],
        separators=(",", ":"),
    )
    closing = Closing(
        id=new_id(),
        book_id=owner.id,
        closed_on=paris_date(now),
        signed_by=actor.id,
        signed_name=signature.name.strip(),
        signed_at=now,
        fingerprint=hashlib.sha256(f"{owner.id}{content}".encode()).digest(),
    )
    session.add(closing)
    session.flush()
    session.add_all(
        ClosingLine(
            closing_id=closing.id,
            position=position,
            envelope_id=envelope_id,
            award_id=award_id,
            fate=fate,
            amount=Amount(amount),
        )
        for position, (envelope_id, award_id, fate, amount) in enumerate(plan.lines, start=1)
    )
    session.flush()
    session.refresh(owner)
    announce(
        session,
        "book.closed",
        by=actor,
        at=now,
        funder=owner.funder_id,
        subject=owner.id,
        year=owner.year,
        fingerprint=closing.fingerprint.hex(),
    )
    return closing
