"""The deliberative body: its members and delegations, an agenda at each stage, the room, votes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.clock import NOW
from build.councils import DRAFT, EVENING, LATER, Council, a_council, opened, recuse
from build.decisions import a_delegation, a_refusal, a_scene, an_award
from build.gallery.deciding import a_ranked_scene
from build.gallery.names import NAMES, Look
from build.payments import a_document
from grants.councils import services
from grants.councils.models import AgendaItem, Choice, Paper
from grants.councils.services import Ballot, Draft
from grants.decisions.services import Wanted, make_executory, propose
from grants.kernel.access import FunderRole

R = FunderRole
OFFICE = "/instruction/seances"
BODY = "/instruction/assemblee"
OBJECT = (
    "Soutien aux projets de l’économie sociale et solidaire\u202f: attribution des aides de 2018"
)
COMING = NOW + timedelta(days=20)


def on_the_agenda(session: Session, many: int) -> Iterator[Look]:
    """No meeting, no member; then an agenda being written, called, and read by its members."""
    bare = a_scene(session, applications=0).people[FunderRole.OFFICER]
    for page in (OFFICE, f"{BODY}/membres", f"{BODY}/delegations"):
        yield Look(bare, page)
    council = a_busy_council(session, applications=max(many, 4))
    officer, elected = (council.scene.people[one] for one in (R.OFFICER, R.ELECTED))
    page = f"{OFFICE}/{council.meeting.id}"
    item = f"{page}/points/{council.item.id}"
    for one in (f"{BODY}/membres", f"{BODY}/delegations", OFFICE, page, item):
        yield Look(officer, one)
    yield Look(officer, f"{BODY}/membres", press="Ajouter ce membre", answer=422)
    yield Look(officer, f"{BODY}/delegations", press="Inscrire la délégation", answer=422)
    yield Look(officer, f"{OFFICE}/nouvelle", press="Prévoir la séance", answer=422)
    late = {"on": f"{COMING:%d/%m/%Y}"}
    yield Look(officer, page, press="Convoquer les membres", answer=409, fill=late)
    yield Look(officer, f"{page}/points/nouveau", press="Enregistrer", answer=422)
    yield Look(elected, page)
    services.convene(session, council.meeting.id, on=NOW.date(), **council.act)
    recuse(session, council, 0, 1)
    for who in (officer, elected):
        yield Look(who, page)
    for one in (OFFICE, f"{BODY}/membres", f"{BODY}/delegations"):
        yield Look(elected, one)
    for tail in ("", f"/points/{council.item.id}"):
        yield Look(officer, f"{page}/salle{tail}")


def in_the_room(session: Session, many: int) -> Iterator[Look]:
    """A meeting under way: who is there, a proxy, who leaves; refused, voted by name, over."""
    council = a_busy_council(session, applications=4, starts_at=EVENING)
    opened(session, council, present=5)
    act = council.act
    fifth, sixth = council.ids(4, 5)
    hall = {"at": EVENING, **act}
    services.give_proxy(session, council.meeting.id, giver_id=sixth, holder_id=fifth, **hall)
    recuse(session, council, 0, 1)
    services.say_concerned(session, council.item.id, council.seats[3].id, **act)
    officer = council.scene.people[R.OFFICER]
    room = f"{OFFICE}/{council.meeting.id}/salle"
    item = f"{room}/points/{council.item.id}"
    yield Look(officer, room)
    yield Look(officer, room, press="Noter ces arrivées", answer=422, fill={"at": ""})
    yield Look(officer, item)
    vote = {"press": "Enregistrer le vote", "answer": 422}
    yield Look(officer, item, **vote)
    by_name = Ballot(choices=_choices(council, range(1, 6)))
    voted = {"number": "DEL2018_117", "at": LATER, **act}
    other, last = _others(session, council)
    made = services.vote_item(session, other, by_name, **voted)
    services.withdraw_item(session, last, **act)
    make_executory(session, made.id, on=NOW.date(), actor=council.scene.officer, now=NOW)
    yield Look(officer, f"{room}/points/{other}")
    yield Look(officer, room)
    elected = council.scene.people[R.ELECTED]
    yield Look(elected, f"{OFFICE}/{council.meeting.id}")
    yield Look(elected, f"/instruction/deliberations/{made.id}")
    services.withdraw_item(session, council.item.id, **act)
    services.close(session, council.meeting.id, **{**hall, "at": LATER + timedelta(hours=1)})
    yield Look(officer, room)
    yield Look(officer, f"{OFFICE}/{council.meeting.id}")


def too_few(session: Session, many: int) -> Iterator[Look]:
    """A quorum that is missed, and the second meeting that it leads to; an act of the bureau."""
    council = a_council(session, starts_at=EVENING - timedelta(days=5))
    opened(session, council, present=2)
    officer = council.scene.people[R.OFFICER]
    page = f"{OFFICE}/{council.meeting.id}"
    yield Look(officer, f"{page}/salle")
    yield Look(officer, f"{page}/salle/points/{council.item.id}")
    over = council.meeting.starts_at + timedelta(hours=1)
    services.close(session, council.meeting.id, at=over, **council.act)
    yield Look(officer, page)
    yield Look(officer, f"{OFFICE}/nouvelle?premiere={council.meeting.id}")


def a_busy_council(session: Session, *, applications: int, starts_at=COMING) -> Council:
    """Members with real names, three items, one of them with its files and nothing to decide."""
    scene = a_ranked_scene(session, applications=applications)
    reason = "Le loyer n’est pas confirmé, et le budget n’est pas équilibré."
    items = [an_award(scene, 0), an_award(scene, 2, amount=450_000), a_refusal(scene, 3, reason)]
    council = a_council(session, *items, scene=scene, starts_at=starts_at)
    for seat, name in zip(council.seats, NAMES, strict=False):
        seat.name = name
    council.meeting.place = "Salle du conseil, hôtel de ville, place de la Victoire"
    council.item.object = OBJECT
    for ending in ("pdf", "odt"):
        stored = a_document(session, scene.officer.id, f"projet-1.{ending}")
        paper = Paper(item_id=council.item.id, format=ending, stored_file_id=stored.id, made_at=NOW)
        session.add(paper)
    a_delegation(session, scene.funder, scene.officer, until_on=date(2020, 3, 15))
    session.flush()
    _more_items(session, council)
    return council


def _more_items(session: Session, council: Council) -> None:
    scene, act = council.scene, council.act
    wanted = [Wanted(**vars(an_award(scene, 1, amount=1_250_000)))]
    propose(session, scene.call.id, scene.funder.id, wanted=wanted, **act)
    draft = Draft(
        object="Aide exceptionnelle", draft=DRAFT, applications=[scene.applications[1].id]
    )
    services.add_item(session, council.meeting.id, draft, **act)
    services.add_item(session, council.meeting.id, Draft(object="Questions diverses"), **act)


def _others(session: Session, council: Council):
    of_it = select(AgendaItem.id).where(AgendaItem.meeting_id == council.meeting.id)
    return session.scalars(of_it.order_by(AgendaItem.position).offset(1)).all()


def _choices(council: Council, ranks):
    said = (Choice.FOR, Choice.FOR, Choice.AGAINST, Choice.ABSTENTION, Choice.FOR)
    return dict(zip(council.ids(*ranks), said, strict=True))
