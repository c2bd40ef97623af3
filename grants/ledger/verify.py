"""Re-derive every book from its entries, and tell each place where it does not agree.

Nothing here calls the functions that wrote the ledger: numbers, hashes, walks and sums are
worked out again, in plain SQL over whole books (`screening`), and once more in Python where
that finds fault or the entry is recent: two programs must agree about what is wrong.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from grants.ledger import screening
from grants.ledger.models import GENESIS, OperationRow
from grants.ledger.operations import OPERATIONS, Operation

SECOND_OPINION = 1000
"""So many of the latest entries of each book are worked out in Python too, suspect or not."""
AT_ONCE = 1000
"""Entries whose postings are read at a time."""


@dataclass(frozen=True)
class Finding:
    """One place where the ledger does not agree with itself.

    `book` is "<funder key> <year>", `number` the entry where there is one, `what` a stable
    code, `detail` a sentence.
    """

    book: str
    number: int | None
    what: str
    detail: str

    def __str__(self) -> str:
        place = f"{self.book} n° {self.number}" if self.number else self.book
        return f"{place}: {self.detail} [{self.what}]"


def verify(
    session: Session, funder_key: str | None = None, year: int | None = None
) -> list[Finding]:
    """Every finding, or none: the ledger is whole.

    Statements over whole books: half a minute of PostgreSQL for a million entries, and hardly
    any of ours. Lifts the time limit of the transaction.
    """
    chosen = {"funder": funder_key, "year": year}
    screening.make_room(session)
    findings = list(_operations(session))
    findings += _entry_findings(session, chosen)
    findings += [
        Finding(
            row.place,
            None,
            "counter",
            f"the book counts {row.last_number} entries and does not end with n° {row.number}",
        )
        for row in session.execute(screening.COUNTERS, chosen)
    ]
    findings += _account_findings(session, chosen)
    findings += [
        Finding("-", None, "orphan", f"{row.legs} postings of entry {row.entry_id}, which is gone")
        for row in session.execute(screening.ORPHANS)
    ]
    findings += [
        Finding(
            row.place, None, "turnover", f"{row.label}, {row.stage}: the sum of {row.booked_on}"
        )
        for row in session.execute(screening.TURNOVERS, chosen)
    ]
    findings += [
        Finding(row.place, row.number, "unanswered", "no later book takes up what it carries")
        for row in session.execute(screening.UNANSWERED, chosen)
    ]
    return findings


def canonical(entry: Row[Any], legs: Sequence[Row[Any]]) -> bytes:
    """The bytes of an entry that its hash covers: JSON, keys in order, no blank, nothing escaped.

    Spelled out rather than left to `json`, which takes half as long again: there may be millions.
    """
    return (
        f'{{"actor":"{entry.actor_id}","answers":{_or_null(entry.answers_id)},'
        f'"at":"{_instant(entry.booked_at)}","book":"{entry.book}",'
        f'"created":"{_instant(entry.created_at)}","funder":"{entry.funder_id}",'
        f'"id":"{entry.id}","key":{_quoted(entry.key)},"number":{entry.number},'
        f'"on":"{entry.booked_on}","operation":{_quoted(entry.operation)},'
        f'"postings":[{",".join(map(_posting, legs))}],"reason":{_quoted(entry.reason)},'
        f'"request":"{bytes(entry.request).hex()}","year":{entry.year}}}'
    ).encode()


_quoted = json.JSONEncoder(ensure_ascii=False).encode


def _or_null(identifier: UUID | None) -> str:
    return f'"{identifier}"' if identifier else "null"


def _posting(leg: Row[Any]) -> str:
    return (
        f'{{"account":"{leg.account}","amount":{leg.amount},"award":{_or_null(leg.award_id)},'
        f'"envelope":"{leg.envelope}","section":"{leg.section}","stage":"{leg.stage}",'
        f'"unit":"{leg.unit}"}}'
    )


def _instant(moment: datetime) -> str:
    civil = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{civil.isoformat(timespec='microseconds')}Z"


def _entry_findings(session: Session, chosen: dict[str, Any]) -> Iterator[Finding]:
    """What is wrong with each suspect, and with the latest entries, in Python's own words."""
    suspects = screening.suspects(session, chosen)
    looked_at = sorted(suspects | screening.newest(session, chosen, SECOND_OPINION))
    for first in range(0, len(looked_at), AT_ONCE):
        some = looked_at[first : first + AT_ONCE]
        rows = session.execute(screening.LEGS, {"entries": some})
        for entry_id, legs in groupby(rows, key=lambda row: row.id):
            yield from _told(list(legs), suspected=entry_id in suspects)


