"""Told once committed, delivered at least once, handled once, sealed for ever."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from grants.kernel.access import SYSTEM
from grants.kernel.identity import new_id
from grants.outbox import queries, sealing
from grants.outbox.models import Message, Seal
from grants.outbox.services import announce, first_time, relay, revive

FUNDER = new_id()


def tell(session, kind="thing.happened", **given):
    return announce(session, kind, by=SYSTEM, at=NOW, **given)


def relayed(database, now=NOW) -> list[tuple[str, UUID]]:
    seen: list[tuple[str, UUID]] = []
    with database.transaction() as session:
        relay(session, lambda kind, message: seen.append((kind, message)), now=now)
    return seen


def test_a_message_of_a_transaction_that_fails_is_never_told(database):
    with pytest.raises(RuntimeError), database.transaction() as session:
        tell(session)
        raise RuntimeError
    assert relayed(database) == []


def test_messages_leave_in_order_and_once(database):
    with database.transaction() as session:
        ids = [tell(session) for _ in range(3)]
    assert relayed(database) == [("thing.happened", one) for one in ids]
    assert relayed(database) == []


def test_what_is_due_later_waits(database):
    with database.transaction() as session:
        tell(session)
    assert relayed(database, now=NOW - timedelta(seconds=1)) == []


def test_a_publication_that_fails_is_tried_again(database):
    with database.transaction() as session:
        tell(session)

    def broken(_kind, _message):
        raise OSError

    with pytest.raises(OSError), database.transaction() as session:  # noqa: PT011
        relay(session, broken, now=NOW)
    assert len(relayed(database)) == 1


def test_a_handler_claims_a_message_once(database):
    with database.transaction() as session:
        message = tell(session)
    claims = []
    for _ in range(3):
        with database.transaction() as session:
            claims.append(first_time(session, message, "mail.receipt"))
    assert claims == [True, False, False]


def test_what_the_broker_lost_leaves_again_and_what_was_handled_does_not(database):
    with database.transaction() as session:
        lost, done = tell(session), tell(session)
    relayed(database)
    with database.transaction() as session:
        first_time(session, done, "mail.thing")
        handlers = {"thing.happened": ("mail.thing",)}
        later = NOW + timedelta(minutes=2)
        assert revive(session, handlers, now=later, after=timedelta(minutes=1)) == 1
    assert [message for _, message in relayed(database, now=later)] == [lost]


def test_what_comes_back_is_waited_for_longer_each_time(database):
    with database.transaction() as session:
        tell(session)
    handlers, minute = {"thing.happened": ("mail.thing",)}, timedelta(minutes=1)
    relayed(database)
    moment, waits = NOW, []
    for _ in range(7):
        for waited in range(1, 60):
            with database.transaction() as session:
                back = revive(session, handlers, now=moment + minute * waited, after=minute / 2)
            if back:
                break
        waits.append(waited)
        moment += minute * waited
        assert len(relayed(database, now=moment)) == 1
    assert waits == [1, 2, 3, 5, 9, 17, 31]


def test_history_is_read_by_subject(session):
    subject = new_id()
    tell(session, "draft.started", subject=subject)
    tell(session, "other.thing")
    tell(session, "draft.submitted", subject=subject, number="X-1")
    kinds = [(one.kind, one.payload) for one in queries.history(session, subject=subject)]
    assert kinds == [("draft.started", {}), ("draft.submitted", {"number": "X-1"})]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE outbox_message SET kind = 'other'",
        "DELETE FROM outbox_message",
        "TRUNCATE outbox_message CASCADE",
        "UPDATE outbox_seal SET number = 9",
        "DELETE FROM outbox_seal",
    ],
)
def test_history_cannot_be_edited(session, statement):
    tell(session)
    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text(statement))


def a_sealed_history(database) -> None:
    """Six messages of two chains, old enough to be sealed."""
    with database.transaction() as session:
        for n in range(6):
            tell(session, funder=FUNDER if n % 2 else None, number=n)
        allow_edits(session)
        session.execute(text("UPDATE outbox_message SET created_at = now() - interval '1 day'"))
    with database.transaction() as session:
        assert sealing.seal(session, now=NOW) == 6
        assert sealing.seal(session, now=NOW) == 0


def allow_edits(session) -> None:
    """What only the owner of the database could do: silence the triggers."""
    session.execute(text("SET LOCAL session_replication_role = replica"))


def test_a_true_history_verifies(fresh_database):
    a_sealed_history(fresh_database)
    with fresh_database.reading() as session:
        assert sealing.verify(session) == []
        chains = select(Seal.chain_id, func.max(Seal.number)).group_by(Seal.chain_id)
        assert {tuple(row) for row in session.execute(chains)} == {
            (FUNDER, 3),
            (sealing.NO_FUNDER, 3),
        }


@pytest.mark.parametrize(
    ("fault", "where"),
    [
        ("UPDATE outbox_message SET payload = '{\"number\": 7}' WHERE serial = :s", "altered"),
        ("DELETE FROM outbox_message WHERE serial = :s", "missing"),
        (
            "UPDATE outbox_seal SET number = -number WHERE message_id = "
            "(SELECT id FROM outbox_message WHERE serial = :s)",
            "missing",
        ),
        (
            "UPDATE outbox_seal SET message_id = m.other FROM (SELECT a.id AS id, b.id AS other "
            "FROM outbox_message a JOIN outbox_message b ON b.serial = a.serial + 2 "
            "WHERE a.serial = :s UNION ALL SELECT b.id, a.id FROM outbox_message a "
            "JOIN outbox_message b ON b.serial = a.serial + 2 WHERE a.serial = :s) m "
            "WHERE message_id = m.id",
            "altered",
        ),
    ],
    ids=["altered", "deleted", "seal removed", "reordered"],
)
def test_an_altered_missing_or_reordered_message_is_found(fresh_database, fault, where):
    a_sealed_history(fresh_database)
    with fresh_database.transaction() as session:
        serial = session.scalar(
            select(Message.serial).where(Message.funder_id.is_(None)).order_by(Message.serial)
        )
        allow_edits(session)
        if "reordered" in where or "m.other" in fault:
            session.execute(
                text("ALTER TABLE outbox_seal DROP CONSTRAINT uq_outbox_seal_message_id")
            )
        session.execute(text(fault), {"s": serial})
    with fresh_database.reading() as session:
        findings = sealing.verify(session)
    assert any(where in finding.what for finding in findings), findings
    assert {finding.chain_id for finding in findings} == {sealing.NO_FUNDER}


def test_a_message_that_was_never_sealed_is_found(fresh_database):
    a_sealed_history(fresh_database)
    with fresh_database.transaction() as session:
        tell(session)
        allow_edits(session)
        session.execute(text("UPDATE outbox_message SET created_at = now() - interval '1 day'"))
    with fresh_database.reading() as session:
        assert [f.what.split(" ", 2)[2] for f in sealing.verify(session)] == ["was never sealed"]
