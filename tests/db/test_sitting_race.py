"""Many at once in a meeting: one vote a seat, one open meeting a jury, one step a press."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.sittings import a_meeting
from grants.kernel.errors import Refused
from grants.sittings import services
from grants.sittings.models import Choice, Motion, MotionVote, Sitting, SittingItem

pytestmark = pytest.mark.slow


def at_once(database, attempts):
    """Run each in a transaction of its own, let go at the same instant; what each came to."""
    start = Barrier(len(attempts))

    def run(attempt):
        try:
            with database.transaction() as session:
                session.connection()
                start.wait(timeout=30)
                attempt(session)
        except Refused as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(len(attempts)) as pool:
        return Counter(pool.map(run, attempts))


def test_votes_at_once_are_each_counted_once(fresh_database):
    jurors = 5
    with fresh_database.transaction() as session:
        meeting = a_meeting(session, jurors=jurors)
        motion = services.put_motion(
            session,
            meeting.sitting.id,
            text="Retenir.",
            is_secret=True,
            on_item=False,
            actor=meeting.officer,
            now=NOW,
        )
        given = (meeting.sitting.id, motion.id)
        voters = [
            (meeting.actor(session, nth), seat.id) for nth, seat in enumerate(meeting.panel.seats)
        ]

    def vote(actor, seat_id, choice):
        return lambda session: services.cast_vote(
            session, *given, seat_id, choice, actor=actor, now=NOW
        )

    attempts = [vote(*voter, choice) for voter in voters for choice in (Choice.FOR, Choice.AGAINST)]
    assert at_once(fresh_database, attempts) == {"done": jurors, "motion.vote.already": jurors}
    with fresh_database.reading() as session:
        motion = session.get_one(Motion, given[1])
        assert motion.voted == motion.votes_for + motion.votes_against == jurors
        assert len(session.scalars(select(MotionVote)).all()) == jurors


def test_two_meetings_are_not_opened_at_once_and_one_press_is_one_step(fresh_database):
    with fresh_database.transaction() as session:
        meeting = a_meeting(session, opened=False, applications=4)
        other = services.prepare(
            session,
            meeting.panel.jury.id,
            meets_at=NOW,
            place="Ailleurs",
            convened_by="Ada Besson",
            actor=meeting.officer,
            now=NOW,
        )
        ids = (meeting.sitting.id, other.id)

    def opening(sitting_id):
        return lambda session: services.open_sitting(
            session, sitting_id, actor=meeting.officer, now=NOW
        )

    assert at_once(fresh_database, [opening(one) for one in ids]) == {
        "done": 1,
        "sitting.another_open": 1,
    }
    with fresh_database.reading() as session:
        [open_one] = session.scalars(select(Sitting.id).where(Sitting.opened_at.is_not(None)))

    def on(session):
        services.move(session, open_one, since=None, actor=meeting.officer, now=NOW)

    assert at_once(fresh_database, [on] * 4) == {"done": 4}
    with fresh_database.reading() as session:
        begun = select(SittingItem.id).where(SittingItem.began_at.is_not(None))
        assert len(session.scalars(begun).all()) == 1
