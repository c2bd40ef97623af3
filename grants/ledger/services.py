"""Open books and envelopes, and book what happens to their money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.identity import new_id
from grants.kernel.money import Unit
from grants.ledger import queries
from grants.ledger.models import GENESIS, Book, Envelope
from grants.ledger.operations import (
    ANSWERED_BY,
    OPERATIONS,
    Counterpart,
    Operation,
    Section,
    Stage,
)
from grants.ledger.rules import (
    Movement,
    fingerprint,
    funders_for,
    require_bookkeeper,
    require_well_formed,
)
from grants.outbox.services import announce

__all__ = ["BookedEntry", "Movement", "book", "open_book", "open_envelope", "rename_envelope"]

BOOK = text(
    """
    SELECT ledger_book_movements(
        :entry, :operation, CAST(:envelopes AS uuid[]), CAST(:awards AS uuid[]),
        CAST(:amounts AS bigint[]), CAST(:funders AS uuid[]), :key, :request, :on, :at,
        :reason, :actor, :answers)
    """
)


@dataclass(frozen=True)
class BookedEntry:
    """The receipt of a booking. `already`: it was booked before, under the same key."""

    id: UUID
    book_id: UUID
    number: int
    hash: str
    already: bool


def open_book(session: Session, funder_id: UUID, year: int, *, actor: Actor, now: datetime) -> Book:
    """Open a funder's fiscal year, empty. Opening it again returns the same book.

    Announces `book.opened`.

    Raises:
        Unknown, Forbidden: see `rules.require_bookkeeper`.
    """
    require_bookkeeper(actor, funder_id)
    opened: Book | None = session.scalar(
        insert(Book)
        .values(id=new_id(), funder_id=funder_id, year=year, last_number=0, last_hash=GENESIS)
        .on_conflict_do_nothing()
        .returning(Book)
    )
    if opened is None:
        return queries.book_of_year(session, funder_id, year)
    announce(
        session, "book.opened", by=actor, at=now, funder=funder_id, subject=opened.id, year=year
    )
    return opened


def open_envelope(
    session: Session,
    book_id: UUID,
    *,
    label: str,
    unit: Unit,
    section: Section,
    nature_account: str | None = None,
    function_code: str | None = None,
    actor: Actor,
    now: datetime,
) -> Envelope:
    """Open an envelope without credits. Announces `envelope.opened`.

    `nature_account` and `function_code` are M57's. Money has a section, other units none.

    Raises:
        Unknown: there is no such book, or the actor has no role for its funder.
        Forbidden: their role does not open envelopes.
        Refused: `ledger.label_taken` in this book, `ledger.section_for_money` when money
            has no section or something else has one.
    """
    book_row = queries.book(session, book_id)
    require_bookkeeper(actor, book_row.funder_id)
    if (unit is Unit.EUR) == (section is Section.NONE):
        raise Refused("ledger.section_for_money", field="section")
    opened: Envelope | None = session.scalar(
        insert(Envelope)
        .values(
            id=new_id(),
            book_id=book_id,
            label=label.strip(),
            unit=unit,
            section=section,
            nature_account=nature_account or None,
            function_code=function_code or None,
        )
        .on_conflict_do_nothing(index_elements=["book_id", "label"])
        .returning(Envelope)
    )
    if opened is None:
        raise Refused("ledger.label_taken", field="label", label=label.strip())
    funder_id = book_row.funder_id
    announce(session, "envelope.opened", by=actor, at=now, funder=funder_id, subject=opened.id)
    return opened


def book(
    session: Session,
    operation: str,
    movements: Sequence[Movement],
    *,
    key: str,
    on: date,
    reason: str,
    actor: Actor,
    now: datetime,
) -> BookedEntry:
    """Book one operation: all its movements as one entry, or nothing; once per `key`.

    One round trip. Locks the accounts in the order of their ids, then the book, until the
    transaction ends: book late in a transaction, and once. A second call under the same key
    returns the first entry. The entry is its own audit record: nothing is announced.
    What goes to the next book makes two entries, and the first one is returned.

    Raises:
        Unknown: an envelope does not exist, or belongs to a funder the actor does not know.
        Forbidden: the actor's roles for the funder do not allow the operation.
        Refused: `ledger.insufficient` with `envelope`, `unit`, `available`, `asked`,
            `missing` of the first shortage and `shortages`, all of them; the same facts under
            `ledger.exceeds_<stage>` when the money must come from reserved, committed,
            ordered, paid or claimed; `ledger.key_reused` for another request under this key;
            `ledger.several_books`; `ledger.transfer_across` for a transfer between units or
            sections; `ledger.not_next_book` for a carry-over elsewhere than later.
        ValueError: see `rules.require_well_formed`.
    """
    walk = OPERATIONS[operation]
    if walk.answers is not None:
        raise ValueError(f"{operation} is booked by {walk.answers}")
    require_well_formed(walk, movements)
    request = fingerprint(walk, movements)
    act = _Act(key=key, request=request, on=on, reason=reason, actor=actor, now=now)
    if walk.counterpart is None:
        return _call(session, walk, movements, act)
    _require_fitting_ends(session, walk, movements)
    if walk.counterpart is Counterpart.SAME_BOOK:
        ends = [end for one in movements for end in _both_ends(one)]
        return _call(session, walk, ends, act)
    carried = _call(session, walk, movements, act)
    answer = OPERATIONS[ANSWERED_BY[operation]]
    taken_up = [_taken_up(one) for one in movements]
    following = replace(act, key=f"{key}:next", answers=carried.id)
    _call(session, answer, taken_up, following)
    return carried


def rename_envelope(
    session: Session, envelope_id: UUID, *, label: str, actor: Actor, now: datetime
) -> None:
    """Give an envelope another label. Announces `envelope.renamed`.

    Raises:
        Unknown, Forbidden: see `rules.require_bookkeeper`.
        Refused: `ledger.label_taken`.
    """
    envelope = queries.locked_envelope(session, envelope_id)
    funder_id = queries.book(session, envelope.book_id).funder_id
    require_bookkeeper(actor, funder_id)
    if queries.label_is_taken(session, envelope, label.strip()):
        raise Refused("ledger.label_taken", field="label", label=label.strip())
    envelope.label = label.strip()
    announce(session, "envelope.renamed", by=actor, at=now, funder=funder_id, subject=envelope.id)


@dataclass(frozen=True)
class _Act:
    """Under which key, when, why and by whom: shared by the entries of one booking."""

    key: str
    request: bytes
    on: date
    reason: str
    actor: Actor
    now: datetime
    answers: UUID | None = None


def _call(
    session: Session, walk: Operation, movements: Sequence[Movement], act: _Act
) -> BookedEntry:
    """One call of the database's function, its answer as a receipt or a refusal."""
    answer: dict[str, Any] = session.scalars(
        BOOK,
        {
            "entry": new_id(),
            "operation": walk.name,
            "envelopes": [one.envelope_id for one in movements],
            "awards": [one.award_id for one in movements],
            "amounts": [one.amount for one in movements],
            "funders": funders_for(walk, act.actor),
            "key": act.key,
            "request": act.request,
            "on": act.on,
            "at": act.now,
            "reason": act.reason,
            "actor": act.actor.id,
            "answers": act.answers,
        },
    ).one()
    status = answer["status"]
    if status in {"booked", "known"}:
        return BookedEntry(
            id=UUID(answer["id"]),
            book_id=UUID(answer["book"]),
            number=answer["number"],
            hash=answer["hash"],
            already=status == "known",
        )
    raise _refusal(answer, act.actor)


