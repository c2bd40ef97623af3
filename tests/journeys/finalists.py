"""Courts-circuits on the eve of its finals: the selection is done, three projects are mentored.

How one gets there is test_courts_circuits.py; here it is rows, so that the finals have the time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.applications import an_application
from build.calls import an_officer_of
from build.juries import a_recusal, a_review, a_seat, an_assignment
from build.people import a_person, an_organisation
from grants.applications.models import Application, ApplicationState
from grants.calls import services
from grants.calls.models import Call, Jury
from grants.demo.cast import Candidate, Player
from grants.juries.models import Assignment, Seat, SeatRole
from grants.people.models import Funder, Person
from journeys.houses import House, a_house
from journeys.judging import juries_of
from journeys.stage import Stage

OPENED = datetime(2018, 10, 1, 8, tzinfo=UTC)
CLOSED = datetime(2018, 10, 7, 22, tzinfo=UTC)
SLUG = "courts-circuits-finale-2018"


@dataclass
class Finals:
    """The call, who pays for its prizes, its juries by key, its projects by title."""

    call_id: UUID
    houses: Sequence[House]
    juries: dict[str, UUID]
    projects: dict[str, UUID]

    def draft(self, candidate: Candidate) -> str:
        """The address of a candidate's application."""
        return f"/dossiers/{self.projects[candidate.title]}"


def three_funders(stage: Stage, river: str) -> list[House]:
    """The agglomeration leads; its people work for the city and the employment centre too."""
    key = river.lower()
    lead = a_house(
        stage, key, f"Agglomération de {river}", envelope=f"Prix de {river}", voted=1_000_000
    )
    city = a_house(
        stage,
        f"ville-{key}",
        f"Ville de {river}",
        envelope=f"Prix de la ville de {river}",
        voted=300_000,
        staff=lead,
    )
    centre = a_house(
        stage,
        f"emploi-{key}",
        f"Maison de l’emploi de {river}",
        envelope=f"Prix de l’emploi de {river}",
        voted=1,
        staff=lead,
    )
    return [lead, city, centre]


def the_finals(stage: Stage, candidates: Sequence[Candidate]) -> Finals:
    """A call made of the scheme, closed for weeks; its finalists, each with who signs for it."""
    houses = three_funders(stage, "Lauch")
    slots = dict(zip(("m2a", "mulhouse", "mef"), houses, strict=True))
    with stage.session() as session:
        officer = an_officer_of(*(session.get_one(Funder, one.funder_id) for one in houses))
        call = services.load_template(
            session,
            "courts_circuits",
            slug=SLUG,
            funders={key: one.funder_id for key, one in slots.items() if one.funder_id},
            envelopes={key: one.envelope_id for key, one in slots.items() if one.envelope_id},
            opens_at=OPENED,
            closes_at=CLOSED,
            edition="2018",
            actor=officer,
            now=OPENED,
        )
        services.publish(session, call.id, actor=officer, now=OPENED)
        projects = {one.title: _finalist(session, call, one).id for one in candidates}
        call_id = call.id
    return Finals(call_id, houses, juries_of(stage, call_id), projects)


def _finalist(session: Session, call: Call, candidate: Candidate) -> Application:
    author = _person(session, candidate.person)
    organisation = an_organisation(session, name=candidate.organisation, representative=author)
    return an_application(
        session,
        call,
        organisation=organisation,
        author=author,
        state=ApplicationState.FINALIST,
        with_files=False,
        title=candidate.title,
        requested=candidate.requested * 100,
        answers={
            "titre": candidate.title,
            "resume": candidate.about,
            "demande": candidate.requested * 100,
        },
    )


def seat(
    stage: Stage,
    finals: Finals,
    key: str,
    players: Sequence[Player],
    *,
    aside: Mapping[Player, str] = MappingProxyType({}),
) -> None:
    """Members who accepted, the first one presiding; each is given everything to read.

    Whoever is `aside` stepped back from the project of that title.
    """
    with stage.session() as session:
        jury = session.get_one(Jury, finals.juries[key])
        for rank, player in enumerate(players):
            person = _person(session, player)
            role = SeatRole.JUROR if rank else SeatRole.CHAIR
            taken = a_seat(session, jury, person=person, role=role)
            for title, project in finals.projects.items():
                application = session.get_one(Application, project)
                if aside.get(player) == title:
                    a_recusal(session, person, application)
                else:
                    an_assignment(session, taken, application)


def scored(stage: Stage, finals: Finals, key: str, marks: Mapping[str, int]) -> None:
    """Every member scores every project that is theirs: one mark for all criteria, by title."""
    titles = {project: title for title, project in finals.projects.items()}
    with stage.session() as session:
        given = select(Assignment).where(Assignment.jury_id == finals.juries[key])
        for one in session.scalars(given).all():
            application = session.get_one(Application, one.application_id)
            mark = marks[titles[application.id]]
            member = session.get_one(Seat, one.seat_id)
            a_review(session, member, application, *([mark] * 4), at=stage.clock.now())


def _person(session: Session, player: Player) -> Person:
    """Whoever has that address already, from another journey, or somebody new."""
    known = select(Person).where(Person.email == player.email)
    found = session.scalars(known).first()
    return found or a_person(session, name=player.name, email=player.email)
