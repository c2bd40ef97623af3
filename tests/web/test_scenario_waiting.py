"""Waiting lists in the browser: joined, offered, accepted or passed over with a reason."""

from __future__ import annotations

from sqlalchemy import select

from build.clock import NOW
from build.decisions import a_deliberation, a_scene, an_award
from build.payments import a_paid_order, an_award_to_pay
from build.reading import words
from grants.decisions.models import Decision, Outcome, Proposal
from grants.decisions.services import Item
from grants.kernel.access import FunderRole
from grants.people.models import Person
from grants.scenarios.models import WaitingPlace
from grants.scenarios.services import waiting
from grants.withdrawals.models import Withdrawal


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


def test_two_sums_given_up_are_offered_in_order_and_no_offer_goes_unread(session, as_person):
    scene = a_scene(session, applications=4, voted=1_500_000)
    awards = [an_award(scene, 0), an_award(scene, 1, amount=500_000)]
    award = an_award_to_pay(session, *awards, scene=scene)
    a_paid_order(session, award)  # 8 000 € of 10 000 €
    late = scene.applications[2:]
    items = [Item(application_id=one.id, outcome=Outcome.WAITLIST) for one in late]
    a_deliberation(session, scene, *items)
    officer = as_person(scene.people[FunderRole.OFFICER])
    path = "/instruction/listes-d-attente"
    page = f"/instruction/appels/{scene.call.id}/listes-d-attente"
    for one in late:
        sent = {"envelope": str(scene.envelope_id), "application": str(one.id), "wanted": "4000"}
        assert officer.post(page, data=sent).status_code == 303
    assert waiting.look(session, now=NOW) == 0
    given_up(session, scene, officer, as_person, 0, keep_paid="y")
    assert waiting.look(session, now=NOW) == 1
    first, second = session.scalars(select(WaitingPlace).order_by(WaitingPlace.position)).all()
    assert (first.offered, second.offered) == (200_000, None)
    given_up(session, scene, officer, as_person, 1)
    # What comes back after the offer is the first one's too; who read the old one reads again.
    assert waiting.look(session, now=NOW) == 1
    sent = {"draft": "Chère association,", "seen": "200000"}
    refused = officer.post(f"{path}/{first.id}/accepter", data=sent)
    assert refused.status_code == 409
    assert 'name="seen" value="400000"' in refused.text
    done = officer.post(f"{path}/{first.id}/accepter", data={**sent, "seen": "400000"})
    assert done.status_code == 303
    assert waiting.look(session, now=NOW) == 1
    session.refresh(second)
    assert second.offered == 300_000
    assert "3\u202f000,00\u202f€" in second.draft


def given_up(session, scene, officer, as_person, nth, **asked):
    """The beneficiary of the nth award gives it up, and the officer takes note."""
    award = session.scalars(
        select(Decision).where(Decision.application_id == scene.applications[nth].id)
    ).one()
    asked |= {"grounds": "Notre salarié part."}
    url = f"/dossiers/{award.application_id}/retraits/renoncer/{award.id}"
    assert as_person(scene.authors[nth]).post(url, data=asked).status_code == 303
    row = session.scalars(select(Withdrawal).where(Withdrawal.decision_id == award.id)).one()
    sent = {"act": f"Lettre {nth}"}
    done = officer.post(f"/instruction/retraits/{row.id}/accepter", data=sent)
    assert done.status_code == 303, words(done)
