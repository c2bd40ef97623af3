"""From the fact to its handlers: once in effect, whatever dies or forgets on the way."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select, text

from build.checkout import wait_until
from build.clock import NOW
from grants.outbox.models import Delivery
from grants.outbox.services import relay
from workers.app import celery, task_modules
from workers.handlers import HANDLERS

pytestmark = pytest.mark.slow


def test_a_message_is_heard_and_hearing_it_again_changes_nothing(farm, tell, heard):
    farm.worker()
    farm.beat()
    (told,) = tell()
    wait_until(lambda: heard() == [told])
    send(farm, "test.listen", told, times=5)
    wait_until(lambda: farm.waiting() == 0)
    time.sleep(0.5)
    assert heard() == [told]


def test_a_kind_that_nobody_hears_is_history_only(farm, tell, heard, ledger_of_heard):
    farm.worker()
    farm.beat()
    (unheard,) = tell("nobody.listens")
    (told,) = tell()
    wait_until(lambda: heard() == [told])
    with ledger_of_heard.reading() as session:
        waiting = select(Delivery.message_id).where(Delivery.sent_at.is_(None))
        assert unheard not in session.scalars(waiting).all()


def test_a_flushed_broker_loses_nothing(farm, tell, heard, ledger_of_heard):
    """Published, then forgotten by the broker before any worker came: published once more."""
    told = tell(times=50)
    with ledger_of_heard.transaction() as session:
        relay(session, lambda _kind, one: send(farm, "test.listen", one), now=NOW)
    assert farm.waiting() == 50
    farm.flush()
    farm.worker()
    farm.beat()
    wait_until(lambda: heard() == sorted(told))


def test_negative_control_what_bypasses_the_outbox_is_lost_by_a_flush(farm, tell, heard):
    (told,) = tell("nobody.listens")
    send(farm, "test.forgetful", told)
    farm.flush()
    farm.worker()
    farm.beat()
    (other,) = tell()
    wait_until(heard)
    assert heard() == [other]


def test_a_worker_killed_in_the_middle_of_a_task_does_it_once(farm, tell, heard, ledger_of_heard):
    worker = farm.worker()
    beat = farm.beat()
    (told,) = tell("test.happened_slowly")
    wait_until(lambda: dozing(ledger_of_heard))
    farm.kill(worker)
    assert heard() == []
    farm.worker()
    wait_until(lambda: heard() == [told])
    assert beat.poll() is None


def test_every_handler_and_every_tick_is_a_task():
    for module in task_modules():
        celery.loader.import_task_module(module)
    wanted = {name for names in HANDLERS.values() for name in names}
    assert wanted <= set(celery.tasks)


def send(farm, task, message_id, times=1):
    """Put a task into the broker, behind the relay's back."""
    from celery import Celery

    with Celery(broker=farm.broker_url, set_as_current=False) as outside:
        for _ in range(times):
            outside.send_task(task, args=[str(message_id)])


def dozing(database):
    """Whether a listener is in the middle of its transaction."""
    asleep = "query LIKE 'SELECT pg_sleep(%' AND state = 'active'"
    with database.reading() as session:
        return session.scalar(text(f"SELECT count(*) FROM pg_stat_activity WHERE {asleep}"))
