"""A ledger of a million entries: its pages, now and as of a day, and its whole verification.

Entries are made as the ledger makes them, numbered, balanced and chained, but brought in by COPY:
`verify` then says that they are whole. `python -m tests.bench --million` measures this alone.
"""

from __future__ import annotations

import hashlib
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import text

from build.ledger import a_book, an_envelope
from build.people import a_funder, a_funder_member
from config import ROOT, Settings
from grants.app import create_app
from grants.db import Database
from grants.db.session import make_engine
from grants.kernel.access import FunderRole
from grants.ledger.models import GENESIS
from grants.ledger.operations import OPERATIONS
from grants.ledger.verify import canonical, verify
from grants.people.services import start_sign_in
from tests.bench.flows import SIGN_IN
from tests.bench.site import processor_of, production
from tests.bench.sql import Glass

ENTRIES, ENVELOPES, YEAR = 1_000_000, 16, 2018
WALK = ("reserve", "commit_reserved", *("order", "pay") * 3)
"""What becomes of each award: eight entries, three instalments."""
CENTS = 300
MIDDLE = date(YEAR, 7, 1)
TURNS = 7
FIRST = UUID("01a00000-0000-7000-8000-000000000000").int
ENTRY = (
    "id, created_at, book_id, number, operation, key, request, booked_on, booked_at, reason,"
    " actor_id, answers_id, posting_count, previous_hash, hash"
)
# What the trigger does every thousand entries, once.
TURN_OVER = """
    INSERT INTO ledger_turnover (envelope_id, stage, booked_on, taken, given, legs)
    SELECT a.envelope_id, a.stage, e.booked_on, sum(-least(p.amount, 0)),
           sum(greatest(p.amount, 0)), count(*)
      FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
      JOIN ledger_account a ON a.id = p.account_id
     WHERE e.book_id = %(book)s AND e.number <= %(upto)s GROUP BY 1, 2, 3
"""


@dataclass(frozen=True)
class Walked:
    """Seconds to make it and to verify it; the slowest page's median, in milliseconds.

    `processor` is what the verification took of it, in this process and in PostgreSQL's.
    """

    entries: int
    made: float
    page_ms: float
    dated_ms: float
    verified: float
    processor: float

    @property
    def pace(self) -> float:
        """The share of a processor that whatever else ran left to the verification."""
        return min(1.0, self.processor / self.verified)

    def __str__(self) -> str:
        return (
            f"ledger of {self.entries:,} entries (made in {self.made:.0f} s): pages"
            f" {self.page_ms:.0f} ms, as of a day {self.dated_ms:.0f} ms,"
            f" verified in {self.verified:.1f} s ({self.processor:.1f} s of processor)"
        )


@dataclass
class Book:
    """The book that is written: where it is, how far its chain is, what its accounts hold."""

    id: UUID
    funder_id: UUID
    envelopes: list[UUID]
    number: int = 0
    last: bytes = GENESIS
    balances: defaultdict[tuple[UUID, str, UUID | None], int] = field(
        default_factory=lambda: defaultdict(int)
    )


def measure(url: str, directory: Path, entries: int = ENTRIES) -> Walked:
    """Fill a database of this size, open its pages in this very process, verify its books.

    Raises:
        AssertionError: a book is not whole, or a page does not show it.
    """
    begun = time.perf_counter()
    database = Database(make_engine(url))
    with database.transaction() as session:
        funder = a_funder(session)
        finance = a_funder_member(session, funder, FunderRole.FINANCE)
        made = a_book(session, funder, YEAR)
        envelopes = [an_envelope(session, made).id for _ in range(ENVELOPES)]
        book = Book(made.id, funder.id, envelopes)
        token = start_sign_in(session, finance.id, user_agent="bench", now=datetime.now(UTC))
    with psycopg.connect(url.replace("+psycopg", "", 1)) as raw:
        fill(raw, book, entries)
    made_in = time.perf_counter() - begun
    pages = [f"/finances/enveloppes/{envelopes[0]}/livre", f"/finances/enveloppes?book={book.id}"]
    settings = replace(Settings.from_env(production(url, directory, 80)), root=ROOT)
    glass = Glass(create_app(settings, database).test_client())
    glass.sit_down({SIGN_IN: token})
    now = max(_milliseconds(glass, page) for page in pages)
    dated = max(_milliseconds(glass, _on(page)) for page in pages)
    with database.reading() as session:
        backend = session.scalar(text("SELECT pg_backend_pid()"))
        begun, used = time.perf_counter(), time.process_time() + processor_of(backend)
        assert verify(session, funder.key) == []
        spent = time.process_time() + processor_of(backend) - used
        took = time.perf_counter() - begun
    database.bind.dispose()
    return Walked(entries, made_in, now, dated, took, spent)


