"""What probes are told."""

from __future__ import annotations

from build.clock import NOW
from grants.kernel.access import SYSTEM
from grants.outbox.services import announce


def test_a_message_that_nobody_takes_is_told_after_a_minute(client, session, clock):
    announce(session, "thing.happened", by=SYSTEM, at=NOW)
    session.flush()
    assert client.get("/health/workers").status_code == 200
    clock.forward(seconds=61)
    answer = client.get("/health/workers")
    assert (answer.status_code, answer.json) == (503, {"status": "late", "waiting": 1})


def test_the_process_and_its_database_answer(client):
    assert [client.get(f"/health/{probe}").status_code for probe in ("live", "ready")] == [200, 200]
