"""Verify: what a hand behind the triggers' back changed, found, with its place."""

from __future__ import annotations

import hashlib
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from build.ledger import a_book, an_award, an_envelope, booked
from build.people import a_funder
from grants.ledger import queries, screening
from grants.ledger.verify import Finding, canonical, verify

TABLES = ("entry", "posting", "account", "book", "envelope", "operation")


@pytest.fixture
def place(session) -> dict[str, UUID]:
    """A book of eight entries, and the next one, with what was carried into it."""
    funder = a_funder(session, key="clermont")
    book, following = a_book(session, funder, 2018), a_book(session, funder, 2019)
    envelope = an_envelope(session, book, label="ESS", voted=1000)
    new = an_envelope(session, following, label="ESS")
    award = an_award(session, envelope.id, 100, until="pay")
    booked(session, "claim_back", envelope.id, 40, award)
    booked(session, "commit", envelope.id, 50, award, reason='Été « à l’heure »\n\t"ok" \\ €')
    booked(session, "carry_over", envelope.id, 70, to=new.id)
    booked(session, "reserve", envelope.id, 5)
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert verify(session) == []
    return {"book": book.id, "envelope": envelope.id, "award": award}


def behind_the_back(session, statement: str, **values: object) -> None:
    """Run a statement as a superuser who has switched the triggers off."""
    for name in TABLES:
        session.execute(text(f"ALTER TABLE ledger_{name} DISABLE TRIGGER ALL"))
    assert session.execute(text(statement), values).rowcount > 0
    for name in TABLES:
        session.execute(text(f"ALTER TABLE ledger_{name} ENABLE TRIGGER ALL"))


def found(session) -> set[tuple[str, int | None, str]]:
    return {(one.book, one.number, one.what) for one in verify(session)}


IN = " WHERE book_id = :book AND number = 4"


@pytest.mark.parametrize(
    "column",
    [
        "reason = overlay(reason placing 'S' from 1 for 1)",
        "key = overlay(key placing 'T' from 1 for 1)",
        "request = set_byte(request, 3, get_byte(request, 3) # 1)",
        "booked_on = booked_on + 1",
        "booked_at = booked_at + interval '1 microsecond'",
        "created_at = created_at + interval '1 microsecond'",
        "actor_id = gen_random_uuid()",
    ],
)
def test_one_altered_byte_of_an_entry_is_found_where_it_is(session, place, column):
    behind_the_back(session, f"UPDATE ledger_entry SET {column}{IN}", book=place["book"])
    assert found(session) == {("clermont 2018", 4, "hash")}


def test_a_rewritten_hash_breaks_the_chain_after_it(session, place):
    change = f"UPDATE ledger_entry SET hash = set_byte(hash, 0, get_byte(hash, 0) # 1){IN}"
    behind_the_back(session, change, book=place["book"])
    assert found(session) == {("clermont 2018", 4, "hash"), ("clermont 2018", 5, "chain")}


def test_an_altered_posting_is_found_by_hash_balance_and_sum(session, place):
    behind_the_back(
        session,
        "UPDATE ledger_posting SET amount = amount + 1 WHERE amount > 0 AND entry_id ="
        f" (SELECT id FROM ledger_entry{IN})",
        book=place["book"],
    )
    assert found(session) == {
        ("clermont 2018", 4, "hash"),
        ("clermont 2018", 4, "unbalanced"),
        ("clermont 2018", None, "balance"),
    }


def test_a_deleted_entry_leaves_a_gap_and_orphans(session, place):
    behind_the_back(session, f"DELETE FROM ledger_entry{IN}", book=place["book"])
    assert found(session) == {
        ("clermont 2018", 5, "numbering"),
        ("clermont 2018", 5, "chain"),
        ("-", None, "orphan"),
    }


def test_a_deleted_last_entry_does_not_meet_the_counter(session, place):
    behind_the_back(
        session, "DELETE FROM ledger_entry WHERE book_id = :book AND number = 8", book=place["book"]
    )
    assert found(session) == {("clermont 2018", None, "counter"), ("-", None, "orphan")}


def test_a_deleted_posting_is_missed(session, place):
    behind_the_back(
        session,
        f"DELETE FROM ledger_posting WHERE entry_id = (SELECT id FROM ledger_entry{IN})",
        book=place["book"],
    )
    codes = found(session)
    assert {("clermont 2018", 4, "postings"), ("clermont 2018", 4, "hash")} <= codes


def test_a_balance_written_by_hand_is_found_with_the_sum_it_breaks(session, place):
    behind_the_back(
        session,
        "UPDATE ledger_account SET balance = balance + 1 WHERE envelope_id = :envelope"
        " AND stage = 'available'",
        envelope=place["envelope"],
    )
    assert found(session) == {("clermont 2018", None, "balance"), ("clermont 2018", None, "sum")}
    assert any("ESS, available" in one.detail for one in verify(session))


def test_an_altered_claim_breaks_the_sum_of_claims(session, place):
    behind_the_back(
        session,
        "UPDATE ledger_account SET balance = balance + 1 WHERE envelope_id = :envelope"
        " AND stage = 'claimed'",
        envelope=place["envelope"],
    )
    assert ("clermont 2018", None, "claims") in found(session)


