"""The legal watch on its pages: margins, a refusal that says what unblocks it, a named reason."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from web.test_decisions import VOTE, lines, table_url, vote_url

from build.decisions import a_scene
from build.vault import an_aid
from grants.decisions.models import Deliberation
from grants.kernel.access import FunderRole
from grants.outbox.models import Message
from grants.watch.models import CapitalStatement, LinkedUndertaking, Override

REASON = "Le préfet en a été informé par courrier."


def watch_url(scene) -> str:
    return f"/instruction/dossiers/{scene.applications[0].id}/veille"


def test_a_refused_vote_says_what_unblocks_it_and_a_named_reason_lets_it_pass(session, as_person):
    scene = a_scene(session)
    organisation = scene.applications[0].organisation
    an_aid(session, organisation.id, by=scene.author, euros=195_000, granted_on=date(2017, 1, 1))
    officer = as_person(scene.people[FunderRole.OFFICER])
    page = officer.get(watch_url(scene)).text
    assert "5 000,00 €" in page.replace("\u202f", " ")
    assert officer.post(table_url(scene), data=lines(scene, {"amount": "6 000"})).status_code == 303
    assert "Refusé par la loi" in officer.get(table_url(scene)).text
    new = officer.get(vote_url(scene)).text
    proposal = new.partition('name="proposal" value="')[2].partition('"')[0]
    refused = officer.post(vote_url(scene), data={**VOTE, "proposal": proposal})
    assert refused.status_code == 409
    assert "5 000,00 €" in refused.text.replace("\u202f", " ")
    assert session.scalars(select(Deliberation)).all() == []
    lost = {"number": "DEL_PERDUE", "votes_for": VOTE["votes_against"]}
    lost |= {"votes_against": VOTE["votes_for"], "proposal": proposal}
    assert officer.post(vote_url(scene), data={**VOTE, **lost}).status_code == 303, "it gives none"
    passing = f"{watch_url(scene)}/{scene.funder.id}/passer-outre/de-minimis"
    assert officer.post(passing, data={"reason": "Non."}).status_code == 409
    assert officer.post(passing, data={"reason": REASON}).status_code == 303
    assert session.scalars(select(Override.made_by)).all() == [scene.officer.id]
    passed = officer.post(vote_url(scene), data={**VOTE, "proposal": proposal})
    assert passed.status_code == 303
    assert REASON in officer.get(passed.location).text
    told = select(func.count()).where(Message.kind == "watch.passed")
    assert session.scalar(told) == 1


def test_a_regime_of_aid_is_kept_for_each_authority(session, as_person):
    scene = a_scene(session)
    officer = as_person(scene.people[FunderRole.OFFICER])
    at = f"{watch_url(scene)}/{scene.funder.id}/regime"
    sent = {"regime": "exempted", "reference": "", "value": ""}
    assert officer.post(at, data=sent).status_code == 409
    assert officer.post(at, data={**sent, "value": "douze"}).status_code == 422
    sent |= {"reference": "SA.111666", "value": "1 500,50"}
    assert officer.post(at, data=sent).status_code == 303
    page = officer.get(watch_url(scene)).text
    assert 'value="SA.111666"' in page
    assert 'value="1500,50"' in page
    auditor = as_person(scene.people[FunderRole.AUDITOR])
    assert 'name="regime"' not in auditor.get(watch_url(scene)).text


def test_an_organisation_tells_of_its_group_and_its_capital(session, as_person):
    scene = a_scene(session)
    organisation = scene.applications[0].organisation_id
    page, author = f"/compte/structures/{organisation}/groupe", as_person(scene.author)
    wrong = author.post(page, data={"siren": "123 456 789", "name": "Filiale"})
    assert wrong.status_code == 422
    assert "Filiale" in wrong.text
    assert author.post(page, data={"siren": "732 829 320", "name": "Filiale"}).status_code == 303
    link = session.scalars(select(LinkedUndertaking)).one()
    assert link.siren == "732829320"
    told = {"held_on": "31/12/2017", "total": "30 000", "public": "30 001"}
    assert author.post(f"{page}/capital", data=told).status_code == 409
    assert author.post(f"{page}/capital", data={**told, "public": "0"}).status_code == 303
    assert session.scalars(select(CapitalStatement.total_cents)).all() == [30_000_00]
    assert "732829320" in author.get(page).text
    assert author.post(f"{page}/{link.id}/retirer").status_code == 303
    assert "732829320" not in author.get(page).text
