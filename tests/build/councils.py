"""A council of a scene's funder: its members, a meeting with one item, as far as wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from build.clock import NOW
from build.decisions import HELD_ON, Scene, a_scene, an_award
from grants.councils import services
from grants.councils.models import AgendaItem, CouncilSeat, Meeting, Office
from grants.councils.services import Draft
from grants.decisions.models import Body
from grants.decisions.services import Item, Wanted, propose
from grants.juries.models import Recusal, RecusalOrigin
from grants.kernel.access import Actor, FunderRole
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
