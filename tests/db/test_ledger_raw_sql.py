"""Raw SQL from a second connection, as the owner of the tables: every attempt is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest

from build.ledger import a_book, an_award, an_envelope, booked
from build.people import a_funder
from grants.ledger.verify import verify


@dataclass(frozen=True)
class Place:
    """What the attempts aim at."""

    url: str
    book: UUID
    envelope: UUID
    other: UUID
    award: UUID
    paid: UUID

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url.replace("+psycopg", "", 1))


@pytest.fixture(scope="module")
def place(engine_of_module) -> Iterator[Place]:
    url, database = engine_of_module
    with database.transaction() as session:
        book = a_book(session, a_funder(session))
        envelope = an_envelope(session, book, voted=1000)
        other = an_envelope(session, book, voted=1000)
        award = an_award(session, envelope.id, 100, until="commit")
        paid = an_award(session, envelope.id, 100, until="pay")
        booked(session, "claim_back", envelope.id, 60, paid)
    yield Place(url, book.id, envelope.id, other.id, award, paid)
    with database.reading() as session:
        assert verify(session) == []


@pytest.fixture(scope="module")
def engine_of_module(server_url, template_url):
    from conftest import clone
    from sqlalchemy import create_engine

    from grants.db import Database

    with clone(server_url, "raw") as url:
        engine = create_engine(url)
        yield url, Database(engine)
        engine.dispose()


EDITS = [
    "UPDATE ledger_entry SET reason = 'autre'",
    "UPDATE ledger_entry SET hash = hash WHERE false",
    "DELETE FROM ledger_entry",
    "TRUNCATE ledger_entry CASCADE",
    "UPDATE ledger_posting SET amount = amount + 1",
    "DELETE FROM ledger_posting",
    "TRUNCATE ledger_posting",
    "UPDATE ledger_account SET balance = balance + 1",
    "UPDATE ledger_account SET stage = 'paid'",
    "DELETE FROM ledger_account",
    "TRUNCATE ledger_account CASCADE",
    "UPDATE ledger_book SET last_number = 0",
    "UPDATE ledger_book SET last_hash = decode(repeat('00', 32), 'hex')",
    "UPDATE ledger_book SET year = 2050",
    "DELETE FROM ledger_book",
    "TRUNCATE ledger_book CASCADE",
    "UPDATE ledger_envelope SET unit = 'hour', section = 'none'",
    "UPDATE ledger_envelope SET section = 'capital'",
    "DELETE FROM ledger_envelope",
    "TRUNCATE ledger_envelope CASCADE",
    "TRUNCATE funder CASCADE",
    "UPDATE ledger_operation SET target = 'paid' WHERE name = 'commit'",
    "DELETE FROM ledger_operation",
    "INSERT INTO ledger_operation SELECT 'free', source, target, source_award, target_award,"
    " true, ceiling, counterpart, answers, roles FROM ledger_operation WHERE name = 'pay'",
    "INSERT INTO ledger_account (id, envelope_id, stage, balance) SELECT gen_random_uuid(), id,"
    " 'lapsed', 500 FROM ledger_envelope LIMIT 1",
    "INSERT INTO ledger_account (id, envelope_id, stage, balance) SELECT gen_random_uuid(), id,"
    " 'committed', 0 FROM ledger_envelope LIMIT 1",
    "INSERT INTO ledger_account (id, envelope_id, stage, balance) SELECT gen_random_uuid(), id,"
    " 'pocket', 0 FROM ledger_envelope LIMIT 1",
    "INSERT INTO ledger_book (id, funder_id, year, last_number, last_hash) SELECT"
    " gen_random_uuid(), funder_id, 2040, 7, last_hash FROM ledger_book LIMIT 1",
    "INSERT INTO ledger_account (id, envelope_id, stage, balance) SELECT id, envelope_id, stage,"
    " 0 FROM ledger_account WHERE stage = 'available' ON CONFLICT (id) DO UPDATE SET balance = 9",
]


@pytest.mark.parametrize("statement", EDITS)
def test_no_row_of_the_ledger_is_edited(place, statement):
    with place.connect() as raw, pytest.raises(psycopg.errors.IntegrityError):
        raw.execute(statement)


def account(raw: psycopg.Connection, envelope: UUID, stage: str, award: UUID | None) -> UUID:
    """An account of that meaning, made when there is none."""
    known = raw.execute(
        "SELECT id FROM ledger_account WHERE envelope_id = %s AND stage = %s"
        " AND award_id IS NOT DISTINCT FROM %s",
        (envelope, stage, award),
    ).fetchone()
    if known:
        return known[0]
    return raw.execute(
        "INSERT INTO ledger_account (id, envelope_id, stage, award_id, balance)"
        " VALUES (gen_random_uuid(), %s, %s, %s, 0) RETURNING id",
        (envelope, stage, award),
    ).fetchone()[0]


def post(raw: psycopg.Connection, entry: UUID, *legs: tuple[UUID, int]) -> None:
    with raw.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ledger_posting (entry_id, position, account_id, amount)"
            " VALUES (%s, %s, %s, %s)",
            [(entry, n, *leg) for n, leg in enumerate(legs, start=1)],
        )


def write(raw: psycopg.Connection, place: Place, entry: UUID, operation: str, **columns) -> None:
    given = {
        "id": entry,
        "book_id": place.book,
        "operation": operation,
        "key": str(uuid4()),
        "request": b"raw",
        "booked_on": "2018-10-01",
        "booked_at": "2018-10-01T09:00:00Z",
        "reason": "À la main",
        "actor_id": uuid4(),
        **columns,
    }
    names, marks = ", ".join(given), ", ".join(["%s"] * len(given))
    raw.execute(f"INSERT INTO ledger_entry ({names}) VALUES ({marks})", list(given.values()))


def legs_of(raw, place, walk):
    """(envelope, stage, award, amount) lines as postings."""
    return [(account(raw, e, stage, award), amount) for e, stage, award, amount in walk]


def test_a_hand_made_entry_that_obeys_is_numbered_and_chained(place):
    entry = uuid4()
    with place.connect() as raw:
        walk = [(place.envelope, "available", None, -1), (place.envelope, "reserved", None, 1)]
        post(raw, entry, *legs_of(raw, place, walk))
        write(raw, place, entry, "reserve")
        number, before, count = raw.execute(
            "SELECT number, previous_hash, posting_count FROM ledger_entry WHERE id = %s", (entry,)
        ).fetchone()
        last = raw.execute(
            "SELECT hash FROM ledger_entry WHERE book_id = %s AND number = %s",
            (place.book, number - 1),
        ).fetchone()
    assert (before, count) == (*last, 2)


WRONG_WALKS = {
    "unbalanced": (
        "reserve",
        lambda p: [(p.envelope, "available", None, -5), (p.envelope, "reserved", None, 4)],
    ),
    "one leg": ("reserve", lambda p: [(p.envelope, "reserved", None, 4)]),
    "no leg": ("reserve", lambda p: []),
    "between envelopes": (
        "reserve",
        lambda p: [(p.envelope, "available", None, -5), (p.other, "reserved", None, 5)],
    ),
    "overdrawn": (
        "reserve",
        lambda p: [(p.envelope, "available", None, -5000), (p.envelope, "reserved", None, 5000)],
    ),
    "backwards": (
        "reserve",
        lambda p: [(p.envelope, "reserved", None, -1), (p.envelope, "available", None, 1)],
    ),
    "another walk": (
        "reserve",
        lambda p: [(p.envelope, "available", None, -5), (p.envelope, "lapsed", None, 5)],
    ),
    "straight from the vote": (
        "pay",
        lambda p: [(p.envelope, "voted", None, -5), (p.envelope, "paid", p.award, 5)],
    ),
    "another award": (
        "order",
        lambda p: [(p.envelope, "committed", p.award, -5), (p.envelope, "ordered", p.paid, 5)],
    ),
    "uneven transfer": (
        "transfer",
        lambda p: [(p.envelope, "voted", None, -5), (p.envelope, "available", None, 5)],
    ),
    "unknown operation": (
        "steal",
        lambda p: [(p.envelope, "available", None, -5), (p.envelope, "reserved", None, 5)],
    ),
    "claims above what was paid": (
        "claim_back",
        lambda p: [(p.envelope, "claim_contra", p.paid, -41), (p.envelope, "claimed", p.paid, 41)],
    ),
    "rejecting what was claimed": (
        "reject_payment",
        lambda p: [(p.envelope, "paid", p.paid, -41), (p.envelope, "ordered", p.paid, 41)],
    ),
    "brought from nowhere": (
        "bring_forward",
        lambda p: [(p.envelope, "voted", None, -5), (p.envelope, "available", None, 5)],
    ),
    "too large a number": (
        "vote",
        lambda p: [
            (p.envelope, "voted", None, -(2**63 - 1)),
            (p.envelope, "available", None, 2**63 - 1),
        ],
    ),
}


@pytest.mark.parametrize("wrong", WRONG_WALKS)
def test_a_hand_made_entry_that_cheats_is_refused(place, wrong):
    operation, walk = WRONG_WALKS[wrong]
    refused = (psycopg.errors.IntegrityError, psycopg.errors.NumericValueOutOfRange)
    with pytest.raises(refused), place.connect() as raw:
        entry = uuid4()
        post(raw, entry, *legs_of(raw, place, walk(place)))
        write(raw, place, entry, operation)
        raw.commit()


@pytest.mark.parametrize(
    "column",
    [
        {"number": 77},
        {"hash": b"0" * 32},
        {"previous_hash": b"0" * 32},
        {"posting_count": 9},
        {"key": ""},
        {"reason": ""},
    ],
    ids=lambda column: next(iter(column)),
)
def test_number_and_chain_are_not_for_the_hand_to_write(place, column):
    with pytest.raises(psycopg.errors.IntegrityError), place.connect() as raw:
        entry = uuid4()
        walk = [(place.envelope, "available", None, -1), (place.envelope, "reserved", None, 1)]
        post(raw, entry, *legs_of(raw, place, walk))
        write(raw, place, entry, "reserve", **column)


def test_a_key_is_booked_once(place):
    with pytest.raises(psycopg.errors.UniqueViolation), place.connect() as raw:
        for _ in range(2):
            entry = uuid4()
            walk = [(place.envelope, "available", None, -1), (place.envelope, "reserved", None, 1)]
            post(raw, entry, *legs_of(raw, place, walk))
            write(raw, place, entry, "reserve", key="twice")


def test_postings_need_an_entry(place):
    with pytest.raises(psycopg.errors.IntegrityError, match="no entry"), place.connect() as raw:
        walk = [(place.envelope, "available", None, -1), (place.envelope, "reserved", None, 1)]
        post(raw, uuid4(), *legs_of(raw, place, walk))
        raw.commit()


def test_a_written_entry_takes_no_further_posting(place):
    with place.connect() as raw:
        known = raw.execute("SELECT id FROM ledger_entry LIMIT 1").fetchone()[0]
        target = account(raw, place.envelope, "available", None)
        with pytest.raises(psycopg.errors.IntegrityError, match="no further"):
            raw.execute("INSERT INTO ledger_posting VALUES (%s, 99, %s, 1)", (known, target))


def test_a_posting_slipped_in_by_a_second_connection_is_refused(place):
    """Each connection sees the other's rows only once committed: the first posting says whose."""
    entry = uuid4()
    walk = [(place.other, "available", None, -1), (place.other, "reserved", None, 1)]
    with place.connect() as setup:
        accounts = legs_of(setup, place, [*walk, (place.envelope, "lapsed", None, 1)])
        lapsed = accounts.pop()[0]
    slipped = "INSERT INTO ledger_posting VALUES (%s, 3, %s, 1)"
    with place.connect() as honest, place.connect() as other:
        post(honest, entry, *accounts)
        with pytest.raises(psycopg.errors.IntegrityError, match="covers"):
            other.execute(slipped, (entry, lapsed))
        other.rollback()
        write(honest, place, entry, "reserve")
        with pytest.raises(psycopg.errors.IntegrityError, match="covers"):
            other.execute(slipped, (entry, lapsed))
        other.rollback()
        honest.commit()
        with pytest.raises(psycopg.errors.IntegrityError, match="no further"):
            other.execute(slipped, (entry, lapsed))


