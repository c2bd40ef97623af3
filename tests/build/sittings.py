"""Meetings of juries, prepared or open, with whoever is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.clock import NOW
from build.juries import Panel, a_panel, a_review, as_juror
from build.people import acting_as
from grants.applications.models import Application
from grants.calls.models import Jury
from grants.juries.models import SeatRole
from grants.kernel.access import Actor
from grants.people.models import Person
from grants.sittings import services
from grants.sittings.models import Attendance, Mode, Motion, Sitting, SittingItem


@dataclass
class Meeting:
    """A jury of which the first member presides, its officer, and its meeting."""

    panel: Panel
    sitting: Sitting
    officer: Actor

    def actor(self, session: Session, nth: int) -> Actor:
        """The nth member, as the database knows them now."""
        return as_juror(session, self.panel.jurors[nth])

    def items(self, session: Session) -> list[SittingItem]:
        """The agenda in its order."""
        wanted = select(SittingItem).where(SittingItem.sitting_id == self.sitting.id)
        return list(session.scalars(wanted.order_by(SittingItem.position)))

    def go_to(self, session: Session, nth: int) -> SittingItem:
        """Put the nth point at hand."""
        lines = self.items(session)
        here = next((one for one in lines if one.is_current), None)
        services.move(
            session,
            self.sitting.id,
            to=lines[nth].id,
            since=here.id if here else None,
            actor=self.officer,
            now=NOW,
        )
        return lines[nth]

    def come(self, session: Session, *nth: int, mode: Mode | None = Mode.PRESENT) -> None:
        """Note that members are there (or gone)."""
        for one in nth:
            services.mark(
                session,
                self.sitting.id,
                self.panel.seats[one].id,
                mode,
                actor=self.officer,
                now=NOW,
            )


def a_meeting(
    session: Session,
    *,
    jurors: int = 3,
    applications: int = 2,
    opened: bool = True,
    here: int | None = None,
    quorum: int = 1,
    casting_vote: bool = False,
) -> Meeting:
    """A jury that scored everything, the first application best; `here` of its members came."""
    panel = a_panel(session, jurors=jurors, applications=applications)
    panel.seats[0].role = SeatRole.CHAIR
    panel.jury.quorum, panel.jury.casting_vote = quorum, casting_vote
    for seat in panel.seats:
        for nth, application in enumerate(panel.applications):
            a_review(session, seat, application, 9 - nth, 8)
    session.flush()
    officer = acting_as(session, panel.officer)
    sitting = services.prepare(
        session,
        panel.jury.id,
        meets_at=NOW,
        place="Salle du conseil",
        convened_by="Ada Besson, présidente",
        actor=officer,
        now=NOW,
    )
    meeting = Meeting(panel, sitting, officer)
    if opened:
        services.open_sitting(session, sitting.id, actor=officer, now=NOW)
        meeting.come(session, *range(jurors if here is None else here))
    return meeting


def meetings_under_way(
    session: Session, jury: Jury, ready: Jury, application: Application, voter: UUID
) -> dict[str, object]:
    """An open meeting of one jury, a vote on the whole going on; another jury's is prepared."""
    going = Sitting(
        jury_id=jury.id, meets_at=NOW, place="Mairie", convened_by="Ada Besson", opened_at=NOW
    )
    planned = Sitting(jury_id=ready.id, meets_at=NOW, place="Mairie", convened_by="Ada Besson")
    session.add_all([going, planned])
    session.flush()
    session.add_all(
        SittingItem(sitting_id=one.id, application_id=application.id, position=1)
        for one in (going, planned)
    )
    session.add(Attendance(sitting_id=going.id, seat_id=voter, mode=Mode.PRESENT, came_at=NOW))
    motion = Motion(
        sitting_id=going.id,
        number=1,
        text="Retenir la liste.",
        is_secret=False,
        present=1,
        represented=0,
        quorum=1,
        opened_at=NOW,
    )
    session.add(motion)
    session.flush()
    return {"sitting": going.id, "sitting.planned": planned.id, "motion": motion.id}


def several_meetings(*, of_juror: bool) -> Callable[[Session, int], tuple[Person, str]]:
    """For the test of lists: a jury with `n` meetings, and who reads their list where."""

    def make(session: Session, n: int) -> tuple[Person, str]:
        panel = a_panel(session)
        panel.seats[0].role = SeatRole.CHAIR
        facts = {"jury_id": panel.jury.id, "meets_at": NOW, "convened_by": "Ada Besson"}
        session.add_all(Sitting(place=f"Salle {nth}", **facts) for nth in range(n))
        if of_juror:
            return panel.jurors[0], f"/jury/{panel.jury.id}/seance"
        return panel.officer, f"/instruction/jurys/{panel.jury.id}/seance"

    return make
