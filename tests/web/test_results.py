"""What anyone may read of an award: what the form makes public, once it is announced."""

from __future__ import annotations

from sqlalchemy import select

from build.applications import an_application
from build.calls import a_call
from build.decisions import a_deliberation, a_scene
from build.payments import an_award_to_pay
from build.people import a_person
from grants.decisions.models import Decision


def test_an_award_tells_the_answers_that_are_public_and_no_other(session, client, statements):
    award = an_award_to_pay(session)
    application = award.scene.applications[0]
    application.answers = {
        "title": "La grande halle",
        "summary": "Réservé au jury",
        "contact": "personne@example.org",
    }
    session.flush()
    listed = client.get("/resultats").text
    assert f'href="/resultats/{award.decision.id}"' in listed
    statements.clear()
    shown = client.get(f"/resultats/{award.decision.id}")
    assert shown.status_code == 200
    assert len(statements) == 2
    assert "Nom du projet" in shown.text
    assert "La grande halle" in shown.text
    assert "Réservé au jury" not in shown.text
    assert "personne@example.org" not in shown.text


def test_an_award_that_is_not_announced_is_not_there(session, client):
    deliberation = a_deliberation(session, a_scene(session), announced=False)
    of_it = select(Decision.id).where(Decision.deliberation_id == deliberation.id)
    assert client.get(f"/resultats/{session.scalars(of_it).first()}").status_code == 404


def test_its_author_is_told_that_an_answer_will_be_public(session, as_person):
    author = a_person(session)
    draft = an_application(session, a_call(session), author=author, answers={})
    page = as_person(author).get(f"/dossiers/{draft.id}/rubriques/project").text
    assert page.count("Publié si votre projet est retenu.") == 1
