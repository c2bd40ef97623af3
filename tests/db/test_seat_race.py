"""The last two officers of a call take a seat on its blind jury at once: one of them does."""

from __future__ import annotations

from functools import partial

from sqlalchemy import select

from build.clock import NOW
from build.juries import a_panel, a_seat
from build.people import a_funder_member, acting_as
from build.racing import raced
from grants.calls.models import CallFunder, Stage
from grants.juries import services
from grants.people.models import Funder


def test_two_officers_never_count_on_each_other(fresh_database):
    with fresh_database.transaction() as session:
        panel = a_panel(session)
        session.get_one(Stage, panel.jury.stage_id).blind = True
        paying = select(Funder).join(CallFunder).where(CallFunder.call_id == panel.call.id)
        lead = session.scalars(paying).one()
        officers = [panel.officer, a_funder_member(session, lead)]
        seats = [a_seat(session, panel.jury, person=one, accepted=False) for one in officers]
        actors = [acting_as(session, one) for one in officers]

    def take(session, nth: int) -> None:
        services.accept(session, seats[nth].id, charter=True, actor=actors[nth], now=NOW)

    found = raced(fresh_database, partial(take, nth=0), partial(take, nth=1))
    assert found == ["done", "juror.accept.only_officer"]
