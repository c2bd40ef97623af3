"""The report of a funder's year: what each envelope received, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.ledger.models import Book
from grants.ledger.operations import Kind
from grants.ledger.queries import FUNDER, EnvelopeLine, envelopes, lines_on

ALWAYS = ("voted", "available", "reserved", "committed", "ordered", "paid")
WHEN_NOT_ZERO = ("lapsed", "carried")


def report(session: Session, funder_key: str, year: int, on: date | None = None) -> dict[str, Any]:
    """Each envelope with integers in its unit's smallest part, ready for JSON; now, or on a day.

    available + reserved + committed + ordered + paid (+ lapsed + carried) = voted. An
    authorisation says so (`kind`): what it carries is drawn into the envelopes of its years.

    Raises:
        Unknown: there is no such funder, or it has no book of that year.
    """
    funder_id = session.scalar(select(FUNDER.c.id).where(FUNDER.c.key == funder_key))
    known = select(Book.id).where(Book.funder_id == funder_id, Book.year == year)
    book_id = session.scalar(known)
    if funder_id is None or book_id is None:
        raise Unknown
    lines = envelopes(session, [funder_id], year) if on is None else lines_on(session, book_id, on)
    told = {"funder": funder_key, "year": year} | ({"on": on.isoformat()} if on else {})
    return told | {"envelopes": [_line(one) for one in lines]}


def _line(one: EnvelopeLine) -> dict[str, Any]:
    line: dict[str, Any] = {
        "label": one.label,
        "unit": one.unit.value,
        "section": one.section.value,
    }
    if one.kind is Kind.AUTHORISATION:
        line |= {"kind": one.kind.value, "last_year": one.last_year}
    line |= {name: getattr(one, name) for name in ALWAYS}
    line |= {name: getattr(one, name) for name in WHEN_NOT_ZERO if getattr(one, name)}
    return line


@dataclass(frozen=True)
class Total:
    """What the envelopes of one unit hold together."""

    unit: Unit
    voted: int
    available: int
    reserved: int
    committed: int
    ordered: int
    paid: int
    lapsed: int
    carried: int


def totals(lines: Sequence[EnvelopeLine]) -> list[Total]:
    """One line per unit: euros, square metres and hours never add up."""
    counted = (*ALWAYS, *WHEN_NOT_ZERO)
    return [
        Total(unit, **{name: sum(getattr(one, name) for one in group) for name in counted})
        for unit in Unit
        if (group := [one for one in lines if one.unit is unit])
    ]
