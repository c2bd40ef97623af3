"""Two officers at once: one room, one time, one hearing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from build.clock import NOW
from build.hearings import a_hearing_panel, planned, slot_keys
from grants.juries.hearings import services
from grants.kernel.errors import Refused


def test_of_two_officers_who_want_the_same_hour_one_is_told_why_not(fresh_database):
    with fresh_database.transaction() as session:
        hearings = a_hearing_panel(session)
        planned(session, hearings)
        free = slot_keys(session, hearings.jury_id, hearings.officer)[3]
        jury_id, ids, officer = hearings.jury_id, hearings.ids[:2], hearings.officer

    def move(application_id) -> str:
        try:
            with fresh_database.transaction() as session:
                services.move(session, jury_id, application_id, free, actor=officer, now=NOW)
        except Refused as refusal:
            return refusal.code
        return "placed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(move, ids)) == ["hearing.place_taken", "placed"]
