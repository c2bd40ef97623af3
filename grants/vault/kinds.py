"""What each kind of document promises: how many at once, how long it is good for. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from grants.kernel.errors import Refused
from grants.people.legal_forms import Family
from grants.vault.models import DocumentKind

WARNED_BEFORE = timedelta(days=30)


@dataclass(frozen=True)
class Promise:
    """The rules of one kind.

    `months` is how long it is good for, counted from `valid_from` (the closing of the accounts,
    the start of the budget); None: no end of its own. `needs_until`: its end must be given.
    `several`: more than one may be in force. `families`: who is expected to have one.
    """

    months: int | None = None
    needs_until: bool = False
    several: bool = False
    families: frozenset[Family] = frozenset()


GATHERED = frozenset({Family.ASSOCIATION, Family.FOUNDATION})
SOCIAL = GATHERED | {Family.COOPERATIVE, Family.MUTUAL}
EVERYONE = SOCIAL | {Family.COMPANY, Family.OTHER}

PROMISES: Mapping[DocumentKind, Promise] = {
    DocumentKind.STATUTES: Promise(families=SOCIAL),
    DocumentKind.OFFICERS_LIST: Promise(families=GATHERED),
    DocumentKind.AGREEMENT: Promise(families=frozenset({Family.ASSOCIATION})),
    DocumentKind.ACCOUNTS: Promise(months=18, several=True, families=EVERYONE),
    DocumentKind.RIB: Promise(families=EVERYONE | {Family.PUBLIC}),
    DocumentKind.APPROVAL_ESUS: Promise(needs_until=True),
    DocumentKind.BUDGET_ORG: Promise(months=12, families=GATHERED),
    DocumentKind.ACTIVITY_REPORT: Promise(months=18, several=True, families=GATHERED),
    DocumentKind.OTHER: Promise(several=True),
}


@dataclass(frozen=True)
class Validity:
    """From when and until when a document is good, both days included; None is open."""

    start: date | None = None
    end: date | None = None


def validity(kind: DocumentKind, start: date | None, end: date | None) -> Validity:
    """The validity to keep for what was given; an end that is not given follows from the kind.

    Raises:
        Refused: `vault.start_needed`, `vault.end_needed`, `vault.ends_before_it_starts`.
    """
    promise = PROMISES[kind]
    if promise.months is not None and start is None:
        raise Refused("vault.start_needed", field="valid_from")
    if promise.needs_until and end is None:
        raise Refused("vault.end_needed", field="valid_until")
    if start is not None and end is None and promise.months is not None:
        end = months_after(start, promise.months)
    if start is not None and end is not None and end < start:
        raise Refused("vault.ends_before_it_starts", field="valid_until")
    return Validity(start, end)


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last one of a shorter month.

    From the last day of a month, the last day: accounts of 30 June are good until 31 December.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    last = calendar.monthrange(year, month)[1]
    closes = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month, last if closes else min(day.day, last))


def expected(family: Family, *, being_created: bool) -> tuple[DocumentKind, ...]:
    """The kinds that calls will ask of such an organisation; little while it is being created."""
    if being_created:
        return (DocumentKind.STATUTES,) if family in SOCIAL else ()
    return tuple(kind for kind, promise in PROMISES.items() if family in promise.families)
