"""The schedule of payment credits (CP) by year of what is committed on an authorisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.kernel.money import Cents, Unit, split
from grants.ledger import queries
from grants.ledger.models import Schedule
from grants.ledger.operations import Kind, Operation
from grants.ledger.queries import Place
from grants.ledger.rules import BookingAct, Movement, require_bookkeeper
from grants.ledger.services.dating import require_past

Schedules = Mapping[UUID, Mapping[int, int]]
"""Award by award, the cents promised to each year."""

SCHEDULED = frozenset({"commit", "commit_reserved", "decommit"})
"""The operations on an authorisation that its schedules follow."""

LOCK = text(
    """
    SELECT id FROM ledger_account
     WHERE id = ledger_account_id(:envelope, 'committed', :award) FOR NO KEY UPDATE
    """
)


def follow(
    session: Session,
    walk: Operation,
    movements: Sequence[Movement],
    chosen: Schedules,
    act: BookingAct,
) -> None:
    """Promise to years what was just committed on authorisations, or take it off them.

    Raises:
        Refused: `ledger.schedule_differs` when the years chosen do not add up to the award,
            `ledger.schedule_outside` when one lies outside the authorisation's years,
            `ledger.schedule_drawn` when more is taken off than is left to draw.
    """
    places = queries.places(session, {one.envelope_id for one in movements})
    for one in movements:
        place = places[one.envelope_id]
        if place.kind is Kind.AUTHORISATION and one.award_id is not None:
            if walk.name == "decommit":
                years = _off(session, one.award_id, one.amount)
            else:
                years = _promised(one, place, chosen.get(one.award_id), act.on)
            _write(session, one.envelope_id, one.award_id, years, act)


def reschedule(
    session: Session,
    award_id: UUID,
    years: Mapping[int, int],
    *,
    key: str,
    on: date,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Promise an award's whole amount to other years: `years` is the new schedule, in cents.

    Locks the award's account on its authorisation. Under a key already used, does nothing.

    Raises:
        Unknown: the award lies on no authorisation that the actor may know of.
        Forbidden: they keep no books.
        Refused: `act.to_come`, `ledger.schedule_differs`, `ledger.schedule_outside`,
            `ledger.schedule_drawn`.
    """
    envelope_id = queries.authorisation_of(session, award_id)
    if envelope_id is None:
        raise Unknown
    place = queries.places(session, [envelope_id])[envelope_id]
    require_bookkeeper(actor, place.funder_id)
    require_past(on, now)
    session.execute(LOCK, {"envelope": envelope_id, "award": award_id})
    if queries.schedule_known(session, award_id, key):
        return
    before = {one.year: one for one in queries.schedule_of(session, award_id)}
    _require_sum(years, sum(one.planned for one in before.values()))
    _require_inside(years, place)
    for year, one in before.items():
        if years.get(year, 0) < one.drawn:
            raise Refused(
                "ledger.schedule_drawn", year=year, drawn_cents=one.drawn, field=f"year_{year}"
            )
    changes = {
        year: years.get(year, 0) - (before[year].planned if year in before else 0)
        for year in {*years, *before}
    }
    act = BookingAct(key=key, request=b"", on=on, reason=reason, actor=actor, now=now)
    _write(session, envelope_id, award_id, changes, act)


def postpone(session: Session, award_id: UUID, amount: int, *, year: int, act: BookingAct) -> None:
    """Promise to the year after `year` what it, or years before it, had drawn and gave back.

    After the entry that gives the credits back: what is left of each year is known then.

    Raises:
        Refused: `closing.nothing_drawn` with what the authorisation may take back, in cents.
    """
    envelope_id = queries.authorisation_of(session, award_id)
    if envelope_id is None:
        raise Unknown
    changes, left = {year + 1: amount}, amount
    for one in reversed(queries.schedule_of(session, award_id)):
        taken = min(one.left, left) if one.year <= year else 0
        if taken > 0:
            changes[one.year] = -taken
            left -= taken
    if left:
        raise Refused("closing.nothing_drawn", asked_cents=amount, left_cents=amount - left)
    _write(session, envelope_id, award_id, changes, act)


def even(amount: int, years: Iterable[int]) -> dict[int, int]:
    """The amount over the years in equal parts, the first ones a cent more."""
    wanted = sorted(years)
    parts = split(Cents(amount), [1] * len(wanted))
    return {year: int(part) for year, part in zip(wanted, parts, strict=True) if part}


def _promised(
    one: Movement, place: Place, chosen: Mapping[int, int] | None, on: date
) -> dict[int, int]:
    last = place.last_year or place.year
    if chosen is None:
        first = min(max(place.year, on.year), last)
        return even(one.amount, range(first, last + 1))
    _require_sum(chosen, one.amount)
    _require_inside(chosen, place)
    return dict(chosen)


def _require_sum(years: Mapping[int, int], whole: int) -> None:
    planned = sum(years.values())
    if planned != whole or min(years.values(), default=0) < 0:
        raise Refused(
            "ledger.schedule_differs", unit=Unit.EUR, planned_cents=planned, whole_cents=whole
        )


def _require_inside(years: Mapping[int, int], place: Place) -> None:
    last = place.last_year or place.year
    if any(amount and not place.year <= year <= last for year, amount in years.items()):
        raise Refused("ledger.schedule_outside", first=place.year, last=last)


def _off(session: Session, award_id: UUID, amount: int) -> dict[int, int]:
    """What each year loses when an award gives `amount` back: the latest years first."""
    years, left = {}, amount
    for one in reversed(queries.schedule_of(session, award_id)):
        taken = min(one.left, left)
        if taken > 0:
            years[one.year] = -taken
            left -= taken
    if left:
        raise Refused("ledger.schedule_drawn", year=0, drawn_cents=left)
    return years


def _write(
    session: Session,
    envelope_id: UUID,
    award_id: UUID,
    years: Mapping[int, int],
    act: BookingAct,
) -> None:
    session.add_all(
        Schedule(
            id=new_id(),
            envelope_id=envelope_id,
            award_id=award_id,
            year=year,
            amount=amount,
            booked_on=act.on,
            booked_at=act.now,
            reason=act.reason,
            actor_id=act.actor.id,
            key=act.key,
        )
        for year, amount in sorted(years.items())
        if amount
    )
    session.flush()
