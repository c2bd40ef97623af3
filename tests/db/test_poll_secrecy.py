"""Whoever reads the whole database finds no ballot's voter; a planted link is found here."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from build.clock import NOW
from build.polls import SECRET, a_poll, some_codes, vote
from grants.polls import queries, services, voters
from grants.polls.anomalies import report
from grants.polls.models import HallCode, Poll, PollBallot, Voter
from grants.polls.services import urn, voting

VOTERS = 9
BALLOTS, PEOPLE = ("poll_ballot",), ("poll_voter", "poll_code", "poll_link", "poll_traffic")
NEUTRAL = {"poll_id"}


@pytest.fixture
def voted(fresh_database):
    """Nine people who voted one after the other, each in a transaction that was committed."""

    def hold() -> list[str]:
        with fresh_database.transaction() as session:
            poll = a_poll(session)
        receipts = []
        for at in range(VOTERS):
            with fresh_database.transaction() as session:
                receipts.append(vote(session, poll, f"ana{at}@example.org", at % 3))
        return receipts

    return hold


def marks(database) -> list[str]:
    """What ties a ballot to a voter: each way that somebody with SQL could try."""
    found = []
    with database.reading() as session:
        rows = {
            table: [dict(one) for one in session.execute(
                text(f"SELECT xmin::text::bigint AS xmin, ctid::text AS ctid, * FROM {table}")
            ).mappings()]
            for table in (*BALLOTS, *PEOPLE, "outbox_message", "mail", "attempt")
        }  # fmt: skip
        found += keys_between(session)
    found += shared_values(rows)
    found += instants(session, PollBallot.__tablename__)
    found += transactions(rows)
    return found


def keys_between(session) -> list[str]:
    """Foreign keys from what was voted to anything but the poll."""
    keys = session.execute(text(
        "SELECT confrelid::regclass::text FROM pg_constraint "
        "WHERE contype = 'f' AND conrelid = 'poll_ballot'::regclass"
    )).scalars()  # fmt: skip
    return [f"ballot → {one}" for one in keys if one != "poll"]


def instants(session, table: str) -> list[str]:
    """Columns of time, or of order, in what was voted."""
    columns = session.execute(text(
        "SELECT column_name, data_type, column_default FROM information_schema.columns "
        f"WHERE table_name = '{table}'"
    )).all()  # fmt: skip
    told = ("timestamp", "time", "date", "bigint", "integer", "uuid")
    return [
        f"{name}: {kind}"
        for name, kind, default in columns
        if name not in NEUTRAL and (default or kind.startswith(told))
    ]


def shared_values(rows) -> list[str]:
    """A value of a ballot, its digests included, that stands in any row about people."""
    about_people = {
        str(value)
        for table, found in rows.items()
        if table not in BALLOTS
        for row in found
        for name, value in row.items()
        if name not in {"poll_id", "xmin", "ctid", "subject_id", "funder_id"}
    }
    said = "\n".join(about_people)
    return [row["receipt"] for row in rows["poll_ballot"] if row["receipt"] in said]


def transactions(rows) -> list[str]:
    """Ballots that the transaction of a voter wrote, when they are fewer than they might be."""
    ballots = rows["poll_ballot"]
    found = []
    for one in rows["poll_voter"]:
        beside = [row for row in ballots if row["xmin"] == one["xmin"]]
        if 0 < len(beside) < min(len(ballots), urn.COVER):
            found.append(f"{one['voter'][:6]} wrote {len(beside)} of {len(ballots)}")
    return found


def test_nothing_in_the_database_ties_a_ballot_to_its_voter(fresh_database, voted):
    voted()
    assert marks(fresh_database) == []


def test_the_receipt_is_kept_nowhere(fresh_database, voted):
    receipts = voted()
    with fresh_database.reading() as session:
        tables = session.execute(text(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        )).scalars()  # fmt: skip
        dump = "\n".join(
            str(row) for table in tables for row in session.execute(text(f'TABLE "{table}"'))
        )
    assert not [one for one in receipts if one in dump]
    assert not re.search(r"ana\d@example\.org", dump)


def test_ballots_written_alone_are_found(fresh_database, voted, monkeypatch):
    monkeypatch.setattr(urn, "_taken_out", lambda *_arguments, **_options: [])
    voted()
    assert len(marks(fresh_database)) == VOTERS


def test_a_receipt_noted_beside_a_voter_is_found(fresh_database, voted, monkeypatch):
    put = urn.put

    def careless(session, poll_id, receipt, choices):
        put(session, poll_id, receipt, choices)
        session.execute(text("UPDATE attempt SET network = :receipt"), {"receipt": receipt})

    monkeypatch.setattr(voting.urn, "put", careless)
    voted()
    assert len(marks(fresh_database)) == 1


def test_an_instant_beside_a_ballot_is_found(fresh_database, voted):
    with fresh_database.transaction() as session:
        session.execute(text("ALTER TABLE poll_ballot ADD at timestamptz DEFAULT now()"))
    voted()
    assert marks(fresh_database) == ["at: timestamp with time zone"]


def test_ballots_lie_in_another_order_than_that_in_which_they_came(fresh_database, voted):
    orders = set()
    for _ in range(3):
        receipts = voted()
        with fresh_database.reading() as session:
            lying = session.execute(text("SELECT receipt FROM poll_ballot ORDER BY ctid")).scalars()
            kept = {voting.voters.receipt_of(one): at for at, one in enumerate(receipts)}
            orders.add(tuple(kept[one] for one in lying if one in kept))
    assert orders != {tuple(range(VOTERS))}  # once in 9!³ by chance


def kept_of(session, address: str, code: str, poll) -> bool:
    """Whether somebody with the key finds that this address, or this printed code, voted."""
    voter = voters.voter_of(SECRET, poll.id, address)
    slip = voters.code_of(SECRET, poll.id, code)
    return bool(
        session.get(Voter, (poll.id, voter), populate_existing=True)
        or session.get(HallCode, (poll.id, slip), populate_existing=True)
    )


def test_once_counted_nobody_with_the_key_finds_who_voted(session):
    poll = a_poll(session)
    codes = some_codes(session, poll, 2)
    receipts = [vote(session, poll, f"ana{at}@example.org", at % 3) for at in range(4)]
    receipts.append(
        services.cast_by_code(
            session, poll, codes[0], {poll.candidates[0].id: 1},
            secret_key=SECRET, address="192.0.2.9", now=NOW,
        )
    )  # fmt: skip
    looked_at = report(queries.traffic(session, poll.id))
    before = queries.turn_out(session, poll.id, now=NOW)
    assert kept_of(session, "ana1@example.org", "", poll)
    assert kept_of(session, "", codes[1], poll)
    assert services.close_due(session, now=poll.closes_at) == 1
    session.expire_all()
    for at in range(4):
        assert not kept_of(session, f"ana{at}@example.org", codes[at % 2], poll)
    # What people may still ask is answered as before.
    assert all(queries.holds(session, poll.id, voters.receipt_of(one)) for one in receipts)
    assert queries.turn_out(session, poll.id, now=poll.closes_at) == before
    assert report(queries.traffic(session, poll.id)) == looked_at
    assert session.get_one(Poll, poll.id).results["ballots"] == 5
