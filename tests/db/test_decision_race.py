"""A decision and the reopening of the jury that it rests on, at the same instant: one of them."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.decisions import a_deliberation, a_refusal, a_scene, a_session
from build.juries import a_review, a_seat, a_store, an_assignment
from build.people import a_funder_member, acting_as
from build.racing import raced
from grants.calls.models import Jury
from grants.decisions.models import Decision
from grants.juries import services


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


@pytest.mark.parametrize(
    ("first", "second", "refusal"),
    [
        (decide, reopen, "jury.reopen.decided"),
        (reopen, decide, "deliberation.jury_reopened"),
    ],
)
def test_one_waits_for_the_other_and_is_told_why_not(fresh_database, scene, first, second, refusal):
    found = raced(fresh_database, partial(first, scene=scene), partial(second, scene=scene))
    assert found == ["done", refusal]
    with fresh_database.reading() as session:
        decided = bool(session.scalars(select(Decision)).all())
        opened = session.get_one(Jury, scene.jury.id).closed_at is None
    assert decided is not opened
