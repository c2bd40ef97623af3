"""A council of a scene's funder: its members, a meeting with one item, as far as wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.clock import NOW
from build.decisions import HELD_ON, Scene, a_scene, an_award
from build.people import acting_as
from build.sides import Side, a_document
from grants.councils import services
from grants.councils.models import AgendaItem, CouncilSeat, Meeting, Office, Paper
from grants.councils.services import Draft
from grants.decisions.models import Body, CouncilSession, Instrument
from grants.decisions.services import Item, Wanted, delegate, open_session, propose
from grants.files.store import FileStore
from grants.juries.models import Recusal, RecusalOrigin
from grants.kernel.access import Actor, FunderRole
from grants.people.models import Funder
from grants.people.queries import acting

EVENING = datetime(2018, 9, 28, 16, tzinfo=NOW.tzinfo)
LATER = EVENING + timedelta(minutes=30)
DRAFT = "Vu le code général des collectivités territoriales,\n\nLe conseil décide d’accorder…"


@dataclass
class Council:
    """A scene with seven members in office; the first presides and signs in as elected."""

    scene: Scene
    seats: list[CouncilSeat]
    meeting: Meeting
    item: AgendaItem

    @property
    def act(self) -> dict[str, object]:
        """Who does it, and when."""
        return {"actor": self.scene.officer, "now": NOW}

    @property
    def elected(self) -> Actor:
        return self.scene.actors[FunderRole.ELECTED]

    def ids(self, *ranks: int) -> list[UUID]:
        """The members of these ranks."""
        return [self.seats[one].id for one in ranks]


def a_council(
    session: Session,
    *items: Item,
    scene: Scene | None = None,
    members: int = 7,
    body: Body = Body.COUNCIL,
    starts_at: datetime = EVENING,
) -> Council:
    """A meeting planned with one item, on what is proposed (an award) for its application."""
    scene = scene or a_scene(session)
    seats = [
        services.seat(
            session,
            scene.funder.id,
            name=f"Membre {rank}",
            since=date(2014, 4, 4),
            office=Office.MEMBER if rank else Office.PRESIDENT,
            in_bureau=rank < 5,
            person_id=None if rank else scene.people[FunderRole.ELECTED].id,
            actor=scene.officer,
            now=NOW,
        )
        for rank in range(members)
    ]
    wanted = [Wanted(**vars(one)) for one in items or (an_award(scene),)]
    propose(session, scene.call.id, scene.funder.id, wanted=wanted, actor=scene.officer, now=NOW)
    meeting = services.plan(
        session,
        scene.funder.id,
        body=body,
        starts_at=starts_at,
        place="Salle du conseil",
        actor=scene.officer,
        now=NOW,
    )
    draft = Draft(
        object="Soutien aux initiatives du canal",
        draft=DRAFT,
        rapporteur_id=seats[1].id,
        applications=[one.application_id for one in wanted],
    )
    item = services.add_item(session, meeting.id, draft, actor=scene.officer, now=NOW)
    return Council(scene, seats, meeting, item)


def convened(session: Session, council: Council) -> Council:
    """Called early enough."""
    services.convene(session, council.meeting.id, on=HELD_ON - timedelta(days=12), **council.act)
    return council


def opened(session: Session, council: Council, *, present: int = 7) -> Council:
    """Called, then opened with that many members."""
    convened(session, council)
    place, at = council.meeting.id, council.meeting.starts_at
    services.open_meeting(session, place, chair_id=council.seats[0].id, at=at, **council.act)
    services.arrive(session, place, council.ids(*range(present)), at=at, **council.act)
    return council


def a_missed_quorum_before(session: Session, scene: Scene, sitting: CouncilSession) -> None:
    """A meeting of the same body missed its quorum three days before: that one is the second."""
    held_on = sitting.held_on - timedelta(days=3)
    first = open_session(
        session, scene.funder.id, body=sitting.body, held_on=held_on, actor=scene.officer, now=NOW
    )
    at = datetime.combine(held_on, EVENING.time(), tzinfo=NOW.tzinfo)
    ends = {"opened_at": at, "closed_at": at, "quorum_missed": True}
    place = {"place": "Salle", "clear_days": 5}
    session.add(Meeting(council_session_id=first.id, starts_at=at, **place, **ends))
    session.flush()
    again = {"first_id": first.id, "starts_at": at + timedelta(days=3)}
    session.add(Meeting(council_session_id=sitting.id, **again, **place))
    session.flush()


def recuse(session: Session, council: Council, rank: int, nth: int = 0) -> Actor:
    """The member of that rank is recused from the nth application; who they are from then on."""
    person_id = council.seats[rank].person_id
    session.add(
        Recusal(
            application_id=council.scene.applications[nth].id,
            person_id=person_id,
            origin=RecusalOrigin.DECLARED,
            reason="Préside l’association",
            declared_at=NOW,
        )
    )
    session.flush()
    return acting(session, person_id, now=NOW)


DAYS = {
    "draft": NOW + timedelta(days=20),
    "called": NOW - timedelta(hours=1),
    "open": EVENING - timedelta(days=9),
    "empty": EVENING - timedelta(days=16),
}
"""The meetings of the world: by what was done for them."""


def _a_meeting(
    session: Session,
    side: Side,
    funder: Funder,
    seats: list[CouncilSeat],
    stage: str,
) -> None:
    starts_at = DAYS[stage]
    act = {"actor": acting_as(session, side.people["officer"]), "now": NOW}
    place = {"place": "Salle du conseil", "starts_at": starts_at}
    meeting = services.plan(session, funder.id, body=Body.COUNCIL, **place, **act)
    files = [] if stage == "draft" else [side["application.open"]]
    draft = Draft(object=f"Soutien à {side.name}", draft=DRAFT, applications=files)
    item = services.add_item(session, meeting.id, draft, **act)
    services.add_item(session, meeting.id, Draft(object="Questions diverses"), **act)
    side.objects |= {f"meeting.{stage}": meeting.id, f"item.{stage}": item.id}
    if stage == "draft":
        return
    called = (starts_at - timedelta(days=8)).date()
    services.convene(session, meeting.id, on=called, **act)
    if stage in {"open", "empty"}:
        everyone = [one.id for one in seats]
        opening = {"chair_id": seats[0].id, "at": starts_at}
        services.open_meeting(session, meeting.id, **opening, **act)
        services.arrive(session, meeting.id, everyone, at=starts_at, **act)
    if stage == "empty":
        for one in meeting_items(session, meeting):
            services.withdraw_item(session, one, **act)


def council_at_work(session: Session, store: FileStore, side: Side, funder: Funder) -> None:
    """Members, a delegation, and meetings: being prepared, called, open with its item."""
    officer = acting_as(session, side.people["officer"])
    act = {"actor": officer, "now": NOW}
    names = [f"Membre {rank} de {side.name}" for rank in range(3)]
    seats = [
        services.seat(session, funder.id, name=one, since=date(2014, 4, 4), **act) for one in names
    ]
    given = delegate(
        session,
        funder.id,
        body=Body.BUREAU,
        number=f"DG-{side.name}",
        object="Délégations",
        voted_on=date(2018, 1, 15),
        instruments=[Instrument.GRANT],
        **act,
    )
    side.objects |= {"council_seat": seats[1].id, "council_other": seats[2].id}
    side.objects["delegation"] = given.id
    for stage in DAYS:
        _a_meeting(session, side, funder, seats, stage)
    kept = a_document(session, store, side, f"projet-{side.name}.pdf")
    paper = Paper(item_id=side["item.open"], format="pdf", stored_file_id=kept.id, made_at=NOW)
    session.add(paper)
    session.flush()
    side.objects["paper"] = paper.id


def meeting_items(session: Session, meeting: Meeting) -> list[UUID]:
    """The items of a meeting."""
    of_it = select(AgendaItem.id).where(AgendaItem.meeting_id == meeting.id)
    return list(session.scalars(of_it))
