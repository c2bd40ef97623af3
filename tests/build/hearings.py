"""A jury that hears: its members free all day, applications to be heard, a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from build.clock import NOW
from build.juries import Panel, a_panel, a_seat, as_juror
from build.people import acting_as
from grants.calls.models import Stage, StageKind
from grants.juries.hearings import services
from grants.juries.hearings.models import HearingAvailability
from grants.juries.hearings.services import PlanOf
from grants.juries.hearings.slots import halves_of
from grants.juries.hearings.world import hours_of
from grants.juries.models import Seat
from grants.kernel.access import Actor

DAY = date(2018, 11, 20)
BRING = "Une pièce d’identité."
PLAN = PlanOf(
    days=(DAY,),
    first_minute=540,
    last_minute=720,
    length_minutes=30,
    pause_minutes=10,
    lunch_from=None,
    lunch_until=None,
    places=("Salle du conseil",),
    bring=BRING,
)


@dataclass
class Hearings:
    """A panel on a stage of hearings, with the officer who plans them."""

    panel: Panel
    officer: Actor

    @property
    def jury_id(self):
        return self.panel.jury.id

    @property
    def ids(self):
        return [one.id for one in self.panel.applications]


def a_hearing_panel(
    session: Session, *, jurors: int = 2, applications: int = 3, plan: PlanOf | None = PLAN
) -> Hearings:
    """A jury that hears; its members can come whenever the plan asks."""
    panel = a_panel(session, jurors=jurors, applications=applications)
    session.get_one(Stage, panel.jury.stage_id).kind = StageKind.HEARING
    session.flush()
    hearings = Hearings(panel, acting_as(session, panel.officer))
    if plan:
        row = services.write_plan(
            session, panel.jury.id, plan, actor=hearings.officer, now=NOW - timedelta(days=1)
        )
        for seat in panel.seats:
            session.add(
                HearingAvailability(
                    seat_id=seat.id, halves=halves_of(hours_of(row)), answered_at=NOW
                )
            )
    session.flush()
    return hearings


def planned(session: Session, hearings: Hearings, *, sent: bool = False) -> None:
    """Everybody placed by the generator; and told."""
    jury_id, officer = hearings.jury_id, hearings.officer
    services.apply_proposal(session, jury_id, seen=seen(session, hearings), actor=officer, now=NOW)
    if sent:
        services.convoke(session, jury_id, actor=officer, now=NOW)


def seen(session: Session, hearings: Hearings) -> str:
    """The fingerprint of the plan that its officer would see."""
    return services.fingerprint(services.proposal_for(world(session, hearings)))


def world(session: Session, hearings: Hearings):
    """Everything that decides of slots, as the officer's page reads it."""
    from grants.juries.hearings.services.reach import locked_world

    return locked_world(session, hearings.jury_id, hearings.officer, NOW)


__all__ = ["BRING", "DAY", "PLAN", "Hearings", "Seat", "a_hearing_panel", "a_seat", "as_juror"]
