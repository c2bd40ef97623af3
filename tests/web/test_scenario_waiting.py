"""Waiting lists in the browser: joined, offered, accepted or passed over with a reason."""

from __future__ import annotations

from sqlalchemy import select

from build.clock import NOW
from build.decisions import a_deliberation, a_scene
from build.reading import words
from grants.decisions.models import Outcome, Proposal
from grants.decisions.services import Item
from grants.people.models import Person
from grants.scenarios.models import WaitingPlace
from grants.scenarios.services import waiting


def test_from_a_vote_to_the_next_one(session, as_person):
    scene = a_scene(session, voted=1_000_000)
    items = [Item(application_id=one.id, outcome=Outcome.WAITLIST) for one in scene.applications]
    a_deliberation(session, scene, *items)
    session.flush()
    officer = as_person(session.get_one(Person, scene.officer.id))
    page = f"/instruction/appels/{scene.call.id}/listes-d-attente"
    assert "Personne n’attend" in words(officer.get(page))
    for one in scene.applications:
        sent = {"envelope": str(scene.envelope_id), "application": str(one.id), "wanted": "4000"}
        assert officer.post(page, data=sent).status_code == 303
    wrong = officer.post(page, data=sent | {"wanted": "beaucoup"})
    assert wrong.status_code == 422
    waiting.look(session, now=NOW)
    shown = words(officer.get(page))
    assert "À son tour" in shown
    assert "4 000,00 €" in shown.replace("\u202f", " ")
    first, second = session.scalars(select(WaitingPlace).order_by(WaitingPlace.position)).all()
    path = "/instruction/listes-d-attente"
    assert officer.post(f"{path}/{second.id}/accepter", data={"draft": "x"}).status_code == 409
    assert officer.post(f"{path}/{first.id}/passer", data={"reason": ""}).status_code == 422
    done = officer.post(f"{path}/{first.id}/accepter", data={"draft": "Chère association,"})
    assert done.status_code == 303
    session.refresh(first)
    assert first.draft == "Chère association,"
    assert session.scalars(select(Proposal.amount)).all() == [400_000]
    assert officer.post(f"{path}/{second.id}/passer", data={"reason": "Renonce"}).status_code == 303
    assert "Renonce" in words(officer.get(page))
