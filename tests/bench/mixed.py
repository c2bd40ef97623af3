"""Everybody at once on the same envelopes: 64 connections, 16 envelopes, 10,000 operations.

Each operation is drawn by lot on an award drawn by lot, and is answered: booked, or refused with
a sentence. What PostgreSQL asks to be tried again is tried again, and how often is counted.
`python -m tests.bench --mixed` measures this alone.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from threading import Barrier
from uuid import UUID, uuid4

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from build.ledger import a_book, an_envelope, warranted
from build.people import a_funder
from grants.db import Database
from grants.invariants import ALL
from grants.invariants.checks import Place, check
from grants.kernel.access import SYSTEM
from grants.kernel.errors import Refused
from grants.ledger import services
from grants.ledger.operations import OPERATIONS
from grants.ledger.services import Movement

CONNECTIONS, ENVELOPES, OPERATIONS_ASKED = 64, 16, 10_000
AWARDS, VOTED, MOST = 10, 40_000, 3_000
"""Awards of each envelope; its credits and the largest sum moved, in cents: many are refused."""
TRIES_MAX = 12
NOW = datetime(2018, 10, 1, 9, tzinfo=UTC)
DRAWN = (
    *("vote", "transfer", "reserve", "reserve", "release", "commit", "commit", "commit_reserved"),
    *("commit_reserved", "decommit", "order", "order", "cancel_order", "pay", "pay"),
    *("reject_payment", "claim_back", "recover", "lapse"),
)


@dataclass(frozen=True)
class Mixed:
    """What became of it: how often one had to try again at worst, and what no longer holds."""

    asked: int
    answers: Counter[str]
    retries: int
    seconds: float
    broken: tuple[str, ...]

    def __str__(self) -> str:
        booked = self.answers["booked"]
        return (
            f"{CONNECTIONS} connections, {ENVELOPES} envelopes, {self.asked:,} operations:"
            f" {booked:,} booked, {self.asked - booked:,} refused,"
            f" {self.asked / self.seconds:.0f}/s,"
            f" {self.retries} retries at worst; broken: {', '.join(self.broken) or 'nothing'}"
        )


@dataclass(frozen=True)
class Purse:
    """An envelope, and the awards that may draw on it."""

    envelope: UUID
    awards: tuple[UUID, ...]


def measure(url: str, operations: int = OPERATIONS_ASKED) -> Mixed:
    """Let everybody go at the same instant; then look whether the books still hold.

    Raises:
        AssertionError: an operation was neither booked nor refused.
    """
    engine = create_engine(url, pool_size=CONNECTIONS)
    database = Database(engine)
    purses = _purses(database)
    start, share = Barrier(CONNECTIONS), operations // CONNECTIONS
    shares = [share + (at < operations % CONNECTIONS) for at in range(CONNECTIONS)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        client = partial(_client, database, purses, start)
        seen = list(pool.map(client, range(CONNECTIONS), shares))
    seconds = time.perf_counter() - begun
    answers: Counter[str] = sum((one for one, _ in seen), Counter())
    assert sum(answers.values()) == operations, answers
    with database.reading() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        asked = [one for one in ALL if one.name.startswith("ledger.")]
        found = check(Place(session, None, NOW), asked)
    engine.dispose()
    broken = tuple(one.invariant.name for one in found.broken)
    return Mixed(operations, answers, max(retries for _, retries in seen), seconds, broken)


def _purses(database: Database) -> list[Purse]:
    purses = []
    with database.transaction() as session:
        book = a_book(session, a_funder(session))
        for _ in range(ENVELOPES):
            one = an_envelope(session, book, voted=VOTED).id
            awards = tuple(uuid4() for _ in range(AWARDS))
            warranted(session, *awards, envelope_id=one)
            purses.append(Purse(one, awards))
    return purses


def _client(
    database: Database, purses: list[Purse], start: Barrier, seed: int, share: int
) -> tuple[Counter[str], int]:
    chance, answers, worst = random.Random(seed), Counter[str](), 0
    start.wait()
    for _ in range(share):
        operation, movement, key = _drawn(chance, purses)
        for tries in range(TRIES_MAX):
            try:
                answers[_booked(database, operation, movement, key)] += 1
            except OperationalError:  # a deadlock, a lock waited for too long: tried again
                worst = max(worst, tries + 1)
            else:
                break
    return answers, worst


def _drawn(chance: random.Random, purses: list[Purse]) -> tuple[str, Movement, str]:
    operation, purse = chance.choice(DRAWN), chance.choice(purses)
    amount = chance.randint(1, MOST)
    award = chance.choice(purse.awards) if OPERATIONS[operation].per_award else None
    other = chance.choice([one.envelope for one in purses if one is not purse])
    to = other if operation == "transfer" else None
    return operation, Movement(purse.envelope, amount, award, to), str(uuid4())


def _booked(database: Database, operation: str, movement: Movement, key: str) -> str:
    try:
        with database.transaction() as session:
            services.book(
                session,
                operation,
                [movement],
                key=key,
                on=date(2018, 10, 1),
                reason="Banc",
                actor=SYSTEM,
                now=NOW,
            )
    except Refused as refusal:
        return refusal.code
    return "booked"
