"""Book what happens to the money of envelopes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy.orm import Session

from grants.db.session import LET_GO, hurry
from grants.kernel.access import Actor
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.identity import new_id
from grants.ledger import queries
from grants.ledger.operations import (
    ANSWERED_BY,
    OPERATIONS,
    Counterpart,
    Kind,
    Operation,
    Stage,
)
from grants.ledger.queries import Place
from grants.ledger.rules import (
    BookingAct,
    Movement,
    fingerprint,
    funders_for,
    require_well_formed,
)
from grants.ledger.services import fungible, scheduling
from grants.ledger.services.scheduling import Schedules
from grants.outbox.services import TOLD, News

Places = dict[UUID, Place]

CALL = """
    ledger_book_movements(
        %(entry)s, %(operation)s, CAST(%(envelopes)s AS uuid[]), CAST(%(awards)s AS uuid[]),
        CAST(%(amounts)s AS bigint[]), CAST(%(funders)s AS uuid[]), %(key)s, %(request)s,
        %(on)s, %(booked_at)s, %(reason)s, %(actor)s, %(answers)s)
"""
BOOK = "SELECT " + CALL
TELL = f"""
    WITH asked AS MATERIALIZED (SELECT {CALL} AS answer),
         fact AS (SELECT FROM asked WHERE answer ->> 'status' = 'booked'), {TOLD}
    SELECT answer
"""  # noqa: S608 -- no value of anybody's


@dataclass(frozen=True)
class BookedEntry:
    """The receipt of a booking. `already`: it was booked before, under the same key.

    `authorised`: it touches an authorisation.
    """

    id: UUID
    book_id: UUID
    number: int
    hash: str
    already: bool
    authorised: bool = False


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
    schedule: Schedules | None = None,
    tells: News | None = None,
) -> BookedEntry:
    """Book one operation: all its movements as one entry, or nothing; once per `key`.

    One round trip. Locks the accounts in the order of their ids, then the book, until the
    transaction ends: book late in a transaction, and once. A second call under the same key
    returns the first entry. The entry is its own audit record: nothing is announced but what
    `tells` says, with the entry, and not a second time.
    What goes to another book makes two entries, and the first one is returned; what a later
    year takes up is dated in it.
    What is committed on an authorisation is promised to its years: as `schedule` says, else
    evenly; what is decommitted there leaves the latest years first.

    Raises:
        Unknown: an envelope does not exist, or belongs to a funder the actor does not know.
        Forbidden: the actor's roles for the funder do not allow the operation.
        Refused: `ledger.insufficient` with `envelope`, `unit`, `available`, `asked`,
            `missing` of the first shortage and `shortages`, all of them; the same facts under
            `ledger.exceeds_<stage>` when the money must come from reserved, committed,
            ordered, paid or claimed; `ledger.key_reused` for another request under this key;
            `ledger.several_books`; `ledger.transfer_across` for a transfer between units or
            sections; `ledger.not_next_book` for a carry-over elsewhere than later;
            `ledger.not_authorised_there` for credits drawn elsewhere than from an authorisation
            into the envelope of a year; `ledger.not_fungible` for transfers between chapters
            beyond 7.5 % of the section (`allowed`, `moved`); `ledger.book_closed`;
            `ledger.order_on_authorisation`; `ledger.too_late_to_order`, after 31 January in
            operating and 31 December in capital; `ledger.schedule_*`: see `scheduling`.
        ValueError: see `rules.require_well_formed`.
    """
    walk = OPERATIONS[operation]
    if walk.answers is not None:
        raise ValueError(f"{operation} is booked by {walk.answers}")
    require_well_formed(walk, movements)
    request = fingerprint(walk, movements)
    act = BookingAct(key=key, request=request, on=on, reason=reason, actor=actor, now=now)
    if walk.counterpart is None:
        return _within(session, walk, movements, act, schedule=schedule or {}, tells=tells)
    return _across(session, walk, movements, act, tells)


def _within(
    session: Session,
    walk: Operation,
    movements: Sequence[Movement],
    act: BookingAct,
    *,
    schedule: Schedules,
    tells: News | None,
) -> BookedEntry:
    """One entry inside envelopes, and the years that its authorisations promise."""
    booked = _call(session, walk, movements, act, tells)
    if booked.authorised and not booked.already and walk.name in scheduling.SCHEDULED:
        scheduling.follow(session, walk, movements, schedule, act)
    return booked


def _across(
    session: Session,
    walk: Operation,
    movements: Sequence[Movement],
    act: BookingAct,
    tells: News | None,
) -> BookedEntry:
    """One entry between envelopes of a book, or two between books."""
    places = _require_fitting_ends(session, walk, movements)
    if walk.counterpart is Counterpart.SAME_BOOK:
        ends = [end for one in movements for end in _both_ends(one)]
        fungible.require(session, movements, places)
        return _call(session, walk, ends, act, tells)
    carried = _call(session, walk, movements, act, tells)
    answer = OPERATIONS[ANSWERED_BY[walk.name]]
    following = replace(
        act,
        key=f"{act.key}:next",
        answers=carried.id,
        on=_taken_up_on(walk, movements, places, act),
    )
    _call(session, answer, [_taken_up(one) for one in movements], following)
    return carried


def _call(
    session: Session,
    walk: Operation,
    movements: Sequence[Movement],
    act: BookingAct,
    tells: News | None = None,
) -> BookedEntry:
    """One call of the database's function, its answer as a receipt or a refusal."""
    funders = funders_for(walk, act.actor)
    # The driver's own words: what SQLAlchemy would add took as long as the rest of the call.
    also = ", " + LET_GO if hurry(session) else ""
    told = tells.said(by=act.actor, at=act.now) if tells else {}
    session.flush()  # PostgreSQL looks at the warrants, which the driver's own words do not flush
    answered = session.connection().exec_driver_sql(
        TELL + also + " FROM asked" if tells else BOOK + also,
        {
            "entry": new_id(),
            "operation": walk.name,
            "envelopes": _array([one.envelope_id for one in movements]),
            "awards": _array([one.award_id for one in movements]),
            "amounts": _array([one.amount for one in movements]),
            "funders": None if funders is None else _array(funders),
            "key": act.key,
            "request": act.request,
            "on": act.on,
            "booked_at": act.now,
            "reason": act.reason,
            "actor": act.actor.id,
            "answers": act.answers,
            **told,
        },
    )
    answer: dict[str, Any] = answered.scalar_one()
    status = answer["status"]
    if status in {"booked", "known"}:
        return BookedEntry(
            id=UUID(answer["id"]),
            book_id=UUID(answer["book"]),
            number=answer["number"],
            hash=answer["hash"],
            already=status == "known",
            authorised=bool(answer["authorised"]),
        )
    raise _refusal(answer, act.actor)