def fill(raw: psycopg.Connection[Any], book: Book, entries: int) -> None:
    """Bring the entries in with the triggers asleep, then everything that triggers would keep."""
    raw.execute("SET session_replication_role = replica")
    with raw.cursor() as cursor, psycopg.connect(raw.info.dsn, password=raw.info.password) as other:
        other.execute("SET session_replication_role = replica")
        columns = "COPY ledger_posting (entry_id, position, account_id, amount) FROM STDIN"
        with (
            other.cursor() as beside,
            cursor.copy(f"COPY ledger_entry ({ENTRY}) FROM STDIN") as heads,
            beside.copy(columns) as legs,
        ):
            for head, moved in walked(book, entries):
                heads.write_row(head)
                for position, (account, amount) in enumerate(moved, 1):
                    legs.write_row((head[0], position, account, amount))
    with raw.cursor() as cursor:
        with cursor.copy(
            "COPY ledger_account (id, envelope_id, stage, award_id, balance) FROM STDIN"
        ) as accounts:
            for (envelope, stage, award), balance in book.balances.items():
                account = account_id(envelope, stage, award)
                accounts.write_row((account, envelope, stage, award, balance))
        upto = book.number // 1000 * 1000
        cursor.execute(TURN_OVER, {"book": book.id, "upto": upto})
        cursor.execute(
            "UPDATE ledger_book SET last_number = %s, last_hash = %s, turned_to = %s WHERE id = %s",
            (book.number, book.last, upto, book.id),
        )
    raw.commit()
    raw.autocommit = True
    raw.execute("VACUUM (ANALYZE) ledger_entry, ledger_posting, ledger_account, ledger_turnover")


def walked(book: Book, entries: int) -> Iterator[tuple[Any, list[tuple[UUID, int]]]]:
    """Each entry with its legs, as it is stored: first the budget, then awards one by one."""
    whole = CENTS * entries
    budget = [(one, None, whole) for one in book.envelopes]
    yield _entry(book, "vote", budget, date(YEAR, 1, 2))
    awards = 64  # under way at once, so that days hold entries of many
    while book.number < entries:
        batch = [UUID(int=FIRST + (book.number + at) * 2**40) for at in range(awards)]
        for step, operation in enumerate(WALK):
            for at, award in enumerate(batch):
                if book.number >= entries:
                    return
                on = date(YEAR, 1, 3) + timedelta(days=book.number * 360 // entries)
                amount = CENTS if step < 2 else CENTS // 3
                envelope = book.envelopes[at % ENVELOPES]
                yield _entry(book, operation, [(envelope, award, amount)], on)


def _entry(
    book: Book, operation: str, moves: list[tuple[UUID, UUID | None, int]], on: date
) -> tuple[Any, list[tuple[UUID, int]]]:
    walk, legs = OPERATIONS[operation], []
    for envelope, award, amount in moves:
        for stage, of_award, cents in (
            (walk.source.value, walk.source_award, -amount),
            (walk.target.value, walk.target_award, amount),
        ):
            key = envelope, stage, award if of_award else None
            book.balances[key] += cents
            legs.append((key, cents))
    book.number += 1
    at = datetime(on.year, on.month, on.day, 9, tzinfo=UTC) + timedelta(seconds=book.number % 3600)
    entry = SimpleNamespace(
        id=UUID(int=FIRST + book.number),
        created_at=at,
        book=book.id,
        number=book.number,
        operation=operation,
        key=f"bench:{book.number}",
        request=b"bench",
        booked_on=on,
        booked_at=at,
        reason="Banc",
        actor_id=book.funder_id,
        answers_id=None,
        funder_id=book.funder_id,
        year=YEAR,
    )
    seen = [_leg(key, cents) for key, cents in legs]
    previous = book.last
    book.last = hashlib.sha256(previous + canonical(entry, seen)).digest()
    head = (
        *(entry.id, at, book.id, book.number, operation, entry.key, entry.request, on, at),
        *(entry.reason, entry.actor_id, None, len(legs), previous, book.last),
    )
    return head, [(one.account, one.amount) for one in seen]


def _leg(key: tuple[UUID, str, UUID | None], cents: int) -> Any:
    envelope, stage, award = key
    return SimpleNamespace(
        account=account_id(envelope, stage, award),
        amount=cents,
        award_id=award,
        envelope=envelope,
        section="operating",
        stage=stage,
        unit="EUR",
    )


def account_id(envelope: UUID, stage: str, award: UUID | None) -> UUID:
    """As `ledger_account_id` gives it."""
    told = envelope.bytes + stage.encode() + (award.bytes if award else b"")
    return UUID(bytes=hashlib.sha256(told).digest()[:16])


def _on(page: str) -> str:
    return f"{page}{'&' if '?' in page else '?'}on={MIDDLE.isoformat()}"


def _milliseconds(glass: Glass, page: str) -> float:
    """The median of several times; the first one warms up."""
    took = []
    for _ in range(TURNS + 1):
        begun = time.perf_counter()
        glass.get(page).expect(200, b"</html>")
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took[1:])
