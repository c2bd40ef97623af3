"""Re-derive every book from its entries, and tell each place where it does not agree.

Nothing here calls the functions that wrote the ledger: numbers, hashes, walks and sums are
worked out again, in Python or in plain SQL.
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

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from grants.ledger.models import GENESIS, OperationRow
from grants.ledger.operations import OPERATIONS, Operation

# Names and values as text: a byte altered behind the triggers' back must not stop the reading.
ENTRIES = text(
    """
    SELECT f.key || ' ' || b.year AS place, b.id AS book, b.funder_id, b.year, b.last_number,
           b.last_hash, e.id, e.created_at, e.number, e.operation, e.key, e.request, e.booked_on,
           e.booked_at, e.reason, e.actor_id, e.answers_id, e.posting_count, e.previous_hash,
           e.hash, p.amount, a.id AS account, a.stage, a.award_id, v.id AS envelope, v.unit,
           v.section, v.book_id AS envelope_book
      FROM ledger_book b
      LEFT JOIN funder f ON f.id = b.funder_id
      LEFT JOIN ledger_entry e ON e.book_id = b.id
      LEFT JOIN ledger_posting p ON p.entry_id = e.id
      LEFT JOIN ledger_account a ON a.id = p.account_id
      LEFT JOIN ledger_envelope v ON v.id = a.envelope_id
     WHERE (CAST(:funder AS text) IS NULL OR f.key = :funder)
       AND (CAST(:year AS int) IS NULL OR b.year = :year)
     ORDER BY b.year, b.id, e.number, p.position
    """
)

ACCOUNTS = text(
    """
    SELECT f.key || ' ' || b.year AS place, v.label, a.stage, a.award_id, a.balance,
           COALESCE((SELECT sum(amount) FROM ledger_posting WHERE account_id = a.id), 0) AS sum,
           CASE WHEN a.stage IN ('voted', 'claim_contra') THEN a.balance > 0
                ELSE a.balance < 0 END AS overdrawn
      FROM ledger_account a
      JOIN ledger_envelope v ON v.id = a.envelope_id
      JOIN ledger_book b ON b.id = v.book_id
      JOIN funder f ON f.id = b.funder_id
     WHERE (CAST(:funder AS text) IS NULL OR f.key = :funder)
       AND (CAST(:year AS int) IS NULL OR b.year = :year)
     ORDER BY b.year, v.id, a.stage
    """
)

ENVELOPES = text(
    """
    SELECT f.key || ' ' || b.year AS place, v.label,
           COALESCE(sum(a.balance) FILTER (WHERE a.stage NOT IN
               ('claim_contra', 'claimed', 'recovered')), 0) AS credits,
           COALESCE(sum(a.balance) FILTER (WHERE a.stage IN
               ('claim_contra', 'claimed', 'recovered')), 0) AS claims
      FROM ledger_envelope v
      JOIN ledger_book b ON b.id = v.book_id
      JOIN funder f ON f.id = b.funder_id
      JOIN ledger_account a ON a.envelope_id = v.id
     WHERE (CAST(:funder AS text) IS NULL OR f.key = :funder)
       AND (CAST(:year AS int) IS NULL OR b.year = :year)
     GROUP BY f.key, b.year, v.id, v.label
     ORDER BY b.year, v.id
    """
)

TURNOVERS = text(
    """
    SELECT f.key || ' ' || b.year AS place, v.label, x.stage, x.booked_on
      FROM (SELECT t.envelope_id, t.stage, t.booked_on, t.taken, t.given, t.legs
              FROM ledger_turnover t
            UNION ALL
            SELECT a.envelope_id, a.stage, e.booked_on, least(p.amount, 0),
                   -greatest(p.amount, 0), -1
              FROM ledger_book b
              JOIN ledger_entry e ON e.book_id = b.id AND e.number <= b.turned_to
              JOIN ledger_posting p ON p.entry_id = e.id
              JOIN ledger_account a ON a.id = p.account_id) AS x
      JOIN ledger_envelope v ON v.id = x.envelope_id
      JOIN ledger_book b ON b.id = v.book_id
      JOIN funder f ON f.id = b.funder_id
     WHERE (CAST(:funder AS text) IS NULL OR f.key = :funder)
       AND (CAST(:year AS int) IS NULL OR b.year = :year)
     GROUP BY f.key, b.year, v.label, x.envelope_id, x.stage, x.booked_on
    HAVING sum(x.taken) <> 0 OR sum(x.given) <> 0 OR sum(x.legs) <> 0
     ORDER BY 1, 2, 3, 4
    """
)

ORPHANS = text(
    """
    SELECT p.entry_id, count(*) AS legs FROM ledger_posting p
     WHERE NOT EXISTS (SELECT FROM ledger_entry e WHERE e.id = p.entry_id)
     GROUP BY p.entry_id ORDER BY p.entry_id
    """
)

UNANSWERED = text(
    """
    SELECT f.key || ' ' || b.year AS place, e.number FROM ledger_entry e
      JOIN ledger_book b ON b.id = e.book_id
      JOIN funder f ON f.id = b.funder_id
     WHERE e.operation IN ('carry_over', 'carry_commitment', 'attach', 'draw_credits',
                           'return_credits')
       AND NOT EXISTS (SELECT FROM ledger_entry next WHERE next.answers_id = e.id)
       AND (CAST(:funder AS text) IS NULL OR f.key = :funder)
       AND (CAST(:year AS int) IS NULL OR b.year = :year)
     ORDER BY b.year, e.number
    """
)


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
    """Every finding, or none: the ledger is whole. Reads in one pass, in constant memory."""
    chosen = {"funder": funder_key, "year": year}
    rows = session.execute(ENTRIES, chosen, execution_options={"yield_per": 2000})
    findings = list(_operations(session))
    for _book, entries in groupby(rows, key=lambda row: row.book):
        findings += _book_findings(groupby(entries, key=lambda row: row.id))
    findings += _account_findings(session, chosen)
    findings += [
        Finding("-", None, "orphan", f"{row.legs} postings of entry {row.entry_id}, which is gone")
        for row in session.execute(ORPHANS)
    ]
    findings += [
        Finding(
            row.place, None, "turnover", f"{row.label}, {row.stage}: the sum of {row.booked_on}"
        )
        for row in session.execute(TURNOVERS, chosen)
    ]
    findings += [
        Finding(row.place, row.number, "unanswered", "no later book takes up what it carries")
        for row in session.execute(UNANSWERED, chosen)
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


def _book_findings(entries: Iterator[tuple[Any, Iterator[Row[Any]]]]) -> Iterator[Finding]:
    """Walk one book from its first entry to its counter."""
    number, previous = 0, GENESIS
    for entry_id, rows in entries:
        legs = list(rows)
        entry = legs[0]
        if entry_id is not None:
            for what, detail in _entry_faults(entry, legs, number, previous):
                yield Finding(str(entry.place), entry.number, what, detail)
            number, previous = entry.number, bytes(entry.hash)
    if (entry.last_number, bytes(entry.last_hash)) != (number, previous):
        detail = f"the book counts {entry.last_number} entries and does not end with n° {number}"
        yield Finding(str(entry.place), None, "counter", detail)


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
    for row in session.execute(ACCOUNTS, chosen, execution_options={"yield_per": 2000}):
        place = f"{row.label}, {row.stage}" + (f", award {row.award_id}" if row.award_id else "")
        if row.balance != row.sum:
            detail = f"{place}: balance {row.balance}, postings {row.sum}"
            yield Finding(row.place, None, "balance", detail)
        if row.overdrawn:
            yield Finding(row.place, None, "overdrawn", f"{place}: {row.balance}")
    for row in session.execute(ENVELOPES, chosen):
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