def _refusal(answer: Mapping[str, Any], actor: Actor) -> Exception:
    status = answer["status"]
    if status == "unknown":
        return Unknown()
    if status == "forbidden":
        return Forbidden() if UUID(answer["funder"]) in actor.funders else Unknown()
    if status == "short":
        shortages = answer["shortages"]
        first = shortages[0]
        stage = Stage(first["stage"])
        named = "insufficient" if stage is Stage.AVAILABLE else f"exceeds_{stage}"
        facts = {name: first[name] for name in ("envelope", "unit", "available", "asked")}
        return Refused(f"ledger.{named}", **facts, missing=first["missing"], shortages=shortages)
    return Refused(f"ledger.{status}")


def _require_fitting_ends(session: Session, walk: Operation, movements: Sequence[Movement]) -> None:
    """Both ends of every movement count the same thing, in the books that the walk wants."""
    ids = {one.envelope_id for one in movements}
    ids |= {one.to_envelope_id for one in movements if one.to_envelope_id}
    places = queries.places(session, ids)
    for one in movements:
        here = places.get(one.envelope_id)
        there = places.get(one.to_envelope_id) if one.to_envelope_id else None
        if here is None or there is None:
            raise Unknown
        if (here.unit, here.section) != (there.unit, there.section) or here.id == there.id:
            raise Refused("ledger.transfer_across")
        later = here.funder_id == there.funder_id and there.year > here.year
        if walk.counterpart is Counterpart.NEXT_BOOK and not later:
            raise Refused("ledger.not_next_book")


def _both_ends(one: Movement) -> tuple[Movement, Movement]:
    """A transfer is credits withdrawn here and voted there, in one entry."""
    return Movement(one.envelope_id, -one.amount), Movement(_far_end(one), one.amount)


def _taken_up(one: Movement) -> Movement:
    return Movement(_far_end(one), one.amount, one.award_id)


def _far_end(one: Movement) -> UUID:
    return cast(UUID, one.to_envelope_id)  # `require_well_formed` saw to it.
