"""Scenarios in the browser: made, typed line by line, compared, accepted; and who comes second."""

from __future__ import annotations

from datetime import date

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from build.decisions import a_scene, an_envelope, draws_on
from build.reading import words
from build.vault import an_aid
from grants.decisions.models import Proposal
from grants.jobs.models import Job
from grants.kernel.money import Unit
from grants.people.models import Person
from grants.scenarios.models import Scenario, ScenarioLine
from grants.scenarios.solving.explaining import Code
from grants.web.officer.scenario_words import AMOUNTS, why_words

SCRIPT = {"X-Requested-With": "scenario"}


@pytest.fixture
def scene(session):
    return a_scene(session, applications=3, voted=1_000_000)


@pytest.fixture
def officer(session, scene, as_person):
    person = session.get_one(Person, scene.officer.id)
    session.flush()
    return as_person(person)


def made(session, scene, officer, name="Première lecture"):
    answer = officer.post(
        f"/instruction/appels/{scene.call.id}/scenarios",
        data={"name": name, "funder": str(scene.funder.id), "copy_of": ""},
    )
    assert answer.status_code == 303, words(answer)
    return session.scalars(select(Scenario).where(Scenario.name == name)).one()


def line_path(scenario, scene, nth=0):
    return f"/instruction/scenarios/{scenario.id}/dossiers/{scene.applications[nth].id}"


def boxes(scene, **given):
    usual = {
        "version": "0",
        "typed": "",
        "outcome": "award",
        "instrument": "grant",
        "envelope": str(scene.envelope_id),
        "base": "12500",
        "amount": "",
        "rate": "",
        "reason": "",
    }
    return usual | given


def test_from_a_name_to_the_decision_table(session, scene, officer):
    scenario = made(session, scene, officer)
    mine = words(officer.get(f"/instruction/appels/{scene.call.id}/scenarios"))
    assert "Première lecture" in mine
    page = f"/instruction/scenarios/{scenario.id}"
    shown = words(officer.get(page))
    assert "Provisoire" in shown
    assert "Projet 3" in shown
    told = officer.post(
        line_path(scenario, scene), data=boxes(scene, rate="33,33", typed="rate"), headers=SCRIPT
    )
    assert told.status_code == 200
    assert (told.json["amount"], told.json["version"]) == ("4166,25", "1")
    assert "5\u202f833,75" in told.json["strip"]
    plain = officer.post(line_path(scenario, scene, 1), data=boxes(scene, amount="7000"))
    assert plain.status_code == 303
    over = words(officer.get(page))
    assert "Dépassement de 1 166,25 €" in over.replace("\u202f", " ")
    history = words(officer.get(f"{page}/historique"))
    assert "7 000,00" in history.replace("\u202f", " ")
    accepted = officer.post(f"{page}/accepter")
    assert accepted.location.endswith(f"/decision/{scene.funder.id}")
    assert len(session.scalars(select(Proposal)).all()) == 2
    assert officer.post(f"{page}/accepter").status_code == 303
    assert len(session.scalars(select(Proposal)).all()) == 2
    refused = officer.post(line_path(scenario, scene, 2), data=boxes(scene, amount="1"))
    assert refused.status_code == 409
    assert "acceptée" in words(refused) or "accepté" in words(refused)


def test_both_values_are_shown_to_whoever_comes_second(session, scene, officer):
    scenario = made(session, scene, officer)
    officer.post(line_path(scenario, scene), data=boxes(scene, amount="3000"))
    late = officer.post(line_path(scenario, scene), data=boxes(scene, amount="2000"))
    assert late.status_code == 409
    assert 'value="2000"' in late.text
    assert "3000" in words(late)
    told = officer.post(
        line_path(scenario, scene), data=boxes(scene, amount="2000"), headers=SCRIPT
    )
    assert told.status_code == 409
    assert told.json["theirs"]["amount"] == "3000"
    kept = select(ScenarioLine.amount).where(ScenarioLine.amount.is_not(None))
    assert session.scalars(kept).all() == [300_000]