def _told(legs: Sequence[Row[Any]], *, suspected: bool) -> Iterator[Finding]:
    """The faults of one entry; and that the two programs disagree about it, if they do."""
    entry = legs[0]
    before = GENESIS if entry.hash_before is None else bytes(entry.hash_before)
    faults = list(_entry_faults(entry, legs, entry.number_before or 0, before))
    if bool(faults) != suspected:
        faults.append(("disagreement", "PostgreSQL and Python do not agree about it"))
    for what, detail in faults:
        yield Finding(str(entry.place), entry.number, what, detail)


def _entry_faults(
    entry: Row[Any], legs: Sequence[Row[Any]], number: int, previous: bytes
) -> Iterator[tuple[str, str]]:
    if entry.number != number + 1:
        yield "numbering", f"follows n° {number}"
    if bytes(entry.previous_hash) != previous:
        yield "chain", "is not chained to the entry before it"
    derived = hashlib.sha256(bytes(entry.previous_hash) + canonical(entry, legs)).digest()
    if derived != bytes(entry.hash):
        yield "hash", "was altered: its content does not give its hash"
    yield from _leg_faults(entry, [leg for leg in legs if leg.amount is not None])


def _leg_faults(entry: Row[Any], booked: Sequence[Row[Any]]) -> Iterator[tuple[str, str]]:
    if len(booked) != entry.posting_count:
        yield "postings", f"has {len(booked)} postings and announces {entry.posting_count}"
    if any(leg.envelope_book != entry.book for leg in booked):
        yield "book", "touches an envelope of another book"
    walk = OPERATIONS.get(entry.operation)
    if walk is None or not all(_walks(walk, leg) for leg in booked):
        yield "walk", f"does not walk as “{entry.operation}” says"
    sums: defaultdict[Any, int] = defaultdict(int)
    for leg in booked:
        sums[leg.envelope, leg.unit] += leg.amount
    if any(sums.values()):
        yield "unbalanced", "does not balance"


def _walks(walk: Operation, leg: Row[Any]) -> bool:
    leaves = leg.stage == walk.source and (leg.amount < 0 or walk.reversible)
    reaches = leg.stage == walk.target and (leg.amount > 0 or walk.reversible)
    return leaves or reaches


def _account_findings(session: Session, chosen: dict[str, Any]) -> Iterator[Finding]:
    for row in session.execute(screening.ACCOUNTS, chosen):
        place = f"{row.label}, {row.stage}" + (f", award {row.award_id}" if row.award_id else "")
        if row.balance != row.sum:
            detail = f"{place}: balance {row.balance}, postings {row.sum}"
            yield Finding(row.place, None, "balance", detail)
        if row.overdrawn:
            yield Finding(row.place, None, "overdrawn", f"{place}: {row.balance}")
    for row in session.execute(screening.ENVELOPES, chosen):
        if row.credits != 0:
            detail = f"{row.label}: the stages differ from what was voted by {row.credits}"
            yield Finding(row.place, None, "sum", detail)
        if row.claims != 0:
            detail = f"{row.label}: what is asked back is off by {row.claims}"
            yield Finding(row.place, None, "claims", detail)


def _operations(session: Session) -> Iterator[Finding]:
    """The table of operations that PostgreSQL enforces is the one that we read."""
    stored = {row.name: as_stored(row) for row in session.scalars(select(OperationRow))}
    ours = {name: as_stored(one) for name, one in OPERATIONS.items()}
    for name in sorted(stored.keys() | ours.keys()):
        if stored.get(name) != ours.get(name):
            yield Finding("-", None, "operation", f"the operation “{name}” is not as published")


def as_stored(one: Operation | OperationRow) -> tuple[object, ...]:
    """One line of the table of operations, whichever side it is read from."""
    return (
        *(one.source, one.target, one.source_award, one.target_award, one.reversible),
        *(one.ceiling, one.counterpart, one.answers, sorted(one.roles), one.after_closing),
    )