NOWHERE = {
    "a posting without its account": "INSERT INTO ledger_posting VALUES ('{id}', 1, '{id}', 1)",
    "an account without its envelope": "INSERT INTO ledger_account (id, envelope_id, stage,"
    " balance) VALUES ('{id}', '{id}', 'available', 0)",
}


@pytest.mark.parametrize("wrong", NOWHERE)
def test_what_refers_to_nothing_is_refused(place, wrong):
    with pytest.raises(psycopg.errors.ForeignKeyViolation), place.connect() as raw:
        raw.execute(NOWHERE[wrong].format(id=uuid4()))


def test_an_entry_lies_in_a_book(place):
    walk = [(place.envelope, "available", None, -1), (place.envelope, "reserved", None, 1)]
    with pytest.raises(psycopg.errors.NoDataFound), place.connect() as raw:
        entry = uuid4()
        post(raw, entry, *legs_of(raw, place, walk))
        write(raw, place, entry, "reserve", book_id=uuid4())


def test_an_entry_of_one_book_does_not_touch_another(place, engine_of_module):
    _, database = engine_of_module
    with database.transaction() as session:
        elsewhere = an_envelope(session, voted=10)
    with pytest.raises(psycopg.errors.IntegrityError, match="another book"), place.connect() as raw:
        entry = uuid4()
        walk = [(elsewhere.id, "available", None, -1), (elsewhere.id, "reserved", None, 1)]
        post(raw, entry, *legs_of(raw, place, walk))
        write(raw, place, entry, "reserve")
        raw.commit()
