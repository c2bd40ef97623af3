"""What the time alone makes due: done by a task, once, however often it runs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from build.applications import an_application
from build.calls import a_call
from build.clock import NOW
from grants.applications.models import Application, ApplicationState
from grants.calls.models import Call, CallState
from grants.outbox.models import Message, Seal
from workers.tasks import deadlines, seal


@pytest.fixture
def wired(monkeypatch, database, clock):
    """The tasks on the test's database and clock."""
    for tasks in (deadlines, seal):
        monkeypatch.setattr(tasks, "database", lambda: database)
        monkeypatch.setattr(tasks, "now", clock.now)
    return database


def test_a_call_closes_at_its_instant_and_its_drafts_lapse(wired, session, clock):
    call = a_call(session, closes_at=NOW + timedelta(hours=1))
    draft = an_application(session, call)
    session.commit()
    clock.forward(minutes=59, seconds=59)
    assert (deadlines.open_and_close_calls(), deadlines.let_drafts_lapse()) == (0, 0)
    clock.forward(seconds=1)
    assert (deadlines.open_and_close_calls(), deadlines.let_drafts_lapse()) == (1, 1)
    assert (deadlines.open_and_close_calls(), deadlines.let_drafts_lapse()) == (0, 0)
    with wired.reading() as after:
        assert after.get_one(Call, call.id).state is CallState.CLOSED
        assert after.get_one(Application, draft.id).state is ApplicationState.LAPSED
        told = after.scalars(select(Message.kind).where(Message.subject_id == draft.id)).all()
    assert told == ["application.lapsed"]


def test_an_opening_is_told_once(wired, session, clock):
    call = a_call(session, opens_at=NOW + timedelta(hours=1), closes_at=NOW + timedelta(days=9))
    session.commit()
    assert deadlines.open_and_close_calls() == 0
    clock.forward(hours=1)
    assert [deadlines.open_and_close_calls() for _ in range(2)] == [1, 0]
    with wired.reading() as after:
        told = after.scalars(select(Message.kind).where(Message.subject_id == call.id)).all()
    assert told == ["call.opened"]


def test_history_is_sealed_behind_the_requests(wired, session):
    from sqlalchemy import text

    from grants.kernel.access import SYSTEM
    from grants.outbox.services import announce

    announce(session, "test.happened", by=SYSTEM, at=NOW)
    session.commit()
    assert seal.seal_history() == 0, "too young: a serial before it may still commit"
    with wired.transaction() as later:
        later.execute(text("ALTER TABLE outbox_message DISABLE TRIGGER USER"))
        later.execute(text("UPDATE outbox_message SET created_at = created_at - interval '1 min'"))
        later.execute(text("ALTER TABLE outbox_message ENABLE TRIGGER USER"))
    assert [seal.seal_history() for _ in range(2)] == [1, 0]
    with wired.reading() as after:
        assert after.scalars(select(Seal.number)).all() == [1]
