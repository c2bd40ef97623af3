"""Many connections at once: exactly what fits, each thing once, no gap and no deadlock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

from build.ledger import a_book, an_envelope, booked
from grants.db import Database
from grants.kernel.errors import Refused
from grants.ledger import queries
from grants.ledger.verify import verify

CONNECTIONS = 64


def at_once(database: Database, attempts: list[Callable]) -> Counter[str]:
    """Run every attempt in a transaction of its own, all let go at the same instant."""
    start = Barrier(len(attempts))

    def run(attempt: Callable) -> str:
        try:
            with database.transaction() as session:
                session.connection()
                start.wait(timeout=60)
                receipt = attempt(session)
        except Refused as refusal:
            return refusal.code
        return "already" if receipt.already else "booked"

    with ThreadPoolExecutor(len(attempts)) as pool:
        return Counter(pool.map(run, attempts))


def whole(database: Database) -> None:
    with database.reading() as session:
        assert verify(session) == []


def commits(envelope_id: UUID, amount: int, key: str | None = None) -> Callable:
    award = uuid4()
    return lambda session: booked(session, "commit", envelope_id, amount, award, key=key)


def test_sixty_four_at_once_commit_exactly_what_fits(fresh_database):
    with fresh_database.transaction() as session:
        envelope_id = an_envelope(session, voted=1000).id
    attempts = [commits(envelope_id, 30) for _ in range(CONNECTIONS)]
    outcome = at_once(fresh_database, attempts)
    assert outcome == {"booked": 33, "ledger.insufficient": 31}
    with fresh_database.reading() as session:
        line = queries.envelope_line(session, envelope_id)
        assert (line.available, line.committed) == (10, 990)
        numbers = [one.number for one in queries.journal(session, line.book_id, limit=100)]
        assert numbers == list(range(34, 0, -1))
    whole(fresh_database)


def test_the_same_key_at_once_is_one_entry(fresh_database):
    with fresh_database.transaction() as session:
        envelope_id = an_envelope(session, voted=1000).id
    once = commits(envelope_id, 30, key="decision")
    assert at_once(fresh_database, [once] * 16) == {"booked": 1, "already": 15}
    vote = [lambda session: booked(session, "vote", envelope_id, 5, key="vote")] * 8
    assert at_once(fresh_database, vote) == {"booked": 1, "already": 7}
    whole(fresh_database)


def test_the_first_vote_of_an_envelope_may_be_sent_twice_at_once(fresh_database):
    with fresh_database.transaction() as session:
        envelope_id = an_envelope(session).id
    vote = [lambda session: booked(session, "vote", envelope_id, 5, key="first")] * 8
    assert at_once(fresh_database, vote) == {"booked": 1, "already": 7}
    whole(fresh_database)


def test_opposite_movements_of_the_same_accounts_do_not_deadlock(fresh_database):
    with fresh_database.transaction() as session:
        book = a_book(session)
        here, there = (an_envelope(session, book, voted=10_000).id for _ in range(2))
        award = uuid4()
        booked(session, "commit", here, 5_000, award)
    attempts = [
        lambda session: booked(session, "transfer", here, 1, to=there),
        lambda session: booked(session, "transfer", there, 1, to=here),
        lambda session: booked(session, "commit", here, 1, award),
        lambda session: booked(session, "decommit", here, 1, award),
    ] * 8
    assert at_once(fresh_database, attempts) == {"booked": 32}
    whole(fresh_database)


def test_no_more_is_paid_or_claimed_at_once_than_there_is(fresh_database):
    with fresh_database.transaction() as session:
        envelope_id = an_envelope(session, voted=100).id
        award = uuid4()
        booked(session, "commit", envelope_id, 100, award)
        booked(session, "order", envelope_id, 90, award)
        booked(session, "pay", envelope_id, 50, award)

    def walks(operation: str, amount: int) -> Callable:
        return lambda session: booked(session, operation, envelope_id, amount, award)

    outcome = at_once(fresh_database, [walks("pay", 15)] * 8)
    assert outcome == {"booked": 2, "ledger.exceeds_ordered": 6}
    outcome = at_once(fresh_database, [walks("claim_back", 30)] * 8)
    assert outcome == {"booked": 2, "ledger.exceeds_paid": 6}
    whole(fresh_database)
