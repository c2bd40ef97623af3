"""A member who writes and an officer who works on seats never wait for each other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from build.ballots import a_voting_panel
from build.clock import NOW
from build.juries import a_panel, as_juror
from build.people import acting_as
from build.racing import PATIENCE_SECONDS, waits
from grants.calls.models import RankingRule
from grants.juries import queries, rules, services
from grants.juries.models import Seat
from grants.juries.services import Choices, Written


def a_ballot_saved(session, panel, juror) -> None:
    choices = Choices(version=0, values={panel.applications[0].id: 1})
    services.save_ballot(session, panel.jury.id, choices, final=False, actor=juror, now=NOW)


def a_review_saved(session, panel, juror) -> None:
    given = (panel.jury.id, panel.applications[0].id, Written(version=0))
    services.save_review(session, *given, actor=juror, now=NOW)


@pytest.mark.parametrize("write", [a_ballot_saved, a_review_saved])
def test_a_seat_is_locked_behind_its_jury(fresh_database, write):
    """The officer holds the jury; the member comes; the officer goes on to the member's seat."""
    database, at_work = fresh_database, threading.Event()
    with database.transaction() as session:
        ballots = write is a_ballot_saved
        panel = a_voting_panel(session, RankingRule.APPROVAL) if ballots else a_panel(session)
        juror, officer = as_juror(session, panel.jurors[0]), acting_as(session, panel.officer)

    def manage() -> None:
        with database.transaction() as session:
            queries.locked_jury(session, panel.jury.id, officer, who=rules.manages.where)
            at_work.set()
            assert waits(database)
            seat = session.scalars(select(Seat).where(Seat.id == panel.seats[0].id)).one()
            seat.load_max = 7
            session.flush()

    def follow() -> None:
        at_work.wait(PATIENCE_SECONDS)
        with database.transaction() as session:
            write(session, panel, juror)

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(act) for act in (manage, follow)]:
            one.result()
    with database.reading() as session:
        assert session.get_one(Seat, panel.seats[0].id).load_max == 7
