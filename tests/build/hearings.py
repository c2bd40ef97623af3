"""A jury that hears: its members free all day, applications to be heard, a plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from build.calls import a_jury, a_stage
from build.clock import NOW
from build.juries import Panel, a_panel, a_seat
from build.people import acting_as
from grants.calls.models import Stage, StageKind
from grants.juries.hearings import services
from grants.juries.hearings.models import HearingAvailability
from grants.juries.hearings.services import PlanOf
from grants.juries.hearings.services.reach import locked_world
from grants.juries.hearings.slots import halves_of
from grants.juries.hearings.world import hours_of
from grants.juries.models import SeatRole
from grants.kernel.access import Actor
from grants.kernel.clock import paris_instant

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


def hearings_under_way(session: Session, side: Any, applications: list[Any]) -> dict[str, Any]:
    """For the world: the second application placed, the first told, asked and replied."""
    call, officer = side["call.row"], acting_as(session, side.people["officer"])
    stage = a_stage(session, call, position=3, kind=StageKind.HEARING, juries=0)
    jury = a_jury(session, stage)
    by = {"actor": officer, "now": NOW}
    plan = services.write_plan(session, jury.id, replace(PLAN, counts_silent=True), **by)
    halves = halves_of(hours_of(plan))
    for role in ("juror", "chair", "recused"):
        held = SeatRole.CHAIR if role == "chair" else SeatRole.JUROR
        seat = a_seat(session, jury, person=side.people[role], role=held)
        session.add(HearingAvailability(seat_id=seat.id, halves=halves, answered_at=NOW))
    keys = slot_keys(session, jury.id, officer)
    for nth, one in enumerate(applications):
        services.move(session, jury.id, one.id, keys[nth], **by)
        if nth == 0:
            services.convoke(session, jury.id, **by)
    first = applications[0]
    away = (paris_instant(DAY, 18), paris_instant(DAY, 19))
    note = services.note_impossibility(session, jury.id, first.id, *away, note="", **by)
    asked = services.write_feedback(
        session, jury.id, first.id, "Quel loyer ?", due_on=DAY - timedelta(days=3), **by
    )
    services.release_feedback(session, jury.id, first.id, **by)
    asked.reply, asked.replied_at, asked.replied_by = "1 200 €", NOW, first.author_id
    asked.reply_file_id = side["stored.reply"]
    session.flush()
    return {
        "jury.hearing": jury.id,
        "slot.free": keys[3],
        "impossibility": note.id,
    }


def slot_keys(session: Session, jury_id: Any, officer: Actor) -> list[str]:
    """The slots of a plan, as forms name them."""
    board = locked_world(session, jury_id, officer, NOW).board(only_kept=False)
    return [services.slot_key(one) for one in board.slots]


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
    return locked_world(session, hearings.jury_id, hearings.officer, NOW)


def heard(*, of_juror: bool) -> Any:
    """The hearings of a jury of so many, with whoever reads them: an officer, or a member."""

    def made(session: Session, n: int) -> tuple[Any, str]:
        hearings = a_hearing_panel(session, jurors=n, applications=n)
        planned(session, hearings, sent=True)
        if of_juror:
            return hearings.panel.jurors[0], f"/jury/{hearings.jury_id}/auditions"
        return hearings.panel.officer, f"/instruction/jurys/{hearings.jury_id}/auditions"

    return made