@pytest.mark.parametrize(
    ("given", "box"),
    [
        ({"amount": "beaucoup"}, "amount"),
        ({"rate": "120"}, "rate"),
        ({"amount": "100", "rate": "50"}, "rate"),
        ({"base": ""}, "base"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_box(session, scene, officer, given, box):
    scenario = made(session, scene, officer)
    answer = officer.post(line_path(scenario, scene), data=boxes(scene, **given))
    assert answer.status_code == 422
    assert f'id="{box}-error"' in answer.text


def test_without_script_whichever_of_the_two_changed_governs(session, scene, officer):
    scenario = made(session, scene, officer)
    path = line_path(scenario, scene)
    officer.post(path, data=boxes(scene, amount="2500"))
    officer.post(path, data=boxes(scene, version="1", amount="2500", rate="40"))
    line = session.scalars(select(ScenarioLine).where(ScenarioLine.version == 2)).one()
    assert (line.amount, line.rate) == (500_000, 4_000)
    # The base is corrected, and the rate stays.
    officer.post(path, data=boxes(scene, version="2", base="10000", amount="5000", rate="40"))
    session.refresh(line)
    assert (line.amount, line.rate) == (400_000, 4_000)


def test_a_line_is_split_over_envelopes_and_counted_in_each(session, scene, officer):
    other = an_envelope(session, scene.funder, amount=400_000, label="Culture")
    draws_on(session, scene.call, other, scene.funder)
    scenario = made(session, scene, officer)
    path = line_path(scenario, scene)
    assert "Parts de plusieurs enveloppes" in words(officer.get(path))
    shares = {
        "shares-0-envelope": str(scene.envelope_id),
        "shares-0-amount": "3000",
        "shares-1-envelope": str(other),
        "shares-1-amount": "1500,50",
    }
    wrong = officer.post(path, data=boxes(scene, amount="4000") | shares)
    assert wrong.status_code == 422
    assert 'id="amount-error"' in wrong.text
    unread = officer.post(path, data=boxes(scene) | shares | {"shares-1-amount": "peu"})
    assert unread.status_code == 422
    assert 'id="shares-1-amount-error"' in unread.text
    assert officer.post(path, data=boxes(scene) | shares).status_code == 303
    table = words(officer.get(f"/instruction/scenarios/{scenario.id}")).replace("\u202f", " ")
    assert "Culture : 1 500,50" in table
    assert "4 500,50" in table
    assert 'value="1500,50"' in officer.get(path).text
    # One part alone is the whole line again.
    cleared = shares | {"shares-0-amount": "", "shares-1-amount": ""}
    officer.post(path, data=boxes(scene, version="1", amount="2000") | cleared)
    line = session.scalars(select(ScenarioLine).where(ScenarioLine.version == 2)).one()
    assert (line.amount, line.shares) == (200_000, [])


def test_the_law_is_told_line_by_line_and_counted(session, scene, officer):
    scenario = made(session, scene, officer)
    page = f"/instruction/scenarios/{scenario.id}"
    assert "Dans toutes les limites légales" not in words(officer.get(page))
    first, second = scene.applications[:2]
    an_aid(
        session, first.organisation_id, by=scene.author, euros=100_000, granted_on=date(2018, 1, 9)
    )
    wide = {"base": "400000"}
    officer.post(line_path(scenario, scene), data=boxes(scene, amount="101000", **wide))
    officer.post(line_path(scenario, scene, 1), data=boxes(scene, amount="24000", **wide))
    officer.post(line_path(scenario, scene, 2), data=boxes(scene, amount="1000"))
    shown = words(officer.get(page)).replace("\u202f", " ")
    assert "1 ligne refusée par la loi" in shown
    assert "1 ligne avec un avertissement" in shown
    assert "Refusé par la loi" in shown
    assert "Seuil dépassé" in shown
    check = words(officer.get(f"{page}?watch=a-verifier"))
    assert (first.title in check, second.title in check) == (True, True)
    assert scene.applications[2].title not in check
    officer.post(line_path(scenario, scene), data=boxes(scene, version="1", amount="4000", **wide))
    officer.post(line_path(scenario, scene, 1), data=boxes(scene, version="1", amount="9", **wide))
    assert "Dans toutes les limites légales" in words(officer.get(page))


def test_two_scenarios_side_by_side(session, scene, officer):
    first = made(session, scene, officer)
    second = made(session, scene, officer, "Deuxième lecture")
    officer.post(line_path(first, scene), data=boxes(scene, amount="3000"))
    page = f"/instruction/appels/{scene.call.id}/scenarios/comparer"
    assert "Choisissez deux ou trois scénarios" in words(officer.get(page))
    both = officer.get(f"{page}?s={first.id}&s={second.id}")
    assert both.text.count("Diffère") == 1
    assert "Projet 2" in words(both)
    assert "Projet 2" not in words(officer.get(f"{page}?s={first.id}&s={second.id}&differences=1"))


def test_a_proposal_is_asked_for_and_read(session, scene, officer):
    scenario = made(session, scene, officer)
    page = f"/instruction/scenarios/{scenario.id}/calcul"
    assert officer.get(page).status_code == 200
    asked = {"name": "Calcul", "envelope": str(scene.envelope_id), "partial": "y"}
    wrong = officer.post(page, data=asked | {"floor": "un peu"})
    assert wrong.status_code == 422
    bad = {"quotas-0-target": "qpv", "quotas-0-bound": "least", "quotas-0-measure": "share_money"}
    wrong = officer.post(page, data=asked | bad | {"quotas-0-number": "140"})
    assert wrong.status_code == 422
    right = officer.post(page, data=asked | bad | {"quotas-0-number": "40"})
    assert right.status_code == 303, words(right)
    kept = session.scalars(select(Job.payload)).one()["options"]["quotas"]
    assert kept == [
        {"target": "qpv", "bound": "least", "measure": "money", "amount": None, "share": 400}
    ]


def test_every_reason_is_a_sentence_in_both_languages(built_app):
    facts = dict.fromkeys(AMOUNTS, 1_000) | {"quota": "qpv", "cap": "aid"}
    facts |= {"bound": "least", "measure": "money", "share": 400}
    for language, begins in (("fr", ("Retenu", "Écarté")), ("en", ("In", "Out"))):
        with built_app.test_request_context("/"), force_locale(language):
            for code in [*Code, "no_envelope"]:
                said = why_words({"code": str(code), **facts}, Unit.EUR)
                assert said.startswith(begins), (code, said)
                assert "%(" not in said