def test_an_account_overdrawn_behind_the_check_is_found(session, place):
    session.execute(
        text("ALTER TABLE ledger_account DROP CONSTRAINT ck_ledger_account_is_not_overdrawn")
    )
    behind_the_back(
        session,
        "UPDATE ledger_account SET balance = -1 WHERE envelope_id = :envelope"
        " AND stage = 'reserved'",
        envelope=place["envelope"],
    )
    assert ("clermont 2018", None, "overdrawn") in found(session)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE ledger_entry SET operation = 'commit'" + IN, "walk"),
        ("UPDATE ledger_entry SET operation = 'steal'" + IN, "walk"),
        ("UPDATE ledger_envelope SET section = 'capital' WHERE book_id = :book", "hash"),
        ("UPDATE ledger_book SET year = 2031 WHERE id = :book", "hash"),
        ("UPDATE ledger_book SET last_number = 9 WHERE id = :book", "counter"),
        (
            "UPDATE ledger_envelope SET book_id = (SELECT id FROM ledger_book WHERE id <> :book"
            " LIMIT 1), label = 'X' WHERE book_id = :book",
            "book",
        ),
        ("UPDATE ledger_entry SET answers_id = NULL WHERE book_id <> :book", "unanswered"),
        ("UPDATE ledger_operation SET target = 'paid' WHERE :book IS NOT NULL", "operation"),
    ],
)
def test_every_other_change_is_found(session, place, change, what):
    behind_the_back(
        session, change.replace(":book IS", "CAST(:book AS uuid) IS"), book=place["book"]
    )
    assert what in {one[2] for one in found(session)}


def test_a_book_without_entries_is_whole(session):
    a_book(session, a_funder(session))
    assert verify(session) == []


def test_a_finding_reads_as_a_sentence():
    assert str(Finding("clermont 2018", 4, "hash", "was altered")) == (
        "clermont 2018 n° 4: was altered [hash]"
    )
    assert str(Finding("clermont 2018", None, "sum", "is off")) == "clermont 2018: is off [sum]"


def test_verify_looks_only_where_it_is_told(session, place):
    behind_the_back(
        session, "UPDATE ledger_entry SET reason = 'x' WHERE book_id = :book", book=place["book"]
    )
    assert verify(session, "clermont", 2019) == []
    assert verify(session, "elsewhere") == []
    assert len(verify(session, "clermont")) == 8


LAST = " p.entry_id = (SELECT id FROM ledger_entry WHERE book_id = :book AND number = 10)"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (  # the entry still adds up to nothing, its envelopes do not
            "UPDATE ledger_posting p SET amount = amount + CASE WHEN account_id IN (SELECT id"
            " FROM ledger_account WHERE envelope_id = :other) THEN 1 ELSE -1 END"
            f" WHERE amount > 0 AND{LAST}",
            "unbalanced",
        ),
        (
            f"UPDATE ledger_posting p SET amount = amount + 1 WHERE amount > 0 AND{LAST}",
            "unbalanced",
        ),
        (
            "UPDATE ledger_entry SET operation = 'reserve' WHERE book_id = :book AND number = 10",
            "walk",
        ),
        (f"DELETE FROM ledger_posting p WHERE position = 4 AND{LAST}", "postings"),
    ],
)
def test_what_was_hashed_anew_still_has_to_hold(session, place, monkeypatch, change, what):
    """A forger who writes the end of a chain anew is seen by what the entry says."""
    monkeypatch.setattr(screening, "newest", lambda *_: set())
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    other = an_envelope(session, queries.book(session, place["book"]), label="QPV", voted=50)
    entry = booked(session, "transfer", place["envelope"], 7, to=other.id)
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert (entry.number, verify(session)) == (10, [])
    mark = {"other": other.id} if ":other" in change else {}
    behind_the_back(session, change, book=place["book"], **mark)
    legs = session.execute(screening.LEGS, {"entries": [entry.id]}).all()
    seal = hashlib.sha256(bytes(legs[0].previous_hash) + canonical(legs[0], legs)).digest()
    for statement in (
        "UPDATE ledger_entry SET hash = :seal WHERE id = :entry AND book_id = :book",
        "UPDATE ledger_book SET last_hash = :seal WHERE id = :book AND :entry IS NOT NULL",
    ):
        forged = statement.replace(":entry IS", "CAST(:entry AS uuid) IS")
        behind_the_back(session, forged, book=place["book"], seal=seal, entry=entry.id)
    codes = {one[2] for one in found(session)}
    assert what in codes
    assert not codes & {"hash", "chain", "counter", "disagreement"}


@pytest.mark.parametrize("blind", ["suspects", "newest"])
def test_each_of_the_two_programs_finds_what_the_other_does_not_look_at(
    session, place, monkeypatch, blind
):
    behind_the_back(session, f"UPDATE ledger_entry SET reason = 'x'{IN}", book=place["book"])
    monkeypatch.setattr(screening, blind, lambda *_: set())
    codes = {("clermont 2018", 4, "hash")}
    if blind == "suspects":
        codes.add(("clermont 2018", 4, "disagreement"))
    assert found(session) == codes


def test_no_book_is_far_ahead_of_its_daily_totals(session, place):
    """Pages add at most a thousand entries to the sums of days: PostgreSQL holds it."""
    with (
        pytest.raises(IntegrityError, match="ck_ledger_book_is_counted"),
        session.begin_nested(),
    ):
        behind_the_back(
            session,
            "UPDATE ledger_book SET last_number = turned_to + 1001 WHERE id = :book",
            book=place["book"],
        )