def _array(values: Sequence[UUID | int | None]) -> str:
    """As PostgreSQL writes an array: quicker than the driver looks at each value of a list."""
    return f"{{{','.join('NULL' if one is None else str(one) for one in values)}}}"


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


def _require_fitting_ends(
    session: Session, walk: Operation, movements: Sequence[Movement]
) -> Places:
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
        _require_books(walk, here, there)
    return places


def _require_books(walk: Operation, here: Place, there: Place) -> None:
    same = here.funder_id == there.funder_id
    kinds = here.kind, there.kind
    if walk.counterpart is Counterpart.NEXT_BOOK:
        if not same or there.year <= here.year or kinds != (Kind.ANNUAL, Kind.ANNUAL):
            raise Refused("ledger.not_next_book")
    elif walk.counterpart is Counterpart.YEAR_BOOK:
        if not same or there.year < here.year or kinds != (Kind.AUTHORISATION, Kind.ANNUAL):
            raise Refused("ledger.not_authorised_there")
    elif walk.counterpart is Counterpart.EARLIER_BOOK and (
        not same or there.year > here.year or kinds != (Kind.ANNUAL, Kind.AUTHORISATION)
    ):
        raise Refused("ledger.not_authorised_there")


def _both_ends(one: Movement) -> tuple[Movement, Movement]:
    """A transfer is credits withdrawn here and voted there, in one entry."""
    return Movement(one.envelope_id, -one.amount), Movement(_far_end(one), one.amount)


def _taken_up(one: Movement) -> Movement:
    return Movement(_far_end(one), one.amount, one.award_id)


def _taken_up_on(
    walk: Operation, movements: Sequence[Movement], places: Places, act: BookingAct
) -> date:
    """What a year carries over begins the next one: the entry there is of 1 January at least."""
    if walk.counterpart is not Counterpart.NEXT_BOOK:
        return act.on
    return max(act.on, date(places[_far_end(movements[0])].year, 1, 1))


def _far_end(one: Movement) -> UUID:
    return cast(UUID, one.to_envelope_id)  # `require_well_formed` saw to it.
