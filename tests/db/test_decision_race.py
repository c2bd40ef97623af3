"""A decision and the reopening of the jury that it rests on, at the same instant: one of them."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from build.clock import NOW
from build.decisions import a_deliberation, a_refusal, a_scene, a_session
from build.juries import a_review, a_seat, a_store, an_assignment
from build.people import a_funder_member, acting_as
from grants.calls.models import Jury
from grants.decisions.models import Decision
from grants.juries import services
from grants.kernel.errors import Refused

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
PATIENCE_SECONDS = 20


@pytest.fixture
def scene(fresh_database):
    """A jury closed over two applications; one officer asked to open it again."""
    with fresh_database.transaction() as session:
        scene = a_scene(session)
        scene.jury = session.scalars(select(Jury).where(Jury.call_id == scene.call.id)).one()
        seat = a_seat(session, scene.jury)
        for one in scene.applications:
            an_assignment(session, seat, one)
            a_review(session, seat, one, 5, 5)
        by = {"actor": scene.officer, "now": NOW}
        services.close_jury(session, scene.jury.id, store=a_store(), **by)
        services.ask_reopening(session, scene.jury.id, reason="Une note à l’envers.", **by)
        scene.other = acting_as(session, a_funder_member(session, scene.funder))
        a_session(session, scene)
    return scene


def decide(session, scene) -> None:
    a_deliberation(session, scene, a_refusal(scene, 0))


def reopen(session, scene) -> None:
    services.grant_reopening(session, scene.jury.id, actor=scene.other, now=NOW)


def waits(database) -> bool:
    """Whether somebody comes to wait for a lock; False when nobody does."""
    until = time.monotonic() + PATIENCE_SECONDS / 4
    while time.monotonic() < until:
        with database.reading() as session:
            if session.scalar(text(WAITING)):
                return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize(
    ("first", "second", "refusal"),
    [
        (decide, reopen, "jury.reopen.decided"),
        (reopen, decide, "deliberation.jury_reopened"),
    ],
)
def test_one_waits_for_the_other_and_is_told_why_not(fresh_database, scene, first, second, refusal):
    written, waited = threading.Event(), []

    def begin() -> str:
        with fresh_database.transaction() as session:
            first(session, scene)
            session.flush()
            written.set()
            waited.append(waits(fresh_database))
        return "done"

    def follow() -> str:
        written.wait(PATIENCE_SECONDS)
        try:
            with fresh_database.transaction() as session:
                second(session, scene)
        except Refused as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.submit(begin), pool.submit(follow)
        assert (one.result(), other.result()) == ("done", refusal)
    assert waited == [True]
    with fresh_database.reading() as session:
        decided = bool(session.scalars(select(Decision)).all())
        opened = session.get_one(Jury, scene.jury.id).closed_at is None
    assert decided is not opened
