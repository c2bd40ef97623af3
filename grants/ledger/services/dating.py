"""On which days the acts of a budget may be taken, and credits be drawn into a year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.ledger import queries
from grants.ledger.operations import ActKind, Kind, Section
from grants.ledger.queries import Place

LAST_VOTE = (1, 21)
"""Credits of operating are adjusted until 21 days after the end of the year (CGCT L1612-11)."""
LAST_ORDER = (1, 31)
"""What is ordered of it, and moved for that by the executive, until 31 January (D2342-3)."""


def require_day(
    session: Session,
    year: int,
    kind: ActKind,
    on: date,
    envelope_ids: Iterable[UUID],
    *,
    now: datetime,
) -> None:
    """Stop an act of the budget that is dated outside of its year, or still to come.

    The first budget may be voted from the year before on. PostgreSQL refuses it too.

    Raises:
        Refused: `act.to_come`; `act.before_year` with `from_on`; `act.after_year` with
            `until_on`, the last day for the envelope of the act that ends first.
    """
    require_past(on, now)
    first = date(year - 1 if kind is ActKind.INITIAL else year, 1, 1)
    if on < first:
        raise Refused("act.before_year", field="on", year=year, from_on=first)
    places = queries.places(session, list(envelope_ids)).values()
    last = min((_last(kind, one) for one in places), default=on)
    if on > last:
        raise Refused("act.after_year", field="on", year=year, until_on=last)


def require_past(on: date, now: datetime) -> None:
    """Stop what is dated after today.

    Raises:
        Refused: `act.to_come`.
    """
    if on > paris_date(now):
        raise Refused("act.to_come", field="on")


def require_drawn_in(year: int, on: date, now: datetime) -> None:
    """Stop credits drawn into an envelope on a day that is not of its year.

    Raises:
        Refused: `act.to_come`, `act.before_year`, `act.after_year`.
    """
    require_past(on, now)
    first, last = date(year - 1, 1, 1), date(year + 1, *LAST_ORDER)
    if on < first:
        raise Refused("act.before_year", field="on", year=year, from_on=first)
    if on > last:
        raise Refused("act.after_year", field="on", year=year, until_on=last)


def _last(kind: ActKind, place: Place) -> date:
    """The last day on which an act of that kind may move credits there."""
    if place.kind is Kind.AUTHORISATION:
        return date(place.last_year or place.year, 12, 31)
    if kind is ActKind.INITIAL or place.section is not Section.OPERATING:
        return date(place.year, 12, 31)
    return date(place.year + 1, *(LAST_ORDER if kind is ActKind.TRANSFER else LAST_VOTE))
